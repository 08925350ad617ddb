import type { ConnectCarrier } from '@qdn/carrier-adapter/connect-carrier';
import { rotatingCarrier } from '@qdn/carrier-adapter/rotating-carrier';
import { validate as isTwilioSenderSecret } from '@qdn/contracts/validators/twilioSenderSecret';
import { createTwilioCarrier } from './twilio.ts';
import { statusWebhook } from './webhook-addresses.ts';

export const connectTwilio: ConnectCarrier = ({ number, publicUrl, apiUrl, senders, readSecret }) =>
  rotatingCarrier(
    'twilio',
    (fresh) => readSecret(isTwilioSenderSecret, fresh),
    (secret) =>
      createTwilioCarrier({
        ...secret,
        from: number,
        ...(senders ? { senders } : {}),
        statusCallback: (outboundMessageId) => statusWebhook(publicUrl, outboundMessageId),
        ...(apiUrl ? { apiUrl } : {}),
      }),
  );

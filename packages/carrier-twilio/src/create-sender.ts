import { rotatingCarrier } from '@qdn/carrier-adapter/rotating-carrier';
import type { CreateSender } from '@qdn/carrier-adapter/sender';
import { validate as isTwilioSenderSecret } from '@qdn/contracts/validators/twilioSenderSecret';
import { createTwilioCarrier } from './twilio.ts';
import { statusWebhook } from './webhook-addresses.ts';

export const createTwilioSender: CreateSender = ({ number, publicUrl, apiUrl, readSecret }) =>
  rotatingCarrier(
    'twilio',
    (fresh) => readSecret(isTwilioSenderSecret, fresh),
    (secret) =>
      createTwilioCarrier({
        ...secret,
        from: number,
        statusCallback: (outboundMessageId) => statusWebhook(publicUrl, outboundMessageId),
        ...(apiUrl ? { apiUrl } : {}),
      }),
  );

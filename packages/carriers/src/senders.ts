import type { CreateSender } from '@qdn/carrier-adapter/sender';
import { createAwsSmsSender } from '@qdn/carrier-aws-sms/create-sender';
import { createTelnyxSender } from '@qdn/carrier-telnyx/create-sender';
import { createTwilioSender } from '@qdn/carrier-twilio/create-sender';

/** Makers of the sending half of each carrier, by name. Apart from the rest, so that only the worker bundles the clients. */
export const SENDERS: ReadonlyMap<string, CreateSender> = new Map([
  ['twilio', createTwilioSender],
  ['aws', createAwsSmsSender],
  ['telnyx', createTelnyxSender],
]);

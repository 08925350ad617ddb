import { recordBytes } from '@qdn/aws/inbound-queue';
import { messageFromTwilio, type SignedWebhook } from '@qdn/carrier-twilio/webhook-message';
import type { Wire } from '@qdn/contracts';

type InboundMessage = Wire<'inboundMessage'>;

/** Maximum size of a record, in bytes: SQS's old limit, which every queue accepts. */
const MAX_RECORD_BYTES = 262_144;

/**
 * Keeps the parameters, the shortest first, as many as SQS accepts. They are for debugging; the fields that the relay uses are never
 * cut. A form of 64 KB without its parameters always fits.
 */
const fitted = (whole: InboundMessage & Required<Pick<InboundMessage, 'webhook'>>): InboundMessage => {
  if (recordBytes(whole) <= MAX_RECORD_BYTES) return whole;
  const cut = { ...whole, parameters: {}, webhook: { ...whole.webhook, isCut: true } };
  let left = MAX_RECORD_BYTES - recordBytes(cut);
  const kept = Object.entries(whole.parameters)
    .map(([name, value]) => ({ name, value, bytes: recordBytes({ [name]: value }) }))
    .sort((a, b) => a.bytes - b.bytes)
    .filter(({ bytes }) => {
      left -= bytes;
      return left >= 0;
    });
  return { ...cut, parameters: Object.fromEntries(kept.map(({ name, value }) => [name, value])) };
};

/**
 * Builds the queue's record of a message that Twilio has signed.
 * @returns `oddities` names the places that differ from Twilio's documentation, for the log; empty without any
 */
export const inboundRecord = (webhook: SignedWebhook): { message: InboundMessage; oddities: string } => {
  const { message, oddities } = messageFromTwilio(webhook);
  return { message: fitted(message), oddities };
};

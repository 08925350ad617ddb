import type { Wire } from '@qdn/contracts';
import { validate as isTwilioStatus } from '@qdn/contracts/validators/twilioStatus';
import { twilioFailure } from './error-codes.ts';
import { placesOf } from './schema-places.ts';
import { firstValues, formParameters } from './webhook-form.ts';

type Receipt = Wire<'deliveryReceipt'>;

/**
 * Twilio's statuses in the relay's words. All others, also new ones, are `accepted`: a callback proves that Twilio has the text.
 * @see https://www.twilio.com/docs/messaging/api/message-resource#message-status-values
 */
const STATUSES: ReadonlyMap<string, Receipt['status']> = new Map([
  ['sent', 'sent'],
  // Sent, without a final state.
  ['partially_delivered', 'sent'],
  ['delivered', 'delivered'],
  ['read', 'delivered'],
  ['undelivered', 'undelivered'],
  ['failed', 'failed'],
  // It will never be sent.
  ['canceled', 'failed'],
]);

/**
 * Reads the receipt in a status callback that Twilio has signed.
 * @param outboundMessageId of the address that Twilio called
 * @param receivedAt RFC 3339
 * @returns `receipt` null for a form that is not a receipt, with the places that are wrong; else `status` as Twilio names it
 */
export const receiptFromTwilio = (
  rawBody: string,
  outboundMessageId: string,
  receivedAt: string,
): { receipt: Receipt; status: string } | { receipt: null; places: string } => {
  const form: unknown = firstValues(formParameters(rawBody));
  if (!isTwilioStatus(form)) return { receipt: null, places: placesOf(isTwilioStatus.errors) };
  const { MessageSid: carrierSid, MessageStatus: status, ErrorCode } = form;
  const errorCode = ErrorCode ? Number(ErrorCode) : null;
  const receipt: Receipt = {
    schema: 1,
    kind: 'receipt',
    outboundMessageId,
    carrier: 'twilio',
    carrierSid,
    status: STATUSES.get(status) ?? 'accepted',
    errorCode,
    errorClass: errorCode === null ? null : twilioFailure(errorCode),
    receivedAt,
  };
  return { receipt, status };
};

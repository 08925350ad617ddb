import { recordFromAws } from '@qdn/carrier-aws-sms/events';
import type { Wire } from '@qdn/contracts';

/** A record of the relay's queue as its own functions write it. */
export type OwnRecord =
  | Wire<'inboundMessage'>
  | Wire<'deliveryReceipt'>
  | Wire<'followUp'>
  | Wire<'sweepOrder'>
  | Wire<'noticeOrder'>
  | Wire<'alertOrder'>
  | Wire<'callRecord'>
  | Wire<'consentOrder'>;

// The relay's own records have a fixed set of fields, so these two tell AWS's apart.
const isOwn = (record: Wire<'relayRecord'>): record is OwnRecord =>
  !('eventType' in record) && !('inboundMessageId' in record);

/**
 * Translates a record of the queue, from any writer, into one of the relay's own; null for an event about a text of another
 * program.
 * @param sentAt when it was put into the queue, epoch ms: SQS's SentTimestamp
 */
export const ownRecord = (record: Wire<'relayRecord'>, sentAt: number): OwnRecord | null =>
  isOwn(record) ? record : recordFromAws(record, sentAt);

import { createHash } from 'node:crypto';
import type { Wire } from '@qdn/contracts';
import type { FailureClass } from '@qdn/domain';
import { MESSAGE_CONTEXT } from './aws-sms-context.ts';

/*
 * Events and texts of AWS End User Messaging, translated into the relay's own records. SNS puts them into the queue as it is, with no
 * function of ours in between that could fail; so it is translated by the worker.
 */
type Event = Wire<'awsSmsEvent'>;
type Inbound = Wire<'awsSmsInbound'>;
type Receipt = Wire<'deliveryReceipt'>;

type Fate = Pick<Receipt, 'status' | 'errorClass'>;
const fate = (status: Receipt['status'], errorClass: FailureClass | null = null): Fate => ({ status, errorClass });

/**
 * Outcomes by the type of the last event, with the class of a failure. `failed`: AWS did not hand it on; `undelivered`: it did, and the recipient's carrier said no.
 * https://docs.aws.amazon.com/sms-voice/latest/userguide/configuration-sets-event-types.html
 */
const AT_LAST: Readonly<Record<string, Fate>> = {
  TEXT_DELIVERED: fate('delivered'),
  TEXT_SUCCESSFUL: fate('delivered'), // some countries know no more than this
  TEXT_SENT: fate('sent'),
  TEXT_INVALID: fate('failed', 'unreachable'),
  TEXT_INVALID_MESSAGE: fate('failed', 'setup'),
  TEXT_PROTECT_BLOCKED: fate('failed', 'setup'),
  TEXT_TTL_EXPIRED: fate('failed', 'elsewhere'),
  TEXT_SPAM: fate('undelivered', 'setup'),
  TEXT_CARRIER_BLOCKED: fate('undelivered', 'setup'),
  TEXT_BLOCKED: fate('undelivered', 'unreachable'),
  TEXT_UNREACHABLE: fate('undelivered', 'elsewhere'),
  TEXT_CARRIER_UNREACHABLE: fate('undelivered', 'elsewhere'),
};
const ON_THE_WAY: Readonly<Record<string, Fate>> = {
  TEXT_SENT: fate('sent'),
  TEXT_SUCCESSFUL: fate('sent'),
  TEXT_DELIVERED: fate('delivered'),
};

/** Every event proves that AWS has the text; TEXT_UNKNOWN, after 72 h, and types of tomorrow prove no more than that. */
const fateOf = ({ eventType, isFinal }: Event): Fate =>
  (isFinal === false ? ON_THE_WAY : AT_LAST)[eventType] ?? fate('accepted');

/** The longest ID that a receipt may name. */
const MAX_MESSAGE_ID = 120;

/**
 * The receipt that an event is; null when it names no outbound message: a text of another program over the same configuration
 * set.
 * @param sentAt when SNS put it into the queue, epoch ms
 */
export const receiptFromAws = (event: Event, sentAt: number): Receipt | null => {
  const outboundMessageId = event.context?.[MESSAGE_CONTEXT];
  const outcome = fateOf(event);
  if (!outboundMessageId || outboundMessageId.length > MAX_MESSAGE_ID) return null;
  return {
    schema: 1,
    kind: 'receipt',
    outboundMessageId,
    carrier: 'aws',
    carrierSid: event.messageId,
    ...outcome,
    errorCode: outcome.errorClass === null ? null : event.eventType,
    receivedAt: new Date(sentAt).toISOString(),
  };
};

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** The SID of a message that came over AWS: its UUID, or, should AWS ever name messages otherwise, a digest of what it says. */
const sidFromAws = (inboundMessageId: string): string =>
  UUID.test(inboundMessageId)
    ? `QA${inboundMessageId.replaceAll('-', '').toLowerCase()}`
    : `QA${createHash('sha256').update(inboundMessageId).digest('hex').slice(0, 32)}`;

/**
 * The message that a two-way text is. AWS sends no media on, and says of no message that its sender opted out: the words do.
 * @param sentAt when SNS put it into the queue, epoch ms: the same however often SQS hands it out. AWS gives no time itself
 */
export const messageFromAws = (inbound: Inbound, sentAt: number): Wire<'inboundMessage'> => ({
  schema: 1,
  kind: 'message',
  via: 'aws',
  messageSid: sidFromAws(inbound.inboundMessageId),
  pathJob: null,
  receivedAt: new Date(sentAt).toISOString(),
  from: inbound.originationNumber,
  to: inbound.destinationNumber,
  body: inbound.messageBody,
  optOutType: null,
  media: [],
  parameters: Object.fromEntries(
    Object.entries(inbound).flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : [])),
  ),
});

const isEvent = (record: Event | Inbound): record is Event => 'eventType' in record;

/**
 * A record of AWS in the relay's words; null for an event of a text that another program sent.
 * @param sentAt when SNS put it into the queue, epoch ms
 */
export const recordFromAws = (record: Event | Inbound, sentAt: number): Receipt | Wire<'inboundMessage'> | null =>
  isEvent(record) ? receiptFromAws(record, sentAt) : messageFromAws(record, sentAt);

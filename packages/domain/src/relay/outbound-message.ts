import { type MessageSid, parseJobId, parseMessageSid, parseRecipientId, type RecipientId } from '../ids.ts';
import type { CarrierErrorCode, FailureClass } from './failure-class.ts';
import type { SendOutcome } from './sms-carrier.ts';

/** PENDING may be sent; a worker is sending CLAIMED; UNKNOWN may have been sent; the other two are final. */
export const OUTBOUND_MESSAGE_STATES = ['PENDING', 'CLAIMED', 'ACCEPTED', 'REJECTED', 'UNKNOWN'] as const;
export type OutboundMessageState = (typeof OUTBOUND_MESSAGE_STATES)[number];

/** Delivery states that a carrier reports after it has taken a text. They only move to the right. */
export const DELIVERY_STATES = ['sent', 'delivered', 'undelivered', 'failed'] as const;
export type Delivery = (typeof DELIVERY_STATES)[number];

/** The job ID, or `UNMATCHED`: the item collection that a message and its outbound messages belong to. */
export type TimelineId = string;
export const UNMATCHED: TimelineId = 'UNMATCHED';

/**
 * One text to one recipient because of one inbound message. `attempt` is 1, or higher when a carrier took the text before and
 * could not deliver it. `carrier` names the carrier that was used last, since `carrierSince`. `isDoubtful` is true once the
 * text may have been sent without our knowledge: from then on no other carrier gets it. `fence` grows with each claim, and only
 * the holder of the newest fence may resolve the outbound message. `owner` names one run of a worker; no two runs share a name.
 * `errorCode` is the carrier's own, `errorClass` the class that its adapter gives it. Times are epoch ms. `claimedAt` is the
 * time of the first claim: the search in the carrier's list starts there. `media` are the addresses of pictures that go along as MMS.
 */
export type OutboundMessage = {
  timelineId: TimelineId;
  messageSid: MessageSid;
  recipient: RecipientId;
  attempt: number;
  to: string;
  body: string;
  media?: string[];
  state: OutboundMessageState;
  carrier: string;
  carrierSince: number;
  isDoubtful: boolean;
  owner: string;
  fence: number;
  leaseUntil: number;
  claims: number;
  claimedAt: number;
  carrierSid: string | null;
  errorCode: CarrierErrorCode | null;
  errorClass: FailureClass | null;
  delivery: Delivery | null;
  updatedAt: number;
};

/** The parts of an outbound message's name. */
export type OutboundMessageKey = Pick<OutboundMessage, 'timelineId' | 'messageSid' | 'recipient' | 'attempt'>;

/** The suffix of an ID or a key for an attempt after the first. */
const LATER_ATTEMPT = /^[2-9]$/;

/** Returns the number of an attempt from the suffix of an ID or a key: 1 without a suffix; null when it is not valid. */
export const parseAttempt = (part: string | undefined): number | null =>
  part === undefined ? 1 : LATER_ATTEMPT.test(part) ? Number(part) : null;

/** Names an outbound message in URLs, without a phone number, because URLs are logged. The first attempt is not numbered. */
export const outboundMessageId = ({ timelineId, messageSid, recipient, attempt }: OutboundMessageKey): string =>
  [timelineId, messageSid, recipient, ...(attempt > 1 ? [attempt] : [])].join('~');

/** Reads an outbound message's ID from a status callback's URL; null when it is not valid. */
export const parseOutboundMessageId = (id: string): OutboundMessageKey | null => {
  const [timelineId = '', sid = '', who = '', last, ...more] = id.split('~');
  const [messageSid, recipient, attempt] = [parseMessageSid(sid), parseRecipientId(who), parseAttempt(last)];
  const isTimelineId = timelineId === UNMATCHED || parseJobId(timelineId) !== null;
  return isTimelineId && messageSid && recipient && attempt !== null && more.length === 0
    ? { timelineId, messageSid, recipient, attempt }
    : null;
};

/** Lease of a claim, in ms: longer than any run of a worker, so that a lease only expires after its worker has died. */
export const LEASE_MS = 45_000;
/** Maximum lag of a carrier's list behind its own answers, in ms. */
export const RECONCILE_GRACE_MS = 60_000;

/** The step that a worker may take with an outbound message now. */
export type NextStep = 'send' | 'look-for-it' | 'wait' | 'done';

/** An expired lease is treated like a timeout: the worker may have died after the carrier took the text. */
export const nextStep = (outbound: Pick<OutboundMessage, 'state' | 'leaseUntil'>, now: number): NextStep => {
  switch (outbound.state) {
    case 'PENDING':
      return 'send';
    case 'CLAIMED':
      return now > outbound.leaseUntil ? 'look-for-it' : 'wait';
    case 'UNKNOWN':
      return 'look-for-it';
    default:
      return 'done';
  }
};

/*
 * The transitions. A store makes each of them one conditional write. The condition is that the outbound message does not exist
 * yet, or that its fence, state or delivery are still as they were read.
 */

/** An outbound message to create: the text and its recipient. */
export type NewOutboundMessage = OutboundMessageKey & Pick<OutboundMessage, 'to' | 'body' | 'media' | 'carrier'>;

/**
 * Makes a new outbound message, already claimed: PENDING would cost another write, and a worker that crashes before it leaves
 * nothing behind.
 */
export const opened = (what: NewOutboundMessage, owner: string, now: number): OutboundMessage => ({
  ...what,
  state: 'CLAIMED',
  carrierSince: now,
  isDoubtful: false,
  owner,
  fence: 1,
  leaseUntil: now + LEASE_MS,
  claims: 1,
  claimedAt: now,
  carrierSid: null,
  errorCode: null,
  errorClass: null,
  delivery: null,
  updatedAt: now,
});

/** The code of our own refusal, without a carrier: the recipient had already opted out. */
export const STOPPED_BEFORE = 'STOP';

/** Makes a new outbound message that is never sent, because its recipient has opted out. No carrier is used. */
export const suppressed = (what: NewOutboundMessage, owner: string, now: number): OutboundMessage => ({
  ...opened(what, owner, now),
  state: 'REJECTED',
  claims: 0,
  errorCode: STOPPED_BEFORE,
  errorClass: 'opted-out',
});

/** The code of a text that its writer took back before it was sent. */
export const TAKEN_BACK = 'UNDO';

/** The outcome of a text that is no longer true: a notice that no carrier has taken in time. */
export const EXPIRED: Resolution = { state: 'REJECTED', carrierSid: null, errorCode: 'EXPIRED', errorClass: null };

/** Makes a new outbound message that is never sent, because its writer has taken it back. No carrier is used. */
export const takenBack = (what: NewOutboundMessage, owner: string, now: number): OutboundMessage => ({
  ...opened(what, owner, now),
  state: 'REJECTED',
  claims: 0,
  errorCode: TAKEN_BACK,
});

/**
 * Takes over an outbound message under the next fence; null when it is final, or another worker holds it.
 * @param carrier the carrier to use now; an outbound message that may have been sent stays with its own carrier
 * @param body the words to send now; an outbound message that may have been sent keeps its own words, by which it is searched for
 */
export const claimed = (
  seen: OutboundMessage,
  owner: string,
  carrier: string,
  now: number,
  body = seen.body,
): OutboundMessage | null => {
  const step = nextStep(seen, now);
  if (step === 'done' || step === 'wait') return null;
  const isDoubtful = seen.isDoubtful || step === 'look-for-it';
  const isMoved = !isDoubtful && carrier !== seen.carrier;
  return {
    ...seen,
    body: isDoubtful ? seen.body : body,
    state: 'CLAIMED',
    ...(isMoved ? { carrier, carrierSince: now } : {}),
    isDoubtful,
    owner,
    fence: seen.fence + 1,
    leaseUntil: now + LEASE_MS,
    claims: seen.claims + 1,
    updatedAt: now,
  };
};

/** Moves a claim to another carrier after the previous one has certainly not taken the text; null when the claim has been lost. */
export const handedOver = (claim: OutboundMessage, carrier: string, now: number): OutboundMessage | null =>
  claim.state === 'CLAIMED' && !claim.isDoubtful
    ? { ...claim, carrier, carrierSince: now, fence: claim.fence + 1, leaseUntil: now + LEASE_MS, updatedAt: now }
    : null;

/** The recorded outcome of sending. */
export type Resolution = Pick<OutboundMessage, 'state' | 'carrierSid' | 'errorCode' | 'errorClass'>;

const noError = { errorCode: null, errorClass: null } as const;

/** The state after a refusal of a class; after any other class the text is still to be sent. */
const REFUSED_STATES: Partial<Record<FailureClass, OutboundMessageState>> = {
  'opted-out': 'REJECTED',
  unreachable: 'REJECTED',
  ambiguous: 'UNKNOWN',
};

/**
 * Returns the state after an attempt to send. A refusal is final only when it is about the recipient. After one about our own setup, or
 * an unknown one, the text is still to be sent: it ends in the dead-letter queue, where a person sees it, and is sent from there once
 * the setup is fixed.
 */
export const outcomeState = (outcome: SendOutcome): Resolution => {
  switch (outcome.kind) {
    case 'accepted':
      return { state: 'ACCEPTED', carrierSid: outcome.carrierSid, ...noError };
    case 'rejected': {
      const state = REFUSED_STATES[outcome.class] ?? 'PENDING';
      return { state, carrierSid: null, errorCode: outcome.code, errorClass: outcome.class };
    }
    case 'not-processed':
      return { state: 'PENDING', carrierSid: null, ...noError };
    case 'unknown':
      return { state: 'UNKNOWN', carrierSid: null, ...noError };
  }
};

/** Resolves a claim with this fence; null when the claim has been lost, or is resolved already. */
export const resolved = (
  outbound: OutboundMessage,
  fence: number,
  result: Resolution,
  now: number,
): OutboundMessage | null =>
  outbound.state === 'CLAIMED' && outbound.fence === fence ? { ...outbound, ...result, updatedAt: now } : null;

const rank = (delivery: Delivery | null) => (delivery === null ? 0 : delivery === 'sent' ? 1 : 2);

/** A carrier's report about a text that it took; `delivery` is null when it only confirms that it has the text. */
export type Receipt = {
  carrierSid: string;
  delivery: Delivery | null;
  errorCode: CarrierErrorCode | null;
  errorClass: FailureClass | null;
};

/** True when the recipient has certainly not received the text, so that another recipient must. */
export const hasFailed = ({ state, delivery }: Pick<OutboundMessage, 'state' | 'delivery'>): boolean =>
  state === 'REJECTED' || delivery === 'failed' || delivery === 'undelivered';

/**
 * Applies a receipt; null when it has no news. Receipts arrive out of order and repeatedly: a final state is never undone, and `sent`
 * never follows one. Any receipt proves that the carrier has the text, even when another worker holds the claim.
 */
export const withReceipt = (outbound: OutboundMessage, receipt: Receipt, now: number): OutboundMessage | null => {
  const { carrierSid, delivery, errorCode, errorClass } = receipt;
  const proven = { ...outbound, state: 'ACCEPTED' as const, carrierSid, updatedAt: now };
  if (rank(delivery) > rank(outbound.delivery)) return { ...proven, delivery, errorCode, errorClass };
  return outbound.state === 'ACCEPTED' ? null : { ...proven, ...noError };
};

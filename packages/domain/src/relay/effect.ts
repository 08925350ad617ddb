import { type MessageSid, parseJobId, parseMessageSid, parseRecipientId, type RecipientId } from '../ids.ts';
import type { CarrierErrorCode, FailureClass } from './failure-class.ts';
import type { SendOutcome } from './sms-carrier.ts';

/** PENDING may be sent; CLAIMED is being sent by somebody; UNKNOWN may have gone out; the other two are final. */
export const EFFECT_STATES = ['PENDING', 'CLAIMED', 'ACCEPTED', 'REJECTED', 'UNKNOWN'] as const;
export type EffectState = (typeof EFFECT_STATES)[number];

/** Delivery states that a carrier reports later of a text that it took. Only ever moves to the right. */
export const DELIVERY_STATES = ['sent', 'delivered', 'undelivered', 'failed'] as const;
export type Delivery = (typeof DELIVERY_STATES)[number];

/** The job ID, or `UNMATCHED`: the item collection that a message and its effects belong to. */
export type TimelineId = string;
export const UNMATCHED: TimelineId = 'UNMATCHED';

/**
 * One text to one recipient because of one inbound message. `attempt` is 1, or higher when a carrier took the text before and
 * could not deliver it. `carrier` names the carrier that was asked last, `carrierSince` the time from which on. `isDoubtful` from
 * the moment on that it may have gone out without our knowing: from then on no other carrier gets it. `fence` grows with each
 * claim, and only the holder of the newest fence may settle the effect. `owner` names one run of a worker, and no other run ever
 * has that name. `errorCode` is the carrier's own, `errorClass` what it calls for. Times are epoch ms; `claimedAt` is that of the
 * very first claim, since a text is looked for at the carrier from then on.
 */
export type Effect = {
  timelineId: TimelineId;
  messageSid: MessageSid;
  recipient: RecipientId;
  attempt: number;
  to: string;
  body: string;
  state: EffectState;
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

/** The parts of an effect's name. */
export type EffectKey = Pick<Effect, 'timelineId' | 'messageSid' | 'recipient' | 'attempt'>;

/** Attempts after the first, as an ID or a key ends with them. */
const LATER_ATTEMPT = /^[2-9]$/;

/** Returns the number of an attempt as an ID or a key ends with it: 1 where that part is left out; null when it is not valid. */
export const parseAttempt = (part: string | undefined): number | null =>
  part === undefined ? 1 : LATER_ATTEMPT.test(part) ? Number(part) : null;

/** Names an effect in URLs: no phone number in it, since URLs are logged. The first attempt is not numbered. */
export const effectId = ({ timelineId, messageSid, recipient, attempt }: EffectKey): string =>
  [timelineId, messageSid, recipient, ...(attempt > 1 ? [attempt] : [])].join('~');

/** Reads an effect's ID, as it comes back in a status callback's URL; null when it is not valid. */
export const parseEffectId = (id: string): EffectKey | null => {
  const [timelineId = '', sid = '', who = '', last, ...more] = id.split('~');
  const [messageSid, recipient, attempt] = [parseMessageSid(sid), parseRecipientId(who), parseAttempt(last)];
  const isTimelineId = timelineId === UNMATCHED || parseJobId(timelineId) !== null;
  return isTimelineId && messageSid && recipient && attempt !== null && more.length === 0
    ? { timelineId, messageSid, recipient, attempt }
    : null;
};

/** Longer than any run of a worker, so that a lease runs out only under one that is gone, in ms. */
export const LEASE_MS = 45_000;
/** A carrier's list may lag behind its own answers by this much, in ms. */
export const RECONCILE_GRACE_MS = 60_000;

/** What a worker that finds an effect may do with it now. */
export type NextStep = 'send' | 'look-for-it' | 'wait' | 'done';

/** A lease that ran out is treated like a time-out: the worker may have died after the carrier took the text. */
export const nextStep = (effect: Pick<Effect, 'state' | 'leaseUntil'>, now: number): NextStep => {
  switch (effect.state) {
    case 'PENDING':
      return 'send';
    case 'CLAIMED':
      return now > effect.leaseUntil ? 'look-for-it' : 'wait';
    case 'UNKNOWN':
      return 'look-for-it';
    default:
      return 'done';
  }
};

/*
 * The transitions. A store makes each of them one conditional write: on there being no such effect, on the fence and state
 * that were seen, on the fence that it was claimed with, on the delivery known so far.
 */

/** What is to be sent, and to whom. */
export type NewEffect = EffectKey & Pick<Effect, 'to' | 'body' | 'carrier'>;

/** A new effect, already claimed: PENDING would cost a write, and somebody who crashes before it leaves nothing behind. */
export const opened = (what: NewEffect, owner: string, now: number): Effect => ({
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

/** The code of a refusal that no carrier made: its recipient had asked for no more texts before. */
export const STOPPED_BEFORE = 'STOP';

/** A new effect that is never sent: its recipient has asked not to be texted, so no carrier is asked. */
export const suppressed = (what: NewEffect, owner: string, now: number): Effect => ({
  ...opened(what, owner, now),
  state: 'REJECTED',
  claims: 0,
  errorCode: STOPPED_BEFORE,
  errorClass: 'opted-out',
});

/**
 * Takes an effect over under the next fence; null when it is final, or somebody holds it.
 * @param carrier whom it is sent with now; one that may have gone out stays with whom it may have gone out
 */
export const claimed = (seen: Effect, owner: string, carrier: string, now: number): Effect | null => {
  const step = nextStep(seen, now);
  if (step === 'done' || step === 'wait') return null;
  const isDoubtful = seen.isDoubtful || step === 'look-for-it';
  const isMoved = !isDoubtful && carrier !== seen.carrier;
  return {
    ...seen,
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

/** Moves a claim to another carrier, after the first has certainly not taken the text; null when the claim has been lost. */
export const handedOver = (claim: Effect, carrier: string, now: number): Effect | null =>
  claim.state === 'CLAIMED' && !claim.isDoubtful
    ? { ...claim, carrier, carrierSince: now, fence: claim.fence + 1, leaseUntil: now + LEASE_MS, updatedAt: now }
    : null;

/** What sending came to, as it is remembered. */
export type SettledAs = Pick<Effect, 'state' | 'carrierSid' | 'errorCode' | 'errorClass'>;

const noError = { errorCode: null, errorClass: null } as const;

/** The state that a refusal of a class leads to; all others leave the text to be sent. */
const REFUSED_STATES: Partial<Record<FailureClass, EffectState>> = {
  'opted-out': 'REJECTED',
  unreachable: 'REJECTED',
  ambiguous: 'UNKNOWN',
};

/**
 * The state that sending leads to. A refusal is final only when it is about the recipient. One that is about our own setup, or
 * that nobody has heard of, leaves the text to be sent: it ends in the dead-letter queue, where a person sees it, and goes out
 * from there once the setup is mended.
 */
export const outcomeState = (outcome: SendOutcome): SettledAs => {
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

/** Settles what was claimed under this fence; null when the claim has been lost, or settled already. */
export const settled = (effect: Effect, fence: number, result: SettledAs, now: number): Effect | null =>
  effect.state === 'CLAIMED' && effect.fence === fence ? { ...effect, ...result, updatedAt: now } : null;

const rank = (delivery: Delivery | null) => (delivery === null ? 0 : delivery === 'sent' ? 1 : 2);

/** What a carrier reports of a text that it took; `delivery` null while that says no more than that it has it. */
export type Receipt = {
  carrierSid: string;
  delivery: Delivery | null;
  errorCode: CarrierErrorCode | null;
  errorClass: FailureClass | null;
};

/** Whether the recipient has certainly not got the text, so that somebody else must. */
export const hasFailed = ({ state, delivery }: Pick<Effect, 'state' | 'delivery'>): boolean =>
  state === 'REJECTED' || delivery === 'failed' || delivery === 'undelivered';

/**
 * Takes a receipt in; null when it says nothing new. Receipts come out of order and repeatedly: a final word is never taken
 * back, and `sent` never follows one. Whatever it says, it proves that the carrier has the text, whoever holds the claim.
 */
export const withReceipt = (effect: Effect, receipt: Receipt, now: number): Effect | null => {
  const { carrierSid, delivery, errorCode, errorClass } = receipt;
  const proven = { ...effect, state: 'ACCEPTED' as const, carrierSid, updatedAt: now };
  if (rank(delivery) > rank(effect.delivery)) return { ...proven, delivery, errorCode, errorClass };
  return effect.state === 'ACCEPTED' ? null : { ...proven, ...noError };
};

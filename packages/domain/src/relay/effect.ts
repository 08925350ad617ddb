import type { MessageSid, RecipientId } from '../ids.ts';
import type { SendOutcome } from './sms-carrier.ts';

/** PENDING may be sent; CLAIMED is being sent by somebody; UNKNOWN may have gone out; the other two are final. */
export const EFFECT_STATES = ['PENDING', 'CLAIMED', 'ACCEPTED', 'REJECTED', 'UNKNOWN'] as const;
export type EffectState = (typeof EFFECT_STATES)[number];

/** What a carrier says later of a text that it took. Only ever moves to the right. */
export const DELIVERY_STATES = ['sent', 'delivered', 'undelivered', 'failed'] as const;
export type Delivery = (typeof DELIVERY_STATES)[number];

/** The job ID, or `UNMATCHED`: the item collection that a message and its effects belong to. */
export type RelayScope = string;
export const UNMATCHED: RelayScope = 'UNMATCHED';

/**
 * One text to one recipient because of one inbound message. `fence` grows with each claim, and only the holder of the newest
 * fence may settle the effect. The text is pinned when the effect is first claimed, so that a retry sends the same words.
 * Times are epoch ms; `claimedAt` is that of the very first claim, since a text is looked for at the carrier from then on.
 */
export type Effect = {
  scope: RelayScope;
  messageSid: MessageSid;
  recipient: RecipientId;
  to: string;
  body: string;
  state: EffectState;
  owner: string;
  fence: number;
  leaseUntil: number;
  attempts: number;
  claimedAt: number;
  carrierSid: string | null;
  errorCode: number | null;
  delivery: Delivery | null;
  updatedAt: number;
};

/** An effect's name in URLs: no phone number in it, since URLs are logged. */
export const effectId = (effect: Pick<Effect, 'scope' | 'messageSid' | 'recipient'>): string =>
  `${effect.scope}~${effect.messageSid}~${effect.recipient}`;

/** Longer than any send may take, so that a lease runs out only under a worker that is gone, in ms. */
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

/** The state that sending leads to, and what is remembered of it. */
export const settled = (outcome: SendOutcome): Pick<Effect, 'state' | 'carrierSid' | 'errorCode'> => {
  switch (outcome.kind) {
    case 'accepted':
      return { state: 'ACCEPTED', carrierSid: outcome.carrierSid, errorCode: null };
    case 'rejected':
      return { state: 'REJECTED', carrierSid: null, errorCode: outcome.code };
    case 'not-processed':
      return { state: 'PENDING', carrierSid: null, errorCode: null };
    case 'unknown':
      return { state: 'UNKNOWN', carrierSid: null, errorCode: null };
  }
};

const rank = (delivery: Delivery | null) => (delivery === null ? 0 : delivery === 'sent' ? 1 : 2);

/** Receipts come out of order and repeatedly: a final word is never taken back, and `sent` never follows it. */
export const isNewerDelivery = (known: Delivery | null, reported: Delivery): boolean => rank(reported) > rank(known);

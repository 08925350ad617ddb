import type { MessageSid } from '../ids.ts';
import type { RecentMessage } from '../relay/budget.ts';
import type { Effect, EffectKey, Receipt, RelayScope, SettledAs } from '../relay/effect.ts';
import type { InboundMessage } from '../relay/inbound-message.ts';
import type { RelayPlan } from '../relay/plan.ts';

/** A message as the timeline shows it. `sender` is `customer`, `company`, a contact's name or a masked number. */
export type TimelineEntry = {
  message: Pick<InboundMessage, 'messageSid' | 'receivedAt' | 'body'>;
  sender: string;
  effects: Effect[];
};

/** What a number has asked for. `by` is the keyword or the refusal that said so; `at` epoch ms. */
export type Consent = { phone: string; isStopped: boolean; by: string; at: number };

/** A carrier that does not do what it is asked: since when, and when it was last tried with a new text. Epoch ms. */
export type CarrierTrouble = { since: number; triedAt: number };

/** What the operator has to look after. */
export type Attention = {
  /** Texts of which it is not known whether they went out, oldest first. */
  unsettled: Effect[];
  /** Messages to the team that nobody has answered, oldest first. */
  unanswered: Array<{ messageSid: MessageSid; scope: RelayScope; since: number }>;
};

/**
 * The relay's memory. Each method is one conditional write or one read; none ever overwrites another worker's step. Asking for
 * the same step again under the same owner is answered as the first time: the answer may have been lost on its way.
 */
export type RelayStore = {
  /** What was planned for a message; null when nothing was yet. */
  plan(sid: MessageSid): Promise<RelayPlan | null>;
  /** Pins the plan of a message, or returns the one that stands already. */
  pin(sid: MessageSid, plan: RelayPlan): Promise<RelayPlan>;
  /** Puts a message onto its timeline; a second time changes nothing. */
  record(plan: Pick<RelayPlan, 'scope' | 'sender' | 'heldUntil'>, message: InboundMessage): Promise<void>;
  /** Notes who of the team has answered a message; false when somebody had before. */
  acknowledge(sid: MessageSid, who: string, at: number): Promise<boolean>;
  /** Notes that nobody has answered a message by `at`; nothing when somebody has. */
  flagUnanswered(sid: MessageSid, at: number): Promise<void>;
  /** Stores a new effect, as `opened` or `suppressed` makes it; false when somebody else did. */
  open(effect: Effect): Promise<boolean>;
  findEffect(key: EffectKey): Promise<Effect | null>;
  /** All effects of one message. */
  effectsOf(scope: RelayScope, sid: MessageSid): Promise<Effect[]>;
  /** Takes over an effect that is as it was seen, as `claimed` does; null when it may not be, or somebody was faster. */
  claim(seen: Effect, owner: string, carrier: string, now: number): Promise<Effect | null>;
  /** Gives a claim to another carrier, as `handedOver` does; null when the claim has been lost. */
  handOver(claim: Effect, carrier: string, now: number): Promise<Effect | null>;
  /** Settles an effect under the fence that it was claimed with, as `settled` does; false when the claim has been lost. */
  settle(claimed: Effect, result: SettledAs, now: number): Promise<boolean>;
  /** Takes a receipt in, as `withReceipt` does; the effect as it then is, or null when nothing has changed. */
  recordDelivery(key: EffectKey, receipt: Receipt, now: number): Promise<Effect | null>;
  /** What was received in a scope since then (epoch ms), oldest first. */
  recent(scope: RelayScope, since: number): Promise<RecentMessage[]>;
  /** The texts that a number was sent since then (epoch ms), newest first. May lag behind by a moment. */
  sentTo(phone: string, since: number): Promise<Array<EffectKey & { at: number }>>;
  /** Those of the numbers that have asked for no more texts. */
  stopped(phones: readonly string[]): Promise<ReadonlySet<string>>;
  /** Notes what a number has asked for, unless something later is known. */
  setConsent(consent: Consent): Promise<void>;
  /** The trouble that a carrier is in; null when its last answer was one. */
  trouble(carrier: string): Promise<CarrierTrouble | null>;
  /** Notes that a carrier is in trouble from `at` on, unless it has been already; or, with null, that it is in none. */
  noteTrouble(carrier: string, at: number | null): Promise<void>;
  /** Takes it on to try a carrier in trouble once more; false when somebody else has. */
  tryAgain(carrier: string, seen: CarrierTrouble, now: number): Promise<boolean>;
  /** What has been open since before then (epoch ms). May lag behind by a moment. */
  attention(before: number): Promise<Attention>;
  /** A scope's messages with their effects, oldest first; of `UNMATCHED`, those that no job was found for. */
  timeline(scope: RelayScope): Promise<TimelineEntry[]>;
};

/**
 * One entry of the compliance log. `id` names the happening: logged again after a crash, it has the same id. `at` is when it
 * happened, in epoch ms. `data` is JSON; of a `message`, `data.record` is the queue's record, so that it can be relayed again.
 */
export type LogEntry = {
  id: string;
  type: 'message' | 'text' | 'receipt' | 'acknowledgement' | 'consent' | 'alarm';
  at: number;
  sid: MessageSid;
  scope: RelayScope;
  data: Readonly<Record<string, unknown>>;
};

/** The compliance log. Resolves once all entries are stored, in this order. @throws ProductError `unavailable` */
export type MessageLog = { append(entries: readonly LogEntry[]): Promise<void> };

/** Something to come back to: `look-again` at a message that waits for an answer, or at what was held back, to sum it up. */
export type FollowUp = { what: 'look-again' | 'summary'; scope: RelayScope; messageSid: MessageSid; dueAt: number };

/** A queue that hands a follow-up out when it is due, at least once. */
export type FollowUps = { schedule(followUp: FollowUp): Promise<void> };

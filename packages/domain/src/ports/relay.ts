import type { MessageSid } from '../ids.ts';
import type { RecentMessage } from '../relay/budget.ts';
import type { Effect, EffectKey, Receipt, SettledAs, TimelineId } from '../relay/effect.ts';
import type { InboundMessage } from '../relay/inbound-message.ts';
import type { RelayPlan } from '../relay/plan.ts';

/** A message as the timeline shows it. `sender` is `customer`, `company`, a contact's name or a masked number. */
export type TimelineEntry = {
  message: Pick<InboundMessage, 'messageSid' | 'receivedAt' | 'body'>;
  sender: string;
  effects: Effect[];
};

/** The consent of a number. `by` is the keyword, wording or refusal that it follows from; `at` epoch ms. */
export type Consent = { phone: string; isStopped: boolean; by: string; at: number };

/** An outage of a carrier: its start, and the last attempt with a new text. Epoch ms. */
export type CarrierTrouble = { since: number; triedAt: number };

/** Everything that needs the operator's attention. */
export type Attention = {
  /** Texts whose outcome is unknown, oldest first. */
  unsettled: Effect[];
  /** Messages to the team that no one has answered, oldest first. */
  unanswered: Array<{ messageSid: MessageSid; timelineId: TimelineId; since: number }>;
};

/**
 * Store of the relay. Each method is one conditional write or one read; none ever overwrites another worker's step. The same step
 * under the same owner gets the same answer again, because the first answer may have been lost.
 */
export type RelayStore = {
  /** Reads the plan of a message; null when it has none yet. */
  plan(sid: MessageSid): Promise<RelayPlan | null>;
  /** Pins the plan of a message, or returns the one that is pinned already. */
  pin(sid: MessageSid, plan: RelayPlan): Promise<RelayPlan>;
  /** Puts a message on its timeline; a second time changes nothing. */
  record(plan: Pick<RelayPlan, 'timelineId' | 'sender' | 'heldUntil'>, message: InboundMessage): Promise<void>;
  /** Notes the dispatcher who answered a message; false when another had answered before. */
  acknowledge(sid: MessageSid, who: string, at: number): Promise<boolean>;
  /** Notes that no one has answered a message by `at`; does nothing when it is answered. */
  flagUnanswered(sid: MessageSid, at: number): Promise<void>;
  /** Stores a new effect, as `opened` or `suppressed` makes it; false when another worker did. */
  open(effect: Effect): Promise<boolean>;
  findEffect(key: EffectKey): Promise<Effect | null>;
  /** All effects of one message. */
  effectsOf(timelineId: TimelineId, sid: MessageSid): Promise<Effect[]>;
  /** Takes over an effect that is as it was seen, as `claimed` does; null when that is not possible, or another worker was first. */
  claim(seen: Effect, owner: string, carrier: string, now: number): Promise<Effect | null>;
  /** Gives a claim to another carrier, as `handedOver` does; null when the claim has been lost. */
  handOver(claim: Effect, carrier: string, now: number): Promise<Effect | null>;
  /** Resolves an effect under the fence that it was claimed with, as `settled` does; false when the claim has been lost. */
  settle(claimed: Effect, result: SettledAs, now: number): Promise<boolean>;
  /** Applies a receipt, as `withReceipt` does; returns the effect, or null when nothing has changed. */
  recordDelivery(key: EffectKey, receipt: Receipt, now: number): Promise<Effect | null>;
  /** Reads the messages on a timeline since a moment (epoch ms), oldest first. */
  recent(timelineId: TimelineId, since: number): Promise<RecentMessage[]>;
  /** Reads the texts to a number since a moment (epoch ms), newest first. May lag behind by a moment. */
  sentTo(phone: string, since: number): Promise<Array<EffectKey & { at: number }>>;
  /** Reads which of the numbers have opted out. */
  stopped(phones: readonly string[]): Promise<ReadonlySet<string>>;
  /** Stores the consent of a number, unless a later one is stored. */
  setConsent(consent: Consent): Promise<void>;
  /** Reads the outage of a carrier; null when its last answer was an answer. */
  trouble(carrier: string): Promise<CarrierTrouble | null>;
  /** Notes that a carrier's outage began at `at`, unless one has begun already; with null, that it is over. */
  noteTrouble(carrier: string, at: number | null): Promise<void>;
  /** Claims the next attempt with a carrier in an outage; false when another worker has it. */
  tryAgain(carrier: string, seen: CarrierTrouble, now: number): Promise<boolean>;
  /** Reads what has been open since before a moment (epoch ms). May lag behind by a moment. */
  attention(before: number): Promise<Attention>;
  /** Reads a timeline: its messages with their effects, oldest first. */
  timeline(timelineId: TimelineId): Promise<TimelineEntry[]>;
};

/**
 * One entry of the compliance log. `id` names the event: logged again after a crash, it has the same id. `at` is the time of the
 * event, in epoch ms. `data` is JSON; of a `message`, `data.record` is the queue's record, so that it can be relayed again.
 */
export type LogEntry = {
  id: string;
  type: 'message' | 'text' | 'receipt' | 'acknowledgement' | 'consent' | 'alarm';
  at: number;
  sid: MessageSid;
  timelineId: TimelineId;
  data: Readonly<Record<string, unknown>>;
};

/** The compliance log. Resolves once all entries are stored, in this order. @throws ProductError `unavailable` */
export type MessageLog = { append(entries: readonly LogEntry[]): Promise<void> };

/** A task for later: `look-again` at a message that waits for an answer, or the `summary` of held messages. `dueAt` is epoch ms. */
export type FollowUp = {
  what: 'look-again' | 'summary';
  timelineId: TimelineId;
  messageSid: MessageSid;
  dueAt: number;
};

/** Queue that delivers a follow-up when it is due, at least once. */
export type FollowUps = { schedule(followUp: FollowUp): Promise<void> };

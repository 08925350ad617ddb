import type { MessageSid } from '../ids.ts';
import type { Effect, EffectKey, Receipt, RelayScope, SettledAs } from '../relay/effect.ts';
import type { InboundMessage } from '../relay/inbound.ts';
import type { RelayPlan } from '../relay/plan.ts';

/** A message as the timeline shows it. `sender` is `customer`, `company`, a contact's name or a masked number. */
export type TimelineEntry = {
  message: Pick<InboundMessage, 'messageSid' | 'receivedAt' | 'body'>;
  sender: string;
  effects: Effect[];
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
  record(plan: Pick<RelayPlan, 'scope' | 'sender'>, message: InboundMessage): Promise<void>;
  /** Stores a new effect, as `opened` makes it; false when somebody else did. */
  open(effect: Effect): Promise<boolean>;
  findEffect(key: EffectKey): Promise<Effect | null>;
  /** Takes over an effect that is as it was seen, as `claimed` does; null when it may not be, or somebody was faster. */
  claim(seen: Effect, owner: string, now: number): Promise<Effect | null>;
  /** Settles an effect under the fence that it was claimed with, as `settled` does; false when the claim has been lost. */
  settle(claimed: Effect, result: SettledAs, now: number): Promise<boolean>;
  /** Takes a receipt in, as `withReceipt` does. */
  recordDelivery(key: EffectKey, receipt: Receipt, now: number): Promise<void>;
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

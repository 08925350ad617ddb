import type { MessageSid } from '../ids.ts';
import type { Delivery, Effect, RelayScope } from '../relay/effect.ts';
import type { InboundMessage } from '../relay/inbound.ts';

/**
 * Which job a message was found to belong to, and when it first came in (epoch ms); pinned, so that neither a retry nor a
 * webhook that Twilio sends again decides otherwise.
 */
export type Resolution = { scope: RelayScope; jobIsNamed: boolean; note: string | null; receivedAt: number };

/** A message as the timeline shows it. `sender` is `customer`, a contact's name or a masked number. */
export type TimelineEntry = {
  message: Pick<InboundMessage, 'messageSid' | 'receivedAt' | 'body'>;
  sender: string;
  effects: Effect[];
};

/** The relay's memory. Each method is one conditional write or one read; none ever overwrites another worker's step. */
export type RelayStore = {
  /** Pins the resolution of a message, or returns the one that stands already. */
  pin(sid: MessageSid, resolution: Resolution): Promise<Resolution>;
  resolution(sid: MessageSid): Promise<Resolution | null>;
  /** Puts a message onto its timeline; a second time changes nothing. */
  record(scope: RelayScope, message: InboundMessage, sender: string): Promise<void>;
  /** Stores a new effect, already CLAIMED by its owner; false when the effect exists. */
  open(effect: Effect): Promise<boolean>;
  findEffect(effect: Pick<Effect, 'scope' | 'messageSid' | 'recipient'>): Promise<Effect | null>;
  /**
   * Takes over an effect that is as it was seen: `seen.fence` and `seen.state` still stand. The result is CLAIMED under the
   * next fence, or null when somebody was faster.
   */
  claim(seen: Effect, owner: string, now: number, leaseUntil: number): Promise<Effect | null>;
  /** Settles an effect under the fence that it was claimed with; false when the fence has moved on. */
  settle(claimed: Effect, result: Pick<Effect, 'state' | 'carrierSid' | 'errorCode'>, now: number): Promise<boolean>;
  /** Records a delivery receipt, forward only. A receipt also proves that the carrier took the text. */
  recordDelivery(
    effect: Pick<Effect, 'scope' | 'messageSid' | 'recipient'>,
    receipt: { carrierSid: string; delivery: Delivery | null; errorCode: number | null },
    now: number,
  ): Promise<void>;
  /** A scope's messages with their effects, oldest first. */
  timeline(scope: RelayScope): Promise<TimelineEntry[]>;
};

/** The compliance log. Writing the same message again leaves one record. */
export type MessageLog = { write(scope: RelayScope, message: InboundMessage, sender: string): Promise<void> };

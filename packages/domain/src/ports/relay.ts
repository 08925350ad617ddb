import type { MessageSid } from '../ids.ts';
import type { RecentMessage } from '../relay/budget.ts';
import type { Consent } from '../relay/consent.ts';
import type { MessageClaim } from '../relay/conversation/claim-hold.ts';
import type { InboundMessage } from '../relay/inbound-message.ts';
import type {
  OutboundMessage,
  OutboundMessageKey,
  Receipt,
  Resolution,
  TimelineId,
} from '../relay/outbound-message.ts';
import type { RelayPlan } from '../relay/plan.ts';
import type { DutySwap } from '../relay/rota/rota.ts';
import type { ConversationStore } from './conversations.ts';

/** A message as the timeline shows it. `sender` is `customer`, `company`, a contact's name or a masked number. */
export type TimelineEntry = {
  message: Pick<InboundMessage, 'messageSid' | 'receivedAt' | 'body'>;
  sender: string;
  outboundMessages: OutboundMessage[];
};

/** A page of a timeline, oldest first. `next` finds the older messages; null without any. */
export type TimelinePage = { entries: TimelineEntry[]; next: string | null };

/** Maximum number of opted-out numbers that are listed. */
export const MAX_OPTED_OUT = 100;

/** An outage of a carrier: its start, and the last probe with a new text. Epoch ms. */
export type CarrierTrouble = { since: number; triedAt: number };

/** Maximum number of items of a kind that need attention and are read at once: the newest ones. */
export const MAX_ATTENTION = 50;
/** Maximum number of days back from which messages of no job are read. */
export const MAX_UNMATCHED_DAYS = 31;
/** Number up to which further items are counted. */
export const MAX_ATTENTION_COUNT = 1000;

/** A message to the team that no one has answered. `since` is epoch ms. */
export type UnansweredMessage = { messageSid: MessageSid; timelineId: TimelineId; since: number };

/** Everything that needs the operator's attention: the newest 50 of each kind, and how many there are, counted up to 1,000. */
export type Attention = {
  /** Texts whose outcome is unknown, oldest first. */
  unresolved: OutboundMessage[];
  /** Messages to the team that no one has answered, oldest first. */
  unanswered: UnansweredMessage[];
  counts: { unresolved: number; unanswered: number };
};

/** Maximum number of swaps that are kept. Of more, those whose shifts end first are left out. */
export const MAX_SWAPS = 40;

/** The swaps of the rota, by the end of their shifts. `version` counts the writes; 0 before the first. */
export type DutySwaps = { swaps: DutySwap[]; version: number };

/** Store of the swaps: one item. */
export type DutyStore = {
  dutySwaps(): Promise<DutySwaps>;
  /** Writes the swaps when the version in the store is one less; false when another worker was first. */
  writeDutySwaps(swaps: DutySwaps): Promise<boolean>;
};

/**
 * Store of the relay. Each method is one conditional write or one read; none overwrites another worker's step. A step that is repeated
 * by the same owner gets the same answer, because the first answer may have been lost.
 */
export type RelayStore = ConversationStore &
  DutyStore & {
    /** Reads the plan of a message; null when it has none yet. */
    plan(sid: MessageSid): Promise<RelayPlan | null>;
    /** Pins the plan of a message, or returns the one that is pinned already. */
    pin(sid: MessageSid, plan: RelayPlan): Promise<RelayPlan>;
    /** Puts a message on its timeline; repeating it changes nothing. */
    record(plan: Pick<RelayPlan, 'timelineId' | 'sender' | 'heldUntil'>, message: InboundMessage): Promise<void>;
    /** Records the dispatcher who answered a message; false when another one had answered before. */
    acknowledge(sid: MessageSid, who: string, at: number): Promise<boolean>;
    /**
     * Records the dispatcher who has taken a message, or with null that no one has it. A second claim of the same name keeps the time of the
     * first. False when the message is answered, or nothing has changed.
     */
    claimMessage(sid: MessageSid, claim: MessageClaim | null): Promise<boolean>;
    /** Records that no one has answered a message by `at`; false when it is answered, or was recorded before. */
    flagUnanswered(sid: MessageSid, at: number): Promise<boolean>;
    /** Stores a new outbound message, made by `opened` or `suppressed`; false when another worker stored it first. */
    open(outbound: OutboundMessage): Promise<boolean>;
    findOutboundMessage(key: OutboundMessageKey): Promise<OutboundMessage | null>;
    /** Reads all outbound messages of one message. */
    outboundMessagesOf(timelineId: TimelineId, sid: MessageSid): Promise<OutboundMessage[]>;
    /**
     * Takes over an outbound message by `claimed`, if it is unchanged; null when that is not possible, or another worker was
     * first.
     */
    claim(
      seen: OutboundMessage,
      owner: string,
      carrier: string,
      now: number,
      body?: string,
    ): Promise<OutboundMessage | null>;
    /** Gives a claim to another carrier by `handedOver`; null when the claim has been lost. */
    handOver(claim: OutboundMessage, carrier: string, now: number): Promise<OutboundMessage | null>;
    /** Resolves an outbound message by `resolved`, under the fence of its claim; false when the claim has been lost. */
    resolve(claimed: OutboundMessage, result: Resolution, now: number): Promise<boolean>;
    /** Applies a receipt by `withReceipt`; returns the outbound message, or null when nothing has changed. */
    recordDelivery(key: OutboundMessageKey, receipt: Receipt, now: number): Promise<OutboundMessage | null>;
    /** Reads one message of a timeline, by its time (epoch ms) and SID; null without it. */
    message(timelineId: TimelineId, receivedAt: number, sid: MessageSid): Promise<RecentMessage | null>;
    /**
     * Reads the messages on a timeline since a moment, oldest first. Of `UNMATCHED`, whose messages are stored by day, only those of the
     * last `MAX_UNMATCHED_DAYS` days.
     * @param since epoch ms
     * @param now epoch ms
     */
    recent(timelineId: TimelineId, since: number, now: number): Promise<RecentMessage[]>;
    /**
     * Reads the newest messages of no job since a moment, newest first: the first ones that pass a test, up to a count. Of the last
     * `MAX_UNMATCHED_DAYS` days at most.
     * @param since epoch ms
     * @param now epoch ms
     */
    unmatched(
      since: number,
      now: number,
      count: number,
      isWanted: (message: RecentMessage) => boolean,
    ): Promise<RecentMessage[]>;
    /** Reads the texts to a number since a moment (epoch ms), newest first. May lag behind by a moment. */
    sentTo(phone: string, since: number): Promise<Array<OutboundMessageKey & { at: number }>>;
    /** Reads which of the addresses have opted out: a number on all its channels. */
    stopped(phones: readonly string[]): Promise<ReadonlySet<string>>;
    /** Stores the consent of a number in its history; it counts unless a later one is stored. Repeating it changes nothing. */
    setConsent(consent: Consent): Promise<void>;
    /** Reads the history of a number's consent, newest first. */
    consents(phone: string): Promise<Consent[]>;
    /** Reads the numbers that opted out last before a moment (epoch ms), MAX_OPTED_OUT at most, oldest first. May lag behind by a moment. */
    optedOut(before: number): Promise<Consent[]>;
    /**
     * Notes the first text that a number has not asked for. True for that text, also when it is asked again; false for every other one.
     * @param phone without a channel
     */
    introduce(phone: string, sid: MessageSid): Promise<boolean>;
    /** Reads the outage of a carrier; null when the carrier answers. */
    trouble(carrier: string): Promise<CarrierTrouble | null>;
    /** Records the start of a carrier's outage at `at`, unless one has started already; with null, its end. */
    noteTrouble(carrier: string, at: number | null): Promise<void>;
    /** Claims the next probe of a carrier in an outage; false when another worker has it. */
    tryAgain(carrier: string, seen: CarrierTrouble, now: number): Promise<boolean>;
    /**
     * Takes the next turn of a notice at a carrier: turns are at least `ms` apart, in ms. Two notices never get the same one.
     * @returns the turn, not before `now`, and the end of a pause of notices, 0 without one; epoch ms
     * @throws ProductError `conflict`
     */
    takeNoticeTurn(carrier: string, now: number, ms: number): Promise<{ at: number; pausedUntil: number }>;
    /** Pauses the notices of a carrier until a moment (epoch ms). A pause that ends later stays. */
    pauseNotices(carrier: string, until: number): Promise<void>;
    /** Reads the end of the pause of a carrier's notices, in epoch ms; 0 without one. */
    noticesPausedUntil(carrier: string): Promise<number>;
    /** Reads the newest outbound messages that have been unresolved since before a moment (epoch ms), oldest first. May lag behind by a moment. */
    unresolved(before: number, count: number): Promise<OutboundMessage[]>;
    /** Reads the messages that wait for an answer since a moment (epoch ms) or later, oldest first, up to a count. May lag behind by a moment. */
    longestUnanswered(since: number, count: number): Promise<UnansweredMessage[]>;
    /** Reads the items that have been open since before a moment (epoch ms). May lag behind by a moment. */
    attention(before: number): Promise<Attention>;
    /**
     * Reads a page of a job's timeline: its newest messages with their outbound messages, oldest first, up to a count.
     * @param before `next` of the page before, which was newer; null for the newest page
     * @throws ProductError `schema-violation` when `before` is not a cursor
     */
    timelinePage(timelineId: TimelineId, before: string | null, count: number): Promise<TimelinePage>;
    /** Reads the timeline of a job: its messages with their outbound messages, oldest first. */
    timeline(timelineId: TimelineId): Promise<TimelineEntry[]>;
  };

/**
 * One entry of the compliance log. `id` names the event, and stays the same when the event is logged again after a crash. `at` is the time
 * of the event, in epoch ms. `data` is JSON; of a `message`, `data.record` is the queue's record, so that it can be relayed again.
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
export type ComplianceLog = { append(entries: readonly LogEntry[]): Promise<void> };

/**
 * A task for later: `look-again` at a message that waits for an answer, the `summary` of held messages, `called`: the operator has
 * called the sender of an unanswered message, a look at an `unreachable` phone, or at a `swap` that no one has answered. `dueAt` is epoch ms.
 */
export type FollowUp = {
  what: 'look-again' | 'summary' | 'called' | 'unreachable' | 'swap';
  timelineId: TimelineId;
  messageSid: MessageSid;
  dueAt: number;
};

/** Queue that delivers a follow-up when it is due, at least once. */
export type FollowUps = { schedule(followUp: FollowUp): Promise<void> };

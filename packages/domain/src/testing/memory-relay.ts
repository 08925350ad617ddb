import type { MessageSid } from '../ids.ts';
import {
  type CarrierTrouble,
  type DutySwaps,
  MAX_ATTENTION,
  MAX_ATTENTION_COUNT,
  MAX_OPTED_OUT,
  MAX_UNMATCHED_DAYS,
  type RelayStore,
  type TimelineEntry,
  type UnansweredMessage,
} from '../ports/relay.ts';
import type { RecentMessage } from '../relay/budget.ts';
import { type Consent, consentOf } from '../relay/consent.ts';
import { personKey } from '../relay/conversation/person-key.ts';
import {
  claimed,
  handedOver,
  type OutboundMessage,
  type OutboundMessageKey,
  outboundMessageId,
  resolved,
  type TimelineId,
  UNMATCHED,
  withReceipt,
} from '../relay/outbound-message.ts';
import type { RelayPlan } from '../relay/plan.ts';
import { copyOf } from './copy-of.ts';
import { pageBounds } from './cursor-page.ts';
import { memoryConversations } from './memory-conversations.ts';
import { orderedIndex } from './ordered-index.ts';
import { assertItemFits, type IndexLag } from './table-limits.ts';

const DAY_MS = 86_400_000;

type Recorded = RecentMessage & { sender: string; messageSid: MessageSid };
const toRecent = ({ sender: _, ...recent }: Recorded): RecentMessage => recent;

/** The place of an outbound message, whose state changes. */
type Slot = { outbound: OutboundMessage };
/** The messages of one timeline, by their time, and their outbound messages. */
type StoredTimeline = {
  messages: Map<MessageSid, Recorded>;
  inOrder: Recorded[];
  outboundMessages: Map<MessageSid, Slot[]>;
};

const isOpen = ({ state }: OutboundMessage): boolean => state !== 'ACCEPTED' && state !== 'REJECTED';

type AttentionKind = 'unresolved' | 'unanswered';
/** An item of by-attention: an outbound message or a message by its ID, and its kind; null for an item that has left the index. */
type Waiting = { id: string; kind: AttentionKind | null; at: number };
const waitingText = (outbound: OutboundMessage): Waiting => ({
  id: outboundMessageId(outbound),
  kind: isOpen(outbound) ? 'unresolved' : null,
  at: outbound.claimedAt,
});

/** An item of by-recipient. */
type Sent = { id: string; to: string; at: number; key: OutboundMessageKey };
const sentText = (outbound: OutboundMessage): Sent => {
  const { timelineId, messageSid, recipient, attempt, to, claimedAt } = outbound;
  return { id: outboundMessageId(outbound), to, at: claimedAt, key: { timelineId, messageSid, recipient, attempt } };
};

/** Returns the messages since a moment (epoch ms) of a list that is in the order of time. It costs what it returns. */
const since = (inOrder: readonly Recorded[], from: number): Recorded[] =>
  inOrder.slice(inOrder.findLastIndex(({ receivedAt }) => receivedAt < from) + 1);

/** Returns the time from which messages of no job are read: the first day of MAX_UNMATCHED_DAYS, or later. Epoch ms. */
const unmatchedFrom = (from: number, now: number): number => {
  const firstDay = Math.floor((now - MAX_UNMATCHED_DAYS * DAY_MS) / DAY_MS) * DAY_MS;
  return Math.max(from, firstDay);
};

/**
 * Makes a relay store in memory, under the same contract as the table, and with its limit on the size of items. `reads` counts the
 * reads of an engine.
 * @param options `indexLag`: makes the reads through indexes stale (`sentTo`, `unresolved`, `attention`)
 */
export const memoryRelay = ({
  indexLag = null,
}: {
  indexLag?: IndexLag | null;
} = {}): RelayStore & {
  reads: number;
} => {
  const plans = new Map<MessageSid, RelayPlan>();
  const flags = new Map<MessageSid, number>();
  const attention = orderedIndex<AttentionKind, Waiting>(indexLag, ({ kind, at }) => ({
    partitions: kind === null ? [] : [kind],
    at,
  }));
  const byRecipient = orderedIndex<string, Sent>(indexLag, ({ to, at }) => ({ partitions: [to], at }));
  const timelines = new Map<TimelineId, StoredTimeline>();
  const slots = new Map<string, Slot>();
  const consents = new Map<string, Consent[]>();
  const introductions = new Map<string, MessageSid>();
  const troubles = new Map<string, CarrierTrouble>();
  const notices = new Map<string, { nextAt: number; pausedUntil: number }>();
  const find = (key: OutboundMessageKey) => slots.get(outboundMessageId(key))?.outbound ?? null;
  const put = (key: OutboundMessageKey, outbound: OutboundMessage): void => {
    const slot = slots.get(outboundMessageId(key));
    if (slot) slot.outbound = outbound;
    attention.put(waitingText(outbound));
  };
  const timelineOf = (timelineId: TimelineId): StoredTimeline => {
    const known = timelines.get(timelineId) ?? { messages: new Map(), inOrder: [], outboundMessages: new Map() };
    timelines.set(timelineId, known);
    return known;
  };
  const isClaim = (found: OutboundMessage | null, owner: string, fence: number) =>
    found?.state === 'CLAIMED' && found.owner === owner && found.fence === fence;
  const onTimeline = (timelineId: TimelineId): readonly Recorded[] => timelines.get(timelineId)?.inOrder ?? [];
  const ofMessage = (timelineId: TimelineId, sid: MessageSid) =>
    (timelines.get(timelineId)?.outboundMessages.get(sid) ?? [])
      .map(({ outbound }) => outbound)
      .sort((a, b) => (a.recipient === b.recipient ? a.attempt - b.attempt : a.recipient < b.recipient ? -1 : 1));
  const unresolvedOf = (waiting: readonly Waiting[]): OutboundMessage[] =>
    waiting.flatMap(({ id }) => slots.get(id)?.outbound ?? []).filter(isOpen);
  const unresolvedSince = (before: number, newest: number): OutboundMessage[] =>
    unresolvedOf(attention.read('unresolved', { before, newest }));
  const unansweredOf = (waiting: readonly Waiting[]): UnansweredMessage[] =>
    waiting.flatMap(({ id, at }) => {
      const messageSid = id as MessageSid;
      const plan = plans.get(messageSid);
      return plan?.answeredBy === null ? [{ messageSid, timelineId: plan.timelineId, since: at }] : [];
    });
  /** Returns the number of items of a kind. The index is counted only when not all of them were read, as in the table. */
  const countOf = (kind: AttentionKind, read: readonly unknown[], before: number): number =>
    read.length < MAX_ATTENTION ? read.length : Math.min(MAX_ATTENTION_COUNT, attention.count(kind, before));
  const toEntry =
    (timelineId: TimelineId) =>
    ({ messageSid, receivedAt, body, sender }: Recorded): TimelineEntry => ({
      message: { messageSid, receivedAt, body },
      sender,
      outboundMessages: copyOf(ofMessage(timelineId, messageSid)),
    });
  /** Replaces an outbound message if it has not changed since it was read. */
  const replace = (seen: OutboundMessage, next: OutboundMessage | null, owner: string): OutboundMessage | null => {
    const found = find(seen);
    if (!next || isClaim(found, owner, next.fence)) return next && copyOf(found);
    if (!found || found.fence !== seen.fence || found.state !== seen.state) return null;
    put(seen, { ...next });
    return copyOf(next);
  };

  let swaps: DutySwaps = { swaps: [], version: 0 };
  const store: RelayStore & { reads: number } = {
    reads: 0,
    dutySwaps: async () => {
      store.reads += 1;
      return copyOf(swaps);
    },
    writeDutySwaps: async (next) => {
      if (next.version !== swaps.version + 1) return false;
      assertItemFits(next);
      swaps = copyOf(next);
      return true;
    },
    ...memoryConversations(indexLag, () => {
      store.reads += 1;
    }),
    plan: async (sid) => {
      store.reads += 1;
      return copyOf(plans.get(sid) ?? null);
    },
    pin: async (sid, plan) => {
      const pinned = plans.get(sid) ?? copyOf(plan);
      assertItemFits(pinned);
      plans.set(sid, pinned);
      return copyOf(pinned);
    },
    record: async ({ timelineId, sender, heldUntil }, { messageSid, receivedAt, from, body }) => {
      const { messages, inOrder } = timelineOf(timelineId);
      if (messages.has(messageSid)) return;
      const recorded = { sender, messageSid, from, body, receivedAt, heldUntil };
      assertItemFits(recorded);
      messages.set(messageSid, recorded);
      const index = inOrder.findLastIndex((one) => one.receivedAt <= receivedAt);
      inOrder.splice(index + 1, 0, recorded);
    },
    acknowledge: async (sid, who) => {
      const plan = plans.get(sid);
      if (!plan || plan.answeredBy !== null) return false;
      plans.set(sid, { ...plan, answeredBy: who });
      flags.delete(sid);
      attention.put({ id: sid, kind: null, at: 0 });
      return true;
    },
    claimMessage: async (sid, claim) => {
      const plan = plans.get(sid);
      if (!plan || plan.answeredBy !== null || (plan.claim?.name ?? null) === (claim?.name ?? null)) return false;
      const { claim: _, ...free } = plan;
      plans.set(sid, claim ? { ...free, claim: copyOf(claim) } : free);
      return true;
    },
    flagUnanswered: async (sid, at) => {
      const known = flags.get(sid);
      if (plans.get(sid)?.answeredBy !== null || known !== undefined) return known === at;
      flags.set(sid, at);
      attention.put({ id: sid, kind: 'unanswered', at });
      return true;
    },
    open: async (outbound) => {
      const found = find(outbound);
      if (found)
        return found.owner === outbound.owner && found.fence === outbound.fence && found.state === outbound.state;
      assertItemFits(outbound);
      const slot = { outbound: { ...outbound } };
      slots.set(outboundMessageId(outbound), slot);
      attention.put(waitingText(outbound));
      byRecipient.put(sentText(outbound));
      const { outboundMessages } = timelineOf(outbound.timelineId);
      outboundMessages.set(outbound.messageSid, [...(outboundMessages.get(outbound.messageSid) ?? []), slot]);
      return true;
    },
    findOutboundMessage: async (key) => {
      store.reads += 1;
      return copyOf(find(key));
    },
    outboundMessagesOf: async (timelineId, sid) => {
      store.reads += 1;
      return copyOf(ofMessage(timelineId, sid));
    },
    claim: async (seen, owner, carrier, now, body) => replace(seen, claimed(seen, owner, carrier, now, body), owner),
    handOver: async (claim, carrier, now) => replace(claim, handedOver(claim, carrier, now), claim.owner),
    resolve: async (claim, result, now) => {
      const found = find(claim);
      const next = found && resolved(found, claim.fence, result, now);
      if (next) put(claim, next);
      return next !== null;
    },
    recordDelivery: async (key, receipt, now) => {
      const found = find(key);
      const next = found && withReceipt(found, receipt, now);
      if (next) put(key, next);
      return copyOf(next);
    },
    message: async (timelineId, receivedAt, sid) => {
      store.reads += 1;
      const found = timelines.get(timelineId)?.messages.get(sid);
      return found?.receivedAt === receivedAt ? toRecent(found) : null;
    },
    recent: async (timelineId, from, now) => {
      store.reads += 1;
      return since(onTimeline(timelineId), timelineId === UNMATCHED ? unmatchedFrom(from, now) : from).map(toRecent);
    },
    unmatched: async (from, now, count, isWanted) => {
      store.reads += 1;
      const newestFirst = since(onTimeline(UNMATCHED), unmatchedFrom(from, now)).map(toRecent).toReversed();
      return newestFirst.filter(isWanted).slice(0, count);
    },
    sentTo: async (phone, from) => {
      store.reads += 1;
      return byRecipient
        .read(phone, { from })
        .toReversed()
        .map(({ key, at }) => ({ ...key, at }));
    },
    stopped: async (phones) => {
      store.reads += 1;
      return new Set(phones.filter((phone) => consents.get(personKey(phone))?.[0]?.isStopped));
    },
    introduce: async (phone, sid) => {
      if (!introductions.has(phone)) introductions.set(phone, sid);
      return introductions.get(phone) === sid;
    },
    setConsent: async (given) => {
      const consent = consentOf(given);
      const known = consents.get(consent.phone) ?? [];
      const others = known.filter(({ at, by }) => at !== consent.at || by !== consent.by);
      // Of two at the same time, the one that was stored last counts.
      consents.set(
        consent.phone,
        [consent, ...others].toSorted((a, b) => b.at - a.at),
      );
    },
    consents: async (phone) => {
      store.reads += 1;
      return copyOf(consents.get(personKey(phone)) ?? []);
    },
    optedOut: async (before) => {
      store.reads += 1;
      const newest = [...consents.values()].flatMap(([consent]) => consent ?? []);
      return copyOf(
        newest
          .filter(({ isStopped, at }) => isStopped && at < before)
          .toSorted((a, b) => a.at - b.at)
          .slice(-MAX_OPTED_OUT),
      );
    },
    trouble: async (carrier) => {
      store.reads += 1;
      return copyOf(troubles.get(carrier) ?? null);
    },
    noteTrouble: async (carrier, at) => {
      if (at === null) troubles.delete(carrier);
      else if (!troubles.has(carrier)) troubles.set(carrier, { since: at, triedAt: at });
    },
    tryAgain: async (carrier, { triedAt }, now) => {
      const trouble = troubles.get(carrier);
      if (trouble?.triedAt !== triedAt) return false;
      troubles.set(carrier, { ...trouble, triedAt: now });
      return true;
    },
    takeNoticeTurn: async (carrier, now, ms) => {
      const { nextAt = 0, pausedUntil = 0 } = notices.get(carrier) ?? {};
      const at = Math.max(now, nextAt);
      notices.set(carrier, { nextAt: at + ms, pausedUntil });
      return { at, pausedUntil };
    },
    pauseNotices: async (carrier, until) => {
      const { nextAt = 0, pausedUntil = 0 } = notices.get(carrier) ?? {};
      notices.set(carrier, { nextAt, pausedUntil: Math.max(pausedUntil, until) });
    },
    noticesPausedUntil: async (carrier) => {
      store.reads += 1;
      return notices.get(carrier)?.pausedUntil ?? 0;
    },
    unresolved: async (before, count) => {
      store.reads += 1;
      return copyOf(unresolvedSince(before, count));
    },
    longestUnanswered: async (from, oldest) => {
      store.reads += 1;
      return unansweredOf(attention.read('unanswered', { from, oldest }));
    },
    attention: async (before) => {
      store.reads += 1;
      const unresolved = unresolvedSince(before, MAX_ATTENTION);
      const unanswered = unansweredOf(attention.read('unanswered', { before, newest: MAX_ATTENTION }));
      const counts = {
        unresolved: countOf('unresolved', unresolved, before),
        unanswered: countOf('unanswered', unanswered, before),
      };
      return copyOf({ unresolved, unanswered, counts });
    },
    timelinePage: async (timelineId, before, count) => {
      store.reads += 1;
      const inOrder = onTimeline(timelineId);
      const { start, end, next } = pageBounds(inOrder.length, before, count);
      const page = inOrder.slice(Math.max(0, inOrder.length - end), Math.max(0, inOrder.length - start));
      return { entries: page.map(toEntry(timelineId)), next };
    },
    timeline: async (timelineId): Promise<TimelineEntry[]> => {
      store.reads += 1;
      return onTimeline(timelineId).map(toEntry(timelineId));
    },
  };
  return store;
};

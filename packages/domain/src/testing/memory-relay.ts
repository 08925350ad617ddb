import type { MessageSid } from '../ids.ts';
import {
  type CarrierTrouble,
  type DutySwaps,
  MAX_ATTENTION,
  MAX_ATTENTION_COUNT,
  MAX_OPTED_OUT,
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
  withReceipt,
} from '../relay/outbound-message.ts';
import type { RelayPlan } from '../relay/plan.ts';
import { copyOf } from './copy-of.ts';
import { pageOf } from './cursor-page.ts';
import { memoryConversations } from './memory-conversations.ts';
import { assertItemFits, type IndexLag, laggingIndex } from './table-limits.ts';

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
  const flagged = laggingIndex<MessageSid, number>(indexLag);
  /** The outbound messages as the indexes have them; only kept where these lag behind. */
  const indexed = laggingIndex<string, OutboundMessage>(indexLag);
  const timelines = new Map<TimelineId, StoredTimeline>();
  const slots = new Map<string, Slot>();
  const slotsByPhone = new Map<string, Slot[]>();
  const consents = new Map<string, Consent[]>();
  const introductions = new Map<string, MessageSid>();
  const troubles = new Map<string, CarrierTrouble>();
  const notices = new Map<string, { nextAt: number; pausedUntil: number }>();
  const find = (key: OutboundMessageKey) => slots.get(outboundMessageId(key))?.outbound ?? null;
  const put = (key: OutboundMessageKey, outbound: OutboundMessage): void => {
    const slot = slots.get(outboundMessageId(key));
    if (slot) slot.outbound = outbound;
    if (indexLag) indexed.put(outboundMessageId(key), { ...outbound });
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
  const isOpen = ({ state }: OutboundMessage): boolean => state !== 'ACCEPTED' && state !== 'REJECTED';
  /** The outbound messages that an index has, as it has them. */
  const named = (): OutboundMessage[] =>
    indexLag ? [...indexed.read().values()] : [...slots.values()].map(({ outbound }) => outbound);
  const unresolvedSince = (before: number): OutboundMessage[] =>
    named()
      .filter((outbound) => isOpen(outbound) && outbound.claimedAt < before)
      .sort((a, b) => a.claimedAt - b.claimedAt)
      .flatMap((outbound) => find(outbound) ?? [])
      .filter(isOpen);
  const unansweredSince = (before: number): UnansweredMessage[] =>
    [...flagged.read()]
      .flatMap(([messageSid, since]) => {
        const plan = plans.get(messageSid);
        const isUnanswered = plan?.answeredBy === null && since < before;
        return isUnanswered ? [{ messageSid, timelineId: plan.timelineId, since }] : [];
      })
      .sort((a, b) => a.since - b.since);
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
      flagged.remove(sid);
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
      flagged.put(sid, at);
      return true;
    },
    open: async (outbound) => {
      const found = find(outbound);
      if (found)
        return found.owner === outbound.owner && found.fence === outbound.fence && found.state === outbound.state;
      assertItemFits(outbound);
      const slot = { outbound: { ...outbound } };
      if (indexLag) indexed.put(outboundMessageId(outbound), { ...outbound });
      slots.set(outboundMessageId(outbound), slot);
      const { outboundMessages } = timelineOf(outbound.timelineId);
      outboundMessages.set(outbound.messageSid, [...(outboundMessages.get(outbound.messageSid) ?? []), slot]);
      const toPhone = slotsByPhone.get(outbound.to) ?? [];
      toPhone.push(slot);
      slotsByPhone.set(outbound.to, toPhone);
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
    recent: async (timelineId, since) => {
      store.reads += 1;
      return onTimeline(timelineId)
        .filter(({ receivedAt }) => receivedAt >= since)
        .map(toRecent);
    },
    sentTo: async (phone, since) => {
      store.reads += 1;
      const sent = indexLag
        ? named().filter(({ to }) => to === phone)
        : (slotsByPhone.get(phone) ?? []).map(({ outbound }) => outbound);
      return sent
        .filter(({ claimedAt }) => claimedAt >= since)
        .sort((a, b) => b.claimedAt - a.claimedAt)
        .map(({ timelineId, messageSid, recipient, attempt, claimedAt }) => ({
          timelineId,
          messageSid,
          recipient,
          attempt,
          at: claimedAt,
        }));
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
      return copyOf(unresolvedSince(before).slice(-count));
    },
    longestUnanswered: async (count) => {
      store.reads += 1;
      return unansweredSince(Number.POSITIVE_INFINITY).slice(0, count);
    },
    attention: async (before) => {
      store.reads += 1;
      const [unresolved, unanswered] = [unresolvedSince(before), unansweredSince(before)];
      const counted = (all: readonly unknown[]) => Math.min(MAX_ATTENTION_COUNT, all.length);
      return copyOf({
        unresolved: unresolved.slice(-MAX_ATTENTION),
        unanswered: unanswered.slice(-MAX_ATTENTION),
        counts: { unresolved: counted(unresolved), unanswered: counted(unanswered) },
      });
    },
    timelinePage: async (timelineId, before, count) => {
      store.reads += 1;
      const newestFirst = pageOf(onTimeline(timelineId).toReversed(), before, count);
      return { entries: newestFirst.items.toReversed().map(toEntry(timelineId)), next: newestFirst.next };
    },
    timeline: async (timelineId): Promise<TimelineEntry[]> => {
      store.reads += 1;
      return onTimeline(timelineId).map(toEntry(timelineId));
    },
  };
  return store;
};

import {
  type Attention,
  MAX_ATTENTION,
  MAX_ATTENTION_COUNT,
  MAX_UNMATCHED_DAYS,
  type OutboundMessage,
  parseMessageSid,
  type RelayStore,
  UNMATCHED,
  type UnansweredMessage,
} from '@qdn/domain';
import { reaching } from '../failures.ts';
import type { Item } from '../get-all.ts';
import {
  ATTENTION,
  claimKey,
  jobPk,
  MESSAGE_PREFIX,
  messageKey,
  messagesFrom,
  OUTBOUND_MESSAGE_PREFIX,
  outboundMessageKey,
  sidOf,
  unmatchedPks,
} from '../jobs-table/keys.ts';
import { queryAll, queryFirst } from '../query.ts';
import { isFinal, timelineOf, toOutboundMessage, toOutboundMessageKey, toPlan, toRecent } from './relay-items.ts';
import { type RelayTable, STORE } from './relay-table.ts';
import { readTimelinePage } from './timeline-page.ts';

/** Returns the newest outbound messages that have been unresolved since before a time (epoch ms), oldest first. */
const unresolvedSince = async (table: RelayTable, before: number, count: number): Promise<OutboundMessage[]> => {
  const waiting = await table.newestWaiting(ATTENTION.unresolved, before, count);
  const found = await table.getAll(waiting.map((item) => outboundMessageKey(toOutboundMessageKey(item))));
  // The index lags behind: texts that have been resolved meanwhile are left out.
  return found.flatMap((item) => (item ? [toOutboundMessage(item)] : [])).filter(({ state }) => !isFinal(state));
};

/** Returns the unanswered messages that the index has. It lags behind: messages that have been answered meanwhile are left out. */
const unansweredOf = async (table: RelayTable, messages: readonly Item[]): Promise<UnansweredMessage[]> => {
  const plans = await table.getAll(messages.map((item) => claimKey(sidOf(item['pk']))));
  return messages.flatMap((item, i) => {
    const plan = plans[i];
    const messageSid = parseMessageSid(sidOf(item['pk']));
    return messageSid && plan && plan['answeredBy'] === null
      ? [{ messageSid, timelineId: toPlan(plan).timelineId, since: Number(item['attentionAt']) }]
      : [];
  });
};

/** Returns the number of items of a kind. The index is counted only when not all of them were read. */
const countOf = async (table: RelayTable, attention: string, read: readonly unknown[], before: number) =>
  read.length < MAX_ATTENTION ? read.length : table.countWaiting(attention, before, MAX_ATTENTION_COUNT);

/** Reads what needs the operator's attention since before a time (epoch ms). */
const readAttention = async (table: RelayTable, before: number): Promise<Attention> => {
  const [unresolved, keys] = await Promise.all([
    unresolvedSince(table, before, MAX_ATTENTION),
    table.newestWaiting(ATTENTION.unanswered, before, MAX_ATTENTION),
  ]);
  const unanswered = await unansweredOf(table, keys);
  const [unresolvedCount, unansweredCount] = await Promise.all([
    countOf(table, ATTENTION.unresolved, unresolved, before),
    countOf(table, ATTENTION.unanswered, unanswered, before),
  ]);
  return { unresolved, unanswered, counts: { unresolved: unresolvedCount, unanswered: unansweredCount } };
};

/** Maximum difference between the clocks of two functions, in ms: one may have written a message just after midnight. */
const MAX_CLOCK_SKEW_MS = 60_000;
const DAY_MS = 86_400_000;

/** Returns the partitions of the messages of no job since a time (epoch ms), newest first, MAX_UNMATCHED_DAYS days at most. */
const unmatchedSince = (since: number, now: number): string[] =>
  unmatchedPks(Math.max(since, now - MAX_UNMATCHED_DAYS * DAY_MS), now + MAX_CLOCK_SKEW_MS);

/** Returns the query for the messages in a partition since a time (epoch ms). */
const messagesQuery = (table: RelayTable, pk: string, since: number) => ({
  TableName: table.name,
  KeyConditionExpression: 'pk = :pk AND sk BETWEEN :first AND :last',
  ExpressionAttributeValues: { ':pk': pk, ':first': messagesFrom(since), ':last': `${MESSAGE_PREFIX}~` },
  ConsistentRead: true,
});

/** Timelines, and the items that need someone's attention. */
export const timelineStore = (
  table: RelayTable,
): Pick<
  RelayStore,
  'message' | 'recent' | 'unmatched' | 'unresolved' | 'longestUnanswered' | 'attention' | 'timeline' | 'timelinePage'
> => ({
  message: (timelineId, receivedAt, sid) =>
    reaching(STORE, async () => {
      const item = await table.get(messageKey(timelineId, receivedAt, sid));
      return item ? (toRecent(item)[0] ?? null) : null;
    }),

  recent: (timelineId, since, now) =>
    reaching(STORE, async () => {
      const partitions = timelineId === UNMATCHED ? unmatchedSince(since, now).toReversed() : [jobPk(timelineId)];
      const found = await Promise.all(partitions.map((pk) => queryAll(table.client, messagesQuery(table, pk, since))));
      return found.flat().flatMap(toRecent);
    }),

  unmatched: (since, now, count, isWanted) =>
    reaching(STORE, async () => {
      const isCounted = (item: Item): boolean => toRecent(item).some(isWanted);
      const newest = (pk: string) =>
        queryFirst(table.client, { ...messagesQuery(table, pk, since), ScanIndexForward: false }, count, isCounted);
      const found = await Promise.all(unmatchedSince(since, now).map(newest));
      return found.flat().slice(0, count).flatMap(toRecent);
    }),

  unresolved: (before, count) => reaching(STORE, () => unresolvedSince(table, before, count)),

  longestUnanswered: (since, count) =>
    reaching(STORE, async () => unansweredOf(table, await table.longestWaiting(ATTENTION.unanswered, since, count))),

  attention: (before) => reaching(STORE, () => readAttention(table, before)),

  timelinePage: (timelineId, before, count) =>
    reaching(STORE, () => readTimelinePage(table, timelineId, before, count)),

  timeline: (timelineId) =>
    reaching(STORE, async () => {
      const items = await queryAll(table.client, {
        TableName: table.name,
        // `OUT#…` and `MSG#…` are adjacent, before `STATE`: one query returns both.
        KeyConditionExpression: 'pk = :pk AND sk BETWEEN :first AND :last',
        ExpressionAttributeValues: {
          ':pk': jobPk(timelineId),
          ':first': MESSAGE_PREFIX,
          ':last': `${OUTBOUND_MESSAGE_PREFIX}~`,
        },
        ConsistentRead: true,
      });
      return timelineOf(items);
    }),
});

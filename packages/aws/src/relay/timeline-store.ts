import { type OutboundMessage, parseMessageSid, type RelayStore } from '@qdn/domain';
import { reaching } from '../failures.ts';
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
} from '../jobs-table/keys.ts';
import { queryAll } from '../query.ts';
import { isFinal, timelineOf, toOutboundMessage, toOutboundMessageKey, toPlan, toRecent } from './relay-items.ts';
import { type RelayTable, STORE } from './relay-table.ts';

/** Returns the outbound messages that have been unresolved since before a time (epoch ms), oldest first. */
const unresolvedSince = async (table: RelayTable, before: number): Promise<OutboundMessage[]> => {
  const waiting = await table.waiting(ATTENTION.unresolved, before);
  const found = await table.getAll(waiting.map((item) => outboundMessageKey(toOutboundMessageKey(item))));
  // The index lags behind: texts that have been resolved meanwhile are left out.
  return found.flatMap((item) => (item ? [toOutboundMessage(item)] : [])).filter(({ state }) => !isFinal(state));
};

/** Timelines, and the items that need someone's attention. */
export const timelineStore = (
  table: RelayTable,
): Pick<RelayStore, 'message' | 'recent' | 'unresolved' | 'attention' | 'timeline'> => ({
  message: (timelineId, receivedAt, sid) =>
    reaching(STORE, async () => {
      const item = await table.get(messageKey(timelineId, receivedAt, sid));
      return item ? (toRecent(item)[0] ?? null) : null;
    }),

  recent: (timelineId, since) =>
    reaching(STORE, async () => {
      const items = await queryAll(table.client, {
        TableName: table.name,
        KeyConditionExpression: 'pk = :pk AND sk BETWEEN :first AND :last',
        ExpressionAttributeValues: {
          ':pk': jobPk(timelineId),
          ':first': messagesFrom(since),
          ':last': `${MESSAGE_PREFIX}~`,
        },
        ConsistentRead: true,
      });
      return items.flatMap(toRecent);
    }),

  unresolved: (before) => reaching(STORE, () => unresolvedSince(table, before)),

  attention: (before) =>
    reaching(STORE, async () => {
      const [unresolved, messages] = await Promise.all([
        unresolvedSince(table, before),
        table.waiting(ATTENTION.unanswered, before),
      ]);
      const plans = await table.getAll(messages.map((item) => claimKey(sidOf(item['pk']))));
      return {
        unresolved,
        // The index lags behind: messages that have been answered meanwhile are left out.
        unanswered: messages.flatMap((item, i) => {
          const plan = plans[i];
          const messageSid = parseMessageSid(sidOf(item['pk']));
          return messageSid && plan && plan['answeredBy'] === null
            ? [{ messageSid, timelineId: toPlan(plan).timelineId, since: Number(item['attentionAt']) }]
            : [];
        }),
      };
    }),

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

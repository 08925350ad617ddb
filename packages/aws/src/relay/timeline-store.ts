import { parseMessageSid, type RelayStore } from '@qdn/domain';
import { reaching } from '../failures.ts';
import {
  ATTENTION,
  claimKey,
  jobPk,
  MESSAGE_PREFIX,
  messagesFrom,
  OUTBOUND_MESSAGE_PREFIX,
  sidOf,
} from '../jobs-table/keys.ts';
import { queryAll } from '../query.ts';
import { isFinal, timelineOf, toOutboundMessageKey, toPlan, toRecent } from './relay-items.ts';
import { type RelayTable, STORE } from './relay-table.ts';

/** Timelines, and the items that need someone's attention. */
export const timelineStore = (table: RelayTable): Pick<RelayStore, 'recent' | 'attention' | 'timeline'> => ({
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

  attention: (before) =>
    reaching(STORE, async () => {
      const [outboundMessages, messages] = await Promise.all([
        table.waiting(ATTENTION.unresolved, before),
        table.waiting(ATTENTION.unanswered, before),
      ]);
      const found = await Promise.all(
        outboundMessages.map((item) => table.findOutboundMessage(toOutboundMessageKey(item))),
      );
      const plans = await Promise.all(
        messages.map(async (item) => ({ item, plan: await table.get(claimKey(sidOf(item['pk']))) })),
      );
      return {
        // The index lags behind: texts and messages that have been resolved meanwhile are left out.
        unresolved: found
          .filter((outbound) => outbound !== null && !isFinal(outbound.state))
          .filter((outbound) => outbound !== null),
        unanswered: plans.flatMap(({ item, plan }) => {
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

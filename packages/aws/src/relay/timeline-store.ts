import { parseMessageSid, type RelayStore } from '@qdn/domain';
import { reaching } from '../failures.ts';
import { ATTENTION, claimKey, EFFECT_PREFIX, jobPk, MESSAGE_PREFIX, messagesFrom, sidOf } from '../jobs-table/keys.ts';
import { queryAll } from '../query.ts';
import { isFinal, timelineOf, toEffectKey, toPlan, toRecent } from './relay-items.ts';
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
      const [effects, messages] = await Promise.all([
        table.waiting(ATTENTION.unsettled, before),
        table.waiting(ATTENTION.unanswered, before),
      ]);
      const found = await Promise.all(effects.map((item) => table.findEffect(toEffectKey(item))));
      const plans = await Promise.all(
        messages.map(async (item) => ({ item, plan: await table.get(claimKey(sidOf(item['pk']))) })),
      );
      return {
        // The index lags behind: texts and messages that have been resolved meanwhile are left out.
        unsettled: found
          .filter((effect) => effect !== null && !isFinal(effect.state))
          .filter((effect) => effect !== null),
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
        // `EFFECT#…` and `MSG#…` are adjacent, before `STATE`: one query returns both.
        KeyConditionExpression: 'pk = :pk AND sk BETWEEN :first AND :last',
        ExpressionAttributeValues: {
          ':pk': jobPk(timelineId),
          ':first': EFFECT_PREFIX,
          ':last': `${MESSAGE_PREFIX}~`,
        },
        ConsistentRead: true,
      });
      return timelineOf(items);
    }),
});

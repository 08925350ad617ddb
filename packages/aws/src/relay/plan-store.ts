import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { MessageSid, RelayStore } from '@qdn/domain';
import { reaching } from '../failures.ts';
import { ATTENTION, claimKey, messageKey } from '../jobs-table/keys.ts';
import { toPlan } from './relay-items.ts';
import { holds, type RelayTable, STORE } from './relay-table.ts';

/**
 * Updates the plan of a message that the team has not answered; false when it has, or when there is no such message.
 * @param also a further condition
 * @param names of attributes that are reserved words
 */
const updatePlan = (
  table: RelayTable,
  sid: MessageSid,
  update: string,
  values: Record<string, unknown>,
  also = 'attribute_exists(pk)',
  names?: Record<string, string>,
) =>
  holds(() =>
    table.client.send(
      new UpdateCommand({
        TableName: table.name,
        Key: claimKey(sid),
        UpdateExpression: update,
        // A missing plan has no answer either, but there is no message.
        ConditionExpression: `attribute_exists(pk) AND answeredBy = :none AND (${also})`,
        ...(names ? { ExpressionAttributeNames: names } : {}),
        ExpressionAttributeValues: { ...values, ':none': null },
      }),
    ),
  );

/** Plans of messages, and their answers. */
export const planStore = (
  table: RelayTable,
): Pick<RelayStore, 'plan' | 'pin' | 'record' | 'acknowledge' | 'claimMessage' | 'flagUnanswered'> => ({
  plan: (sid) =>
    reaching(STORE, async () => {
      const item = await table.get(claimKey(sid));
      return item ? toPlan(item) : null;
    }),

  pin: (sid, plan) =>
    reaching(STORE, async () => {
      if (await table.put({ ...claimKey(sid), ...plan })) return plan;
      const item = await table.get(claimKey(sid));
      return item ? toPlan(item) : plan;
    }),

  record: ({ timelineId, sender, heldUntil }, message) =>
    reaching(STORE, async () => {
      await table.put({
        ...messageKey(timelineId, message.receivedAt, message.messageSid),
        ...message,
        sender,
        heldUntil,
      });
    }),

  acknowledge: (sid, who, at) =>
    reaching(STORE, () =>
      updatePlan(table, sid, 'SET answeredBy = :who, answeredAt = :at REMOVE attention, attentionAt', {
        ':who': who,
        ':at': at,
      }),
    ),

  claimMessage: (sid, claim) =>
    reaching(STORE, () =>
      claim === null
        ? updatePlan(table, sid, 'REMOVE claim', {}, 'attribute_exists(claim)')
        : updatePlan(
            table,
            sid,
            'SET claim = :claim',
            { ':claim': claim, ':name': claim.name },
            'attribute_not_exists(claim) OR claim.#name <> :name',
            { '#name': 'name' },
          ),
    ),

  flagUnanswered: (sid, at) =>
    reaching(STORE, async () => {
      // The client repeats a write whose answer was lost: the same time is the same record.
      const isFirst = 'attribute_not_exists(attentionAt) OR attentionAt = :at';
      const values = { ':attention': ATTENTION.unanswered, ':at': at };
      return updatePlan(table, sid, 'SET attention = :attention, attentionAt = :at', values, isFirst);
    }),
});

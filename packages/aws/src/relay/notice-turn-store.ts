import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { ProductError, type RelayStore } from '@qdn/domain';
import { isConditionFailure, reaching } from '../failures.ts';
import { noticesKey } from '../jobs-table/keys.ts';
import { holds, type RelayTable, STORE } from './relay-table.ts';

/** Attempts to take a turn: each tries both writes, and fails only when the clock passes the last turn in between. */
const MAX_ATTEMPTS = 4;

/** Turns of notices, so that they do not fill a carrier's queue. */
export const noticeTurnStore = (
  table: RelayTable,
): Pick<RelayStore, 'takeNoticeTurn' | 'pauseNotices' | 'noticesPausedUntil'> => {
  /** Moves the next turn, if the condition holds. @returns the item after that, or null */
  const move = async (carrier: string, set: string, condition: string, values: Record<string, number>) => {
    try {
      const { Attributes } = await table.client.send(
        new UpdateCommand({
          TableName: table.name,
          Key: noticesKey(carrier),
          UpdateExpression: `SET nextAt = ${set}`,
          ConditionExpression: condition,
          ExpressionAttributeValues: values,
          ReturnValues: 'ALL_NEW',
        }),
      );
      return { nextAt: Number(Attributes?.['nextAt']), pausedUntil: Number(Attributes?.['pausedUntil'] ?? 0) };
    } catch (error) {
      if (isConditionFailure(error)) return null;
      throw error;
    }
  };

  return {
    takeNoticeTurn: (carrier, now, ms) =>
      reaching(STORE, async () => {
        for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt += 1) {
          const isFree = 'attribute_not_exists(nextAt) OR nextAt <= :now';
          const free = await move(carrier, ':next', isFree, { ':next': now + ms, ':now': now });
          if (free) return { at: now, pausedUntil: free.pausedUntil };
          const queued = await move(carrier, 'nextAt + :ms', 'nextAt > :now', { ':ms': ms, ':now': now });
          if (queued) return { at: queued.nextAt - ms, pausedUntil: queued.pausedUntil };
        }
        throw new ProductError('conflict', 'Other workers take turns at the same time. Try again.', { retryAfterS: 1 });
      }),

    pauseNotices: (carrier, until) =>
      reaching(STORE, async () => {
        await holds(() =>
          table.client.send(
            new UpdateCommand({
              TableName: table.name,
              Key: noticesKey(carrier),
              UpdateExpression: 'SET pausedUntil = :until',
              ConditionExpression: 'attribute_not_exists(pausedUntil) OR pausedUntil < :until',
              ExpressionAttributeValues: { ':until': until },
            }),
          ),
        );
      }),

    noticesPausedUntil: (carrier) =>
      reaching(STORE, async () => Number((await table.get(noticesKey(carrier)))?.['pausedUntil'] ?? 0)),
  };
};

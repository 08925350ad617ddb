import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { RelayStore } from '@qdn/domain';
import { reaching } from '../failures.ts';
import { carrierKey, consentKey, phoneOf } from '../jobs-table/keys.ts';
import { holds, type RelayTable, STORE } from './relay-table.ts';

/** Consents of numbers. */
export const consentStore = (table: RelayTable): Pick<RelayStore, 'stopped' | 'setConsent'> => ({
  stopped: (phones) =>
    reaching(STORE, async () => {
      const consents = await table.getAll([...new Set(phones)].map(consentKey));
      return new Set(consents.flatMap((item) => (item?.['isStopped'] === true ? [phoneOf(item['pk'])] : [])));
    }),

  setConsent: ({ phone, isStopped, by, at }) =>
    reaching(STORE, async () => {
      await holds(() =>
        table.client.send(
          new UpdateCommand({
            TableName: table.name,
            Key: consentKey(phone),
            UpdateExpression: 'SET isStopped = :stopped, #by = :by, #at = :at',
            ConditionExpression: 'attribute_not_exists(pk) OR #at <= :at',
            ExpressionAttributeNames: { '#by': 'by', '#at': 'at' },
            ExpressionAttributeValues: { ':stopped': isStopped, ':by': by, ':at': at },
          }),
        ),
      );
    }),
});

/** Health of the carriers. */
export const carrierHealthStore = (table: RelayTable): Pick<RelayStore, 'trouble' | 'noteTrouble' | 'tryAgain'> => ({
  trouble: (carrier) =>
    reaching(STORE, async () => {
      const { since, triedAt } = (await table.get(carrierKey(carrier))) ?? {};
      return typeof since === 'number' ? { since, triedAt: Number(triedAt) } : null;
    }),

  noteTrouble: (carrier, at) =>
    reaching(STORE, async () => {
      await holds(() =>
        table.client.send(
          new UpdateCommand({
            TableName: table.name,
            Key: carrierKey(carrier),
            // Cleared, the item stays: the worker may not delete anything.
            UpdateExpression: at === null ? 'REMOVE since, triedAt' : 'SET since = :at, triedAt = :at',
            ConditionExpression: at === null ? 'attribute_exists(since)' : 'attribute_not_exists(since)',
            ...(at === null ? {} : { ExpressionAttributeValues: { ':at': at } }),
          }),
        ),
      );
    }),

  tryAgain: (carrier, { triedAt }, now) =>
    reaching(STORE, () =>
      holds(() =>
        table.client.send(
          new UpdateCommand({
            TableName: table.name,
            Key: carrierKey(carrier),
            UpdateExpression: 'SET triedAt = :now',
            ConditionExpression: 'triedAt = :seen',
            ExpressionAttributeValues: { ':now': now, ':seen': triedAt },
          }),
        ),
      ),
    ),
});

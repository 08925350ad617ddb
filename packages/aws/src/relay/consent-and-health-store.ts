import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { consentOf, MAX_OPTED_OUT, personKey, type RelayStore } from '@qdn/domain';
import { reaching } from '../failures.ts';
import {
  ATTENTION,
  CONSENT_PREFIX,
  carrierKey,
  consentEntryKey,
  consentKey,
  phoneKey,
  phoneOf,
} from '../jobs-table/keys.ts';
import { queryAll } from '../query.ts';
import { toConsent } from './relay-items.ts';
import { holds, type RelayTable, STORE } from './relay-table.ts';

/** Consents of numbers. */
export const consentStore = (
  table: RelayTable,
): Pick<RelayStore, 'stopped' | 'setConsent' | 'consents' | 'optedOut'> => ({
  stopped: (phones) =>
    reaching(STORE, async () => {
      const items = await table.getAll([...new Set(phones.map(personKey))].map(consentKey));
      const stopped = new Set(items.flatMap((item) => (item?.['isStopped'] === true ? [phoneOf(item['pk'])] : [])));
      return new Set(phones.filter((phone) => stopped.has(personKey(phone))));
    }),

  setConsent: (given) =>
    reaching(STORE, async () => {
      const consent = consentOf(given);
      const { phone, isStopped, by, why, actor, at } = consent;
      const set = ['isStopped = :stopped', '#by = :by', 'why = :why', '#at = :at'];
      const removed: string[] = [];
      if (isStopped) set.push('attention = :attention', 'attentionAt = :at');
      else removed.push('attention', 'attentionAt');
      if (actor === undefined) removed.push('actor');
      else set.push('actor = :actor');
      // First the history: a crash in between leaves an entry that the repetition completes.
      await table.put({
        ...consentEntryKey(consent),
        isStopped,
        by,
        why,
        at,
        ...(actor === undefined ? {} : { actor }),
      });
      await holds(() =>
        table.client.send(
          new UpdateCommand({
            TableName: table.name,
            Key: consentKey(phone),
            UpdateExpression: `SET ${set.join(', ')}${removed.length > 0 ? ` REMOVE ${removed.join(', ')}` : ''}`,
            ConditionExpression: 'attribute_not_exists(pk) OR #at <= :at',
            ExpressionAttributeNames: { '#by': 'by', '#at': 'at' },
            ExpressionAttributeValues: {
              ':stopped': isStopped,
              ':by': by,
              ':why': why,
              ...(actor === undefined ? {} : { ':actor': actor }),
              ':at': at,
              ...(isStopped ? { ':attention': ATTENTION.optedOut } : {}),
            },
          }),
        ),
      );
    }),

  consents: (phone) =>
    reaching(STORE, async () => {
      const items = await queryAll(table.client, {
        TableName: table.name,
        KeyConditionExpression: 'pk = :pk AND begins_with(sk, :prefix)',
        ExpressionAttributeValues: { ':pk': phoneKey(personKey(phone)), ':prefix': CONSENT_PREFIX },
        ConsistentRead: true,
        ScanIndexForward: false,
      });
      if (items.length > 0) return items.map(toConsent);
      // A consent of before the history.
      const item = await table.get(consentKey(personKey(phone)));
      return item ? [toConsent(item)] : [];
    }),

  optedOut: (before) =>
    reaching(STORE, async () => {
      const waiting = await table.newestWaiting(ATTENTION.optedOut, before, MAX_OPTED_OUT);
      const items = await table.getAll(waiting.map((item) => consentKey(phoneOf(item['pk']))));
      // The index lags behind.
      return items.flatMap((item) => (item?.['isStopped'] === true ? [toConsent(item)] : []));
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

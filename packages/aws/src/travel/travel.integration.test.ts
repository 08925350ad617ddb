import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { expect, test } from '@jest/globals';
import { EMPTY_TRAVEL, learn } from '@qdn/domain';
import { TRAVEL_KEY } from '../jobs-table/keys.ts';
import { startDynamo } from '../testing/index.ts';
import { travelStoreContract } from './travel.contract.ts';
import { createTravelStore } from './travel.ts';

travelStoreContract('DynamoDB', async () => {
  const dynamo = await startDynamo();
  const store = createTravelStore(dynamo.client, await dynamo.createTable('JobsTable'));
  return { store, close: dynamo.stop };
});

const withTable = async (
  use: (
    store: ReturnType<typeof createTravelStore>,
    put: (item: object) => Promise<unknown>,
    calls: () => number,
  ) => Promise<void>,
) => {
  const dynamo = await startDynamo();
  try {
    const table = await dynamo.createTable('JobsTable');
    await use(
      createTravelStore(dynamo.client, table),
      (item) => dynamo.client.send(new PutCommand({ TableName: table, Item: { ...TRAVEL_KEY, ...item } })),
      dynamo.calls,
    );
  } finally {
    await dynamo.stop();
  }
};

test('each method is one request, and a whole record is at most twelve kilobytes', async () => {
  await withTable(async (store, _, calls) => {
    const legs = Array.from({ length: 150 }, (_, n) => ({
      id: `QDN-${100_000 + n}#0`,
      at: 1.7e12 + n,
      straightM: 12_345,
      roadM: 16_789,
      seconds: 1234,
      missed: 0,
      from: 17_322_086,
      to: 17_322_087 + (n % 20),
    }));
    const record = legs.reduce((known, leg) => learn(known, [leg], [], 'America/Chicago'), EMPTY_TRAVEL);
    const before = calls();
    await store.replace(record, 0);
    expect(calls() - before).toBe(1);
    await store.read();
    expect(calls() - before).toBe(2);
    expect(JSON.stringify(record.legs.map((leg) => Object.values(leg))).length).toBeLessThan(12_288);
  });
}, 60_000);

test('skips rows that are not drives; an item without a list is an error that names it', async () => {
  await withTable(async (store, put) => {
    await put({
      legs: '[["QDN-1#0",1,2,3,4,0.5],["x"],[1,2,3,4,5,6],["QDN-2#0",1,2,3,4,0.5,"a",7]]',
      dwells: '[["QDN-1#0",1,"beach",60]]',
      version: 7,
    });
    expect(await store.read()).toEqual({
      record: { legs: [{ id: 'QDN-1#0', at: 1, straightM: 2, roadM: 3, seconds: 4, missed: 0.5 }], dwells: [] },
      version: 7,
    });
    await put({ legs: 7, dwells: '[]', version: 8 });
    await expect(store.read()).rejects.toThrow('COMPANY TRAVEL: legs');
    await put({ legs: '[]', dwells: '[', version: 9 });
    await expect(store.read()).rejects.toThrow('COMPANY TRAVEL: dwells');
    await put({ legs: '[]', dwells: '[]', version: 'ten' });
    await expect(store.read()).rejects.toThrow('COMPANY TRAVEL: version');
  });
}, 60_000);

import { PutCommand, ScanCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { FIX_TTL_S, type Fix, type JobId, type LocationStore, type TrailerId } from '@qdn/domain';
import { startDynamo, type TestDynamo } from '../testing/index.ts';
import { locationStoreContract } from './locations.contract.ts';
import { createLocationStore } from './locations.ts';

locationStoreContract('in DynamoDB', async () => {
  const dynamo = await startDynamo();
  return { store: createLocationStore(dynamo.client, await dynamo.createTable('LocationsTable')), close: dynamo.stop };
});

describe('the locations table', () => {
  const JOB = 'QDN-1' as JobId;
  const NEWEST = Date.UTC(2026, 10, 23, 15, 0, 0, 500);
  let dynamo: TestDynamo;
  let table: string;
  let store: LocationStore;
  beforeAll(async () => {
    dynamo = await startDynamo();
    table = await dynamo.createTable('LocationsTable');
    store = createLocationStore(dynamo.client, table);
  }, 60_000);
  afterAll(async () => dynamo.stop());

  const track = (count: number): Fix[] =>
    Array.from({ length: count }, (_, i) => ({
      trailerId: 'T1' as TrailerId,
      at: NEWEST - i * 1000,
      lat: 30.267153 + i / 1e5,
      lon: -97.743061,
      accuracyM: 5,
      speedMps: 13.4,
      headingDeg: 271,
    }));

  test('a report is one write and one item, which expires seven days after its newest fix', async () => {
    const before = dynamo.calls();
    await store.append(JOB, track(40));
    expect(dynamo.calls() - before).toBe(1);
    const { Items = [] } = await dynamo.client.send(new ScanCommand({ TableName: table }));
    expect(Items).toMatchObject([{ pk: 'JOB#QDN-1', sk: `${new Date(NEWEST).toISOString()}#T1` }]);
    expect(Items[0]?.['expiresAt']).toBe(Math.floor(NEWEST / 1000) + FIX_TTL_S);
  });

  test('a fix costs about a tenth of a write unit: forty of them lie in under 4 KB', async () => {
    const { Items = [] } = await dynamo.client.send(new ScanCommand({ TableName: table }));
    // An item is counted by the digits of its numbers, about as long as its JSON.
    expect(JSON.stringify(Items[0]).length).toBeLessThan(4096);
  });

  test('an item that holds no fixes is an error, not a hole in the track', async () => {
    const Item = { pk: 'JOB#QDN-2', sk: `${new Date(NEWEST).toISOString()}#T1`, f: [[1, 2]] };
    await dynamo.client.send(new PutCommand({ TableName: table, Item }));
    await expect(store.recent('QDN-2' as JobId, NEWEST, 10)).rejects.toThrow('holds no fixes');
  });
});

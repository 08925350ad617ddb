import { PutCommand, QueryCommand, ScanCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { FIX_TTL_S, type Fix, IGNORE_REASONS, type LocationStore, type Quarantined, type TrailerId } from '@qdn/domain';
import { byNight } from '@qdn/test-support/runs';
import { startDynamo, type TestDynamo } from '../testing/index.ts';
import { locationStoreContract } from './locations.contract.ts';
import { createLocationStore } from './locations.ts';
import { locationsAtScaleContract } from './locations-at-scale.contract.ts';

const openStore = async () => {
  const dynamo = await startDynamo();
  return { store: createLocationStore(dynamo.client, await dynamo.createTable('LocationsTable')), close: dynamo.stop };
};
locationStoreContract('in DynamoDB', openStore);
locationsAtScaleContract('in DynamoDB', { count: 11, fixesInReport: 1 }, openStore);
// The second engine of CI takes a minute for items whose answer needs two pages.
const fixesInReport = process.env['QDN_TEST_DYNAMODB_ENDPOINT'] ? 50 : 1000;
locationsAtScaleContract('in DynamoDB', { count: 60, fixesInReport }, openStore);
for (const count of byNight([5000])) locationsAtScaleContract('in DynamoDB', { count, fixesInReport: 2 }, openStore);

/**
 * Returns an item's size as DynamoDB bills it: names and texts in UTF-8; for a number, a byte for two digits and one more; for a list,
 * 3 bytes and one for each element. https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html
 */
const itemBytes = (value: unknown): number => {
  if (value === null) return 1;
  if (typeof value === 'string') return Buffer.byteLength(value);
  // The sign takes a byte, and so may an odd number of digits.
  if (typeof value === 'number') return Math.ceil(String(value).replace(/[-.]/g, '').length / 2) + 2;
  if (Array.isArray(value)) return value.reduce<number>((sum, one) => sum + 1 + itemBytes(one), 3);
  return Object.entries(value ?? {}).reduce((sum, [name, one]) => sum + Buffer.byteLength(name) + itemBytes(one), 0);
};

describe('the locations table', () => {
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

  const track = (count: number, trailerId = 'T1'): Fix[] =>
    Array.from({ length: count }, (_, i) => ({
      trailerId: trailerId as TrailerId,
      at: NEWEST - i * 1000,
      lat: 30.267153 + i / 1e5,
      lon: -97.743061,
      accuracyM: 5,
      speedMps: 13.4,
      headingDeg: 271,
    }));

  test('a report is one write and one item, which expires seven days after its newest fix', async () => {
    const before = dynamo.calls();
    await store.append(track(40));
    expect(dynamo.calls() - before).toBe(1);
    const { Items = [] } = await dynamo.client.send(new ScanCommand({ TableName: table }));
    const sk = expect.stringContaining(`FIX#${new Date(NEWEST).toISOString()}#`);
    expect(Items).toMatchObject([{ pk: 'TRAILER#T1', sk }]);
    expect(Items[0]?.['expiresAt']).toBe(Math.floor(NEWEST / 1000) + FIX_TTL_S);
  });

  test.each([
    [1, 1],
    [6, 0.17],
    [20, 0.05],
    [40, 0.05],
    [500, 0.045],
  ])('of %i fixes in one report each costs at most %f write units', async (count, units) => {
    await store.append(track(count, `A${count}`));
    const { Items = [] } = await dynamo.client.send(
      new QueryCommand({
        TableName: table,
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': `TRAILER#A${count}` },
      }),
    );
    expect(Items).toHaveLength(1);
    expect(Math.ceil(itemBytes(Items[0]) / 1024) / count).toBeLessThanOrEqual(units);
  });

  test.each([
    [1, 1],
    [20, 0.15],
  ])('of %i fixes with the battery and a quarantine of every reason each costs at most %f', async (count, units) => {
    const trailer = `B${count}`;
    const last = { at: NEWEST, lat: -30.267153, lon: -97.743061 };
    const every: Quarantined[] = IGNORE_REASONS.map((reason) => ({ reason, count: 1234, last }));
    const fixes = track(count, trailer).map((fix) => ({ ...fix, battery: { percent: 81, charging: false } }));
    await store.append(fixes, new Map([[trailer as TrailerId, every]]));
    const { Items = [] } = await dynamo.client.send(
      new QueryCommand({
        TableName: table,
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': `TRAILER#${trailer}` },
      }),
    );
    expect(Items[0]?.['q']).toHaveLength(IGNORE_REASONS.length);
    expect(Math.ceil(itemBytes(Items[0]) / 1024) / count).toBeLessThanOrEqual(units);
  });

  test('an expired fix is invisible immediately, although DynamoDB deletes it days later', async () => {
    const T3 = 'T3' as TrailerId;
    await store.append(track(1, T3));
    await store.note(T3, [{ reason: 'unusable', count: 1, last: null }], NEWEST);
    const [before, after] = [NEWEST + FIX_TTL_S * 1000 - 1, NEWEST + FIX_TTL_S * 1000];
    expect(await store.recent(T3, before, 10)).toHaveLength(1);
    expect(await store.recent(T3, after, 10)).toEqual([]);
    expect(await store.since(T3, before, 0)).toMatchObject({ fixes: [{}], heardAt: NEWEST });
    expect(await store.since(T3, after, 0)).toEqual({
      fixes: [],
      quarantined: [],
      heardAt: null,
      client: null,
      signs: [],
    });
  });

  test('an item without fixes is an error, not a gap in the track', async () => {
    const Item = { pk: 'TRAILER#T4', sk: `FIX#${new Date(NEWEST).toISOString()}#x`, f: [[1, 2]] };
    await dynamo.client.send(new PutCommand({ TableName: table, Item }));
    await expect(store.recent('T4' as TrailerId, NEWEST, 10)).rejects.toThrow('holds no fixes: f.0.2');
  });
});

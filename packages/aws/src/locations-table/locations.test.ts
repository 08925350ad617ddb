import { expect, test } from '@jest/globals';
import type { TrailerId } from '@qdn/domain';
import { memoryLocations } from '@qdn/domain/testing';
import { locationStoreContract } from './locations.contract.ts';
import { locationsAtScaleContract } from './locations-at-scale.contract.ts';

const open = async () => ({ store: memoryLocations(), close: async () => {} });
locationStoreContract('in memory', open);
// 60 reports of 1,000 fixes do not fit into one answer.
locationsAtScaleContract('in memory', { count: 60, fixesInReport: 1000 }, open);
for (const count of [11, 60, 5000]) locationsAtScaleContract('in memory', { count, fixesInReport: 2 }, open);

test('a read of over 1 MB takes several answers, as in the table', async () => {
  const store = memoryLocations();
  const [trailerId, now] = ['T1' as TrailerId, Date.UTC(2026, 10, 23, 15)];
  const fixes = Array.from({ length: 60_000 }, (_, i) => ({
    ...{ trailerId, at: now - i * 1000, lat: 30.267153, lon: -97.743061 },
    ...{ accuracyM: 5, speedMps: 13.4, headingDeg: 271 },
  }));
  await store.append(fixes);
  expect(await store.recent(trailerId, now, 20)).toHaveLength(20_000);
  expect(store.reads).toBe(1);
  expect(await store.recent(trailerId, now, 60)).toHaveLength(60_000);
  expect(store.reads).toBe(1 + 3);
});

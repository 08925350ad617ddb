import { describe, expect, test } from '@jest/globals';
import type { Fix, Quarantined, TrailerId } from '../index.ts';
import { ProductError } from '../index.ts';
import { aTelemetry, NOW } from '../testing/a-telemetry.ts';
import { aFix, memoryLocations } from '../testing/index.ts';
import { flushQuarantine } from './flush-quarantine.ts';
import { ingestFixes } from './ingest-fixes.ts';
import { createQuarantine } from './quarantine.ts';
import { reportTrailerFixes } from './report-trailer-fixes.ts';

const T1 = 'T1' as TrailerId;
const here = (secondsAgo: number, changes: Partial<Fix> = {}) =>
  aFix({ at: NOW - secondsAgo * 1000, lat: 30.2, lon: -97.75, ...changes });
const nowhere = here(5, { lat: 0, lon: 0 });
const day = async (service: ReturnType<typeof aTelemetry>): Promise<Quarantined[]> =>
  (await service.locations.since(T1, service.clock.now, NOW - 3_600_000)).quarantined;
const down = async () => {
  throw new ProductError('unavailable', 'down');
};

describe('a refused point', () => {
  test('is stored with the fixes of its report, without a write of its own', async () => {
    const service = aTelemetry();
    await ingestFixes(service.dependencies, T1, [here(10), here(10), nowhere]);
    expect(service.locations.writes).toBe(1);
    expect(await day(service)).toEqual([
      { reason: 'invalid', count: 1, last: { at: nowhere.at, lat: 0, lon: 0 } },
      { reason: 'duplicate', count: 1, last: { at: NOW - 10_000, lat: 30.2, lon: -97.75 } },
    ]);
  });

  test('of a report without fixes is stored with the next fix', async () => {
    const service = aTelemetry();
    for (let i = 0; i < 3; i += 1) {
      await ingestFixes(service.dependencies, T1, [nowhere]);
      await flushQuarantine(service.dependencies, T1, false);
    }
    expect(service.locations.writes).toBe(0);
    await ingestFixes(service.dependencies, T1, [here(1)]);
    expect(service.locations.writes).toBe(1);
    expect(await day(service)).toMatchObject([{ reason: 'invalid', count: 3 }]);
  });

  test('is stored after a minute without a fix, at most once a minute', async () => {
    const service = aTelemetry();
    for (let s = 0; s <= 240; s += 10) {
      service.clock.now = NOW + s * 1000;
      await ingestFixes(service.dependencies, T1, [nowhere]);
      await flushQuarantine(service.dependencies, T1, false);
    }
    expect(service.locations.writes).toBeGreaterThanOrEqual(3);
    expect(service.locations.writes).toBeLessThanOrEqual(4);
    const stored = (await day(service)).reduce((sum, { count }) => sum + count, 0);
    expect(stored).toBeGreaterThanOrEqual(20);
    expect(stored).toBeLessThanOrEqual(25);
  });

  test('is stored at once when no fix is expected', async () => {
    const service = aTelemetry();
    service.dependencies.quarantine.add(T1, [{ reason: 'unusable', count: 1, last: null }]);
    await flushQuarantine(service.dependencies, T1, true);
    expect(await day(service)).toEqual([{ reason: 'unusable', count: 1, last: null }]);
  });

  test('is not a jump: jumps stay in the track, where later fixes may prove them right', async () => {
    const service = aTelemetry();
    await ingestFixes(service.dependencies, T1, [here(30), here(20), here(10, { lat: 40 })]);
    expect(await day(service)).toEqual([]);
  });

  test('keeps waiting when the store fails, is counted once when the report is repeated, and refuses no report', async () => {
    const service = aTelemetry();
    service.dependencies.quarantine.add(T1, [{ reason: 'unusable', count: 2, last: null }]);
    const broken = { ...service.dependencies, locations: { ...memoryLocations(), append: down, note: down } };
    await expect(ingestFixes(broken, T1, [here(10), nowhere])).rejects.toMatchObject({ code: 'unavailable' });
    await flushQuarantine(broken, T1, true);
    await ingestFixes(service.dependencies, T1, [here(10), nowhere]);
    expect(await day(service)).toEqual([
      { reason: 'unusable', count: 2, last: null },
      { reason: 'invalid', count: 1, last: { at: nowhere.at, lat: 0, lon: 0 } },
    ]);
  });

  test('is dropped when there are more trailers than a company has, to limit memory', () => {
    const quarantine = createQuarantine(() => NOW);
    for (let i = 0; i <= 500; i += 1) {
      quarantine.add(`T${i}` as TrailerId, [{ reason: 'unusable', count: 1, last: null }]);
    }
    expect(quarantine.take('T0' as TrailerId).quarantined).toEqual([]);
    expect(quarantine.take('T500' as TrailerId).quarantined).toHaveLength(1);
  });
});

describe('a report without a position', () => {
  const heartbeat = { client: 'OwnTracks', kind: 'heartbeat' } as const;
  const report = (service: ReturnType<typeof aTelemetry>) =>
    reportTrailerFixes(service.dependencies, T1, { fixes: [], refused: [], heard: heartbeat });

  test('is noted with its client and kind, at most once a minute', async () => {
    const service = aTelemetry();
    for (let s = 0; s < 120; s += 10) {
      service.clock.now = NOW + s * 1000;
      await report(service);
    }
    expect(service.locations.writes).toBe(2);
    const { client, signs, heardAt } = await service.locations.since(T1, service.clock.now, NOW - 1);
    expect({ client, signs, heardAt }).toEqual({
      client: 'OwnTracks',
      signs: [0, 60_000].map((ms) => ({ at: NOW + ms, kind: 'heartbeat' })),
      heardAt: NOW + 60_000,
    });
  });

  test('costs no write of its own when a fix comes along', async () => {
    const service = aTelemetry();
    const heard = { client: 'Overland', kind: 'position' } as const;
    await reportTrailerFixes(service.dependencies, T1, { fixes: [here(10)], refused: [], heard });
    expect(service.locations.writes).toBe(1);
    expect(await service.locations.since(T1, NOW, NOW - 60_000)).toMatchObject({ client: 'Overland', signs: [] });
  });
});

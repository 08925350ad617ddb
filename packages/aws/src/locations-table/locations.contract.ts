import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { FIX_TTL_S, type Fix, type JobId, type LocationStore, type TrailerId } from '@qdn/domain';

type Opened = { store: LocationStore; close: () => Promise<void> };

const NOW = Date.UTC(2026, 10, 23, 15);
const aFix = (secondsAgo: number, changes: Partial<Fix> = {}): Fix => ({
  trailerId: 'T1' as TrailerId,
  at: NOW - secondsAgo * 1000,
  lat: 30.267153,
  lon: -97.743061,
  accuracyM: 6.5,
  speedMps: null,
  headingDeg: 359.5,
  ...changes,
});
const at = (fixes: readonly Fix[]) => fixes.map((fix) => (NOW - fix.at) / 1000);

/** Contract of every location store, in memory or in a table. Each test uses its own job. */
export const locationStoreContract = (name: string, open: () => Promise<Opened>): void => {
  describe(`a location store (${name})`, () => {
    let opened: Opened;
    beforeAll(async () => {
      opened = await open();
    }, 60_000);
    afterAll(async () => opened.close());
    const store = () => opened.store;
    const recent = (job: string, reports = 100, since?: number) => store().recent(job as JobId, NOW, reports, since);
    const append = (job: string, fixes: Fix[]) => store().append(job as JobId, fixes);

    test('returns fixes as stored, to a decimetre, with unknown values still unknown', async () => {
      await append('QDN-1', [aFix(10)]);
      expect(await recent('QDN-1')).toEqual([aFix(10)]);
    });

    test('returns the fixes of all trailers and reports by time, for any order of reports', async () => {
      await append('QDN-2', [aFix(5), aFix(20), aFix(10, { trailerId: 'T2' as TrailerId })]);
      await append('QDN-2', [aFix(40), aFix(15)]);
      expect(at(await recent('QDN-2'))).toEqual([40, 20, 15, 10, 5]);
    });

    test('keeps the fixes of different jobs apart', async () => {
      await append('QDN-3', [aFix(10)]);
      await append('QDN-30', [aFix(20)]);
      expect(at(await recent('QDN-3'))).toEqual([10]);
      expect(await recent('QDN-300')).toEqual([]);
    });

    test('storing a report again changes nothing', async () => {
      for (const _ of [1, 2]) await append('QDN-4', [aFix(20), aFix(10)]);
      expect(at(await recent('QDN-4'))).toEqual([20, 10]);
    });

    test('reads the newest reports only, as many as requested', async () => {
      for (const secondsAgo of [10, 50, 30, 20, 40]) await append('QDN-5', [aFix(secondsAgo)]);
      expect(at(await recent('QDN-5', 3))).toEqual([30, 20, 10]);
    });

    test('returns no fix older than seven days, not even from a report with younger ones', async () => {
      await append('QDN-6', [aFix(FIX_TTL_S + 1), aFix(FIX_TTL_S), aFix(FIX_TTL_S - 1)]);
      await append('QDN-6', [aFix(FIX_TTL_S + 60)]);
      expect(at(await recent('QDN-6'))).toEqual([FIX_TTL_S - 1]);
    });

    test('reads the reports whose newest fix was taken after a moment, with all their fixes', async () => {
      for (const report of [[50], [40], [35, 45, 30], [20]])
        await append(
          'QDN-8',
          report.map((s) => aFix(s)),
        );
      expect(at(await recent('QDN-8', 100, NOW - 40_000))).toEqual([45, 35, 30, 20]);
      expect(at(await recent('QDN-8', 1, NOW - 40_000))).toEqual([20]);
      expect(at(await recent('QDN-8', 100, NOW))).toEqual([]);
    });

    test('loses no fix of a report when part of it is reported again, alone or with others', async () => {
      await append('QDN-9', [aFix(30), aFix(20), aFix(10)]);
      await append('QDN-9', [aFix(10)]);
      await append('QDN-9', [aFix(25), aFix(10)]);
      await append('QDN-9', [aFix(22), aFix(10)]);
      expect(new Set(at(await recent('QDN-9')))).toEqual(new Set([30, 25, 22, 20, 10]));
    });

    test('keeps both of two reports of one fix that differ only in place, and both of two that end at the same moment', async () => {
      await append('QDN-10', [aFix(10)]);
      await append('QDN-10', [aFix(10, { lat: 30.3 })]);
      await append('QDN-10', [aFix(20), aFix(10)]);
      await append('QDN-10', [aFix(30), aFix(10)]);
      const fixes = await recent('QDN-10');
      expect(new Set(fixes.map(({ lat }) => lat))).toEqual(new Set([30.267153, 30.3]));
      expect(new Set(at(fixes))).toEqual(new Set([30, 20, 10]));
    });

    test('keeps the battery with the newest fix of a report', async () => {
      const battery = { percent: 41, charging: null };
      await append('QDN-11', [aFix(10, { battery }), aFix(20, { battery: { percent: 42, charging: true } })]);
      expect(await recent('QDN-11')).toEqual([aFix(20), aFix(10, { battery })]);
    });

    test('reads all reports when there is no limit', async () => {
      for (let i = 0; i < 5; i += 1) await append('QDN-12', [aFix(10 + i)]);
      expect(await recent('QDN-12', Number.POSITIVE_INFINITY)).toHaveLength(5);
    });

    test('returns a trailer’s day over several jobs: its fixes, and its quarantined points', async () => {
      const T5 = 'T5' as TrailerId;
      const last = { at: NOW - 7000, lat: 0, lon: 0 };
      const duplicates = { reason: 'duplicate', count: 9, last: null } as const;
      const invalid = { reason: 'invalid', count: 2, last } as const;
      const noJob = { reason: 'no-job', count: 3, last: null } as const;
      const of = (secondsAgo: number) => aFix(secondsAgo, { trailerId: T5 });
      await store().append('QDN-13' as JobId, [of(10), of(30)], new Map([[T5, [duplicates, invalid]]]));
      await store().append('QDN-13' as JobId, [aFix(5)], new Map([['T1' as TrailerId, [invalid]]]));
      await store().append('QDN-14' as JobId, [of(50)]);
      await store().append('QDN-15' as JobId, [of(40)], new Map([[T5, [invalid]]]));
      await store().note(T5, [noJob], NOW - 60_000);
      await store().note(T5, [noJob], NOW - 500_000);
      const jobs = ['QDN-13', 'QDN-14'] as JobId[];
      expect(await store().since(T5, jobs, NOW, NOW - 100_000)).toEqual({
        fixes: [of(50), of(30), of(10)],
        quarantined: [duplicates, invalid, noJob],
        heardAt: NOW - 60_000,
      });
      expect(await store().since(T5, jobs, NOW, NOW - 20_000)).toMatchObject({ fixes: [of(10)], heardAt: null });
      expect(await store().since('T6' as TrailerId, jobs, NOW, NOW - 100_000)).toEqual({
        fixes: [],
        quarantined: [],
        heardAt: null,
      });
    });

    test('accepts an empty report', async () => {
      await append('QDN-7', []);
      expect(await recent('QDN-7')).toEqual([]);
    });
  });
};

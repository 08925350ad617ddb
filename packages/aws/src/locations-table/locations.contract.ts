import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { FIX_TTL_S, type Fix, LATEST_READ, type LocationStore, type TrailerId } from '@qdn/domain';

type Opened = { store: LocationStore; close: () => Promise<void> };

const NOW = Date.UTC(2026, 10, 23, 15);
const T1 = 'T1' as TrailerId;
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

/** Contract of every location store, in memory or in a table. Each test uses its own trailer. */
export const locationStoreContract = (name: string, open: () => Promise<Opened>): void => {
  describe(`a location store (${name})`, () => {
    let opened: Opened;
    beforeAll(async () => {
      opened = await open();
    }, 60_000);
    afterAll(async () => opened.close());
    const store = () => opened.store;
    const recent = async (trailer: string, reports = 100, since?: number) =>
      (await store().recent(trailer as TrailerId, NOW, reports, since)).map((fix) => ({ ...fix, trailerId: T1 }));
    const append = (trailer: string, fixes: Fix[]) =>
      store().append(fixes.map((fix) => ({ ...fix, trailerId: trailer as TrailerId })));

    test('returns fixes as stored, to a decimetre, with unknown values still unknown', async () => {
      await append('A1', [aFix(10)]);
      expect(await recent('A1')).toEqual([aFix(10)]);
    });

    test('returns the fixes of all reports by time, for any order of reports', async () => {
      await append('A2', [aFix(5), aFix(20), aFix(10)]);
      await append('A2', [aFix(40), aFix(15)]);
      expect(at(await recent('A2'))).toEqual([40, 20, 15, 10, 5]);
    });

    test('keeps all fixes of a report that is larger than an item', async () => {
      await append(
        'LARGE',
        Array.from({ length: 2500 }, (_, i) => aFix(3000 - i)),
      );
      expect(await recent('LARGE')).toHaveLength(2500);
    });

    test('counts the items of a report that is larger than one as reports', async () => {
      await append(
        'LARGER',
        Array.from({ length: 2500 }, (_, i) => aFix(3000 - i)),
      );
      const newest = async (reports: number) => at(await recent('LARGER', reports));
      expect((await newest(1)).map((age) => age - 501)).toEqual(Array.from({ length: 500 }, (_, i) => 499 - i));
      expect(await newest(2)).toHaveLength(1500);
      expect(await newest(3)).toHaveLength(2500);
    });

    test('keeps the fixes of different trailers apart', async () => {
      await append('A3', [aFix(10)]);
      await append('A30', [aFix(20)]);
      expect(at(await recent('A3'))).toEqual([10]);
      expect(await recent('A300')).toEqual([]);
    });

    test('storing a report again changes nothing', async () => {
      for (const _ of [1, 2]) await append('A4', [aFix(20), aFix(10)]);
      expect(at(await recent('A4'))).toEqual([20, 10]);
    });

    test('reads the newest reports only, as many as requested', async () => {
      for (const secondsAgo of [10, 50, 30, 20, 40]) await append('A5', [aFix(secondsAgo)]);
      expect(at(await recent('A5', 3))).toEqual([30, 20, 10]);
    });

    test('returns no fix older than seven days, not even from a report with younger ones', async () => {
      await append('A6', [aFix(FIX_TTL_S + 1), aFix(FIX_TTL_S), aFix(FIX_TTL_S - 1)]);
      await append('A6', [aFix(FIX_TTL_S + 60)]);
      expect(at(await recent('A6'))).toEqual([FIX_TTL_S - 1]);
    });

    test('shows the fixes of the last minutes, and older ones of a report more seldom', async () => {
      const hour = Array.from({ length: 1800 }, (_, i) => aFix(2 * i, { battery: { percent: 80, charging: true } }));
      await append('S1', hour.slice(900));
      await append('S1', hour.slice(300, 900));
      await append('S1', hour.slice(0, 300));
      const shown = await store().shown('S1' as TrailerId, NOW, 30);
      expect(at(shown).slice(-3)).toEqual([8, 4, 0]);
      expect(at(shown)).toEqual(at(shown).toSorted((a, b) => b - a));
      expect(shown.length).toBeLessThan(200);
      expect(shown.filter(({ battery }) => battery).map((fix) => (NOW - fix.at) / 1000)).toEqual([600, 0]);
    });

    test('shows the newest fixes of a trailer that has been silent for hours, and none of an unknown one', async () => {
      for (const minutes of [600, 590, 580]) await append('S2', [aFix(minutes * 60)]);
      expect(at(await store().shown('S2' as TrailerId, NOW, 2))).toEqual([590 * 60, 580 * 60]);
      expect(await store().shown('S3' as TrailerId, NOW, 30)).toEqual([]);
    });

    test('shows no fix older than seven days', async () => {
      await append('S4', [aFix(FIX_TTL_S + 1), aFix(FIX_TTL_S), aFix(FIX_TTL_S - 1)]);
      expect(at(await store().shown('S4' as TrailerId, NOW, 30))).toEqual([FIX_TTL_S - 1]);
    });

    test('reads the reports whose newest fix was taken after a moment, with all their fixes', async () => {
      for (const report of [[50], [40], [35, 45, 30], [20]])
        await append(
          'A8',
          report.map((s) => aFix(s)),
        );
      expect(at(await recent('A8', 100, NOW - 40_000))).toEqual([45, 35, 30, 20]);
      expect(at(await recent('A8', 1, NOW - 40_000))).toEqual([20]);
      expect(at(await recent('A8', 100, NOW))).toEqual([]);
    });

    test('loses no fix of a report when part of it is reported again, alone or with others', async () => {
      await append('A9', [aFix(30), aFix(20), aFix(10)]);
      await append('A9', [aFix(10)]);
      await append('A9', [aFix(25), aFix(10)]);
      await append('A9', [aFix(22), aFix(10)]);
      expect(new Set(at(await recent('A9')))).toEqual(new Set([30, 25, 22, 20, 10]));
    });

    test('keeps both of two reports of one fix that differ only in place, and both of two that end at the same moment', async () => {
      await append('A10', [aFix(10)]);
      await append('A10', [aFix(10, { lat: 30.3 })]);
      await append('A10', [aFix(20), aFix(10)]);
      await append('A10', [aFix(30), aFix(10)]);
      const fixes = await recent('A10');
      expect(new Set(fixes.map(({ lat }) => lat))).toEqual(new Set([30.267153, 30.3]));
      expect(new Set(at(fixes))).toEqual(new Set([30, 20, 10]));
    });

    test('keeps the battery with the newest fix of a report', async () => {
      const battery = { percent: 41, charging: null };
      await append('A11', [aFix(10, { battery }), aFix(20, { battery: { percent: 42, charging: true } })]);
      expect(await recent('A11')).toEqual([aFix(20), aFix(10, { battery })]);
    });

    test('keeps the note on the clock with the newest fix of a report', async () => {
      const clock = { heardAt: NOW, errorMs: -21_600_000 };
      await append('A13', [aFix(10, { clock }), aFix(20)]);
      expect(await recent('A13')).toEqual([aFix(20), aFix(10, { clock })]);
    });

    test('reads all reports when there is no limit', async () => {
      for (let i = 0; i < 5; i += 1) await append('A12', [aFix(10 + i)]);
      expect(await recent('A12', Number.POSITIVE_INFINITY)).toHaveLength(5);
    });

    test('returns a trailer’s day: its fixes, and its quarantined points', async () => {
      const T5 = 'T5' as TrailerId;
      const last = { at: NOW - 7000, lat: 0, lon: 0 };
      const duplicates = { reason: 'duplicate', count: 9, last: null } as const;
      const invalid = { reason: 'invalid', count: 2, last } as const;
      const unusable = { reason: 'unusable', count: 3, last: null } as const;
      const of = (secondsAgo: number) => aFix(secondsAgo, { trailerId: T5 });
      await store().append([of(10), of(30)], new Map([[T5, [duplicates, invalid]]]));
      await store().append([aFix(5)], new Map([[T1, [invalid]]]));
      await store().append([of(50)]);
      await store().note(T5, [unusable], NOW - 60_000);
      await store().note(T5, [unusable], NOW - 500_000);
      expect(await store().since(T5, NOW, NOW - 100_000)).toEqual({
        fixes: [of(50), of(30), of(10)],
        quarantined: [duplicates, invalid, unusable],
        heardAt: NOW - 60_000,
        client: null,
        signs: [],
      });
      expect(await store().since(T5, NOW, NOW - 20_000)).toMatchObject({ fixes: [of(10)], heardAt: null });
      expect(await store().since('T6' as TrailerId, NOW, NOW - 100_000)).toEqual({
        fixes: [],
        quarantined: [],
        heardAt: null,
        client: null,
        signs: [],
      });
    });

    test('returns the client of the newest report, and the signs of life without a fix', async () => {
      const T7 = 'T7' as TrailerId;
      const of = (secondsAgo: number) => aFix(secondsAgo, { trailerId: T7 });
      await store().append([of(50)], new Map(), 'Overland');
      await store().note(T7, [], NOW - 30_000, { client: 'OwnTracks', kind: 'status' });
      await store().note(T7, [], NOW - 40_000, { client: 'OwnTracks', kind: 'heartbeat' });
      expect(await store().since(T7, NOW, NOW - 100_000)).toMatchObject({
        client: 'OwnTracks',
        signs: [
          { at: NOW - 40_000, kind: 'heartbeat' },
          { at: NOW - 30_000, kind: 'status' },
        ],
      });
      await store().append([of(10)], new Map(), 'GPSLogger');
      expect(await store().since(T7, NOW, NOW - 100_000)).toMatchObject({ client: 'GPSLogger' });
    });

    test('returns the newest reports and notes alone, whatever their age', async () => {
      const T8 = 'T8' as TrailerId;
      const of = (secondsAgo: number) => aFix(secondsAgo, { trailerId: T8 });
      const far = 5 * 86_400;
      const last = { at: NOW, lat: 1, lon: 2 };
      for (let i = 0; i < 30; i += 1)
        await store().append([of(far + i)], new Map([[T8, [{ reason: 'duplicate', count: 1, last }]]]), 'Overland');
      for (let i = 0; i < 10; i += 1)
        await store().note(T8, [{ reason: 'unusable', count: 1, last: null }], NOW - i * 60_000);
      const { fixes, quarantined, heardAt, client } = await store().latest(T8, NOW);
      expect(at(fixes)).toEqual(
        Array.from({ length: LATEST_READ.reports }, (_, i) => far + LATEST_READ.reports - 1 - i),
      );
      expect(quarantined).toHaveLength(LATEST_READ.reports + LATEST_READ.notes);
      expect({ heardAt, client }).toEqual({ heardAt: NOW, client: 'Overland' });
      expect(await store().latest('T9' as TrailerId, NOW)).toEqual({
        fixes: [],
        quarantined: [],
        heardAt: null,
        client: null,
        signs: [],
      });
      expect((await store().latest(T8, NOW + FIX_TTL_S * 1000)).fixes).toEqual([]);
    });

    test('reads the fixes between two moments, also of a report that ends up to two hours later', async () => {
      await append('A20', [aFix(9000), aFix(100)]);
      await append('A20', [aFix(9100)]);
      await append('A20', [aFix(8900), aFix(8800)]);
      await append('A20', [aFix(8700)]);
      const between = async (fromS: number, toS: number) =>
        at(await store().between('A20' as TrailerId, NOW, NOW - fromS * 1000, NOW - toS * 1000));
      expect(await between(9100, 8700)).toEqual([9100, 8900, 8800]);
      expect(await between(9099, 7200)).toEqual([9000, 8900, 8800, 8700]);
      expect(await between(50, 0)).toEqual([]);
      const later = NOW + (FIX_TTL_S - 8900) * 1000;
      expect(
        (await store().between('A20' as TrailerId, later, NOW - 9_100_000, NOW)).map((fix) => (NOW - fix.at) / 1000),
      ).toEqual([8800, 8700, 100]);
    });

    test('accepts an empty report', async () => {
      await append('A7', []);
      expect(await recent('A7')).toEqual([]);
    });
  });
};

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Fix, LocationStore, TrailerId } from '@qdn/domain';

/** Time for storing the items: an engine on a busy machine takes 20 ms for each of 5,000. */
const PREPARING_MS = 600_000;

type Opened = { store: LocationStore; close: () => Promise<void> };

const START = Date.UTC(2026, 10, 23, 15);
const T1 = 'T1' as TrailerId;

/**
 * Contract of every location store that has many reports of one trailer.
 * @param fixesInReport 1,000 fixes make a report of about 30 KB, so that 60 of them do not fit into one answer of DynamoDB
 */
export const locationsAtScaleContract = (
  name: string,
  { count, fixesInReport }: { count: number; fixesInReport: number },
  open: () => Promise<Opened>,
): void => {
  describe(`a location store with ${count} reports of a trailer (${name})`, () => {
    let opened: Opened;
    const intervalMs = fixesInReport * 1000;
    const now = START + count * intervalMs;
    const reportOf = (i: number): Fix[] =>
      Array.from({ length: fixesInReport }, (_, k) => ({
        trailerId: T1,
        at: START + i * intervalMs + k * 1000,
        lat: 30.267153 + k / 1e5,
        lon: -97.743061,
        accuracyM: 5,
        speedMps: 13.4,
        headingDeg: 271,
      }));
    beforeAll(async () => {
      opened = await open();
      for (let i = 0; i < count; i += 50) {
        const batch = Array.from({ length: Math.min(50, count - i) }, (_, offset) => reportOf(i + offset));
        await Promise.all(batch.map((fixes) => opened.store.append(fixes)));
      }
    }, PREPARING_MS);
    afterAll(async () => opened.close());

    test.each([1, 11, count])('returns the fixes of the newest reports, %i of them', async (reports) => {
      const found = await opened.store.recent(T1, now, reports);
      expect(found).toHaveLength(Math.min(reports, count) * fixesInReport);
      expect(found.at(-1)?.at).toBe(now - 1000);
      expect(found[0]?.at).toBe(START + Math.max(0, count - reports) * intervalMs);
    });

    test('returns all fixes since a time, oldest first', async () => {
      const { fixes } = await opened.store.since(T1, now, START - 1);
      expect(fixes).toHaveLength(count * fixesInReport);
      expect([fixes[0]?.at, fixes.at(-1)?.at]).toEqual([START, now - 1000]);
    });
  });
};

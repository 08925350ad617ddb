import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { EMPTY_TRAVEL, type TravelRecord, type TravelStore } from '@qdn/domain';

type Opened = { store: TravelStore; close: () => Promise<void> };

const leg = (n: number): TravelRecord['legs'][number] => ({
  id: `QDN-${n}#0`,
  at: Date.UTC(2026, 10, 23, n % 24),
  straightM: 5000 + n,
  roadM: n % 3 === 0 ? null : 6500,
  seconds: 700,
  missed: 0.125,
  // Samples from before areas were noted have none.
  ...(n % 2 === 0 ? {} : { from: 17_322_086, to: 17_322_087 + n }),
});
const record: TravelRecord = {
  legs: Array.from({ length: 150 }, (_, n) => leg(n)),
  dwells: [{ id: 'QDN-1#0', at: Date.UTC(2026, 10, 23), kind: 'dump_site', seconds: 1200 }],
  sites: [
    {
      id: 'QDN-1#0#T1',
      at: Date.UTC(2026, 10, 23),
      stop: { lat: 30.1, lon: -97 },
      site: { lat: 30.101, lon: -97 },
      isConfirmed: true,
    },
  ],
};

/** Contract of every store of a company's drives. */
export const travelStoreContract = (name: string, open: () => Promise<Opened>): void => {
  describe(`a travel store (${name})`, () => {
    let opened: Opened;
    beforeAll(async () => {
      opened = await open();
    }, 60_000);
    afterAll(async () => opened.close());
    let version: number;
    beforeEach(async () => {
      version = (await opened.store.read()).version;
    });

    test('has no drives at first', async () => {
      expect(version).toBe(0);
      expect(await opened.store.read()).toEqual({ record: EMPTY_TRAVEL, version: 0 });
    });

    test('returns the stored samples', async () => {
      expect(await opened.store.replace(record, version)).toBe(true);
      expect(await opened.store.read()).toEqual({ record, version: version + 1 });
    });

    test('refuses the second of two concurrent writes, and keeps the first', async () => {
      const [one, two] = [
        { ...record, legs: [leg(1)] },
        { ...record, legs: [leg(2)] },
      ];
      const both = await Promise.all([opened.store.replace(one, version), opened.store.replace(two, version)]);
      expect(both.toSorted()).toEqual([false, true]);
      expect((await opened.store.read()).record).toEqual(both[0] ? one : two);
      expect(await opened.store.replace(EMPTY_TRAVEL, version)).toBe(false);
    });
  });
};

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { REGISTERED_S, type TrailerId, type TrailerRegister } from '@qdn/domain';

type Opened = { register: TrailerRegister; close: () => Promise<void> };

const NOW = Date.UTC(2026, 10, 23, 15);
const id = (text: string) => text as TrailerId;

/** Contract of every register of trailers, in memory or in a table. */
export const trailerRegisterContract = (name: string, open: () => Promise<Opened>): void => {
  describe(`a register of trailers (${name})`, () => {
    let opened: Opened;
    beforeAll(async () => {
      opened = await open();
      for (const trailer of ['T2', 'T10', 'T1', 'T1-a', 't_9', '7', 'T1']) await opened.register.add(id(trailer), NOW);
      await opened.register.add(id('OLD'), NOW - REGISTERED_S * 1000);
    }, 60_000);
    afterAll(async () => opened.close());
    const list = async (after: string | null, limit = 100, now = NOW) =>
      (await opened.register.list(now, after === null ? null : id(after), limit)).map(({ trailerId }) => trailerId);

    test('returns when a trailer was registered last', async () => {
      await opened.register.add(id('SEEN'), NOW - 5_000_000);
      await opened.register.add(id('SEEN'), NOW - 4_000_000);
      expect(await opened.register.list(NOW, id('OLD'), 1)).toEqual([{ trailerId: 'SEEN', at: NOW - 4_000_000 }]);
      await opened.register.add(id('SEEN'), NOW - REGISTERED_S * 1000);
    });

    test('lists each trailer once, in the order of the IDs', async () => {
      expect(await list(null)).toEqual(['7', 'T1', 'T1-a', 'T10', 'T2', 't_9']);
    });

    test('continues after an ID, also after one that is not registered', async () => {
      expect(await list('T1', 2)).toEqual(['T1-a', 'T10']);
      expect(await list('T10', 2)).toEqual(['T2', 't_9']);
      expect(await list('T11', 1)).toEqual(['T2']);
      expect(await list('t_9')).toEqual([]);
    });

    test('forgets a trailer 90 days after its last report', async () => {
      expect(await list(null, 100, NOW + REGISTERED_S * 1000 - 1000)).toHaveLength(6);
      expect(await list(null, 100, NOW + REGISTERED_S * 1000)).toEqual([]);
      await opened.register.add(id('OLD'), NOW);
      expect(await list('7', 1)).toEqual(['OLD']);
    });

    test.each([11, 60])('lists %i trailers page by page', async (count) => {
      const { register } = await open();
      const all = Array.from({ length: count }, (_, i) => id(`N${String(i).padStart(3, '0')}`));
      await Promise.all(all.map((trailer) => register.add(trailer, NOW)));
      const found: TrailerId[] = [];
      for (let page = await register.list(NOW, null, 7); page.length > 0; ) {
        found.push(...page.map(({ trailerId }) => trailerId));
        page = await register.list(NOW, found.at(-1) ?? null, 7);
      }
      expect(found).toEqual(all);
    });
  });
};

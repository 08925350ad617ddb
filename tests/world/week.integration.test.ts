import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { scoreboardJson } from '@qdn/world';
import { SCOREBOARD_PAGE } from './accept.ts';
import { compareWithBounds, readBounds } from './bounds.ts';
import { playWorld } from './play-world.ts';
import { openVirtualSystem } from './virtual-system.ts';

/** A week takes 20 s of processor time, and longer on a busy machine. */
const WEEK_TIMEOUT_MS = 10 * 60_000;
const tables = readBounds(readFileSync(SCOREBOARD_PAGE, 'utf8'));

describe('a simulated week', () => {
  test('has tables for an office that presses statuses, for one that does not, and for bad days', () => {
    expect(tables.map(({ setting: { habit, faults } }) => `${habit} ${faults}`)).toEqual([
      'usually none',
      'never none',
      'usually bad',
    ]);
    for (const { bounds } of tables) expect(bounds.length).toBeGreaterThan(60);
  });

  test.each(tables.map((table) => [table.setting.habit, table.setting.faults, table] as const))(
    'is not worse than its bounds in docs/scoreboard.md: statuses pressed %s, faults %s',
    async (_, __, table) => {
      const { scoreboard } = await playWorld({ ...table.setting, open: openVirtualSystem });
      const { worse, better, unknown } = compareWithBounds(scoreboard.figures, table);
      for (const sentence of better) console.info(sentence);
      expect({ worse, unknown }).toEqual({ worse: [], unknown: [] });
    },
    WEEK_TIMEOUT_MS,
  );

  test(
    'has the same scoreboard again for the same settings, and another for another seed',
    async () => {
      const setting = { days: 1, trailers: 1, faults: 'bad', habit: 'usually', open: openVirtualSystem } as const;
      const boardOf = async (seed: number) => scoreboardJson((await playWorld({ ...setting, seed })).scoreboard);
      const first = await boardOf(11);
      expect(await boardOf(11)).toBe(first);
      expect(await boardOf(12)).not.toBe(first);
    },
    WEEK_TIMEOUT_MS,
  );
});

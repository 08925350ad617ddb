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
  test('has a table for an office that presses statuses, and one for an office that does not', () => {
    expect(tables.map(({ setting }) => setting.habit)).toEqual(['usually', 'never']);
    for (const { bounds } of tables) expect(bounds.length).toBeGreaterThan(60);
  });

  test.each(tables.map((table) => [table.setting.habit, table] as const))(
    'is not worse than its bounds in docs/scoreboard.md, with statuses pressed %s',
    async (_, table) => {
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
      const setting = { days: 1, trailers: 2, faults: 'bad', habit: 'usually', open: openVirtualSystem } as const;
      const boardOf = async (seed: number) => scoreboardJson((await playWorld({ ...setting, seed })).scoreboard);
      const first = await boardOf(11);
      expect(await boardOf(11)).toBe(first);
      expect(await boardOf(12)).not.toBe(first);
    },
    WEEK_TIMEOUT_MS,
  );
});

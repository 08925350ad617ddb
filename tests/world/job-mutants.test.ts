import { describe, expect, test } from '@jest/globals';
import {
  driveFleet,
  type Figure,
  figureId,
  judgeFleet,
  play,
  randomFrom,
  type System,
  simulateFleet,
} from '@qdn/world';
import { idealSystem, localKnowledge } from '@qdn/world/testing';
import { FIGURE_MOVES } from './figure-moves.ts';
import { JOB_MUTANTS, type JobMutant } from './job-mutants.ts';

/** Monday, 30 November 2026, 0:00 in Austin. */
const MONDAY = Date.UTC(2026, 10, 30, 6);

const SEED = 7;
const options = {
  ...{ seed: SEED, trailers: 2, days: 1, firstMidnight: MONDAY, habit: 'at-days-end' as const },
  ...{ models: ['traccar-client-9-ios'], boardEveryMs: 180_000 },
};
const { town } = simulateFleet(options);
const fleet = { trailerIds: ['T1', 'T2'], firstMidnight: MONDAY, days: 1, timeZone: 'America/Chicago' };
const days = [...driveFleet(town, fleet, randomFrom(SEED).fork('fleet'))];

const figuresOf = async (wrap: (system: System) => System): Promise<readonly Figure[]> => {
  const simulation = simulateFleet({ ...options, driven: { town, days } });
  const { truths, placeAt, startAt, until, sources } = simulation;
  const system = wrap(idealSystem({ truths, placeAt, ...localKnowledge('America/Chicago') }, startAt));
  await play(system, sources, { until, maxStepMs: 600_000 });
  return judgeFleet(simulation.facts(system));
};
const values = (figures: readonly Figure[]): Map<string, number> =>
  new Map(figures.map((each) => [figureId(each), each.value]));
const isBaseline = (name: string): boolean => /straight line|past legs/.test(name);

describe('mutants of jobs, notices and ranges', () => {
  let ideal: Map<string, number>;
  const moved = new Set<string>();
  const run = async ({ name, wrap }: JobMutant): Promise<Map<string, number>> => {
    ideal ??= values(await figuresOf((system) => system));
    const found = values(await figuresOf(wrap));
    for (const [figure, value] of found) if (value !== ideal.get(figure)) moved.add(figure);
    expect([name, FIGURE_MOVES[name]?.length ?? 0]).not.toEqual([name, 0]);
    return found;
  };

  test.each(JOB_MUTANTS)('$name', async (mutant) => {
    const found = await run(mutant);
    for (const [figure, direction] of FIGURE_MOVES[mutant.name] ?? []) {
      const [before, after] = [ideal.get(figure) ?? Number.NaN, found.get(figure) ?? Number.NaN];
      expect([figure, before, after, direction === 'up' ? after > before : after < before]).toEqual([
        figure,
        before,
        after,
        true,
      ]);
    }
  });

  test('each figure is moved by a mutant, and no baseline by any', () => {
    const names = [...ideal.keys()];
    const unmoved = names.filter(
      (name) => !moved.has(name) && !isBaseline(name) && !name.includes('positions every few'),
    );
    expect(unmoved).toEqual([]);
    expect(names.filter((name) => moved.has(name) && name.includes('past legs'))).toEqual([]);
  });
});

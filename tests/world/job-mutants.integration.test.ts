import { describe, expect, test } from '@jest/globals';
import { driveFleet, figureId, judgeFleet, play, randomFrom, type System, simulateFleet } from '@qdn/world';
import { FIGURE_MOVES } from './figure-moves.ts';
import { JOB_MUTANTS } from './job-mutants.ts';
import { openVirtualSystem } from './virtual-system.ts';

/*
 * The mutants of jobs, notices and ranges over the product itself: all of them by night, the worst faults on each run.
 * job-mutants.test.ts has all over a system that knows the truth.
 */

/** Monday, 30 November 2026, 0:00 in Austin. */
const MONDAY = Date.UTC(2026, 10, 30, 6);
const SEED = 2;
const options = {
  ...{ seed: SEED, trailers: 2, days: 1, firstMidnight: MONDAY, habit: 'usually' as const },
  models: ['traccar-client-9-ios'],
};
const { town } = simulateFleet(options);
const fleet = { trailerIds: ['T1', 'T2'], firstMidnight: MONDAY, days: 1, timeZone: 'America/Chicago' };
const days = [...driveFleet(town, fleet, randomFrom(SEED).fork('fleet'))];

const figuresOf = async (wrap: (system: System) => System): Promise<Map<string, number>> => {
  const simulation = simulateFleet({ ...options, driven: { town, days } });
  const { company, startAt, until, sources } = simulation;
  const system = wrap(await openVirtualSystem({ company, startAt, seed: SEED, faults: 'none' }));
  await play(system, sources, { until });
  return new Map(judgeFleet(simulation.facts(system)).map((figure) => [figureId(figure), figure.value]));
};

/** The product has no figure that this mutant could make worse: no job ends by itself. */
const NOT_SHOWN = ['claims never released'];
const WORST = [
  ...['arrivals by coin', 'position of another job', 'page hides nothing after completion'],
  ...['fixes stored under a wrong job', 'notice to the wrong person', 'ranges too narrow', 'arrival time constant'],
];
const isNight = process.env['QDN_TEST_RUNS'] === 'night';
const PLAYED = isNight ? JOB_MUTANTS.map(({ name }) => name).filter((name) => !NOT_SHOWN.includes(name)) : WORST;

describe('mutants of the product', () => {
  let own: Map<string, number>;

  test.each(PLAYED)('%s', async (name) => {
    own ??= await figuresOf((system) => system);
    const mutant = JOB_MUTANTS.find((each) => each.name === name);
    if (!mutant) throw new Error(`There is no mutant "${name}".`);
    const found = await figuresOf(mutant.wrap);
    const moved = (FIGURE_MOVES[name] ?? []).filter(([figure, direction]) => {
      const [before, after] = [own.get(figure) ?? Number.NaN, found.get(figure) ?? Number.NaN];
      return direction === 'up' ? after > before : after < before;
    });
    expect({ name, moved: moved.length > 0 }).toEqual({ name, moved: true });
  });
});

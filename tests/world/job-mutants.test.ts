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

/** The figure that must show each mutant, with the direction in which it moves. */
const EXPECTED: Readonly<Record<string, readonly [figure: string, direction: 'up' | 'down'][]>> = {
  'arrivals by coin': [
    ['jobs: arrived falsely', 'up'],
    ['jobs: arrivals missing', 'up'],
  ],
  'never arrives': [
    ['jobs: arrived by themselves', 'down'],
    ['jobs: arrivals missing', 'up'],
  ],
  'never begins': [
    ['jobs: begun by themselves', 'down'],
    ['jobs: presses needed', 'up'],
  ],
  'never leaves': [['jobs: left by themselves', 'down']],
  'all statuses 14 min late': [
    ['jobs: begun late, p50', 'up'],
    ['jobs: begun late, p90', 'up'],
    ['jobs: arrived late, p50', 'up'],
    ['jobs: arrived late, p90', 'up'],
    ['jobs: ended late, p90', 'up'],
  ],
  'all statuses 40 min late': [
    ['jobs: arrivals missing', 'up'],
    ['jobs: left late, p50', 'up'],
    ['jobs: left late, p90', 'up'],
    ['jobs: ended late, p50', 'up'],
  ],
  'leaves and ends at the arrival': [
    ['jobs: left falsely', 'up'],
    ['jobs: ended falsely', 'up'],
  ],
  'pressed by no one: statuses follow presses alone': [
    ['jobs: presses needed', 'up'],
    ['jobs: ended by themselves', 'down'],
  ],
  'claims never released': [
    ['jobs: ended by themselves', 'down'],
    ['jobs: presses made', 'up'],
  ],
  'begins at the booking': [['jobs: begun falsely', 'up']],
  'position of another job': [['notices: positions of another trailer', 'up']],
  'page hides nothing after completion': [['notices: places and times that a customer must not know', 'up']],
  'fixes stored under a wrong job': [['jobs: fixes under a wrong job', 'up']],
  'page fails': [['notices: pages that failed', 'up']],
  'posts refused for an hour': [['jobs: posts of trackers repeated', 'up']],
  'posts never taken': [['jobs: posts of trackers lost', 'up']],
  'positions thrown away': [['jobs: positions kept', 'down']],
  'notice doubled': [['notices: doubled', 'up']],
  'notice missing': [['notices: missing', 'up']],
  'notice to the wrong person': [
    ['notices: false', 'up'],
    ['notices: missing', 'up'],
  ],
  'notice 18 min late': [
    ['notices: late', 'up'],
    ['notices: delay, p50', 'up'],
    ['notices: delay, p90', 'up'],
  ],
  'notice 18 min early': [['notices: early', 'up']],
  'no automatic answers': [['notices: answers missing', 'up']],
  'answers about another job': [['notices: answers false', 'up']],
  'answers with times of the night': [['notices: arrival times in answers that held', 'down']],
  'ranges too narrow': [
    ['ranges: coverage under way', 'down'],
    ['ranges: coverage at set-out', 'down'],
  ],
  'ranges too wide': [
    ['ranges: width, p50 at set-out', 'up'],
    ['ranges: width, p50 under way', 'up'],
    ['ranges: width, p50 last 5 minutes', 'up'],
  ],
  'arrival time 20 min early': [
    ['ranges: coverage last 5 minutes', 'down'],
    ['ranges: error, p50 at set-out', 'up'],
    ['ranges: error, p50 last 5 minutes', 'up'],
    ['ranges: error, p90 under way', 'up'],
  ],
  'no arrival times': [
    ['ranges: ranges missing at set-out', 'up'],
    ['ranges: ranges missing under way', 'up'],
    ['ranges: ranges missing last 5 minutes', 'up'],
  ],
  'arrival time constant': [
    ['ranges: error, p50 under way', 'up'],
    ['ranges: coverage under way', 'down'],
  ],
};

describe('mutants of jobs, notices and ranges', () => {
  let ideal: Map<string, number>;
  const moved = new Set<string>();
  const run = async ({ name, wrap }: JobMutant): Promise<Map<string, number>> => {
    ideal ??= values(await figuresOf((system) => system));
    const found = values(await figuresOf(wrap));
    for (const [figure, value] of found) if (value !== ideal.get(figure)) moved.add(figure);
    expect([name, EXPECTED[name]?.length ?? 0]).not.toEqual([name, 0]);
    return found;
  };

  test.each(JOB_MUTANTS)('$name', async (mutant) => {
    const found = await run(mutant);
    for (const [figure, direction] of EXPECTED[mutant.name] ?? []) {
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

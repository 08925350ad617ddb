import { describe, expect, test } from '@jest/globals';
import { play } from '../script.ts';
import { idealSystem } from '../testing/ideal-system.ts';
import { localKnowledge } from '../testing/local-knowledge.ts';
import { type FleetFacts, judgeFleet, simulateFleet } from './fleet-simulation.ts';
import type { PressHabit } from './office.ts';

/** Monday, 30 November 2026, 0:00 in Austin. */
const MONDAY = Date.UTC(2026, 10, 30, 6);

const run = async (
  seed: number,
  habit: PressHabit = 'never',
  days = 1,
  firstMidnight = MONDAY,
): Promise<FleetFacts> => {
  const simulation = simulateFleet({ seed, trailers: 3, days, firstMidnight, habit });
  const { truths, placeAt, startAt, until, sources } = simulation;
  const system = idealSystem({ truths, placeAt, ...localKnowledge('America/Chicago') }, startAt);
  await play(system, sources, { until, maxStepMs: 600_000 });
  return simulation.facts(system);
};
const figures = (facts: FleetFacts): Record<string, number> =>
  Object.fromEntries(judgeFleet(facts).map(({ group, name, value }) => [`${group}: ${name}`, value]));

describe('simulateFleet', () => {
  test('finds nothing to blame in a system that knows the truth', async () => {
    const found = figures(await run(1, 'never', 2));
    for (const name of ['begun', 'arrived', 'left', 'ended']) {
      expect([name, found[`jobs: ${name} by themselves`]]).toEqual([name, 1]);
      expect([name, found[`jobs: ${name} falsely`]]).toEqual([name, 0]);
      expect(found[`jobs: ${name} late, p90`]).toBeLessThanOrEqual(120);
    }
    expect(found['jobs: fixes under a wrong job']).toBe(0);
    expect(found['jobs: presses needed']).toBe(0);
    expect(found['jobs: posts of trackers repeated']).toBe(0);
    for (const name of [
      'missing',
      'false',
      'doubled',
      'early',
      'late',
      'pages that failed',
      'answers missing',
      'answers false',
    ])
      expect([name, found[`notices: ${name}`]]).toEqual([name, 0]);
    expect(found['notices: arrival times in answers that held']).toBe(1);
    expect(found['notices: places and times that a customer must not know']).toBe(0);
    expect(found['notices: positions of another trailer']).toBe(0);
    for (const stage of ['at set-out', 'under way', 'last 5 minutes']) {
      expect(found[`ranges: coverage ${stage}`]).toBe(1);
      expect(found[`ranges: ranges missing ${stage}`]).toBe(0);
      expect(found[`ranges: coverage ${stage}, straight line`]).toBeGreaterThan(0.1);
      expect(found[`ranges: coverage ${stage}, past legs`]).toBeGreaterThan(0.1);
    }
  });

  test('finds nothing to blame when clocks change either', async () => {
    // Saturday to Monday: on Sunday, 14 March 2027, clocks move forward.
    const facts = await run(3, 'never', 3, Date.UTC(2027, 2, 13, 6));
    const [first, last] = [facts.truths[0], facts.truths.at(-1)];
    expect(((last?.from ?? 0) - (first?.from ?? 0)) / 3_600_000).toBe(24 + 23);
    const found = figures(facts);
    for (const name of ['begun', 'arrived', 'ended'])
      expect([name, found[`jobs: ${name} by themselves`]]).toEqual([name, 1]);
    expect(found['notices: missing']).toBe(0);
    expect(found['notices: false']).toBe(0);
    expect(found['notices: answers false']).toBe(0);
  });

  test('gives the same figures for the same seed, and others for another', async () => {
    const [one, same, other] = [await run(2), await run(2), await run(3)];
    expect(figures(same)).toEqual(figures(one));
    expect(figures(other)).not.toEqual(figures(one));
  });

  test('presses by its habit alone, and in the evening only what is still open', async () => {
    expect((await run(4)).presses).toEqual([]);
    expect((await run(4, 'usually')).presses.length).toBeGreaterThan(10);
    expect((await run(4, 'at-days-end')).presses).toEqual([]);
  });
});

import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type Counted, readCounted, SCENARIO_IDS, type ScenarioId } from './counted.ts';
import { dearer, TOLERATED } from './dearer.ts';
import { dollarsOf, METERS, type Meter, PRICES, timesUsage, unitUsd } from './prices.ts';

const accepted = readCounted();

/** The accepted counts, with more of one thing in one scenario. */
const withMore = (id: ScenarioId, meter: Meter, more: number): Counted => {
  const one = accepted.scenarios[id];
  const usage = { ...one.usage, [meter]: (one.usage[meter] ?? 0) + more };
  return { ...accepted, scenarios: { ...accepted.scenarios, [id]: { ...one, usage } } };
};

/** So many units of it cost this share of the scenario's part on the same bill. */
const unitsFor = (id: ScenarioId, meter: Meter, share: number): number =>
  (dollarsOf(accepted.scenarios[id].usage, PRICES[meter].by) * share) / unitUsd(meter);

describe('what is dearer', () => {
  test('is nothing, when the same is counted again', () => {
    expect(dearer(accepted, accepted)).toEqual([]);
  });

  test('is told of any scenario from five per cent on, whatever it is that rose', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...SCENARIO_IDS.filter((id) => id !== 'idle-hour')),
        fc.constantFrom(...METERS),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (id, meter, share) => {
          fc.pre(Math.abs(share - TOLERATED) > 1e-6 && unitsFor(id, meter, share) > 0);
          const told = dearer(accepted, withMore(id, meter, unitsFor(id, meter, share)));
          expect(told.length).toBe(share > TOLERATED ? 1 : 0);
          for (const sentence of told) expect(sentence).toContain(PRICES[meter].unit);
        },
      ),
    );
  });

  test('is seen on AWS’s bill of a text, although Twilio’s is a hundred times as high', () => {
    const [sentence = '', ...more] = dearer(accepted, withMore('relayed-text', 'tableWrite', 32));
    expect(more).toEqual([]);
    expect(sentence).toMatch(
      /^On AWS’s bill, a relayed text is [\d.]+ % dearer: \$[\d.]+ → \$[\d.]+\. What rose: DynamoDB, write request unit: \d+ → \d+ \(\+\$0\.00002\)\. If it is worth it: npm run cost:accept, and say why in the commit\.$/,
    );
    expect(32 * unitUsd('tableWrite')).toBeLessThan(dollarsOf(accepted.scenarios['relayed-text'].usage) * TOLERATED);
  });

  test('is a second segment of what dispatchers are sent', () => {
    expect(dearer(accepted, withMore('relayed-text', 'segmentOut', 2))).toEqual([
      expect.stringContaining('On Twilio’s bill, a relayed text is'),
    ]);
  });

  test('is a month in which nothing happens, with more alarms, metrics and secrets', () => {
    const { stack, metrics } = accepted;
    for (const more of [
      { stack: { ...stack, alarmMetrics: stack.alarmMetrics + 5 } },
      { stack: { ...stack, secrets: stack.secrets + 2 } },
      { metrics: { ...metrics, always: metrics.always + 2 } },
    ])
      expect(dearer(accepted, { ...accepted, ...more })).toEqual([
        expect.stringContaining('a month in which nothing happens is'),
      ]);
  });

  test('is never what has become cheaper', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1, noNaN: true }), (factor) => {
        const scenarios = { ...accepted.scenarios };
        for (const id of SCENARIO_IDS)
          scenarios[id] = { ...scenarios[id], usage: timesUsage(scenarios[id].usage, factor) };
        expect(dearer(accepted, { ...accepted, scenarios })).toEqual([]);
      }),
    );
  });
});

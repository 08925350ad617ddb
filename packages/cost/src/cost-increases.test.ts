import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { costIncreases, TOLERATED } from './cost-increases.ts';
import { type Counted, readCounted, SCENARIO_IDS, type ScenarioId } from './counted.ts';
import { dollarsOf, METERS, type Meter, PRICES, timesUsage, unitUsd } from './prices.ts';

const accepted = readCounted();

/** The accepted counts, with more of one thing in one scenario. */
const withMore = (id: ScenarioId, meter: Meter, more: number): Counted => {
  const one = accepted.scenarios[id];
  const usage = { ...one.usage, [meter]: (one.usage[meter] ?? 0) + more };
  return { ...accepted, scenarios: { ...accepted.scenarios, [id]: { ...one, usage } } };
};

/** Number of units that cost this share of the scenario's part on the same bill. */
const unitsFor = (id: ScenarioId, meter: Meter, share: number): number =>
  (dollarsOf(accepted.scenarios[id].usage, PRICES[meter].by) * share) / unitUsd(meter);

describe('cost increases', () => {
  test('are empty when the counts are equal', () => {
    expect(costIncreases(accepted, accepted)).toEqual([]);
  });

  test('are reported for any scenario above five per cent, whatever unit rose', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...SCENARIO_IDS.filter((id) => id !== 'idle-hour')),
        fc.constantFrom(...METERS),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (id, meter, share) => {
          fc.pre(Math.abs(share - TOLERATED) > 1e-6 && unitsFor(id, meter, share) > 0);
          const sentences = costIncreases(accepted, withMore(id, meter, unitsFor(id, meter, share)));
          expect(sentences.length).toBe(share > TOLERATED ? 1 : 0);
          for (const sentence of sentences) expect(sentence).toContain(PRICES[meter].unit);
        },
      ),
    );
  });

  test('show on AWS’s bill of a message, although Twilio’s is a hundred times as high', () => {
    const [sentence = '', ...more] = costIncreases(accepted, withMore('relayed-text', 'tableWrite', 32));
    expect(more).toEqual([]);
    expect(sentence).toMatch(
      /^On AWS’s bill, a relayed text is [\d.]+ % more expensive: \$[\d.]+ → \$[\d.]+\. Increases: DynamoDB, write request unit: \d+ → \d+ \(\+\$0\.00002\)\. If it is worth it, run npm run cost:accept, and give the reason in the commit\.$/,
    );
    expect(32 * unitUsd('tableWrite')).toBeLessThan(dollarsOf(accepted.scenarios['relayed-text'].usage) * TOLERATED);
  });

  test('include a second segment to dispatchers', () => {
    expect(costIncreases(accepted, withMore('relayed-text', 'segmentOut', 2))).toEqual([
      expect.stringContaining('On Twilio’s bill, a relayed text is'),
    ]);
  });

  test('include an idle month with more alarms, metrics and secrets', () => {
    const { stack, metrics } = accepted;
    for (const more of [
      { stack: { ...stack, alarmMetrics: stack.alarmMetrics + 10 } },
      { stack: { ...stack, secrets: stack.secrets + 3 } },
      { metrics: { ...metrics, always: metrics.always + 4 } },
    ])
      expect(costIncreases(accepted, { ...accepted, ...more })).toEqual([expect.stringContaining('an idle month is')]);
  });

  test('never include a lower cost', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1, noNaN: true }), (factor) => {
        const scenarios = { ...accepted.scenarios };
        for (const id of SCENARIO_IDS)
          scenarios[id] = { ...scenarios[id], usage: timesUsage(scenarios[id].usage, factor) };
        expect(costIncreases(accepted, { ...accepted, scenarios })).toEqual([]);
      }),
    );
  });
});

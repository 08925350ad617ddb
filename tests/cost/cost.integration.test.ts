import { beforeAll, describe, expect, test } from '@jest/globals';
import { type Counted, costIncreases, dollarsOf, readCounted, SCENARIO_IDS } from '@qdn/cost';
import { countScenarios } from './scenarios.ts';

/* Counts each scenario again on the packaged services, and compares it with the accepted counts (docs/cost.md). */

let counted: Counted;
beforeAll(async () => {
  counted = await countScenarios();
}, 300_000);

describe('the cost', () => {
  test('is at most five per cent above the accepted counts', () => {
    expect(costIncreases(readCounted(), counted)).toEqual([]);
  });

  test('is counted for every scenario', () => {
    expect(SCENARIO_IDS.filter((id) => !(dollarsOf(counted.scenarios[id].usage, 'AWS') > 0))).toEqual([]);
    expect(counted.stack.alarmMetrics).toBeGreaterThan(12);
  });

  test('includes the texts sent: two to the dispatchers, one to the customer and its copy to a colleague', () => {
    const sent = (id: 'relayed-text' | 'answer' | 'notice') => counted.scenarios[id].calls['twilio:send'];
    expect([sent('relayed-text'), sent('answer'), sent('notice')]).toEqual([2, 2, 1]);
  });
});

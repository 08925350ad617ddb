import { expect, test } from '@jest/globals';
import { watchJob } from '../bench/edge.ts';

/* Tests the guarantees of the five-minute cache and the ten-second positions (docs/adr/0006-edge-cache.md) at the real edge. */

const quantile = (values: readonly number[], share: number): number =>
  values.toSorted((a, b) => a - b)[Math.floor(share * values.length)] ?? Number.NaN;

test('fifty viewers of a job cause at most 7 origin requests a minute, and see positions younger than 25 s', async () => {
  const { polls, originPerMinute, seen } = await watchJob(50, 5);
  expect(polls).toBeGreaterThan(1300);
  expect(originPerMinute).toBeLessThanOrEqual(7);
  expect(quantile(seen, 0.99)).toBeLessThan(25_000);
}, 120_000);

test('positions would be older if viewers polled at a fixed interval', async () => {
  const { seen } = await watchJob(20, 3, (_, random) => 10_000 + random * 1000);
  expect(quantile(seen, 0.99)).toBeGreaterThan(25_000);
}, 120_000);

import { expect, test } from '@jest/globals';
import { RECONCILE_GRACE_MS } from './outbound-message.ts';
import { MAX_DELIVERIES, retryAfterS, retryUnreadableAfterS, STUCK_AFTER_DELIVERIES } from './retry-delays.ts';

const HOUR_S = 3600;
const waitsOf = (delay: (attempts: number) => number, deliveries: number): number[] =>
  Array.from({ length: deliveries - 1 }, (_, i) => delay(i + 1));
const sum = (waits: readonly number[]): number => waits.reduce((all, wait) => all + wait, 0);

test('the effort for a record lasts for eight hours with growing gaps, and the first retry is soon', () => {
  const waits = waitsOf((attempts) => retryAfterS(attempts, 0), MAX_DELIVERIES);
  expect(retryAfterS(1, 0.999)).toBeLessThanOrEqual(18);
  expect(waits[0]).toBeLessThanOrEqual(15);
  expect(waits.toSorted((a, b) => a - b)).toEqual(waits);
  expect(sum(waits)).toBeGreaterThanOrEqual(8 * HOUR_S);
  expect(sum(waits) * 1.2).toBeLessThanOrEqual(10 * HOUR_S);
  expect(retryAfterS(MAX_DELIVERIES, 0)).toBe(1);
  // By the second retry, what the carrier does not list may be sent again.
  expect((waits[1] ?? 0) * 1000).toBeGreaterThanOrEqual(RECONCILE_GRACE_MS);
});

test('a record counts as stuck after a quarter of an hour', () => {
  const untilThen = sum(waitsOf((attempts) => retryAfterS(attempts, 0), STUCK_AFTER_DELIVERIES));
  expect(untilThen).toBeGreaterThanOrEqual(14 * 60);
  expect(untilThen).toBeLessThanOrEqual(16 * 60);
});

test('a record that cannot be read is a dead letter within ten minutes', () => {
  expect(sum(waitsOf(retryUnreadableAfterS, MAX_DELIVERIES))).toBeLessThanOrEqual(10 * 60);
});

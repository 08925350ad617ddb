import { expect, test } from '@jest/globals';
import { RECONCILE_GRACE_MS } from './outbound-message.ts';
import { retryAfterS } from './retry-delays.ts';

test('five attempts outlast a quarter of an hour, and the first retry is soon', () => {
  const waits = [1, 2, 3, 4].map((tries) => retryAfterS(tries, 0));
  expect(retryAfterS(1, 0.999)).toBeLessThanOrEqual(18);
  expect(waits[0]).toBeLessThanOrEqual(15);
  expect(waits.toSorted((a, b) => a - b)).toEqual(waits);
  expect(waits.reduce((sum, wait) => sum + wait, 0)).toBeGreaterThanOrEqual(14 * 60);
  expect(retryAfterS(5, 0)).toBe(1);
  // By the second retry, what the carrier does not list may be sent again.
  expect((waits[1] ?? 0) * 1000).toBeGreaterThanOrEqual(RECONCILE_GRACE_MS);
});

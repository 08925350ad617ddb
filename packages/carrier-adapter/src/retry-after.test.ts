import { expect, test } from '@jest/globals';
import { retryAfterMs } from './retry-after.ts';

const NOW = Date.UTC(2026, 10, 23, 15);

test.each([
  ['2', 2000],
  ['0', 0],
  ['Mon, 23 Nov 2026 15:01:30 GMT', 90_000],
  ['Mon, 23 Nov 2026 14:00:00 GMT', 0],
  ['-1', undefined],
  ['soon', undefined],
  ['Infinity', undefined],
  ['', undefined],
  [undefined, undefined],
])('Retry-After %j is to wait for %j ms', (header, ms) => {
  expect(retryAfterMs(header, NOW)).toBe(ms);
});

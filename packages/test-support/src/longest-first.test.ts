import { expect, test } from '@jest/globals';
import { secondsOf } from './longest-first.ts';

test('expects a suite’s measured duration, else the listed one, else a second', () => {
  const path = '/repository/tests/drill/drill.integration.test.ts';
  expect(secondsOf({ path, duration: 90_000 })).toBe(90);
  expect(secondsOf({ path })).toBeGreaterThan(30);
  expect(secondsOf({ path: '/repository/packages/domain/src/job.test.ts' })).toBe(1);
});

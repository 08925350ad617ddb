import { expect, test } from '@jest/globals';
import { secondsOf } from './longest-first.ts';

test('a suite takes as long as it took here, else as listed, else a second', () => {
  const path = '/repository/tests/drill/drill.integration.test.ts';
  expect(secondsOf({ path, duration: 90_000 })).toBe(90);
  expect(secondsOf({ path })).toBeGreaterThan(30);
  expect(secondsOf({ path: '/repository/packages/domain/src/job.test.ts' })).toBe(1);
});

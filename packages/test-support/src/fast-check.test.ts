import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { runs } from './runs.ts';

test('a property that names no number of cases tries as many as QDN_TEST_RUNS says, of 100', () => {
  let tried = 0;
  fc.assert(
    fc.property(fc.nat(), () => {
      tried += 1;
    }),
  );
  expect(tried).toBe(runs(100));
});

import { expect, test } from '@jest/globals';
import { byNight, runs } from './runs.ts';

test.each([
  [undefined, 500, 500],
  ['ci', 500, 500],
  ['desk', 500, 50],
  ['desk', 20, 5],
  ['desk', 3, 3],
  ['night', 500, 5000],
])('QDN_TEST_RUNS=%s makes %i cases %i', (chosen, inCi, expected) => {
  expect(runs(inCi, { QDN_TEST_RUNS: chosen })).toBe(expected);
});

test('refuses another value and names the three', () => {
  expect(() => runs(500, { QDN_TEST_RUNS: 'many' })).toThrow('"many". Set it to desk, ci, night');
});

test('cases for the night are tried by night alone', () => {
  expect(byNight([5000], { QDN_TEST_RUNS: 'night' })).toEqual([5000]);
  expect(byNight([5000], { QDN_TEST_RUNS: 'ci' })).toEqual([]);
  expect(byNight([5000], {})).toEqual([]);
});

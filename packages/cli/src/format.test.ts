import { expect, test } from '@jest/globals';
import { jobTable, table } from './format.ts';

test('columns are aligned', () => {
  expect(
    table([
      ['A', 'LONG'],
      ['abc', 'x'],
    ]),
  ).toBe('A    LONG\nabc  x');
});

test('no jobs are said to be none', () => {
  expect(jobTable({ jobs: [], next: null })).toBe('No jobs.');
});

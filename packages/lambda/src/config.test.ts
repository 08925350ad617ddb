import { expect, test } from '@jest/globals';
import { readEnvironment } from './config.ts';

test('a configuration is read once and frozen', () => {
  const config = readEnvironment({ TABLE: 'qdn-jobs', EMPTY: '' }, ['TABLE'], ['EMPTY', 'ABSENT']);
  expect(config).toEqual({ TABLE: 'qdn-jobs' });
  expect(Object.isFrozen(config)).toBe(true);
});

test('every missing variable is named at once', () => {
  expect(() => readEnvironment({ B: '' }, ['A', 'B'])).toThrow('Missing environment variables: A, B');
});

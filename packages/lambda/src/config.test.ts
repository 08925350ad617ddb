import { expect, test } from '@jest/globals';
import { readEnvironment } from './config.ts';

test('reads a configuration once, and freezes it', () => {
  const config = readEnvironment({ TABLE: 'qdn-jobs', EMPTY: '' }, ['TABLE'], ['EMPTY', 'ABSENT']);
  expect(config).toEqual({ TABLE: 'qdn-jobs' });
  expect(Object.isFrozen(config)).toBe(true);
});

test('names all missing variables at once', () => {
  expect(() => readEnvironment({ B: '' }, ['A', 'B'])).toThrow('Missing environment variables: A, B');
});

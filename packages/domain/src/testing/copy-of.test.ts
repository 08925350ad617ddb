import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { copyOf } from './copy-of.ts';

const partsOf = (value: unknown): object[] =>
  typeof value === 'object' && value !== null ? [value, ...Object.values(value).flatMap(partsOf)] : [];

test('copies plain data at every depth', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const copy = copyOf(value);
      expect(copy).toEqual(value);
      const parts = new Set(partsOf(value));
      expect(partsOf(copy).filter((part) => parts.has(part))).toEqual([]);
    }),
  );
});

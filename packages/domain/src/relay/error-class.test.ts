import { expect, test } from '@jest/globals';
import { type ErrorClass, errorClass } from './error-class.ts';

test.each<[ErrorClass, number[]]>([
  ['retry', [429, 20429, 30022, 21611, 30001, 63038, 30003, 30008, 30036]],
  ['ambiguous', [500, 502, 503, 504, 20500]],
  ['recipient', [21610, 21211, 21614, 30004, 30005, 30006]],
  ['setup', [20003, 21408, 21606, 30007, 30034, 90007]],
])('%s: %j', (name, codes) => {
  expect(codes.map(errorClass)).toEqual(codes.map(() => name));
});

test('a code that nobody has heard of is for a person to look at', () => {
  expect(errorClass(21999)).toBe('setup');
});

import { expect, test } from '@jest/globals';
import type { FailureClass } from '@qdn/domain';
import { twilioFailure } from './error-codes.ts';

test.each<[FailureClass, number[]]>([
  ['later', [429, 20429, 30022, 21611, 30001]],
  ['elsewhere', [63038, 30003, 30008, 30036]],
  ['ambiguous', [500, 502, 503, 504, 20500]],
  ['opted-out', [21610]],
  ['unreachable', [21211, 21614, 30004, 30005, 30006]],
  ['credentials', [20003, 401]],
  ['setup', [21408, 21606, 30007, 30032, 30034, 90007]],
])('%s: %j', (name, codes) => {
  expect(codes.map(twilioFailure)).toEqual(codes.map(() => name));
});

test('a code that is not known is for a person to look at', () => {
  expect(twilioFailure(21999)).toBe('setup');
});

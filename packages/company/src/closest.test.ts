import { expect, test } from '@jest/globals';
import { closest } from './closest.ts';

const NAMES = ['contacts', 'trailers', 'timeZone'] as const;

test.each([
  ['trailer', 'trailers'],
  ['Time-Zone', 'timeZone'],
  ['contcats', 'contacts'],
  ['stops', null],
  ['', null],
])('the name closest to %j is %j', (typed, name) => {
  expect(closest(typed, NAMES)).toBe(name);
});

test('a maximum distance replaces the default', () => {
  expect(closest('contact', NAMES, 1)).toBe('contacts');
  expect(closest('contac', NAMES, 1)).toBeNull();
  expect(closest('zone', NAMES, 4)).toBe('timeZone');
  expect(closest('anything', [])).toBeNull();
});

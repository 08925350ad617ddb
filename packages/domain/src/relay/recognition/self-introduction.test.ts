import { expect, test } from '@jest/globals';
import { introducedNames, isNamedIn } from './self-introduction.ts';

test.each([
  ["it's Maria from the Lopez job, my husband's phone", ['maria', 'lopez']],
  ['this is Maria again, new number', ['maria']],
  ['Hi Maria Lopez here, my other phone died', ['maria', 'lopez']],
  ['Soy María López, es mi número nuevo', ['maria', 'lopez']],
  ['hola le habla Maria del trabajo de Lopez', ['maria', 'lopez']],
])('reads the names in "%s"', (body, names) => {
  expect(introducedNames(body)).toEqual(expect.arrayContaining(names));
});

test.each([
  'its here',
  "I'm at the gate",
  'the Lopez job is a mess',
  'where is my dumpster?',
  "it's not what I ordered",
  '',
])('reads none in "%s"', (body) => {
  expect(introducedNames(body)).toEqual([]);
});

test('compares them with first and last names, and not with initials', () => {
  expect(isNamedIn(['maria'], 'María López')).toBe(true);
  expect(isNamedIn(['lopez'], 'María López')).toBe(true);
  expect(isNamedIn(['ann'], 'María López')).toBe(false);
  expect(isNamedIn(['m'], 'M. Diaz')).toBe(false);
});

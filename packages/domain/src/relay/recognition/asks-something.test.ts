import { expect, test } from '@jest/globals';
import { asksSomething } from './asks-something.ts';

test.each([
  'Can you come at 3?',
  'can he drop it backwards, doors facing the house',
  'how high can I fill it',
  'Thanks. what did it weigh',
  'hey so when is pickup',
  'Let me know when you are close',
  'a que hora llegan',
  '¿Va a estar alguien?',
  'oiga puede esperarme el muchacho',
  'quisiera saber cuanto cuesta',
])('%j asks something', (body) => {
  expect(asksSomething(body)).toBe(true);
});

test.each([
  'Please use the side gate',
  'When you get here honk twice',
  'the gate is where it always was',
  'do not drop it on the grass',
  'yo puedo cualquier dia',
  'cuando llegue toque',
  'hay perros bravos',
  'Your trailer is on the way. Questions? Reply here.',
  '',
])('%j asks nothing', (body) => {
  expect(asksSomething(body)).toBe(false);
});

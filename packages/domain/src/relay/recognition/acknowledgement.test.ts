import { expect, test } from '@jest/globals';
import { isAcknowledgement } from './acknowledgement.ts';

test.each(['OK', 'ok!', 'Got it.', '1', '👍', '👍🏽', 'on it', 'Entendido'])('%j acknowledges', (body) => {
  expect(isAcknowledgement(body)).toBe(true);
});

test.each(['yes', 'no', 'ok, at 3', '10', 'ok 1043 and 1044', ''])('%j does not acknowledge', (body) => {
  expect(isAcknowledgement(body)).toBe(false);
});

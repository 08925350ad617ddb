import { describe, expect, test } from '@jest/globals';
import { isClosing, isCorrection, isPraise, takesBack } from './closing.ts';

describe('a text that only ends the talk', () => {
  test.each([
    'Thank you!',
    'ok',
    'k',
    '10-4',
    'You’re the best!! 🙏',
    'sale gracias',
    'simón',
    '👍🏽',
    '❤️',
    'ok thank you so much',
    'Great, thanks for letting me know',
  ])('is %j', (body) => {
    expect(isClosing(body)).toBe(true);
  });

  test.each([
    'yes',
    'no',
    '3',
    'ok at 3',
    'thanks but no',
    'thanks?',
    'ok come in',
    'day',
    'and',
    '😡',
    '👎',
    '🛑',
    '',
    'Done',
    'enough',
    'good to go',
  ])('is not %j', (body) => {
    expect(isClosing(body)).toBe(false);
  });
});

test('praise is not a wish', () => {
  expect(isPraise('Loved the service today, ask Tina to come next time')).toBe(true);
  expect(isPraise('Great job but he left the gate open')).toBe(false);
  expect(isPraise('Thanks, please come back')).toBe(false);
});

test('a writer takes a text back, or repairs a word', () => {
  expect(takesBack('never mind figured it out')).toBe(true);
  expect(takesBack('olvídelo ya lo arreglamos')).toBe(true);
  expect(takesBack('nevermind?')).toBe(false);
  expect(isCorrection('*sodded')).toBe(true);
  expect(isCorrection('*')).toBe(false);
});

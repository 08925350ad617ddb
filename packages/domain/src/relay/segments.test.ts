import { expect, test } from '@jest/globals';
import { runs } from '@qdn/test-support/runs';
import fc from 'fast-check';
import { SegmentedMessage } from 'sms-segments-calculator';
import { segments } from './segments.ts';

const twilioCounts = (text: string): number => new SegmentedMessage(text).segmentsCount;

test('counts each character as Twilio’s calculator does, alone and where a segment ends', () => {
  const texts: string[] = [];
  for (let code = 0; code < 0x2100; code += 1) {
    const character = String.fromCharCode(code);
    texts.push(character);
    if (new SegmentedMessage(character).encodingName === 'GSM-7')
      texts.push(character.repeat(81), character.repeat(161));
    // Just too long for one segment in UCS-2.
    if (code % 20 === 0) texts.push(String.fromCharCode(...Array.from({ length: 71 }, (_, i) => code + i)));
  }
  expect(texts.filter((text) => segments(text) !== twilioCounts(text))).toEqual([]);
});

const character = fc.oneof(
  { weight: 20, arbitrary: fc.constantFrom(...'abcXYZ 019éñÜ@\n\r') },
  { weight: 5, arbitrary: fc.constantFrom(...'€[]{}~^|\\\f') },
);
const foreign = fc.constantFrom('', '’', 'ú', '“', '👍', 'á', '👩‍👧', '\r\n', 'e\u0301', 'ú\u0301', '…\ufe0f');

test('counts a text of any length as Twilio’s calculator does', () => {
  fc.assert(
    fc.property(
      fc.array(character, { maxLength: 400, size: 'max' }),
      foreign,
      fc.nat({ max: 400 }),
      (characters, other, at) => {
        const text = [...characters.slice(0, at), other, ...characters.slice(at)].join('');
        expect(segments(text)).toBe(twilioCounts(text));
      },
    ),
    { numRuns: runs(100) },
  );
});

test.each([
  ['a', 160, 1],
  ['a', 161, 2],
  ['a', 306, 2],
  ['a', 307, 3],
  ['€', 80, 1],
  ['€', 81, 2],
  // 153 is odd: a character of two septets is not split.
  ['€', 152, 2],
  ['€', 153, 3],
  ['’', 70, 1],
  ['’', 71, 2],
])('%s × %i takes %i segments', (one, times, expected) => {
  const text = one.repeat(times);
  expect([segments(text), twilioCounts(text)]).toEqual([expected, expected]);
});

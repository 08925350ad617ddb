import { describe, expect, test } from '@jest/globals';
import { codePoint } from '@qdn/test-support/code-point';
import { runs } from '@qdn/test-support/runs';
import fc from 'fast-check';
import { readableLine, readableWords } from './plain-words.ts';

/** Words as phones and programs sent them, and as a dispatcher has to read them. */
const CASES: ReadonlyArray<[string, string, string]> = [
  ['a bell, a zero and a colour of a terminal', '\u0007\u0000beep come at 3\u001b[31m', 'beep come at 3'],
  ['a link of a terminal (OSC 8)', '\u001b]8;;https://evil.example\u0007click\u001b]8;;\u0007', 'click'],
  ['a copy to the clipboard (OSC 52)', '\u001b]52;c;cm0gLXJm\u001b\\the gate is open', 'the gate is open'],
  ['an unfinished terminal sequence', '\u001b]0;the gate is open', ']0;the gate is open'],
  ['8-bit control characters', '\u009b31mred\u0085line', 'red\nline'],
  ['a right-to-left override', 'meet me at \u202e044# edoc\u202c the gate', 'meet me at 044# edoc the gate'],
  ['isolates and marks', '\u2067abc\u2069 \u200e12\u200f', 'abc 12'],
  ['zero-width spaces in a code', 'gate\u200b code\u200b 55\u200b22', 'gate code 5522'],
  ['line and paragraph separators', 'one\u2028two\u2029three', 'one\ntwo\nthree'],
  ['line breaks of all kinds', 'one\r\ntwo\rthree\vfour\ffive', 'one\ntwo\nthree\nfour\nfive'],
  ['blank lines and ends of lines', '\n one \n\n\n two\t\n', 'one\ntwo'],
  ['special spaces', 'at\u00a03\u202fpm\u3000sharp', 'at 3 pm sharp'],
  ['a family and a swimmer', 'we are 👨‍👩‍👧‍👦 at the pool 🏊‍♀️', 'we are 👨‍👩‍👧‍👦 at the pool 🏊‍♀️'],
  ['skin tones, keycaps and a flag of tags', '👍🏽 👩🏽‍🔧 1️⃣ 🏴󠁧󠁢󠁥󠁮󠁧󠁿', '👍🏽 👩🏽‍🔧 1️⃣ 🏴󠁧󠁢󠁥󠁮󠁧󠁿'],
  ['tags that hide words', 'ok\u{e0066}\u{e0072}\u{e0065}\u{e0065}', 'ok'],
  ['a joiner between letters', 'pay\u200dpal.com', 'paypal.com'],
  ['joiners of Persian and Hindi', 'می\u200cخواهم क्\u200dष', 'می\u200cخواهم क्\u200dष'],
  ['Arabic', 'السلام عليكم، متى تصلون؟', 'السلام عليكم، متى تصلون؟'],
  ['stacked marks', 'Z\u0351\u0367\u0351a\u0346l\u036d\u036dgo come early', 'Z\u0351a\u0346l\u036dgo come early'],
  ['a letter with its accent apart', 'Jose\u0301 man\u0303ana', 'José mañana'],
  ['soft hyphens, fillers and byte order marks', '\ufeffdrive\u00adway\u3164', 'driveway'],
  ['half of an emoji', 'ok \ud83d', 'ok'],
  ['curly quotes and dashes', 'It’s “here” – now…', 'It’s “here” – now…'],
  ['inches and feet', '6" pipe, 12\' deep', '6" pipe, 12\' deep'],
];

describe('readable words', () => {
  test.each(CASES)('of %s', (_, written, read) => {
    expect(readableWords(written)).toBe(read);
  });

  test('in one line have no line breaks', () => {
    expect(readableLine('Ann\nReply: @9999')).toBe('Ann Reply: @9999');
  });

  const anyText = fc.oneof(
    fc.string({ unit: codePoint, maxLength: 60 }),
    fc
      .array(
        fc.constantFrom(
          '\u001b[',
          '\u001b]8;;',
          '\u0007',
          '\u009d',
          '\u009c',
          '\u200d',
          '\u202e',
          '\n',
          'a',
          '1',
          'm',
          '👍',
          '\ufe0f',
          '\u0301',
        ),
        {
          maxLength: 40,
        },
      )
      .map((parts) => parts.join('')),
  );
  const some = { numRuns: runs(300) };

  test('have no control, no bidi mark and no line break but ours', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const read = readableWords(text);
        expect(read).not.toMatch(
          /[\u202a-\u202e\u2066-\u2069\u061c\u200e\u200f\u2028\u2029\u200b]|(?!\n)\p{Cc}|\p{Cs}/u,
        );
        expect(read).not.toMatch(/^\s|\n\n|\s$/);
      }),
      some,
    );
  });

  test('keep each letter, digit and emoji of a text without terminal sequences', () => {
    const letters = (text: string) => text.normalize('NFC').replace(/[^\p{L}\p{N}\p{Extended_Pictographic}]/gu, '');
    const isFiller = /[\u115f\u1160\u17b4\u17b5\u3164\uffa0]/;
    fc.assert(
      fc.property(fc.string({ unit: codePoint, maxLength: 100 }), (text) => {
        // biome-ignore lint/suspicious/noControlCharactersInRegex: they begin a sequence
        fc.pre(!/[\u001b\u0090-\u009f]/.test(text) && !isFiller.test(text));
        expect(letters(readableWords(text))).toBe(letters(text));
      }),
      some,
    );
  });

  test('take a time that grows with the length alone', () => {
    for (const part of [
      '\u001b]',
      '\u009d',
      '\u001b[1',
      '\u001b]\u0090',
      '\u0301',
      '\ufe0f\u200d',
      '👍\u200d',
      '\t\n ',
    ])
      expect(readableWords(part.repeat(40_000)).length).toBeLessThan(200_000);
  }, 10_000);
});

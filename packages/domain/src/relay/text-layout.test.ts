import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { handleInOurText, nameAndHandle, quotedLine, saidBy, shortened } from './text-layout.ts';

describe('words in a text', () => {
  test('are in quotes behind their writer, or line by line below', () => {
    expect(saidBy('Ann Lee @4401', 'on my way')).toBe('Ann Lee @4401: "on my way"');
    expect(saidBy('Ann Lee @4401', 'no\nwait')).toBe('Ann Lee @4401:\n> no\n> wait');
    expect(saidBy('Ann Lee @4401', ' \n')).toBe('Ann Lee @4401:');
  });

  test('are in one line of another text', () => {
    expect(quotedLine('yes, at 3:30', 160)).toBe('"yes, at 3:30"');
    expect(quotedLine('yes\u2028To Bob: no', 160)).toBe('"yes / To Bob: no"');
    expect(quotedLine('Please put it on the left side of the driveway', 30)).toBe('"Please put it on the... [cut]"');
  });

  test('are named by a person and their handle', () => {
    expect(nameAndHandle('Ann\n Lee', '@4401')).toBe('Ann Lee @4401');
    expect(nameAndHandle('BANK', null)).toBe('BANK');
    expect(nameAndHandle('A '.repeat(40), '@1')).toMatch(/^.{40} @1$/);
  });
});

describe('the handle in one of our texts', () => {
  test.each([
    ['Maria Lopez @1042: "see QDN-1043"', '@1042'],
    ['Guest @u0199 about Maria Lopez (1042): "hi"', '@u0199'],
    ['No one has answered Guest @u0199 about Maria Lopez (1042), written 2:05 PM: "hi"', '@u0199'],
    ['Maria Lopez @HAUL-7, written Nov 22, 9:42 PM: "hi"', '@HAUL-7'],
    ['QuickDumpNow: meet @1042: now', null],
    ['"x" @1042: y', null],
  ])('of %s is %s', (text, handle) => {
    expect(handleInOurText(text)).toBe(handle);
  });
});

describe('a cut', () => {
  test.each([
    ['between words', 'one two three four five', 20, 'one two... [cut]'],
    [
      'in a very long word',
      'https://x.example/0123456789012345678901234567890123456789',
      40,
      'https://x.example/0123456789012... [cut]',
    ],
    ['never in an emoji', `${'ok '.repeat(3)}👨‍👩‍👧‍👦👨‍👩‍👧‍👦👨‍👩‍👧‍👦`, 24, 'ok ok ok... [cut]'],
    ['not at all', 'short', 5, 'short'],
  ])('is %s', (_, words, length, expected) => {
    expect(shortened(words, length)).toBe(expected);
  });

  test('is never longer than asked, and never has half a character', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 80 }), fc.integer({ min: 12, max: 80 }), (words, length) => {
        const cut = shortened(words, length);
        expect(cut.length).toBeLessThanOrEqual(length);
        expect(cut).not.toMatch(/\p{Cs}/u);
      }),
    );
  });
});

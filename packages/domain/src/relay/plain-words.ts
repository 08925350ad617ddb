/*
 * Words that a person outside the company wrote, made safe to show between lines of our own: one kind of line break, one kind of space, and
 * no character that is invisible, moves others or drives a terminal. Letters, digits, punctuation and emoji stay as they are.
 */

/** Whole control sequences of terminals: CSI, and the strings OSC, DCS, SOS, PM and APC with their end. ECMA-48, section 5. */
const TERMINAL_SEQUENCES =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is removed
  /(?:\u001b\[|\u009b)[0-?]*[ -/]*[@-~]|(?:\u001b[\]PX^_]|[\u0090\u0098\u009d-\u009f])[^\u0007\u001b\u0090\u0098\u009c-\u009f\n]*(?:\u0007|\u001b\\|\u009c)/g;

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is replaced
const LINE_BREAKS = /\r\n?|[\u000b\u000c\u0085\u2028\u2029]/g;

/** All spaces of Unicode, and the tab. They look alike, and some force UCS-2. */
const SPACES = /[\t\p{Zs}]/gu;

/** Letters of scripts that are written joined, in which a joiner changes the word. */
const JOINED_SCRIPTS = '[\\u0600-\\u08ff\\u0900-\\u0dff\\u1000-\\u109f\\u1780-\\u17b3\\u1820-\\u18aa]';

/**
 * Characters without a shape: controls, bidi marks, zero-width and filler characters, tags, and what Unicode does not assign. Kept are the
 * joiners inside an emoji or in a joined script, the variation selector of an emoji, the tags of a flag, and the number signs of Arabic.
 */
const INVISIBLE = new RegExp(
  [
    '(?<=[\\p{Extended_Pictographic}\\u{1f3fb}-\\u{1f3ff}]\\ufe0f?)(\\u200d)(?=\\p{Extended_Pictographic})',
    `(?<=${JOINED_SCRIPTS})([\\u200c\\u200d])(?=${JOINED_SCRIPTS})`,
    '(?<=[\\p{Extended_Pictographic}0-9#*])(\\ufe0f)',
    '(?<=\\u{1f3f4})([\\u{e0061}-\\u{e007a}]+\\u{e007f})',
    '([\\u0600-\\u0605\\u06dd\\u070f\\u08e2])',
    '[^\\P{Cc}\\n]|\\p{Cf}|\\p{Cs}|\\p{Noncharacter_Code_Point}',
    '[\\u034f\\u115f\\u1160\\u17b4\\u17b5\\u180b-\\u180f\\u3164\\uffa0\\ufe00-\\ufe0f\\u{e0100}-\\u{e01ef}]',
  ].join('|'),
  'gu',
);

/** Marks over a letter after the first one. No language stacks these, and a stack covers the lines around it. */
const STACKED_MARKS =
  /([\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20dc])[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20dc]+/g;

/** Removes terminal sequences and characters without a shape. Line breaks, spaces and the form of letters stay as they are. */
export const withoutHidden = (text: string): string =>
  text
    .replace(TERMINAL_SEQUENCES, '')
    .replace(
      INVISIBLE,
      (_, joiner = '', letterJoiner = '', selector = '', flag = '', sign = '') =>
        joiner + letterJoiner + selector + flag + sign,
    );

/** Returns a person's words without what hides, moves or imitates. Blank lines and spaces at the ends of lines are left out. */
export const readableWords = (words: string): string =>
  withoutHidden(words.replace(TERMINAL_SEQUENCES, '').replace(LINE_BREAKS, '\n').replace(SPACES, ' ').normalize('NFC'))
    .replace(STACKED_MARKS, '$1')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .join('\n');

/** Returns a person's words, or a name, in one line. */
export const readableLine = (words: string): string => readableWords(words).replaceAll('\n', ' ');

import { readableLine, withoutHidden } from '@qdn/domain';

/*
 * Output of the commands. Names, words and reasons come from people outside the company, and a terminal obeys what is in them: an ESC sequence
 * can recolour it, link to another address (OSC 8) or fill the clipboard (OSC 52).
 */

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is replaced
const OTHER_BREAKS = /[\t\u000b\u000c\r\u0085\u2028\u2029]/g;

/**
 * Returns text as every command prints it: without control, direction and zero-width characters and without terminal sequences. Line breaks,
 * also `\r\n`, stay.
 */
export const printable = (text: string): string =>
  text
    .split('\r\n')
    .map((line) => withoutHidden(line.replace(OTHER_BREAKS, ' ')))
    .join('\r\n');

/** Returns a line of a list with a person's words in it as one line: the words cannot add a line of their own. Its indent stays. */
export const oneLine = (line: string): string => `${/^ */.exec(line)?.[0] ?? ''}${readableLine(line)}`;

/** Characters that `printable` would change, or that a terminal does not show. */
const TO_ESCAPE =
  /\p{C}|\p{Zl}|\p{Zp}|\u034f|\u17b4|\u17b5|[\u115f\u1160\u3164\uffa0]|[\u180b-\u180f]|[\ufe00-\ufe0f]|[\u{e0100}-\u{e01ef}]/gu;

const escaped = (character: string): string =>
  Array.from(
    { length: character.length },
    (_, i) => `\\u${character.charCodeAt(i).toString(16).padStart(4, '0')}`,
  ).join('');

/** Returns JSON in which each character without a shape is escaped, so that printing changes no value. */
export const printableJson = (value: unknown, indent = 2): string =>
  JSON.stringify(value, null, indent)
    .split('\n')
    .map((line) => line.replace(TO_ESCAPE, escaped))
    .join('\n');

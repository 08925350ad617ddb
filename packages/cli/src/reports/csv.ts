/** A cell: text that people typed, or a number. Null is an empty cell: unknown, which is not 0. */
export type Cell = string | number | null;

/** Bytes EF BB BF in UTF-8: Excel reads a file without them in an old code page. */
export const BOM = '\uFEFF';

/** Begins of a text that a spreadsheet runs as a formula, also behind blanks. https://owasp.org/www-community/attacks/CSV_Injection */
const FORMULA = /^\s*[=+\-@\t\r＝＋－＠]/;

/** Line breaks and other control characters, which many tools take for the end of a row. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const CONTROLS = /[\u0000-\u001f\u007f\u0085\u2028\u2029]+/g;

const textOf = (cell: string): string => {
  const line = cell.replace(CONTROLS, ' ').trim();
  return FORMULA.test(cell) || FORMULA.test(line) ? `'${line}` : line;
};

const written = (cell: Cell): string => {
  if (cell === null) return '';
  if (typeof cell === 'number') return String(cell);
  const text = textOf(cell);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
};

/**
 * Returns a table as RFC 4180: CRLF after each row, cells with comma or quote in quotes. Text that a spreadsheet would run gets an apostrophe
 * in front; numbers stay numbers.
 */
export const csvOf = (header: readonly string[], rows: ReadonlyArray<readonly Cell[]>): string =>
  [header, ...rows].map((row) => `${row.map(written).join(',')}\r\n`).join('');

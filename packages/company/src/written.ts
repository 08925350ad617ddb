import { findNodeAtLocation, type Node, type ParseError, parseTree, printParseErrorCode } from 'jsonc-parser';

/** A place in a JSON value: `['contacts', 1, 'phone']`. */
export type Place = ReadonlyArray<string | number>;

/** `contacts[1].phone` */
export const placeName = (place: Place): string =>
  place.reduce<string>(
    (text, part) => (typeof part === 'number' ? `${text}[${part}]` : text === '' ? part : `${text}.${part}`),
    '',
  );

/** A parsed JSON text. `value` is undefined when it is not valid; `broken` has the reason. */
export type Written = {
  value: unknown;
  broken: string | null;
  /** Names that occur twice in one section. */
  twice: ReadonlyArray<{ place: Place; firstLine: number; line: number }>;
  /** The line of a place, or of the section around it; the first is 1. Null for the whole file. */
  lineOf(place: Place): number | null;
};

/** Explanation of each syntax error, for the author of the file. */
const SLIPS: Readonly<Record<string, (found: string) => string>> = {
  PropertyNameExpected: (found) =>
    found === '}'
      ? 'there is a comma after the last entry; remove it'
      : `a name in double quotes is expected here, not ${found}`,
  ValueExpected: (found) =>
    found === ']' || found === '}'
      ? `a value is missing before ${found}, or there is one comma too many before it`
      : `a value is expected here, not ${found}`,
  ColonExpected: (found) => `a colon is missing between the name and ${found}`,
  CommaExpected: (found) => `a comma is missing before ${found}`,
  CloseBraceExpected: () => 'a closing brace } is missing',
  CloseBracketExpected: () => 'a closing bracket ] is missing',
  EndOfFileExpected: (found) => `the file should end before ${found}`,
  InvalidCommentToken: () => 'JSON has no comments; remove it',
  UnexpectedEndOfString: () => 'the closing double quote is missing',
  UnexpectedEndOfComment: () => 'JSON has no comments; remove it',
  InvalidNumberFormat: () => 'this is not a number',
  InvalidEscapeCharacter: () => 'after a backslash comes one of " \\ / b f n r t u',
  InvalidUnicode: () => 'after \\u come four hexadecimal digits',
  InvalidCharacter: () => 'a tab or another control character is inside the quotes; write \\t',
  InvalidSymbol: (found) =>
    found.startsWith("'") || found.startsWith('‘') || found.startsWith('“')
      ? 'JSON needs straight double quotes: "text"'
      : `${found} is neither text in double quotes nor a number, true, false or null`,
};

/** Returns the text at an error, short enough for a sentence. */
const found = (text: string, { offset }: ParseError): string => {
  const rest = text.slice(offset).trimStart();
  if (rest === '') return 'the end of the file';
  return (
    /^(?:"(?:[^"\\\n]|\\.)*"?|[\p{L}\p{N}_.+-]+)/u.exec(rest)?.[0] ?? rest.slice(0, rest.startsWith("'") ? 8 : 1)
  ).slice(0, 40);
};

const toValue = (node: Node): unknown => {
  if (node.type === 'array') return (node.children ?? []).map(toValue);
  if (node.type !== 'object') return node.value;
  return Object.fromEntries(
    (node.children ?? []).map(({ children: [name, value] = [] }) => [name?.value, value && toValue(value)]),
  );
};

const repeated = (node: Node, place: Place, lineAt: (offset: number) => number): Written['twice'] => {
  if (node.type === 'array') return (node.children ?? []).flatMap((child, i) => repeated(child, [...place, i], lineAt));
  if (node.type !== 'object') return [];
  const lines = new Map<string, number>();
  return (node.children ?? []).flatMap(({ children: [name, value] = [] }) => {
    if (!name || !value) return [];
    const [line, firstLine] = [lineAt(name.offset), lines.get(name.value)];
    lines.set(name.value, firstLine ?? line);
    const inside = repeated(value, [...place, name.value], lineAt);
    return firstLine === undefined ? inside : [{ place: [...place, name.value], firstLine, line }, ...inside];
  });
};

/** Parses JSON (RFC 8259) with the line of each place. */
export const readWritten = (written: string): Written => {
  // Editors on Windows put a byte order mark first.
  const text = written.replace(/^\uFEFF/, '');
  const lineAt = (offset: number): number => text.slice(0, offset).split('\n').length;
  const errors: ParseError[] = [];
  const tree = parseTree(text, errors, { disallowComments: true, allowTrailingComma: false });
  const lineOf = (place: Place): number | null => {
    for (let length = place.length; tree && length > 0; length--) {
      const node = findNodeAtLocation(tree, place.slice(0, length));
      if (node) return lineAt((node.parent?.type === 'property' ? node.parent : node).offset);
    }
    return null;
  };
  const [first] = errors;
  if (!first && tree) return { value: toValue(tree), broken: null, twice: repeated(tree, [], lineAt), lineOf };
  if (!first || text.trim() === '') return { value: undefined, broken: 'The file is empty.', twice: [], lineOf };
  // A missing comma or brace is reported at the end of the text before it.
  const isGap = /^(Comma|Close|Colon)/.test(printParseErrorCode(first.error));
  const offset = isGap ? text.slice(0, first.offset).trimEnd().length : first.offset;
  const line = lineAt(offset);
  const column = offset - text.lastIndexOf('\n', offset - 1);
  const slip = SLIPS[printParseErrorCode(first.error)]?.(found(text, first)) ?? 'this is not JSON';
  return { value: undefined, broken: `Line ${line}, column ${column}: ${slip}.`, twice: [], lineOf };
};

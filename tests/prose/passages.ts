/* Splits the files of the repository into the passages that people read. */
import jsTokens, { type Token } from 'js-tokens';

/**
 * - `comment`: one comment block of a source file; adjacent line comments are one block
 * - `heading`: a heading or a table row's first cell of a document
 * - `text`: a paragraph of a document, or a line of a configuration file
 * - `message`: a string of a source file with at least two words
 * - `test`: the name of a test or of a group of tests
 */
export type PassageKind = 'comment' | 'heading' | 'text' | 'message' | 'test';
export type Passage = { kind: PassageKind; line: number; text: string };

/** Instructions to tools; they are not prose. */
const DIRECTIVE = /^(biome-ignore|@ts-|eslint|istanbul|needs: |drawn: |checked: |#region|#endregion|!)/;

/** Returns the passage of a comment without its marks, or nothing for an empty comment or an instruction to a tool. */
const comment = (line: number, raw: string): Passage[] => {
  const text = raw
    .split('\n')
    .map((one) => one.replace(/^\s*(\/\*+|\*+\/|\*|\/\/+|#+|<!--)?\s?/, '').replace(/\s*(\*+\/|-->)\s*$/, ''))
    .join('\n');
  const first = line + (/^\s*/.exec(text)?.[0].split('\n').length ?? 1) - 1;
  return text.trim() === '' || DIRECTIVE.test(text.trim()) ? [] : [{ kind: 'comment', line: first, text: text.trim() }];
};

/** Joins line comments that follow each other, as they are read as one. */
const joined = (comments: ReadonlyArray<{ line: number; raw: string; alone: boolean }>): Passage[] => {
  const blocks: Array<{ line: number; end: number; raw: string; alone: boolean }> = [];
  for (const { line, raw, alone } of comments) {
    const before = blocks.at(-1);
    if (before?.alone && alone && before.end + 1 === line) {
      before.raw += `\n${raw}`;
      before.end = line;
    } else blocks.push({ line, end: line, raw, alone });
  }
  return blocks.flatMap(({ line, raw }) => comment(line, raw));
};

const TEST_FUNCTIONS = new Set(['test', 'it', 'describe']);
const isTest = (file: string) => /\.(test|suite)\.ts$/.test(file);
const isText = ({ type }: Token) => /^(StringLiteral|NoSubstitutionTemplate|Template(Head|Middle|Tail))$/.test(type);
const isBlank = ({ type }: Token) => /^(WhiteSpace|LineTerminatorSequence|(Multi|Single)LineComment)$/.test(type);

/** Returns the words of a string or template token; an interpolation reads as `…`. */
const words = ({ value }: Token): string =>
  value
    .replace(/^['"`}]|(['"`]|\$\{)$/g, (mark) => (mark === '}' || mark === '${' ? '…' : ''))
    .replace(/\\n/g, '\n')
    .replace(/\\(.)/g, '$1');

/** Indices of the string tokens that name a test: the first argument of `test(…)`, `test.each(…)(…)` and the like. */
const testNames = (tokens: readonly Token[]): Set<number> => {
  const solid = tokens.map((token, index) => ({ token, index })).filter(({ token }) => !isBlank(token));
  const value = (at: number) => solid[at]?.token.value;
  const names = new Set<number>();
  solid.forEach(({ token }, start) => {
    if (!TEST_FUNCTIONS.has(token.value) || value(start - 1) === '.') return;
    let at = start + 1;
    const isTable = value(at) === '.' && value(at + 1) === 'each';
    while (value(at) === '.') at += 2;
    if (isTable && value(at) === '(') {
      let depth = 0;
      do {
        if (value(at) === '(') depth += 1;
        if (value(at) === ')') depth -= 1;
        at += 1;
      } while (depth > 0 && at < solid.length);
    }
    const name = solid[at + 1];
    if (value(at) === '(' && name && isText(name.token)) names.add(name.index);
  });
  return names;
};

const HAS_TWO_WORDS = /\p{L}{2,}[,;:]?\s+\p{L}{2,}/u;

/** Returns comments, messages and test names of a JavaScript or TypeScript file. Strings of tests other than names are data. */
const scriptPassages = (file: string, source: string): Passage[] => {
  const tokens = [...jsTokens(source)];
  const names = testNames(tokens);
  const comments: Array<{ line: number; raw: string; alone: boolean }> = [];
  const others: Passage[] = [];
  let line = 1;
  let isLineStart = true;
  tokens.forEach((token, index) => {
    const { type, value } = token;
    if (type === 'SingleLineComment') comments.push({ line, raw: value, alone: isLineStart });
    else if (type === 'MultiLineComment') comments.push({ line, raw: value, alone: false });
    else if (names.has(index)) others.push({ kind: 'test', line, text: words(token) });
    else if (isText(token) && !isTest(file) && HAS_TWO_WORDS.test(words(token)))
      others.push({ kind: 'message', line, text: words(token) });
    if (type === 'LineTerminatorSequence') isLineStart = true;
    else if (type !== 'WhiteSpace') isLineStart = false;
    line += value.split('\n').length - 1;
  });
  return [...joined(comments), ...others];
};

/** Returns the `#` comments of a shell, Python, YAML or TOML file, Python's docstrings, and each other line as text. */
const hashPassages = (source: string): Passage[] => {
  const comments: Array<{ line: number; raw: string; alone: boolean }> = [];
  const others: Passage[] = [];
  source.split('\n').forEach((raw, index) => {
    const [, before = '', hash] = /^(.*?(?:^|\s))(#(?:\s.*)?)$/.exec(raw) ?? [raw, raw];
    if (hash) comments.push({ line: index + 1, raw: hash, alone: before.trim() === '' });
    const docstring = /^\s*(?:"""|''')(.+?)(?:"""|''')?$/.exec(before);
    if (docstring?.[1]) others.push(...comment(index + 1, docstring[1]));
    else if (HAS_TWO_WORDS.test(before)) others.push({ kind: 'text', line: index + 1, text: before.trim() });
  });
  return [...joined(comments), ...others];
};

/** Returns the passages between two marks that may span lines, such as the comments of CSS and HTML. */
const between = (source: string, pattern: RegExp): Passage[] =>
  [...source.matchAll(pattern)].flatMap((match) =>
    comment(source.slice(0, match.index).split('\n').length, match[0] ?? ''),
  );

/** Returns the comments of an HTML page and its words. */
const pagePassages = (source: string): Passage[] => {
  const visible = source.replace(/<!--[\s\S]*?-->|<(script|style)[\s\S]*?<\/\1>/g, (cut) => cut.replace(/[^\n]/g, ' '));
  const texts = visible.split('\n').flatMap((raw, index): Passage[] => {
    const text = raw.replace(/<[^>]*>/g, ' ').trim();
    return HAS_TWO_WORDS.test(text) ? [{ kind: 'text', line: index + 1, text }] : [];
  });
  return [...between(source, /<!--[\s\S]*?-->/g), ...texts];
};

/** Returns the text of a Markdown line as it is read: without code, addresses and marks. */
const readable = (line: string): string =>
  line
    .replace(/`[^`]*`/g, '`…`')
    .replace(/\]\([^)]*\)/g, ']')
    .replace(/<!--.*?-->/g, '')
    .replace(/[*_[\]]/g, '');

/** Returns headings, paragraphs and the comments in shell examples of a document. */
const documentPassages = (source: string): Passage[] => {
  const passages: Passage[] = [];
  let fence = '';
  let paragraph: Passage | null = null;
  source.split('\n').forEach((raw, index) => {
    const line = index + 1;
    const mark = /^\s*```(\w*)/.exec(raw);
    if (mark) {
      fence = fence ? '' : (mark[1] ?? '') || 'text';
      paragraph = null;
    } else if (fence === 'sh' || fence === 'bash') {
      passages.push(...hashPassages(raw).flatMap((one) => (one.kind === 'comment' ? [{ ...one, line }] : [])));
    } else if (fence) {
      if (HAS_TWO_WORDS.test(raw)) passages.push({ kind: 'text', line, text: raw.trim() });
    } else if (/^#{1,6} /.test(raw)) {
      paragraph = null;
      passages.push({ kind: 'heading', line, text: readable(raw.replace(/^#+ (\d+\. )?/, '')) });
    } else if (raw.trim() === '') {
      paragraph = null;
    } else if (paragraph && !/^\s*(\||[-*] |\d+\. )/.test(raw)) {
      paragraph.text += `\n${readable(raw)}`;
    } else {
      paragraph = { kind: 'text', line, text: readable(raw) };
      passages.push(paragraph);
    }
  });
  return passages;
};

/** Returns the lines that a patch adds: only these are ours. */
const patchPassages = (source: string): Passage[] =>
  source
    .split('\n')
    .flatMap((raw, index) =>
      /^\+(?!\+\+)/.test(raw) && HAS_TWO_WORDS.test(raw)
        ? [{ kind: 'text' as const, line: index + 1, text: raw.slice(1) }]
        : [],
    );

/** Returns the passages of a file by its name; none for a kind of file that holds no prose. */
export const passagesOf = (file: string, source: string): Passage[] => {
  if (/\.(ts|mts|mjs|cjs|js)$/.test(file)) return scriptPassages(file, source);
  if (/\.md$/.test(file)) return documentPassages(source);
  if (/\.css$/.test(file)) return between(source, /\/\*[\s\S]*?\*\//g);
  if (/\.html$/.test(file)) return pagePassages(source);
  if (/\.patch$/.test(file)) return patchPassages(source);
  if (/\.(ya?ml|py|sh|toml)$|^\.ci\/|^qdn$/.test(file)) return hashPassages(source);
  return [];
};

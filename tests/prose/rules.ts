/* The rules of docs/writing.md that a program can check. */
import type { Passage } from './passages.ts';

/** `pattern` is global and ignores case; `instead` is printed after the words that were found. */
type WordRule = { pattern: RegExp; instead: string };
export type Finding = { line: number; rule: 'word' | 'opening'; found: string; instead: string };

const word = (pattern: string, instead: string): WordRule => ({
  pattern: new RegExp(`(?<![\\w-])(?:${pattern})(?![\\w-])`, 'gi'),
  instead,
});

/** Words and phrases that we do not use, with their replacements. */
const WORD_RULES: readonly WordRule[] = [
  word("nobody(?:[’']s)?", '“no one”, “none”, or name what is missing'),
  word("somebody(?:[’']s)?", '“someone”, or the person’s role'),
  word("anybody(?:[’']s)?", '“anyone”'),
  word("everybody(?:[’']s)?", '“everyone”'),
  word('whom|whomever|whosever|whosoever', '“who”, or the noun: the sender, the recipient'),
  word('anew', '“again”, or “new”'),
  word('mend(?:s|ed|ing)?', '“fix”'),
  word('(?:is|are|was|were|been|being) told', 'active voice: “the page shows …”, “dispatchers get a text”'),
  word('(?:is|are|was|were|been|being) heard(?: of)?', '“arrives”, “is known”, “gets an answer”'),
  word('stands? in', '“is in”, or “replaces”'),
  word('stand-?ins?', '“emulator”'),
  word('so (?:many|long|often)', '“too many”, “as long as”, “the number of”, “the duration of”'),
  word('(?:comes?|came|coming) back', '“returns”, “recovers”, “is retried after …”'),
  word('(?:by|gets?) mail', '“by email”'),
  word('dossiers?', '“timeline”'),
  word('lessons?', '“travel-time model”, “sample”'),
  word('settle(?:s|d|ment)?|settling', '“resolve”'),
  word(
    'aught|naught|hitherto|henceforth|thereof|therein|whereof|wherein|whence|thence|lest|whilst|ere',
    'a modern word',
  ),
  word('for ever', '“forever”, “permanently”'),
  word('time-outs?', '“timeout”'),
  word('dearer', '“more expensive”'),
  {
    // “There is no job” is fine; “it is no valid job” is not.
    pattern:
      /(?<!\bthere )\b(?:is|are|was|were) no (?!(?:longer|more|one|less|fewer|later|earlier|older|newer|greater|larger|better)\b)\p{L}+/giu,
    instead: '“is not a …”, “is not …”',
  },
];

/** Noun clauses that make a reader wait for the subject. */
const OPENING = /^(?:what|who|whom|whose|how|whether|where|so long|so often|so many)(?![\w-])[^\n]{0,40}/i;
const OPENED_BY_RULE: ReadonlySet<Passage['kind']> = new Set(['comment', 'heading', 'test']);

/** Whether the rule on openings applies to the passage and is broken. */
export const opensWithClause = ({ kind, text }: Passage): boolean => OPENED_BY_RULE.has(kind) && OPENING.test(text);

/** Returns every broken rule of a passage, with the line of the file where the words are. */
export const findingsIn = (passage: Passage): Finding[] => {
  const { line, text } = passage;
  // Code in a comment or a message keeps its names.
  const prose = text.replace(/`[^`\n]*`/g, (code) => ' '.repeat(code.length));
  const findings = WORD_RULES.flatMap(({ pattern, instead }): Finding[] =>
    [...prose.replaceAll('\n', ' ').matchAll(pattern)].map((match) => ({
      line: line + prose.slice(0, match.index).split('\n').length - 1,
      rule: 'word',
      found: match[0],
      instead,
    })),
  );
  if (opensWithClause(passage)) {
    const found = OPENING.exec(text)?.[0] ?? '';
    findings.push({
      line,
      rule: 'opening',
      found,
      instead: 'open with a noun or a verb: “The delay before …”, “Returns …”',
    });
  }
  return findings.sort((one, other) => one.line - other.line);
};

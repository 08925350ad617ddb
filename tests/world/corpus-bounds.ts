import { readFileSync, writeFileSync } from 'node:fs';
import type { CorpusReport, CorpusShare } from '@qdn/world';
import { SCOREBOARD_PAGE } from './accept.ts';

/*
 * The table of docs/scoreboard.md about the corpus of texts. A test fails when fewer entries of a kind go as expected;
 * `npm run world:corpus -- --accept` writes the table.
 */

const HEADING = '<!-- corpus -->';
const TABLE_HEAD = ['| entries | as expected | of |', '| --- | --- | --- |'];
const ROW = /^\| ([^|]+) \| (\d+) \| (\d+) \|$/;

const rowsOf = ({ all, byKind }: CorpusReport): CorpusShare[] => [all, ...byKind];

/** Returns the noted shares by the name of the row: `all`, and the kinds. @throws Error without a table */
export const readCorpusBounds = (page: string): Map<string, CorpusShare> => {
  const own = page.split(HEADING)[1];
  if (own === undefined) throw new Error(`docs/scoreboard.md has no ${HEADING}.`);
  const rows = own.split('\n').flatMap((line) => {
    const [, name, asExpected, of] = ROW.exec(line) ?? [];
    return name === undefined ? [] : [{ name, asExpected: Number(asExpected), of: Number(of) }];
  });
  return new Map(rows.map((row) => [row.name, row]));
};

/** Returns a sentence for each kind of which fewer entries go as expected than noted. */
export const corpusRegressions = (report: CorpusReport, bounds: ReadonlyMap<string, CorpusShare>): string[] =>
  rowsOf(report).flatMap(({ name, asExpected, of }) => {
    const noted = bounds.get(name);
    if (!noted) return [`"${name}" is not in docs/scoreboard.md. Run: npm run world:corpus -- --accept`];
    if (asExpected >= noted.asExpected) return [];
    return [`${name}: ${asExpected} of ${of} as expected, noted are ${noted.asExpected}`];
  });

/** Returns the page with the table of a report. */
export const withCorpusBounds = (page: string, report: CorpusReport): string => {
  const lines = rowsOf(report).map(({ name, asExpected, of }) => `| ${name} | ${asExpected} | ${of} |`);
  return `${page.split(HEADING)[0]}${HEADING}\n\n${[...TABLE_HEAD, ...lines].join('\n')}\n`;
};

/** Writes the table of a report into docs/scoreboard.md. */
export const acceptCorpus = (report: CorpusReport): void =>
  writeFileSync(SCOREBOARD_PAGE, withCorpusBounds(readFileSync(SCOREBOARD_PAGE, 'utf8'), report));

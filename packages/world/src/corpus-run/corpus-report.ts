import type { Figure } from '../score/scoreboard.ts';
import type { EntryResult } from './run-corpus.ts';

/** Share of the entries that went as expected. */
export type CorpusShare = { name: string; asExpected: number; of: number };

/** Results of a corpus by kind and language, with the entries that failed. */
export type CorpusReport = {
  all: CorpusShare;
  byKind: readonly CorpusShare[];
  byLanguage: readonly CorpusShare[];
  failures: readonly EntryResult[];
};

const shareOf = (name: string, results: readonly EntryResult[]): CorpusShare => ({
  name,
  asExpected: results.filter(({ faults }) => faults.length === 0).length,
  of: results.length,
});

const sharesBy = (results: readonly EntryResult[], nameOf: (result: EntryResult) => string): CorpusShare[] =>
  [...Map.groupBy(results, nameOf)]
    .map(([name, own]) => shareOf(name, own))
    .sort((a, b) => a.asExpected / a.of - b.asExpected / b.of || b.of - a.of || (a.name < b.name ? -1 : 1));

/** Counts results, the worst kinds first. */
export const reportOf = (results: readonly EntryResult[]): CorpusReport => ({
  all: shareOf('all', results),
  byKind: sharesBy(results, ({ kind }) => kind),
  byLanguage: sharesBy(results, ({ lang }) => lang),
  failures: results.filter(({ faults }) => faults.length > 0),
});

/** Returns the share of a corpus as a figure of the scoreboard. */
export const corpusFigure = ({ all }: CorpusReport): Figure => ({
  name: 'corpus as expected',
  group: 'words',
  value: all.of === 0 ? 0 : all.asExpected / all.of,
  of: all.of,
  unit: 'share',
  better: 'higher',
});

const lineOf = ({ name, asExpected, of }: CorpusShare): string =>
  `${name.padEnd(24)} ${String(asExpected).padStart(4)} of ${String(of).padStart(4)}  ${String(Math.round((asExpected / of) * 100)).padStart(3)} %`;

/** Returns the shares as aligned lines, and each failure with its reasons. */
export const printedReport = ({ all, byKind, byLanguage, failures }: CorpusReport): string =>
  [
    lineOf(all),
    '',
    ...byKind.map(lineOf),
    '',
    ...byLanguage.map(lineOf),
    '',
    ...failures.map(({ id, kind, faults }) => `${id} (${kind}): ${faults.join('; ')}`),
    '',
  ].join('\n');

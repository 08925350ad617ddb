import { expect, test } from '@jest/globals';
import { type EntryResult, reportOf } from '@qdn/world';
import { corpusRegressions, readCorpusBounds, withCorpusBounds } from './corpus-bounds.ts';

const result = (kind: string, faults: string[] = []): EntryResult => ({
  id: 'en-cust-0001',
  kind,
  lang: 'en',
  from: 'customer',
  faults,
  story: [],
});
const REPORT = reportOf([result('answer'), result('answer', ['Luis did not learn it']), result('thanks')]);
const PAGE = '# Scoreboard\n\n| words: mis-sent | 0 | count of 3 | ≤ 0 |\n\n<!-- corpus -->\n';

test('a written table reads back, and the text before it stays', () => {
  const page = withCorpusBounds(PAGE, REPORT);
  expect(page).toContain('| words: mis-sent | 0 | count of 3 | ≤ 0 |');
  expect(Object.fromEntries(readCorpusBounds(page))).toEqual({
    all: { name: 'all', asExpected: 2, of: 3 },
    answer: { name: 'answer', asExpected: 1, of: 2 },
    thanks: { name: 'thanks', asExpected: 1, of: 1 },
  });
  expect(withCorpusBounds(page, REPORT)).toBe(page);
  expect(() => readCorpusBounds('# Scoreboard')).toThrow('has no <!-- corpus -->');
});

test('a kind with fewer entries as expected is a regression, and one with more is none', () => {
  const bounds = readCorpusBounds(withCorpusBounds(PAGE, REPORT));
  expect(corpusRegressions(REPORT, bounds)).toEqual([]);
  const moved = reportOf([result('answer'), result('answer'), result('thanks', ['a false alarm was raised'])]);
  expect(corpusRegressions(moved, bounds)).toEqual(['thanks: 0 of 1 as expected, noted are 1']);
  expect(corpusRegressions(reportOf([result('spam')]), bounds)).toEqual([
    'all: 1 of 1 as expected, noted are 2',
    '"spam" is not in docs/scoreboard.md. Run: npm run world:corpus -- --accept',
  ]);
});

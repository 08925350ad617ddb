import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { CORPUS_DIRECTORY, type CorpusEntry, printedReport, readCorpus, reportOf, runCorpus } from '@qdn/world';
import { SCOREBOARD_PAGE } from './accept.ts';
import { corpusRegressions, readCorpusBounds } from './corpus-bounds.ts';
import { openVirtualSystem } from './virtual-system.ts';

describe('the corpus on the system in virtual time', () => {
  test('goes as expected at least as often as noted, with every entry in its situation', async () => {
    const report = reportOf(await runCorpus(readCorpus(), openVirtualSystem));
    const outside = report.failures.filter(({ faults }) =>
      faults.some((fault) => fault.startsWith('not in the situation')),
    );
    expect(outside).toEqual([]);
    expect(corpusRegressions(report, readCorpusBounds(readFileSync(SCOREBOARD_PAGE, 'utf8')))).toEqual([]);
    expect(report.byKind.reduce((sum, { of }) => sum + of, 0)).toBe(report.all.of);
    expect(report.byLanguage.reduce((sum, { asExpected }) => sum + asExpected, 0)).toBe(report.all.asExpected);
  }, 600_000);

  test('plays a corpus of another folder', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'cases-'));
    const [entry] = readCorpus(CORPUS_DIRECTORY) as [CorpusEntry];
    const urgent = {
      ...entry,
      id: 'en-case-0001',
      texts: ['gas is leaking by your trailer, come now'],
      given: { setting: 'active-job' },
      from: 'customer',
      kind: 'urgent',
      expect: {
        gets: ['team'],
        mustNot: ['another-customer'],
        escalatesIfUnanswered: true,
        automaticAnswer: 'must-not',
        why: 'Danger.',
      },
    };
    const unheard = {
      ...urgent,
      id: 'en-case-0002',
      texts: ['ok thank you'],
      expect: { ...urgent.expect, gets: ['asker'] },
    };
    writeFileSync(join(directory, 'cases.json'), JSON.stringify([urgent, unheard]));
    const report = reportOf(await runCorpus(readCorpus(directory), openVirtualSystem));
    rmSync(directory, { recursive: true });
    expect(report.all).toEqual({ name: 'all', asExpected: 1, of: 2 });
    expect(printedReport(report)).toContain('en-case-0002 (urgent): Ann Lee did not get the words');
  });

  test('gives the same results again', async () => {
    const some = readCorpus().filter((_, i) => i % 40 === 0);
    const play = () => runCorpus(some, openVirtualSystem);
    expect(await play()).toEqual(await play());
  });
});

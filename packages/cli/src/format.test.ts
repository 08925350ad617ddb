import { expect, test } from '@jest/globals';
import { attentionReport, jobTable, table } from './format.ts';

test('columns are aligned', () => {
  expect(
    table([
      ['A', 'LONG'],
      ['abc', 'x'],
    ]),
  ).toBe('A    LONG\nabc  x');
});

test('no jobs are said to be none', () => {
  expect(jobTable({ jobs: [], next: null })).toBe('No jobs.');
});

test('what waits for the operator is said with what to do, and nothing when nothing waits', () => {
  expect(attentionReport({ unsettled: [], unanswered: [], unmatched: [] })).toBe('Nothing waits for you.');
  const report = attentionReport({
    unsettled: [],
    unanswered: [{ sid: 'SM1', jobId: 'QDN-1042', since: '2026-11-23T15:00:00.000Z' }],
    unmatched: [{ sid: 'SM2', from: '+*********99', body: 'do you\nrent?', at: '2026-11-23T15:00:00.000Z' }],
  });
  expect(report).toBe(
    [
      'Nobody of the team has answered:',
      '2026-11-23 15:00:00  QDN-1042  SM1',
      'Call the customer. A dispatcher’s answer to the job takes it off this list.',
      '',
      'No job was found for (last seven days):',
      '2026-11-23 15:00:00  +*********99  do you rent?',
      'The team got them. Create the job, or answer from the dispatch phone.',
    ].join('\n'),
  );
});

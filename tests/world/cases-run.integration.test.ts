import { expect, test } from '@jest/globals';
import { readCorpus, readDays, readRequests } from '@qdn/world';
import { playCases } from './cases-run.ts';
import { openVirtualSystem } from './virtual-system.ts';

test('cases of each format become figures, and a line for each that did not end as it should', async () => {
  const requests = readRequests().filter(({ id }) => ['traccar-server-024', 'traccar-server-025'].includes(id));
  const cases = { corpus: readCorpus().slice(0, 3), requests, drives: [], days: readDays().slice(0, 1) };
  const { figures, unmet } = await playCases(cases, openVirtualSystem, 1);
  expect(figures.map(({ group, name }) => `${group}: ${name}`)).toEqual([
    'words: cases not as expected',
    'jobs: expectations of days not met',
    'machine: requests answered otherwise',
  ]);
  expect(figures[0]?.of).toBe(3);
  expect(figures[2]?.of).toBe(2);
  const [texts = 0, days = 0, answers = 0] = figures.map(({ value }) => value);
  expect(unmet).toHaveLength(texts + days + answers);
});

test('no cases have no figures', async () => {
  const none = { corpus: [], requests: [], drives: [], days: [] };
  expect(await playCases(none, openVirtualSystem, 1)).toEqual({ figures: [], unmet: [] });
});

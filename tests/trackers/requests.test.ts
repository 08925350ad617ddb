import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { readRequests } from '@qdn/world';
import { playRequest } from './play-request.ts';

/** Entries that are knowingly not met, with the reason. An entry that is met must leave the list. */
const UNMET: Readonly<Record<string, string>> = JSON.parse(
  readFileSync(new URL('unmet-requests.json', import.meta.url), 'utf8'),
);

test('requests of GPS clients have the results that their senders expect, except those listed', async () => {
  const faults: Record<string, string[]> = {};
  for (const entry of readRequests()) {
    const found = await playRequest(entry);
    if (found.length > 0) faults[entry.id] = found;
  }
  expect(Object.fromEntries(Object.entries(faults).filter(([id]) => !UNMET[id]))).toEqual({});
  expect(Object.keys(UNMET).filter((id) => !faults[id])).toEqual([]);
});

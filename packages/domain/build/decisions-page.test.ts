import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';
import { DECISIONS_PAGE, decisionsPage } from './decisions-page.ts';

test('docs/message-decisions.md shows the tables of the code (npm run decisions prints them)', () => {
  const page = fileURLToPath(new URL(`../../../${DECISIONS_PAGE}`, import.meta.url));
  expect(readFileSync(page, 'utf8')).toBe(decisionsPage());
});

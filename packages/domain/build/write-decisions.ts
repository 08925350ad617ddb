/* Prints the relay's decision tables into docs/: npm run decisions */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { DECISIONS_PAGE, decisionsPage } from './decisions-page.ts';

writeFileSync(fileURLToPath(new URL(`../../../${DECISIONS_PAGE}`, import.meta.url)), decisionsPage());

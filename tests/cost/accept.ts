/* npm run cost:accept: counts every scenario and takes the result as what it may cost from now on; docs/cost.md is made anew. */
import { writeFileSync } from 'node:fs';
import { costPage, countedFile, dearer, readCounted } from '@qdn/cost';
import { countScenarios } from './scenarios.ts';

const now = await countScenarios();
for (const sentence of dearer(readCounted(), now)) console.log(sentence);
writeFileSync(countedFile, `${JSON.stringify(now, null, 2)}\n`);
writeFileSync(new URL('../../docs/cost.md', import.meta.url), costPage(now));
console.log('Written: packages/cost/src/counted.json, docs/cost.md');

/* npm run cost:accept: counts every scenario, accepts the result as the new baseline, and updates docs/cost.md. */
import { writeFileSync } from 'node:fs';
import { costIncreases, costPage, countedFile, readCounted } from '@qdn/cost';
import { countScenarios } from './scenarios.ts';

const now = await countScenarios();
for (const sentence of costIncreases(readCounted(), now)) console.log(sentence);
writeFileSync(countedFile, `${JSON.stringify(now, null, 2)}\n`);
writeFileSync(new URL('../../docs/cost.md', import.meta.url), costPage(now));
console.log('Written: packages/cost/src/counted.json, docs/cost.md');

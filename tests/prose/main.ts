/*
 * Checks comments, documents, messages and test names against docs/writing.md: npm run prose
 * `-- packages/cli docs/deploy.md` checks these paths alone; `-- --shrink` lowers the baseline to the findings of today.
 */
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { allowance, lowerBaseline } from './baseline.ts';
import { checkRepository, countByArea } from './repository.ts';

const repository = fileURLToPath(new URL('../..', import.meta.url));
const { values, positionals } = parseArgs({ allowPositionals: true, options: { shrink: { type: 'boolean' } } });

const { findings, comments, openings } = checkRepository(repository, positionals);
for (const { file, line, found, instead } of findings) console.log(`${file}:${line}: “${found}”: ${instead}`);
for (const [area, count] of Object.entries(countByArea(findings))) console.log(`${String(count).padStart(6)}  ${area}`);
const share = comments === 0 ? 0 : (100 * openings) / comments;
console.log(
  `${findings.length} findings. ${openings} of ${comments} comment blocks open with What, Who, How … (${share.toFixed(1)} %).`,
);

if (values.shrink && positionals.length === 0) lowerBaseline(repository, findings);
const allowed = positionals.length > 0 ? 0 : allowance(repository);
if (findings.length > allowed) {
  if (allowed > 0)
    console.log(`The baseline allows ${allowed}. Rewrite your passages above; docs/writing.md has examples.`);
  process.exitCode = 1;
}

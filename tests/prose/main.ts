/*
 * Checks comments, documents, messages and test names against docs/writing.md: npm run prose
 * `-- packages/cli docs/deploy.md` checks only these paths.
 */
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { checkRepository, countByArea } from './repository.ts';

const repository = fileURLToPath(new URL('../..', import.meta.url));
const { positionals } = parseArgs({ allowPositionals: true });

const { findings, comments, openings } = checkRepository(repository, positionals);
for (const { file, line, found, instead } of findings) console.log(`${file}:${line}: “${found}”: ${instead}`);
for (const [area, count] of Object.entries(countByArea(findings))) console.log(`${String(count).padStart(6)}  ${area}`);
const share = comments === 0 ? 0 : (100 * openings) / comments;
console.log(
  `${findings.length} findings. ${openings} of ${comments} comment blocks open with What, Who, How … (${share.toFixed(1)} %).`,
);

if (findings.length > 0) {
  console.log('Rewrite the passages above; docs/writing.md has examples.');
  process.exitCode = 1;
}

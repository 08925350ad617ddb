/*
 * npm run audit: known vulnerabilities in shipped packages, from the registry (SECURITY.md has the policy). Fails when one
 * is open. When the registry does not answer or has no list, it prints "not checked" and does not fail.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { advisoryProblems } from './advisories.mjs';
import { runPnpm } from './pnpm.mjs';

const repository = fileURLToPath(new URL('..', import.meta.url));

/** @returns {Promise<import('./advisories.mjs').Advisory[] | null>} null when the registry has no list */
const knownAdvisories = async () => {
  const { stdout, stderr } = await runPnpm(repository, ['audit', '--prod', '--json', ...process.argv.slice(2)]);
  try {
    const { advisories } = JSON.parse(stdout);
    if (typeof advisories === 'object' && advisories !== null) return Object.values(advisories);
  } catch {
    // The output is not a list: pnpm has printed an error.
  }
  const reason = /ERR_PNPM_\w+/.exec(stdout + stderr)?.[0] ?? 'no list came';
  console.log(`Dependencies: not checked, the registry gave no list of advisories (${reason}).`);
  return null;
};

const advisories = await knownAdvisories();
if (advisories) {
  const accepted = JSON.parse(readFileSync(join(repository, '.ci/accepted-advisories.json'), 'utf8'));
  const problems = advisoryProblems(advisories, accepted, Date.now());
  for (const problem of problems) console.error(problem);
  if (problems.length === 0) console.log(`Dependencies: no open advisory, ${advisories.length} accepted.`);
  process.exitCode = problems.length > 0 ? 1 : 0;
}

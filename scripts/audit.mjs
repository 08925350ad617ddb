/*
 * npm run audit: known weaknesses in what we ship, as the registry has them (SECURITY.md has the policy). Ends with an error when one
 * is open. A registry that cannot be asked, or has no such list, is no weakness: then it says "not checked".
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { advisoryProblems } from './advisories.mjs';
import { runPnpm } from './pnpm.mjs';

const repository = fileURLToPath(new URL('..', import.meta.url));

/** @returns {Promise<import('./advisories.mjs').Advisory[] | null>} null when they could not be had */
const knownAdvisories = async () => {
  const { stdout, stderr } = await runPnpm(repository, ['audit', '--prod', '--json', ...process.argv.slice(2)]);
  try {
    const { advisories } = JSON.parse(stdout);
    if (typeof advisories === 'object' && advisories !== null) return Object.values(advisories);
  } catch {
    // What came is no list: the reason is what pnpm has printed.
  }
  const reason = /ERR_PNPM_\w+/.exec(stdout + stderr)?.[0] ?? 'no list came';
  console.log(`Dependencies: not checked, the registry's list of advisories cannot be had (${reason}).`);
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

import { appendFileSync } from 'node:fs';

type Env = Readonly<Record<string, string | undefined>>;

/**
 * Records that tests are skipped because an engine is not installed; jest.config.ts has a reporter that names it in the last
 * line of the run. Under `CI=true` every engine has to be there.
 * @param engine the program and how to get it: `njs (apt-get install njs)`
 * @throws Error under `CI=true`
 */
export const missingEngine = (engine: string, env: Env = process.env): void => {
  if (env['CI'] === 'true') throw new Error(`Missing: ${engine}. CI runs every test.`);
  const file = env['QDN_MISSING_ENGINES'];
  if (file) appendFileSync(file, `${engine}\n`);
};

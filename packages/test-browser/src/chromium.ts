import { spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { missingEngine } from '@qdn/test-support/missing-engine';

/** Settings with which `playwright-core` starts a browser: `chromium.launch({ executablePath, args })`. */
export type Chromium = { executablePath: string; args: string[] };

/** In order. The headless shell has no windows, profiles or extensions, and opens a page in a third of the time. */
const INSTALLED = [
  '/usr/bin/chromium-headless-shell',
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/usr/bin/microsoft-edge',
  '/snap/bin/chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge',
] as const;

/** Arguments for tests: the browser sends no requests of its own, and may run as root in a container. */
const QUIET = [
  '--no-sandbox',
  '--disable-gpu',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

const canRun = (path: string): boolean => {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
};

/** The Chromium inside the registry package, unpacked to the temporary folder; null when it does not start. */
const packaged = async (): Promise<string | null> => {
  try {
    const { default: chromium } = await import('@sparticuz/chromium');
    const path = await chromium.executablePath();
    return spawnSync(path, ['--version'], { timeout: 20_000 }).status === 0 ? path : null;
  } catch {
    return null;
  }
};

export type Surroundings = {
  env: Readonly<Record<string, string | undefined>>;
  canRun: (path: string) => boolean;
  packaged: () => Promise<string | null>;
  warn: (line: string) => void;
  /** Takes the engine's name for the last line of the run. */
  missing: (engine: string) => void;
};

const HERE: Surroundings = {
  env: process.env,
  canRun,
  packaged,
  // Written directly, because Jest's console would add a stack trace.
  warn: (line) => process.stderr.write(line),
  missing: (engine) => missingEngine(engine),
};

/**
 * Finds a Chromium for browser tests: `QDN_CHROMIUM`, else an installed one, else the registry package's.
 * @returns null, after a clear message, when none is found, so that a test can be skipped
 * @throws Error when none is found under `CI=true`, or when `QDN_CHROMIUM` cannot be run
 */
export const findChromium = async (surroundings: Surroundings = HERE): Promise<Chromium | null> => {
  const { env } = surroundings;
  const chosen = env['QDN_CHROMIUM'];
  if (chosen) {
    if (!surroundings.canRun(chosen)) throw new Error(`QDN_CHROMIUM is ${chosen}, which cannot be run.`);
    return { executablePath: chosen, args: QUIET };
  }
  const executablePath = INSTALLED.find((path) => surroundings.canRun(path)) ?? (await surroundings.packaged());
  // The package's own arguments are not used: they switch off web security, which the tests need.
  if (executablePath) return { executablePath, args: QUIET };
  const sentence = 'No Chromium was found: install one, or name it in QDN_CHROMIUM.';
  if (env['CI'] === 'true') throw new Error(sentence);
  surroundings.missing('Chromium (apt-get install chromium-headless-shell)');
  surroundings.warn(`\n*** BROWSER TESTS ARE SKIPPED. ${sentence} ***\n\n`);
  return null;
};

import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';

/**
 * Returns a fingerprint of everything to install. The lock file includes the checksums of the patches.
 * @param {string} repository
 */
const fingerprint = (repository) => {
  const hash = createHash('sha256').update(`${process.platform} ${process.arch}`);
  for (const file of ['pnpm-lock.yaml', 'pnpm-workspace.yaml']) hash.update(readFileSync(join(repository, file)));
  return hash.digest('hex');
};

/** @param {number} pid */
const isRunning = (pid) => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

/**
 * Waits until no other process installs into this repository, so that `npm start` and `npm test` can run at the same time.
 * @param {string} repository
 * @returns {Promise<() => void>} to be called when done
 */
const takeTurn = async (repository) => {
  const folder = join(repository, '.local');
  const lock = join(folder, 'installing');
  mkdirSync(folder, { recursive: true });
  for (let told = false; ; told = true) {
    try {
      writeFileSync(lock, String(process.pid), { flag: 'wx' });
      return () => rmSync(lock, { force: true });
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    }
    await setTimeout(500);
    const owner = existsSync(lock) ? Number(readFileSync(lock, 'utf8')) : 0;
    if (!owner || !isRunning(owner)) rmSync(lock, { force: true });
    else if (!told)
      console.error(`Waiting for process ${owner} to install the packages (if it does not, delete ${lock}) …`);
  }
};

/**
 * Installs the packages unless they are up to date.
 * @param {string} repository its root folder
 * @param {(command: string, args: string[], options: { cwd: string, env: NodeJS.ProcessEnv }) => Promise<number>} run
 * @returns {Promise<string | null>} a sentence when it failed
 */
export const install = async (repository, run) => {
  // Written only after a complete installation.
  const stamp = join(repository, 'node_modules', '.installed');
  const isDone = () => existsSync(stamp) && readFileSync(stamp, 'utf8') === fingerprint(repository);
  if (isDone()) return null;
  const endTurn = await takeTurn(repository);
  try {
    if (isDone()) return null;
    rmSync(stamp, { force: true });
    const { packageManager } = JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8'));
    console.error(`Installing what is missing with ${packageManager} (at first some 700 MB, a minute or two) …\n`);
    const { NODE_ENV: _, ...env } = process.env; // Set to `production`, it would leave half of the packages out.
    env['PATH'] = [env['PATH'], dirname(process.execPath)].join(delimiter);
    const wanted = fingerprint(repository);
    const code = await run('npx', ['--yes', packageManager, 'install', '--frozen-lockfile'], { cwd: repository, env });
    if (code > 128) return 'The installation was stopped. Run the same command to continue it.';
    if (code !== 0)
      return 'The packages could not be installed; the reason is above. Mostly the npm registry cannot be reached (network, proxy, `npm config get registry`) or the disk is full (2 GB are needed). Then run the same command again.';
    writeFileSync(stamp, wanted);
    return null;
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
    return 'The command npx is missing, which comes with npm. Install Node with npm from https://nodejs.org and run the same command again.';
  } finally {
    endTurn();
  }
};

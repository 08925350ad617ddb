import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout } from 'node:timers/promises';
import { StartError } from './start-error.ts';

/** Returns true when a process with this ID exists, of any user. */
export const isRunning = (pid: number): boolean => {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return typeof error === 'object' && error !== null && 'code' in error && error.code === 'EPERM';
  }
};

/** SQLITE_BUSY: another connection has the lock. */
const isBusy = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && 'errcode' in error && error.errcode === 5;

const holderOf = (file: string): string => {
  try {
    return `process ${readFileSync(file, 'utf8')}`;
  } catch {
    return 'a process that is just starting';
  }
};

/** Locks that this process holds: without a reference the garbage collector would release them. */
const held = new Set<DatabaseSync>();

/**
 * Takes the folder for this process alone. Two engines on the same files would both say that they are up, and then fail.
 *
 * The lock is SQLite's on an empty database, so the system holds it and lets go of it when the process ends, however it ends:
 * there is no stale lock, and no process number that another program has got since. `pid` beside it is for the message only.
 * @returns releases it
 * @throws StartError while another process has it
 */
export const lockFolder = (folder: string): (() => void) => {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, 'lock.db');
  const lock = new DatabaseSync(file);
  const pidFile = join(folder, 'pid');
  try {
    lock.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    lock.close();
    if (!isBusy(error)) throw new StartError(`${file} cannot be used as a lock. Remove that file and start again.`);
    throw new StartError(
      `QDN Relay is already running from ${folder} (${holderOf(pidFile)}). Stop it there with Ctrl-C first.`,
    );
  }
  writeFileSync(pidFile, String(process.pid));
  held.add(lock);
  return () => {
    held.delete(lock);
    lock.close();
  };
};

const LOOK_EVERY_MS = 100;
const GIVE_UP_AFTER_MS = 300_000;

/** Waits for the folder's lock. @returns a function that releases it @throws StartError when that takes too long */
export const waitForFolder = async (folder: string): Promise<() => void> => {
  const deadline = Date.now() + GIVE_UP_AFTER_MS;
  for (;;) {
    try {
      return lockFolder(folder);
    } catch (error) {
      if (!(error instanceof StartError) || Date.now() > deadline) throw error;
    }
    await setTimeout(LOOK_EVERY_MS);
  }
};

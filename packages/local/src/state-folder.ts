import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { StartError } from '@qdn/local-server/start-error';

/** Written when the first start is complete: a folder without it is incomplete. */
const COMPLETE = 'complete.json';

const exists = (path: string): boolean => {
  try {
    readFileSync(path);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EISDIR';
  }
};

/**
 * Prepares the folder of the local system's state.
 * @param fresh deletes the state of earlier starts
 * @returns the time of the first start, epoch ms
 * @throws StartError when an earlier start was interrupted
 */
export const prepareStateFolder = (folder: string, fresh: boolean): number => {
  if (fresh) {
    for (const part of ['data', 'site', COMPLETE, 'secrets.json', 'edge.json', 'twilio.json', 'local.json', 'logs']) {
      rmSync(join(folder, part), { recursive: true, force: true });
    }
  }
  mkdirSync(join(folder, 'logs'), { recursive: true });
  try {
    const { startedAt } = JSON.parse(readFileSync(join(folder, COMPLETE), 'utf8'));
    if (typeof startedAt === 'number') return startedAt;
  } catch {
    // Absent on the first start, or incomplete: decided below.
  }
  const begun = ['data', 'secrets.json', 'edge.json', COMPLETE].filter((part) => exists(join(folder, part)));
  if (begun.length > 0) {
    throw new StartError(
      `An earlier start was interrupted and left ${folder} incomplete (${begun.join(', ')}). Start again with: npm start -- --fresh`,
    );
  }
  return Date.now();
};

/** Marks the folder as complete. @param startedAt time of the first start, epoch ms */
export const markComplete = (folder: string, startedAt: number): void =>
  writeFileSync(join(folder, COMPLETE), JSON.stringify({ startedAt }));

/** Appends a line to one of the logs in the folder. */
export const appendLog = (folder: string, name: string, line: string): void =>
  writeFileSync(join(folder, 'logs', `${name}.log`), `${new Date().toISOString()} ${line}\n`, { flag: 'a' });

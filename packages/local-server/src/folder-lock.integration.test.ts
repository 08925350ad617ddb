import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { lockFolder } from './folder-lock.ts';

const lockModule = fileURLToPath(new URL('./folder-lock.ts', import.meta.url));

describe('the lock on a folder', () => {
  let folder: string;
  let holder: ChildProcess | null;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'lock-'));
    holder = null;
  });
  afterEach(() => {
    holder?.kill('SIGKILL');
    rmSync(folder, { recursive: true });
  });

  /** Another process that holds the lock until it is killed. */
  const holdElsewhere = async (): Promise<ChildProcess> => {
    const code = `const { lockFolder } = await import(${JSON.stringify(lockModule)});
      lockFolder(${JSON.stringify(folder)}); process.stdout.write('held'); setInterval(() => {}, 1000);`;
    holder = spawn(process.execPath, ['--input-type=module', '-e', code], { stdio: ['ignore', 'pipe', 'inherit'] });
    if (holder.stdout) await once(holder.stdout, 'data');
    return holder;
  };

  test('keeps a second process out, with a sentence that says which one has it and what to do', async () => {
    const { pid } = await holdElsewhere();
    expect(() => lockFolder(folder)).toThrow(
      `QDN Relay is already running from ${folder} (process ${pid}). Stop it there with Ctrl-C first.`,
    );
  });

  test('is free again as soon as its process is killed, with no trace to remove', async () => {
    const other = await holdElsewhere();
    other.kill('SIGKILL');
    await once(other, 'exit');
    lockFolder(folder)();
  });

  test('counts within one process too, until it is released', () => {
    const release = lockFolder(folder);
    expect(() => lockFolder(folder)).toThrow('already running');
    release();
    lockFolder(folder)();
  });

  test('reports a file that is not a lock, with the fix', () => {
    writeFileSync(join(folder, 'lock.db'), 'something else, long enough to be taken for a database '.repeat(20));
    expect(() => lockFolder(folder)).toThrow(/lock\.db cannot be used as a lock\. Remove that file and start again\.$/);
  });
});

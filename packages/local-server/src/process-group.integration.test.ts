import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type ProcessGroup, startProcessGroup } from './process-group.ts';

const moduleFile = fileURLToPath(new URL('./process-group.ts', import.meta.url));

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

describe('a process group', () => {
  let folder: string;
  let group: ProcessGroup | null;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'group-'));
    group = null;
  });
  afterEach(async () => {
    await group?.stop();
    rmSync(folder, { recursive: true });
  });

  const file = (name: string) => join(folder, name);
  /** Beats into a file for as long as it lives. */
  const heart = (name: string) =>
    `setInterval(() => require('node:fs').appendFileSync(${JSON.stringify(file(name))}, '.'), 10);`;
  /** A script that has a child of its own; both beat. */
  const script = (more = ''): string => {
    writeFileSync(file('child.cjs'), heart('child.beat'));
    writeFileSync(
      file('script.cjs'),
      `require('node:child_process').spawn(process.execPath, [${JSON.stringify(file('child.cjs'))}], { stdio: 'ignore' });
       ${heart('script.beat')} ${more}`,
    );
    return file('script.cjs');
  };
  const start = (more = '') => {
    group = startProcessGroup([script(more), 'an argument'], { cwd: folder, env: process.env, output: 'pipe' });
    return group;
  };
  const beatsOf = (name: string) => (existsSync(file(name)) ? statSync(file(name)).size : 0);
  const bothBeat = async (): Promise<void> => {
    while (beatsOf('script.beat') === 0 || beatsOf('child.beat') === 0) await sleep(10);
  };
  /** Waits until both have ended; a busy machine may need a moment. */
  const areSilent = async (): Promise<boolean> => {
    for (let tries = 0; tries < 20; tries++) {
      const before = beatsOf('script.beat') + beatsOf('child.beat');
      await sleep(150);
      if (beatsOf('script.beat') + beatsOf('child.beat') === before) return true;
    }
    return false;
  };

  test('runs the script with its arguments, as if it had been called directly', async () => {
    writeFileSync(file('args.cjs'), 'console.log(JSON.stringify(process.argv.slice(1))); process.exitCode = 3;');
    group = startProcessGroup([file('args.cjs'), '--a', 'b c'], { cwd: folder, env: process.env, output: 'pipe' });
    const printed = group.child.stdout?.setEncoding('utf8').toArray();
    expect(await group.ended).toEqual({ code: 3 });
    expect(JSON.parse((await printed)?.join('') ?? '')).toEqual([file('args.cjs'), '--a', 'b c']);
  });

  test('stop ends the script and what it has started', async () => {
    const { stop } = start();
    await bothBeat();
    await stop();
    expect(await areSilent()).toBe(true);
  });

  test('stop ends a script, too, that does not care for being asked', async () => {
    const { stop } = start("process.on('SIGTERM', () => {});");
    await bothBeat();
    const began = Date.now();
    await stop();
    expect(await areSilent()).toBe(true);
    expect(Date.now() - began).toBeGreaterThan(3500);
  }, 20_000);

  test('a script that ends leaves nothing behind', async () => {
    const { ended } = start('setTimeout(() => process.exit(0), 300);');
    await bothBeat();
    await ended;
    expect(await areSilent()).toBe(true);
  });

  test('a script that is killed leaves nothing behind', async () => {
    const { child, ended } = start();
    await bothBeat();
    child.kill('SIGKILL');
    await ended;
    expect(await areSilent()).toBe(true);
  });

  test('nothing outlives a parent that is killed with -9', async () => {
    writeFileSync(
      file('parent.mjs'),
      `import { startProcessGroup } from ${JSON.stringify(moduleFile)};
       startProcessGroup([${JSON.stringify(script())}], { cwd: '.', env: process.env, output: 'pipe' });`,
    );
    const parent = spawn(process.execPath, [file('parent.mjs')], { cwd: folder, stdio: 'ignore' });
    await bothBeat();
    parent.kill('SIGKILL');
    await once(parent, 'exit');
    expect(await areSilent()).toBe(true);
  });
});

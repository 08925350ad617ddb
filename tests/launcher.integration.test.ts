import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';

/* Tests scripts/ in a repository with only the files that they read, and an npx that installs nothing. */

const scripts = join(dirname(fileURLToPath(import.meta.url)), '..', 'scripts');
let folder: string;
let repository: string;
let started: ChildProcess[];

beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'qdn launcher ')));
  repository = join(folder, 'a repository');
  mkdirSync(join(repository, 'packages/cli/src'), { recursive: true });
  mkdirSync(join(folder, 'bin'));
  cpSync(scripts, join(repository, 'scripts'), { recursive: true });
  writeFileSync(join(repository, 'package.json'), '{"packageManager":"pnpm@1.2.3"}');
  writeFileSync(join(repository, 'pnpm-workspace.yaml'), '');
  writeFileSync(join(repository, 'pnpm-lock.yaml'), 'one');
  anNpx('mkdir -p node_modules');
  started = [];
});
afterEach(async () => {
  for (const child of started) if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

const calls = () => (existsSync(join(folder, 'calls')) ? readFileSync(join(folder, 'calls'), 'utf8') : '');
/** A fake `npx` for the launcher: it stores its arguments, then runs a script. */
const anNpx = (then: string) => {
  const file = join(folder, 'bin', 'npx');
  writeFileSync(file, `#!/bin/sh\necho "$@ NODE_ENV=$NODE_ENV" >> '${folder}/calls'\n${then}\n`);
  chmodSync(file, 0o755);
};
/** A fake command line, which the launcher starts. */
const aProgram = (code: string) => writeFileSync(join(repository, 'packages/cli/src/main.ts'), code);

type Options = { cwd?: string; env?: NodeJS.ProcessEnv; args?: string[]; flags?: string[] };
const launch = ({ cwd = folder, env = {}, args = ['cli'], flags = [] }: Options = {}) => {
  const { npm_lifecycle_event: _, INIT_CWD: __, ...inherited } = process.env;
  const child = spawn(process.execPath, [...flags, join(repository, 'scripts', 'qdn.mjs'), ...args], {
    cwd,
    env: { ...inherited, PATH: [join(folder, 'bin'), process.env['PATH']].join(delimiter), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  started.push(child);
  let [out, err] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text) => {
    out += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text) => {
    err += text;
  });
  const ended = once(child, 'close').then(([code]) => ({ code: code as number | null, out, err }));
  return { child, ended, printed: () => out };
};
const until = async (what: () => boolean): Promise<void> => {
  for (const deadline = Date.now() + 10_000; !what(); await setTimeout(20))
    if (Date.now() > deadline) throw new Error('It did not happen in time');
};
const isRunning = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

describe('./qdn', () => {
  const call = async (file: string, env: NodeJS.ProcessEnv = {}) => {
    const child = spawn(file, ['job', 'a b', '--json'], {
      cwd: folder,
      env: { ...process.env, PATH: [join(folder, 'bin'), process.env['PATH']].join(delimiter), ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    started.push(child);
    let [out, err] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', (text) => {
      out += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text) => {
      err += text;
    });
    const [code] = await once(child, 'close');
    return { code, out, err };
  };
  beforeEach(() => {
    cpSync(join(scripts, '..', 'qdn'), join(repository, 'qdn'));
    aProgram('console.log(JSON.stringify([process.argv.slice(2), process.cwd()]))');
  });

  test('installs the packages and runs the command line in the caller’s folder', async () => {
    const { code, out } = await call(join(repository, 'qdn'), { INIT_CWD: '/elsewhere' });
    expect({ code, out: JSON.parse(out) }).toEqual({ code: 0, out: [['job', 'a b', '--json'], folder] });
    expect(calls()).toContain('install --frozen-lockfile');
  });

  test('runs from a relative path and through symbolic links', async () => {
    expect(await call('./a repository/qdn')).toMatchObject({ code: 0 });
    symlinkSync(join('..', 'a repository', 'qdn'), join(folder, 'bin', 'qdn'));
    symlinkSync(join(folder, 'bin', 'qdn'), join(folder, 'relay'));
    expect(await call('./relay')).toMatchObject({ code: 0 });
    expect(await call('qdn')).toMatchObject({ code: 0 });
  });

  test('names what to install when Node is missing', async () => {
    for (const tool of ['dirname', 'readlink']) symlinkSync(`/usr/bin/${tool}`, join(folder, 'bin', tool));
    const { code, err } = await call(join(repository, 'qdn'), { PATH: join(folder, 'bin') });
    expect({ code, err }).toEqual({ code: 1, err: expect.stringContaining('needs Node.js 20 or newer') });
  });
});

describe('the launcher', () => {
  test('installs the packages once, and again after a change of the lock file', async () => {
    aProgram('console.log("ran")');
    expect(await launch({ env: { NODE_ENV: 'production' } }).ended).toMatchObject({ code: 0, out: 'ran\n' });
    expect(calls()).toBe('--yes pnpm@1.2.3 install --frozen-lockfile NODE_ENV=\n');
    await launch().ended;
    expect(calls().match(/install/g)).toHaveLength(1);
    writeFileSync(join(repository, 'pnpm-lock.yaml'), 'two');
    await launch().ended;
    expect(calls().match(/install/g)).toHaveLength(2);
  });

  test('prints instructions when the install fails, and retries on the next run', async () => {
    aProgram('console.log("ran")');
    anNpx('mkdir -p node_modules; exit 7');
    const { code, out, err } = await launch().ended;
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toContain('The packages could not be installed');
    expect(err).not.toContain('    at ');
    anNpx('mkdir -p node_modules');
    expect(await launch().ended).toMatchObject({ code: 0, out: 'ran\n' });
  });

  test('makes the second of two installs wait', async () => {
    aProgram('console.log("ran")');
    anNpx('sleep 1; mkdir -p node_modules');
    const both = await Promise.all([launch().ended, launch().ended]);
    expect(both.map(({ code }) => code)).toEqual([0, 0]);
    expect(calls().match(/install/g)).toHaveLength(1);
  });

  test('does not wait for a killed install', async () => {
    aProgram('console.log("ran")');
    mkdirSync(join(repository, '.local'));
    writeFileSync(join(repository, '.local', 'installing'), '999999999');
    expect(await launch().ended).toMatchObject({ code: 0, out: 'ran\n' });
  });

  test('passes on the arguments, the caller’s folder, and the repository’s commands', async () => {
    aProgram('console.log(JSON.stringify([process.argv.slice(2), process.cwd(), process.env.PATH]))');
    const { out } = await launch({ cwd: folder, args: ['cli', 'job', 'a b', '--json'] }).ended;
    const [args, cwd, path] = JSON.parse(out);
    expect(args).toEqual(['job', 'a b', '--json']);
    expect(cwd).toBe(folder);
    expect(path).toContain(join(repository, 'node_modules', '.bin'));
  });

  test('uses the folder that npm was called from', async () => {
    aProgram('console.log(process.cwd())');
    expect((await launch({ cwd: repository, env: { INIT_CWD: folder } }).ended).out).toBe(`${folder}\n`);
  });

  test('prefers the repository’s own Node', async () => {
    aProgram('console.log(process.env.FROM)');
    const own = `node_modules/node-${process.platform}-${process.arch}/bin`;
    anNpx(`mkdir -p ${own}; printf '#!/bin/sh\\nFROM=own exec "${process.execPath}" "$@"\\n' > ${own}/node
      chmod +x ${own}/node`);
    expect((await launch().ended).out).toBe('own\n');
  });

  test('uses the host’s Node when its own does not run here', async () => {
    aProgram('console.log("ran")');
    const own = `node_modules/node-${process.platform}-${process.arch}/bin`;
    anNpx(`mkdir -p ${own}; printf '#!/no/such/interpreter\\n' > ${own}/node; chmod +x ${own}/node`);
    expect((await launch().ended).out).toBe('ran\n');
  });

  test('keeps the exit code', async () => {
    aProgram('process.exit(42)');
    expect((await launch().ended).code).toBe(42);
    aProgram('process.kill(process.pid, "SIGKILL")');
    expect((await launch().ended).code).toBe(128 + 9);
  });

  test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
    'forwards %s and waits for the program to end',
    async (signal) => {
      aProgram(`process.on('${signal}', () => setTimeout(() => { console.log('ended'); process.exit(5); }, 200));
      setInterval(() => {}, 1000); console.log('up');`);
      const { child, ended, printed } = launch();
      await until(() => printed().includes('up'));
      child.kill(signal);
      expect(await ended).toMatchObject({ code: 5, out: 'up\nended\n' });
    },
  );

  test('leaves no program running when it is killed', async () => {
    aProgram('setInterval(() => {}, 1000); console.log(process.pid)');
    const { child, printed } = launch();
    await until(() => printed() !== '');
    const pid = Number(printed());
    child.kill('SIGKILL');
    await until(() => !isRunning(pid));
  });

  test('ends when npm’s shell ends without forwarding the signal', async () => {
    aProgram(`process.on('SIGTERM', () => { require('node:fs').writeFileSync('${folder}/ended', ''); process.exit(); });
      setInterval(() => {}, 1000); console.log(process.pid)`);
    const shell = spawn('/bin/sh', ['-c', `'${process.execPath}' '${repository}/scripts/qdn.mjs' cli; true`], {
      env: {
        ...process.env,
        PATH: [join(folder, 'bin'), process.env['PATH']].join(delimiter),
        npm_lifecycle_event: 'qdn',
      },
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    started.push(shell);
    let printed = '';
    shell.stdout.setEncoding('utf8').on('data', (text) => {
      printed += text;
    });
    await until(() => printed !== '');
    shell.kill('SIGTERM');
    await until(() => !isRunning(Number(printed)));
    expect(existsSync(join(folder, 'ended'))).toBe(true);
  });

  /** Fakes an old Node version before anything else is loaded. */
  const onNode18 = `data:text/javascript,Object.defineProperty(process,'versions',{value:{node:'18.20.0'}})`;

  test.each([
    ['an old Node', { args: ['start'], flags: ['--import', onNode18] }, 'QDN Relay needs Node 20 or newer to start'],
    ['a task that there is not', { args: ['deploy'] }, 'Use npm start, npm test, or ./qdn --help.'],
    ['an option that npm kept', { args: ['start'], env: { npm_config_fresh: 'true' } }, 'npm start -- --fresh'],
  ])('refuses %s with a clear message', async (_, options, words) => {
    const { code, err } = await launch(options).ended;
    expect(code).toBe(1);
    expect(err).toContain(words);
    expect(err.trim().split('\n')).toHaveLength(1);
  });
});

test('a task’s own arguments come after its script, before those of the caller', async () => {
  const bin = join(repository, 'node_modules/@stryker-mutator/core/bin');
  mkdirSync(bin, { recursive: true });
  writeFileSync(join(bin, 'stryker.js'), 'console.log(JSON.stringify(process.argv.slice(2)))');
  const { code, out } = await launch({ args: ['mutation', '--mutate', 'a.ts'] }).ended;
  expect([code, JSON.parse(out.trim().split('\n').at(-1) ?? '')]).toEqual([0, ['run', '--mutate', 'a.ts']]);
});

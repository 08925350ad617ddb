/*
 * The way in: `npm start`, `npm test`, `npm run qdn -- …`. Runs on any Node from 20 on, without dependencies: installs what is
 * missing, finds the Node 24 that the repository brings along, and hands over to it.
 */
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const repository = join(dirname(fileURLToPath(import.meta.url)), '..');
const [task = 'help', ...args] = process.argv.slice(2);

const stop = (sentence) => {
  console.error(`\n${sentence}\n`);
  process.exit(1);
};

const majorOf = (version) => Number(/^v?(\d+)/.exec(version)?.[1]);
if (majorOf(process.version) < 20) {
  stop(
    `QDN Relay needs Node 20 or newer to start; this is ${process.version}. Get a newer one from https://nodejs.org.`,
  );
}

/** Changes whenever what has to be installed changes. */
const wanted = () => {
  const hash = createHash('sha256').update(`${process.platform} ${process.arch}`);
  for (const file of ['pnpm-lock.yaml', 'pnpm-workspace.yaml', 'package.json'])
    hash.update(readFileSync(join(repository, file)));
  return hash.digest('hex');
};
const stamp = join(repository, 'node_modules', '.installed');

const install = () => {
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted()) return;
  const { packageManager } = JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8'));
  console.error('Installing what is missing (the first time about 700 MB, a minute or two) …\n');
  const npx = process.platform === 'win32' ? 'npx.cmd' : 'npx';
  const { status, error } = spawnSync(npx, ['--yes', packageManager, 'install', '--frozen-lockfile'], {
    cwd: repository,
    stdio: 'inherit',
  });
  if (error || status !== 0) {
    stop(
      'The packages could not be installed; the reason is above. Check the network and the free disk space (2 GB), then run the same command again.',
    );
  }
  writeFileSync(stamp, wanted());
};

/** The repository's own Node 24, else the host's if it is new enough. */
const findNode = () => {
  for (const name of [`node-${process.platform}-${process.arch}`, `node-bin-${process.platform}-${process.arch}`]) {
    const node = join(repository, 'node_modules', name, 'bin', 'node');
    if (existsSync(node)) return node;
  }
  if (majorOf(process.version) >= 24) return process.execPath;
  return stop(
    `QDN Relay runs on Node 24, and brings one along for Linux on x64 and arm64. For ${process.platform} on ${process.arch}, install Node 24 or newer from https://nodejs.org and run the same command again.`,
  );
};

const TASKS = {
  start: ['packages/local/src/main.ts'],
  test: ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning', 'node_modules/jest/bin/jest.js'],
  cli: ['packages/cli/src/main.ts'],
};
const program = TASKS[task];
if (!program) stop('Use npm start, npm test, or npm run qdn -- --help.');

install();
const node = findNode();
const [flags, script] = [program.slice(0, -1), program.at(-1)];
const child = spawn(node, [...flags, join(repository, script), ...args], {
  // The command line reads files by paths from where it was called; npm itself changes to the repository.
  cwd: task === 'cli' ? (process.env.INIT_CWD ?? process.cwd()) : repository,
  stdio: 'inherit',
  env: {
    ...process.env,
    PATH: [dirname(node), join(repository, 'node_modules', '.bin'), process.env.PATH].join(delimiter),
  },
});
// A terminal sends Ctrl-C to the whole group, other senders to this process alone; the child ends in its own time.
let interrupted = false;
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.on(signal, () => {
    if (!interrupted || signal !== 'SIGINT') child.kill(signal);
    interrupted = true;
  });
}
child.on('error', (error) => stop(`${node} could not be started: ${error.message}`));
child.on('exit', (code, signal) => process.exit(code ?? (signal ? 1 : 0)));

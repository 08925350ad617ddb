/*
 * Runs the tasks of `npm start`, `npm test` and `./qdn …` on Node 20 or later, without dependencies: installs missing packages,
 * finds the repository's own Node 24, and starts the program with it.
 */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { install } from './install.mjs';

const repository = join(dirname(fileURLToPath(import.meta.url)), '..');

const JEST = ['node_modules/jest/bin/jest.js', '--experimental-vm-modules', '--disable-warning=ExperimentalWarning'];

/** Each task's script, the options of Node, and the script's own first arguments. */
const TASKS = {
  start: ['packages/local/src/main.ts'],
  test: JEST,
  'test:unit': JEST,
  cli: ['packages/cli/src/main.ts'],
  compose: ['node_modules/@osls/compose/bin/serverless-compose'],
  nemesis: ['tests/nemesis/main.ts'],
  ageing: ['tests/ageing/main.ts'],
  // The stores of an hour of 180,000 texts are in memory.
  throughput: ['--max-old-space-size=10000', 'tests/throughput/main.ts'],
  mutation: ['node_modules/@stryker-mutator/core/bin/stryker.js', 'run'],
  soak: ['tests/soak/main.ts'],
  world: ['tests/world/main.ts'],
  'cost:accept': ['tests/cost/accept.ts'],
  sbom: ['scripts/sbom.mjs'],
  audit: ['scripts/audit.mjs'],
};

/** Environment variables of a task. `test:unit` is the fast loop: no engine, browser or packaging, and fewer random cases. */
const ENVIRONMENTS = {
  'test:unit': { QDN_TEST_SUITES: 'unit', QDN_TEST_RUNS: process.env['QDN_TEST_RUNS'] || 'desk' },
  // It runs the unit tests, once for each mutant.
  mutation: { QDN_TEST_SUITES: 'unit', QDN_TEST_RUNS: process.env['QDN_TEST_RUNS'] || 'desk' },
};

/** An error that the user can fix. It is printed without a stack trace. */
class Refusal extends Error {}

/** Process ID of the parent at the start; it changes when the parent ends. */
const parent = process.ppid;

/**
 * Runs a program. It gets the signals that this process gets, and ends with this process.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ cwd: string, env: NodeJS.ProcessEnv }} options
 * @returns {Promise<number>} its exit code; 128 plus the signal's number if a signal ended it, as in shells
 */
const run = (command, args, options) =>
  new Promise((resolve, reject) => {
    const child = spawn(command, args, { ...options, stdio: 'inherit' });
    // Ctrl-C in a terminal also reaches the child, which then gets the signal twice. A signal to this process alone does not.
    /** @param {NodeJS.Signals} signal */
    const forward = (signal) => child.kill(signal);
    const signals = /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']);
    for (const signal of signals) process.on(signal, forward);
    // npm sends a signal to the shell that runs this, and that shell ends without forwarding it.
    const orphaned = setInterval(() => {
      if (process.env['npm_lifecycle_event'] && process.ppid !== parent) child.kill('SIGTERM');
    }, 500);
    const done = () => {
      clearInterval(orphaned);
      for (const signal of signals) process.off(signal, forward);
    };
    child.on('error', (error) => {
      done();
      reject(error);
    });
    child.on('exit', (code, signal) => {
      done();
      resolve(code ?? 128 + (signal ? constants.signals[signal] : 0));
    });
  });

/** @param {string} node */
const works = (node) => existsSync(node) && spawnSync(node, ['--version']).status === 0;

/** Returns the repository's own Node 24, or else the current Node if it is new enough. @throws Refusal */
const findNode = () => {
  const { platform, arch } = process;
  const own = [`node-${platform}-${arch}`, `node-bin-${platform}-${arch}`]
    .map((name) => join(repository, 'node_modules', name, 'bin', 'node'))
    .find(works);
  if (own) return own;
  if (Number(process.versions.node.split('.')[0]) >= 24) return process.execPath;
  throw new Refusal(
    platform === 'darwin'
      ? `On a Mac, QDN Relay runs on your own Node, which has to be 24 or newer; this is ${process.version}. Install Node 24 from https://nodejs.org and run the same command again.`
      : `QDN Relay runs on Node 24, and brings one along for Linux on x64 and arm64 (glibc). Here (${platform} on ${arch}) install Node 24 or newer from https://nodejs.org and run the same command again.`,
  );
};

/** @returns {Promise<number>} the exit code */
const main = async () => {
  const [name = '', ...args] = process.argv.slice(2);
  const task = Object.entries(TASKS).find(([known]) => known === name)?.[1];
  if (!task) throw new Refusal('Use npm start, npm test, or ./qdn --help.');
  if (process.platform === 'win32') throw new Refusal('QDN Relay runs on Linux and macOS; on Windows, inside WSL.');
  if (process.env['npm_config_fresh'])
    throw new Refusal('npm keeps options for itself unless two dashes stand before them: npm start -- --fresh');
  if (name === 'compose' && process.env['npm_config_stage'] && !args.includes('--stage')) {
    // npm takes the stage for a positional argument, and sets the option to true.
    const [command, stage = 'prod'] = args;
    throw new Refusal(
      `npm keeps options for itself unless two dashes stand before them: npm run ${command} -- --stage ${stage}`,
    );
  }

  const failure = await install(repository, run);
  if (failure) throw new Refusal(failure);
  const node = findNode();
  const [script = '', ...words] = task;
  const flags = words.filter((word) => word.startsWith('-'));
  const ownArgs = words.filter((word) => !word.startsWith('-'));
  const endWithParent = new URL('./end-with-parent.mjs', import.meta.url).href;
  return run(node, [...flags, '--import', endWithParent, join(repository, script), ...ownArgs, ...args], {
    // Paths on the command line are relative to the caller's folder, but npm changes to the repository.
    cwd: name === 'cli' ? (process.env['INIT_CWD'] ?? process.cwd()) : repository,
    env: {
      ...process.env,
      ...Object.entries(ENVIRONMENTS).find(([known]) => known === name)?.[1],
      QDN_PARENT: String(process.pid),
      // Compiled modules of this process and of all that it starts: a process loads in a third of the time.
      NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'] ?? join(repository, 'node_modules', '.cache', 'compiled'),
      PATH: [dirname(node), join(repository, 'node_modules', '.bin'), process.env['PATH']].join(delimiter),
    },
  });
};

try {
  process.exitCode = await main();
} catch (error) {
  console.error(`\n${error instanceof Refusal ? error.message : error instanceof Error ? error.stack : error}\n`);
  process.exitCode = 1;
}

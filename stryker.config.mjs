import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import jest from './jest.config.ts';

/*
 * npm run mutation: changes the heart of the domain in small ways and counts the changes that its tests do not notice. It is meant
 * for a night. `npm run mutation -- --mutate packages/domain/src/movement/visits.ts` checks one file.
 */

// A tenth of the random cases: each change of the code runs all tests again.
process.env.QDN_TEST_RUNS ??= 'desk';

const domain = jest.projects?.find((project) => typeof project === 'object' && project.displayName === 'domain');
if (typeof domain !== 'object') throw new Error('jest.config.ts has no project called domain');

/** The addressing of messages, the lifecycle of jobs, and the ranges of arrivals. */
const ADDRESSING = ['relay/planning/*.ts'];
const LIFECYCLE = ['movement/follow-trailer.ts', 'movement/visits.ts', 'movement/progress.ts'];
const RANGES = ['movement/estimate-arrival.ts', 'movement/travel.ts'];

export default {
  mutate: [
    ...[...ADDRESSING, ...LIFECYCLE, ...RANGES].map((path) => `packages/domain/src/${path}`),
    '!packages/domain/src/**/*.test.ts',
  ],
  // Stryker looks for plugins beside itself, where pnpm puts none.
  plugins: [fileURLToPath(import.meta.resolve('@stryker-mutator/jest-runner'))],
  testRunner: 'jest',
  // The suites are ECMAScript modules.
  testRunnerNodeArgs: ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'],
  jest: {
    projectType: 'custom',
    config: {
      ...domain,
      roots: ['<rootDir>/packages/domain'],
      // Stryker extends the environment, and does not know <rootDir>.
      testEnvironment: join(import.meta.dirname, 'packages/test-support/src/environment.ts'),
      // Stryker adds this to jest.config.ts, whose projects would each run these tests again.
      projects: [],
      testTimeout: 30_000,
    },
    enableFindRelatedTests: true,
  },
  coverageAnalysis: 'perTest',
  // A random case that fails takes much longer than one that passes, as fast-check looks for a smaller one.
  timeoutMS: 30_000,
  // One process, so that the machine stays usable. The first run of all tests takes minutes on a busy one.
  concurrency: 1,
  dryRunTimeoutMinutes: 20,
  ignorePatterns: ['/.*', '/bench', '/dist', '/docs', '/tests', '/packages/*/dist', '/services', '!/.swcrc'],
  // Stryker rewrites a configuration of TypeScript by functions that TypeScript 7 does not have. Jest needs none.
  tsconfigFile: 'none',
  // Not in node_modules or dist, where Jest looks for no tests.
  tempDirName: '.stryker-tmp',
  cleanTempDir: 'always',
  reporters: ['clear-text', 'progress-append-only'],
  allowEmpty: false,
};

import { existsSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Config } from 'jest';

/** The packages in a folder of the repository: `packages/domain`, `packages/contracts`, … */
const foldersIn = (parent: string): string[] =>
  readdirSync(join(import.meta.dirname, parent))
    .map((name) => `${parent}/${name}`)
    .filter((dir) => existsSync(join(import.meta.dirname, dir, 'package.json')))
    .sort();

/** True for `npm run test:unit`, the fast loop without engines, browsers or packaging. */
const isUnit = process.env['QDN_TEST_SUITES'] === 'unit';

/**
 * Returns one project per package and service: `npm test -- --selectProjects job-api` runs one of them. Each sees all sources of
 * the repository, so that `--findRelatedTests` and `-o` follow imports across packages; its tests are those in its folder.
 */
const project = (dir: string): NonNullable<Config['projects']>[number] => ({
  displayName: dir.split('/').at(-1) ?? dir,
  roots: ['packages', 'services', 'tests', 'bench'].map((root) => `<rootDir>/${root}`),
  testEnvironment: '<rootDir>/packages/test-support/src/environment.ts',
  runtime: '<rootDir>/packages/test-support/src/runtime.ts',
  testMatch: [`<rootDir>/${dir}/**/*.test.ts`],
  testPathIgnorePatterns: [
    '/node_modules/',
    '/dist/',
    '/.esbuild/',
    ...(isUnit ? ['\\.(integration|e2e)\\.test\\.ts$'] : []),
  ],
  extensionsToTreatAsEsm: ['.ts'],
  moduleNameMapper: { '^fast-check$': '<rootDir>/packages/test-support/src/fast-check.ts' },
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      { jsc: { parser: { syntax: 'typescript' }, target: 'es2023' }, module: { type: 'es6' }, sourceMaps: 'inline' },
    ],
  },
});

// Tests always use the example company, not the owner's.
process.env['QDN_COMPANY_FILE'] = 'config/company.example.json';
// Suites whose engine is not installed write its name here; the reporter reads it.
process.env['QDN_MISSING_ENGINES'] = join(tmpdir(), `qdn-missing-engines-${process.pid}`);

const config: Config = {
  // Each suite waits for processes and browsers as well as for the processor, so no core stays free.
  maxWorkers: '100%',
  testSequencer: '<rootDir>/packages/test-support/src/longest-first.ts',
  // A worker keeps the modules of every suite that it ran, so its memory grows. A new one starts in a second.
  workerIdleMemoryLimit: '1.5GB',
  reporters: ['default', '<rootDir>/packages/test-support/src/missing-engine-reporter.ts'],
  // Long enough for a busy machine, and short enough to find a test that hangs.
  testTimeout: 30_000,
  projects: ['packages', 'services'].flatMap(foldersIn).concat('tests').map(project),
};

export default config;

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

/** The desk loop (`npm run test:unit`): no engine, browser or packaging. */
const isUnit = process.env['QDN_TEST_SUITES'] === 'unit';

/**
 * One project per package and service: `npm test -- --selectProjects job-api` runs one alone. Each sees the whole repository's
 * sources, so that `--findRelatedTests` and `-o` follow imports from one package into the others; its tests are those in its folder.
 */
const project = (dir: string): NonNullable<Config['projects']>[number] => ({
  displayName: dir.split('/').at(-1) ?? dir,
  roots: ['packages', 'services', 'tests', 'bench'].map((root) => `<rootDir>/${root}`),
  testEnvironment: 'node',
  testMatch: [`<rootDir>/${dir}/**/*.test.ts`],
  testPathIgnorePatterns: [
    '/node_modules/',
    '/dist/',
    '/.esbuild/',
    ...(isUnit ? ['\\.(integration|e2e)\\.test\\.ts$'] : []),
  ],
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      { jsc: { parser: { syntax: 'typescript' }, target: 'es2023' }, module: { type: 'es6' }, sourceMaps: 'inline' },
    ],
  },
});

// Tests are about the example company, whoever works with this repository.
process.env['QDN_COMPANY_FILE'] = 'config/company.example.json';
// Suites whose engine is not installed write its name here; the reporter reads it.
process.env['QDN_MISSING_ENGINES'] = join(tmpdir(), `qdn-missing-engines-${process.pid}`);

const config: Config = {
  // Each suite waits for processes and browsers as well as for the processor, so no core stays free.
  maxWorkers: '100%',
  testSequencer: '<rootDir>/packages/test-support/src/longest-first.ts',
  // A worker keeps the modules of every suite that it ran; a new one starts in a second.
  workerIdleMemoryLimit: '1.5GB',
  reporters: ['default', '<rootDir>/packages/test-support/src/missing-engine-reporter.ts'],
  // A test that hangs is found out in half a minute; a busy machine is not a failure.
  testTimeout: 30_000,
  projects: ['packages', 'services'].flatMap(foldersIn).concat('tests').map(project),
};

export default config;

import { configureGlobal } from '#fast-check';
import { runs } from './runs.ts';

/** Cases of a property test that names no number: fast-check's own default. */
const CASES_IN_CI = 100;

/*
 * fast-check for the tests, which import it by its own name (moduleNameMapper in jest.config.ts): `QDN_TEST_RUNS` rules the
 * property tests that name no number of cases, too. A setup file would load fast-check into suites that do not use it.
 */
configureGlobal({ numRuns: runs(CASES_IN_CI) });

export * from '#fast-check';
export { default } from '#fast-check';

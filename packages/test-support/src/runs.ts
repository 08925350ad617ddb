/** Factors for the number of cases that a property test tries. */
const FACTORS = { desk: 0.1, ci: 1, night: 10 } as const;
const FEWEST = 5;

type Env = Readonly<Record<string, string | undefined>>;

/**
 * Returns the number of cases for a property test: `fc.assert(property, { numRuns: runs(500) })`. The environment variable
 * `QDN_TEST_RUNS` chooses: `desk` tries a tenth (the desk loop, `npm run test:unit`), `ci` as many as the test names (the
 * default), `night` ten times as many.
 * @param inCi cases in CI
 * @throws Error when `QDN_TEST_RUNS` has another value
 */
export const runs = (inCi: number, env: Env = process.env): number => {
  const chosen = env['QDN_TEST_RUNS'] || 'ci';
  const factor = Object.entries(FACTORS).find(([name]) => name === chosen)?.[1];
  if (factor === undefined)
    throw new Error(`QDN_TEST_RUNS is "${chosen}". Set it to ${Object.keys(FACTORS).join(', ')}, or leave it out.`);
  return Math.max(Math.min(inCi, FEWEST), Math.round(inCi * factor));
};

/** Returns the values of a test table that only a night has the time for: all of them when `QDN_TEST_RUNS` is `night`, else none. */
export const byNight = <T>(values: readonly T[], env: Env = process.env): readonly T[] =>
  env['QDN_TEST_RUNS'] === 'night' ? values : [];

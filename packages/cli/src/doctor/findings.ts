import { CommandError } from '../command-error.ts';

/**
 * Result of a check. `good`: passed. `bad`: failed, and `todo` has the fix. `open`: not checked, or
 * optional.
 */
export type Finding = { state: 'good' | 'open'; what: string } | { state: 'bad'; what: string; todo: string };

export const good = (what: string): Finding => ({ state: 'good', what });
export const bad = (what: string, todo: string): Finding => ({ state: 'bad', what, todo });
export const open = (what: string): Finding => ({ state: 'open', what });

/** One check. `name` is printed when the check itself fails. */
export type Check = { name: string; look: () => Promise<Finding | readonly Finding[]> };

/** Timeout of a check, in ms: longer than a slow answer, shorter than a person's patience. */
const LIMIT_MS = 20_000;

const failure = (name: string, error: unknown, inWords: (error: Error) => string | null): Finding => {
  if (error instanceof CommandError) return bad(`${name}: ${error.message}`, 'See above.');
  const message = error instanceof Error ? (inWords(error) ?? `${error.message} (${error.name})`) : String(error);
  return bad(`${name} could not be checked: ${message}`, 'Fix that, then run this again.');
};

/**
 * Runs all checks at the same time, each with a timeout; a failing check does not hide another.
 * @param inWords returns the message for an error; null when it has none
 * @returns in the order of the checks
 */
export const examine = async (
  checks: readonly Check[],
  inWords: (error: Error) => string | null,
  limitMs = LIMIT_MS,
): Promise<Finding[]> => {
  const looked = checks.map(async ({ name, look }): Promise<readonly Finding[]> => {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<Finding>((resolve) => {
      timer = setTimeout(
        () => resolve(bad(`${name}: no answer within ${limitMs / 1000} s`, 'Check the internet connection.')),
        limitMs,
      );
    });
    try {
      return [await Promise.race([look(), late])].flat();
    } catch (error) {
      return [failure(name, error, inWords)];
    } finally {
      clearTimeout(timer);
    }
  });
  return (await Promise.all(looked)).flat();
};

const MARKS = { good: '✓', bad: '✗', open: '–' } as const;

/** Returns one line per check, the fix under each failure, and the first step at the end. */
export const report = (findings: readonly Finding[]): string => {
  const lines = findings.flatMap((finding) => [
    `${MARKS[finding.state]} ${finding.what}`,
    ...(finding.state === 'bad' ? [`    ${finding.todo}`] : []),
  ]);
  const wrong = findings.flatMap((finding) => (finding.state === 'bad' ? [finding] : []));
  const [first] = wrong;
  const end = first
    ? `${wrong.length === 1 ? 'One check' : `${wrong.length} checks`} failed. Next step: ${first.todo}`
    : 'All checks passed.';
  return [...lines, '', end].join('\n');
};

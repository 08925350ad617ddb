import { CommandError } from '../command-error.ts';

/**
 * What a look at one thing has shown. `good`: as it should be. `bad`: `todo` says what to do about it. `open`: not looked at, or
 * nothing that has to be there.
 */
export type Finding = { state: 'good' | 'open'; what: string } | { state: 'bad'; what: string; todo: string };

export const good = (what: string): Finding => ({ state: 'good', what });
export const bad = (what: string, todo: string): Finding => ({ state: 'bad', what, todo });
export const open = (what: string): Finding => ({ state: 'open', what });

/** A look at one thing. `name` says what, for when looking itself fails. */
export type Check = { name: string; look: () => Promise<Finding | readonly Finding[]> };

/** Longer than a slow answer, shorter than a person's patience, in ms. */
const LIMIT_MS = 20_000;

const failure = (name: string, error: unknown, inWords: (error: Error) => string | null): Finding => {
  if (error instanceof CommandError) return bad(`${name}: ${error.message}`, 'See above.');
  const message = error instanceof Error ? (inWords(error) ?? `${error.message} (${error.name})`) : String(error);
  return bad(`${name} could not be looked at: ${message}`, 'Repair that, and run this again.');
};

/**
 * Looks at everything at the same time, each for a limited time; one that fails hides no other.
 * @param inWords what an error means for the person at the terminal; null when it does not know
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
        () =>
          resolve(bad(`${name}: no answer within ${limitMs / 1000} s`, 'Is there a way to the internet from here?')),
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

/** A line each, what is to be done under what is wrong, and in the end what comes first. */
export const report = (findings: readonly Finding[]): string => {
  const lines = findings.flatMap((finding) => [
    `${MARKS[finding.state]} ${finding.what}`,
    ...(finding.state === 'bad' ? [`    ${finding.todo}`] : []),
  ]);
  const wrong = findings.flatMap((finding) => (finding.state === 'bad' ? [finding] : []));
  const [first] = wrong;
  const end = first
    ? `${wrong.length === 1 ? 'One thing is' : `${wrong.length} things are`} to be repaired. Next: ${first.todo}`
    : 'All is as it should be.';
  return [...lines, '', end].join('\n');
};

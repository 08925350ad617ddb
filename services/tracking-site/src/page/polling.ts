/** What one request came to. */
export type Outcome<T> = { kind: 'fresh'; value: T } | { kind: 'refused'; reason: 'expired' | 'revoked' | 'missing' } | { kind: 'failed' };

export const POLL_EVERY_MS = 10_000;
const JITTER_MS = 600;
const LONGEST_WAIT_MS = 120_000;

/**
 * How long to wait before the next request, in ms; null for never. Failures double the wait, up to two minutes.
 * @param random 0 ≤ r < 1: keeps a crowd of pages from asking in step
 */
export const nextWait = (outcome: Outcome<{ ended: boolean }>, failures: number, random: number): number | null => {
  if (outcome.kind === 'refused') return null;
  if (outcome.kind === 'fresh') return outcome.value.ended ? null : POLL_EVERY_MS + random * JITTER_MS;
  return Math.min(LONGEST_WAIT_MS, POLL_EVERY_MS * 2 ** Math.max(0, failures - 1)) + random * JITTER_MS;
};

/** Whatever the page is asked to wait on; a test passes its own. */
export type Surroundings = {
  setTimeout: (task: () => void, ms: number) => number;
  clearTimeout: (timer: number) => void;
  isHidden: () => boolean;
  onVisible: (task: () => void) => void;
  onOnline: (task: () => void) => void;
  random: () => number;
};

/**
 * Asks again and again, never twice at once: every 10 s, at once when the page is shown again, not while it is hidden, slower
 * after failures, no more once the answer is final.
 */
export const poll = <T extends { ended: boolean }>(ask: () => Promise<Outcome<T>>, show: (outcome: Outcome<T>) => void, around: Surroundings): void => {
  let timer: number | null = null;
  let asking = false;
  let failures = 0;
  let over = false;

  const run = async (): Promise<void> => {
    if (asking || over) return;
    asking = true;
    if (timer !== null) around.clearTimeout(timer);
    timer = null;
    const outcome = await ask();
    asking = false;
    failures = outcome.kind === 'failed' ? failures + 1 : 0;
    show(outcome);
    const wait = nextWait(outcome, failures, around.random());
    over = wait === null;
    if (wait !== null && !around.isHidden()) timer = around.setTimeout(run, wait);
  };

  const wake = (): void => {
    if (!around.isHidden()) void run();
  };
  around.onVisible(wake);
  around.onOnline(wake);
  void run();
};

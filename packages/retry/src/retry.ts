import { setTimeout } from 'node:timers/promises';

/** An exponential backoff: the first delay, doubled with each attempt up to the longest one; both in ms. */
export type Backoff = { firstMs: number; maxMs: number };

/** Maximum random share of a delay that is added to it, so that clients that failed together do not retry in lockstep. */
const JITTER = 0.2;

/**
 * Returns the delay before the next attempt, in ms.
 * @param attempts number of attempts so far, from 1 on
 * @param random from 0 to below 1; 0 turns the jitter off
 * @see https://aws.amazon.com/builders-library/timeouts-retries-and-backoff-with-jitter/
 */
export const backoffMs = (attempts: number, { firstMs, maxMs }: Backoff, random = Math.random()): number =>
  Math.round(Math.min(maxMs, firstMs * 2 ** (Math.max(1, attempts) - 1)) * (1 + JITTER * random));

export type RetryOptions = {
  maxAttempts: number;
  /** True when another attempt may succeed. */
  isTransient: (error: unknown) => boolean;
  /** Returns the delay before the next attempt, in ms; 0 by default. `attempts` counts from 1 on. */
  delayMs?: (attempts: number, error: unknown) => number;
  /** Waits the given ms. Tests replace it. */
  pause?: (ms: number) => Promise<void>;
};

/**
 * Runs an operation until it succeeds.
 * @throws the last error, once it is not transient or the attempts are used up
 */
export const retry = async <T>(
  run: () => Promise<T>,
  { maxAttempts, isTransient, delayMs = () => 0, pause = async (ms) => setTimeout(ms) }: RetryOptions,
): Promise<T> => {
  for (let attempts = 1; ; attempts += 1) {
    try {
      return await run();
    } catch (error) {
      if (attempts === maxAttempts || !isTransient(error)) throw error;
      const waitMs = delayMs(attempts, error);
      if (waitMs > 0) await pause(waitMs);
    }
  }
};

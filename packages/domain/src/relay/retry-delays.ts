/** Delays before the retries of a message, in s. */
const RETRY_DELAYS_S = [15, 60, 180, 600] as const;

/**
 * Returns the delay before a message's next attempt, in s. The first is short, to look into a timeout; five attempts outlast an outage
 * of a quarter of an hour. After the last attempt the queue moves the message to the dead-letter queue.
 * @param attempts number of attempts so far, this one included
 * @param random from 0 to below 1: jitter, so that messages that failed together are not retried in lockstep
 */
export const retryAfterS = (attempts: number, random: number): number => {
  const wait = RETRY_DELAYS_S[Math.max(1, attempts) - 1];
  return wait === undefined ? 1 : Math.round(wait * (1 + random / 5));
};

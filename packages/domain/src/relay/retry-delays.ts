/** Delays before the retries of a record, in s: 15 s, then longer and longer, up to two hours. Together 8 h 14 min. */
const RETRY_DELAYS_S = [15, 60, 180, 600, 1200, 2400, 3600, 7200, 7200, 7200] as const;

/** Maximum deliveries of a record: the queue's `maxReceiveCount`. After the last one SQS moves it to the dead-letter queue. */
export const MAX_DELIVERIES = RETRY_DELAYS_S.length + 1;

/** Deliveries after which a record counts as stuck, and an alarm emails the owner: about a quarter of an hour. */
export const STUCK_AFTER_DELIVERIES = 5;

/** Delay before the retry of a record that no worker can read, in s: it becomes a dead letter within ten minutes. */
const UNREADABLE_DELAY_S = 60;

/**
 * Returns the delay before a record's next delivery, in s. The first is short, to look into a timeout; all together outlast an outage
 * of a working day. So a dead letter is a record that cannot be processed.
 * @param attempts number of deliveries so far, this one included
 * @param random from 0 to below 1: jitter, so that records that failed together are not retried in lockstep
 */
export const retryAfterS = (attempts: number, random: number): number => {
  const wait = RETRY_DELAYS_S[Math.max(1, attempts) - 1];
  return wait === undefined ? 1 : Math.round(wait * (1 + random / 5));
};

/** Returns the delay before the next delivery of a record that does not follow its schema, in s. */
export const retryUnreadableAfterS = (attempts: number): number => (attempts < MAX_DELIVERIES ? UNREADABLE_DELAY_S : 1);

/** Number of answers that the estimate uses: five minutes of polling. */
const SAMPLES = 30;

/** The server's time, without ever asking the phone what time it is. All times are ms. */
export type ServerClock = {
  /**
   * Takes an answer's time: the origin's `serverTime` (epoch), the seconds it then lay in a cache (`Age`), and the
   * monotonic time at which it was read.
   */
  learn(answer: { serverTime: number; ageS: number; readAt: number }): void;
  /** The server's epoch time at a monotonic time; null before the first answer. */
  at(monotonic: number): number | null;
};

/**
 * Each answer is older than its stamp says, by the way through the network and by the fraction of a second that `Age` cuts
 * off: every estimate is too early, and the latest of the recent ones is the best.
 */
export const createServerClock = (): ServerClock => {
  const offsets: number[] = [];
  return {
    learn: ({ serverTime, ageS, readAt }) => {
      offsets.push(serverTime + ageS * 1000 - readAt);
      if (offsets.length > SAMPLES) offsets.shift();
    },
    at: (monotonic) => (offsets.length === 0 ? null : monotonic + Math.max(...offsets)),
  };
};

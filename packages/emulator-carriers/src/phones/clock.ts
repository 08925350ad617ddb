import { setTimeout as sleep } from 'node:timers/promises';

/** Time in the emulator: `now` in epoch ms; `sleep` resolves early when the signal aborts. */
export type Clock = { now: () => number; sleep: (ms: number, signal: AbortSignal) => Promise<void> };

/** Time of a text in the carrier's queue, time of its delivery, and time of each step of a call, in ms. */
export type Pace = { queueMs: number; deliveryMs: number; callMs?: number };

export const SYSTEM_CLOCK: Clock = {
  now: Date.now,
  sleep: (ms, signal) => sleep(ms, undefined, { signal }).catch(() => undefined),
};

/** Default pace: slow enough to see each state, fast enough to watch. */
export const DEFAULT_PACE: Pace = { queueMs: 250, deliveryMs: 600, callMs: 900 };

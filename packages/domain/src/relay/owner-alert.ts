import type { JobId, TrailerId } from '../ids.ts';

/**
 * A text to the operator about a trailer: one that moved without a job, or one that stands near a stop that it has not reached.
 * `key` names the event: each has one text. `at` is its time, and `place` the trailer's newest place; times are epoch ms.
 */
export type OwnerAlert = { key: string; trailerId: TrailerId; at: number; place: { lat: number; lon: number } } & (
  | { what: 'moved'; metres: number }
  | { what: 'near-stop'; jobId: JobId; stop: number; metres: number; minutes: number }
);

/** Queue of texts to the operator. */
export type AlertQueue = { alert(order: OwnerAlert): Promise<void> };

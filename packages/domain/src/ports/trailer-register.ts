import type { TrailerId } from '../ids.ts';

/** Time for which a trailer stays in the register after its last report, in s. */
export const REGISTERED_S = 90 * 24 * 60 * 60;

/** A trailer that has reported, and when it was registered last, epoch ms: at most a day before its last report. */
export type RegisteredTrailer = { trailerId: TrailerId; at: number };

/** Register of the trailers that have reported, with or without a job. It holds no places. */
export type TrailerRegister = {
  /** Registers a trailer that has reported at a moment (epoch ms). Registering it again extends its time. */
  add(trailerId: TrailerId, at: number): Promise<void>;
  /**
   * Reads the registered trailers in the order of their IDs: one read.
   * @param now epoch ms
   * @param after the last ID of the page before; null for the first page
   * @param limit maximum number of trailers
   */
  list(now: number, after: TrailerId | null, limit: number): Promise<RegisteredTrailer[]>;
};

import type { MessageSid } from '../ids.ts';

/** A call to place: it rings `to` (E.164), and connects it as the plan of `messageSid` says. */
export type NewCall = { to: string; messageSid: MessageSid };

/**
 * The outcome of placing a call. `rejected`: the carrier refused it. `not-processed`: the carrier certainly did not take it. `unknown`: it
 * may or may not have.
 */
export type CallOutcome =
  | { kind: 'placed'; callSid: string }
  | { kind: 'rejected'; code: number; detail: string }
  | { kind: 'not-processed'; detail: string }
  | { kind: 'unknown'; detail: string };

/** The phone service of a carrier. */
export type Calls = {
  /** Places a call with the company's number as caller ID. Never throws for what a carrier or a network may do. */
  place(call: NewCall): Promise<CallOutcome>;
  /**
   * Tests whether the carrier has a call to a number since a moment (epoch ms).
   * @throws when the carrier cannot be asked
   */
  hasPlaced(query: { to: string; since: number }): Promise<boolean>;
};

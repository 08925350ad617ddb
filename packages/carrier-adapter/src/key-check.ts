/**
 * Result of a check of a sending secret. `malformed`: not of the form that sending needs. `refused`: the carrier does not know the
 * key. `forbidden`: the carrier knows the key, but refuses the request that checks it. `unchecked`: no answer, or an unclear one.
 * `detail` has a status or an error code, and never the key.
 */
export type KeyVerdict =
  | { kind: 'accepted' | 'malformed' }
  | { kind: 'refused' | 'forbidden' | 'unchecked'; detail: string };

/** A check of a carrier's sending secret by one request that changes nothing. */
export type KeyCheck = {
  /** The carrier's name in messages to people. */
  title: string;
  /**
   * Never throws.
   * @param apiUrl another base URL of the carrier's API, for an emulator
   */
  check(secret: unknown, apiUrl: string | undefined): Promise<KeyVerdict>;
};

/**
 * The server's time on a phone whose own clock may be wrong: what the server said, plus how long the answer was in a cache,
 * plus what a monotonic clock has counted since.
 */
export class ServerClock {
  readonly #monotonic: () => number;
  #offset: number | null = null;

  /** @param monotonic ms, such as performance.now */
  constructor(monotonic: () => number) {
    this.#monotonic = monotonic;
  }

  /** @param ageS the answer's Age header, s */
  set(serverTime: string, ageS: number): void {
    this.#offset = Date.parse(serverTime) + ageS * 1000 - this.#monotonic();
  }

  /** Epoch ms; NaN before the first answer. */
  now(): number {
    return this.#offset === null ? Number.NaN : this.#offset + this.#monotonic();
  }
}

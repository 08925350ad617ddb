/** The product asks every 10 s; the jitter keeps many viewers from asking in step. All times are ms. */
export const INTERVAL_MS = 10_000;
const JITTER_MS = 1_000;
export const LONGEST_WAIT_MS = 120_000;
/** An answer that takes longer than this is given up. */
export const TIMEOUT_MS = 8_000;
/** Between the end of one request and the start of the next, however long the first took. */
const BREATH_MS = 1_000;

/** `end`: no further answer is expected. `ageMs`: time that the answer was in a cache. `retryAfterMs`: the server's request. */
export type Outcome = { kind: 'news'; ageMs: number } | { kind: 'failure'; retryAfterMs: number } | { kind: 'end' };

/** Minimum time before the next request, in ms. The edge renews its cached answer every 10 s; the page asks when that happens. */
const SHORTEST_MS = 5_000;

/**
 * Returns the time from the start of a request to that of the next one, in ms: 10 to 11 s, less the time that the answer was in the
 * edge's cache. So the next request arrives soon after the cache was renewed, and gets a new answer: the position on the screen is
 * 5 s younger on average than for those who keep their own time (bench/edge.ts), at the same cost.
 * @param ageMs how old the answer was
 * @param random 0 ≤ random < 1
 */
export const intervalMs = (ageMs: number, random: number): number =>
  Math.max(SHORTEST_MS, INTERVAL_MS - ageMs) + random * JITTER_MS;

/**
 * Returns the time from the start of a failed request to that of the next one, in ms: 10, 20, 40, 80, 120 s, less up to a tenth, but no sooner
 * than the server asked for.
 * @param failures how many in a row, at least one
 * @param random 0 ≤ random < 1
 */
export const backoffMs = (failures: number, random: number, retryAfterMs = 0): number => {
  const backoff = Math.min(LONGEST_WAIT_MS, INTERVAL_MS * 2 ** Math.min(failures - 1, 10));
  return Math.min(LONGEST_WAIT_MS, Math.max(INTERVAL_MS, backoff * (1 - random / 10), retryAfterMs));
};

/** Monotonic time, and a timer that returns its own cancellation. */
export type Timers = { now(): number; after(ms: number, run: () => void): () => void };

export type Poller = {
  /** Asks at once when the page comes into view; abandons everything when it leaves. */
  setVisible(visible: boolean): void;
  /** Asks at once, as when the network is back; does nothing when hidden, ended or already asking. */
  askNow(): void;
  stop(): void;
};

/**
 * Asks again and again: never twice at a time, never while hidden, never after the end.
 * @param ask one request; must end soon after its signal aborts
 * @param onOutcome called with the outcome of each request that was not abandoned
 */
export const createPoller = (
  ask: (signal: AbortSignal) => Promise<Outcome>,
  onOutcome: (outcome: Outcome, nextInMs: number | null) => void,
  timers: Timers,
  random: () => number,
): Poller => {
  let visible = false;
  let ended = false;
  let failures = 0;
  let asking: AbortController | null = null;
  let cancelNext = () => {};

  const start = async (): Promise<void> => {
    if (ended || !visible || asking) return;
    cancelNext();
    const request = new AbortController();
    asking = request;
    const startedAt = timers.now();
    const cancelTimeout = timers.after(TIMEOUT_MS, () => request.abort());
    let outcome: Outcome;
    try {
      outcome = await ask(request.signal);
    } catch {
      outcome = { kind: 'failure', retryAfterMs: 0 };
    }
    cancelTimeout();
    if (asking !== request) return;
    asking = null;
    if (outcome.kind === 'end') {
      ended = true;
      onOutcome(outcome, null);
      return;
    }
    failures = outcome.kind === 'failure' ? failures + 1 : 0;
    const wait =
      outcome.kind === 'news'
        ? intervalMs(outcome.ageMs, random())
        : backoffMs(failures, random(), outcome.retryAfterMs);
    const nextIn = Math.max(BREATH_MS, startedAt + wait - timers.now());
    cancelNext = timers.after(nextIn, () => void start());
    onOutcome(outcome, nextIn);
  };

  const letGo = () => {
    cancelNext();
    const request = asking;
    asking = null;
    request?.abort();
  };

  return {
    setVisible: (now) => {
      if (now === visible) return;
      visible = now;
      if (visible) void start();
      else letGo();
    },
    askNow: () => void start(),
    stop: () => {
      ended = true;
      letGo();
    },
  };
};

import { LEASE_MS } from '@qdn/domain/relay/outbound-message';
import type { History } from './history.ts';
import type { Random } from './random.ts';
import type { Timeline } from './timeline.ts';

/**
 * Faults, each with its frequency per call of a port, unless stated otherwise, in a seed that has the fault. A seed has only
 * some of them, since simultaneous faults hide one another.
 */
const FAULTS = {
  /** The process dies before the request is sent. */
  'crash-before': 0.02,
  /** The process dies after the other side has done the work. */
  'crash-after': 0.02,
  /** Refused, and nothing done. */
  throttle: 0.06,
  /** The work is done, but the answer is lost. */
  'lost-answer': 0.05,
  /** The answer is lost and the client retries by itself, as the AWS SDK does. */
  'done-twice': 0.05,
  /** The process pauses before the request is sent, at most for its whole life. */
  stall: 0.02,
  /** The answer is slow. */
  'slow-answer': 0.03,
  /** The carrier's answer takes longer than the lease, and the process lives through it. */
  'outlives-lease': 0.03,
  /** The queue delivers a message that another worker holds, per receive. */
  duplicate: 0.1,
  /** A deleted message reappears, per deletion. */
  ghost: 0.04,
  /** A deletion has no outbound message, per deletion. */
  undeleted: 0.06,
  /** The clock of a container jumps, per batch. */
  'clock-jump': 0.3,
  /** Faults of the carrier, per text; see carrier.ts. */
  'accept-and-drop': 0.1,
  'accept-late': 0.05,
  'accept-and-500': 0.05,
  'error-500': 0.05,
  'lost-text': 0.05,
  'too-many-requests': 0.15,
  'not-reached': 0.08,
  'our-setup': 0.1,
  /** The first carrier accepts nothing for some minutes, per seed. */
  outage: 1,
  'late-list': 0.3,
  'no-list': 0.15,
  /** The carrier's account redacts: its list has no words, per seed. */
  'redacted-list': 1,
  /** Faults of receipts, per text. */
  'receipts-disordered': 0.4,
  'receipts-repeated': 0.4,
  'receipts-missing': 0.2,
  /** Twilio repeats an answered webhook, per message. */
  'repeated-webhook': 0.3,
  /** Reads through an index see no write of the last moments, per seed. */
  'stale-index': 1,
  /** Dispatchers change a job while its messages are in progress, per message. */
  'changed-job': 0.4,
} as const;
export type Fault = keyof typeof FAULTS;
export const FAULT_NAMES = Object.keys(FAULTS) as Fault[];

/*
 * Limits of the nemesis. The relay's guarantee assumes that a worker dies at its timeout and that a carrier's list is complete
 * after the grace period of 60 s. So the clock error, the delay of a text and the lag of the list must fit into it together
 * (docs/adr/0005-relay-guarantees.md).
 */
/** Maximum error of a worker's clock in either direction, in ms. */
export const CLOCK_ERROR_MS = 8000;
/** Maximum delay until a carrier accepts a text that the worker no longer waits for, in ms. */
export const LATE_ACCEPT_MS = 8000;
/** Maximum delay until a text is on the carrier's list, in ms. */
export const LIST_LAG_MS = 30_000;
/** Maximum lag of an index behind its table, in ms. */
export const INDEX_LAG_MS = 3000;
/** Lambda's timeout of the worker as in serverless.yml, in ms. */
export const WORKER_TIMEOUT_MS = 30_000;
/** Maximum latency of a request, in ms. */
const WIRE_MS = 40;
const SLOW_MS = 12_000;

/** A process: one run of a container, or a webhook. After its death it does nothing and gets no answers. */
export type Process = {
  name: string;
  isAlive: boolean;
  /** True when the calls of its code fail after its death, so that unfinished work in this process ends. */
  unwinds: boolean;
  /** True once it has waited for a carrier beyond its timeout. It records that outcome late, and starts no other message. */
  isLate: boolean;
  die(why: string): void;
};

export type Nemesis = {
  /** Returns whether a fault occurs now. */
  strikes(fault: Fault): boolean;
  /** Ends all faults. */
  leave(): void;
  /** Wraps a port: the nemesis may delay or spoil each call, or kill the process at it. */
  between<T extends object>(process: Process, name: string, port: T, how?: Handling): T;
  /** Wraps a port that is a function. */
  around<Args extends unknown[], Result>(
    process: Process,
    name: string,
    run: (...args: Args) => Promise<Result>,
  ): (...args: Args) => Promise<Result>;
  /** Counts of each fault, of each call, and of each death in a call: `relay.open called`, `relay.open crash-after`. */
  struck: ReadonlyMap<string, number>;
};

export type Handling = {
  /** Called with the arguments of each executed call. */
  observe?: (args: readonly unknown[]) => Promise<void>;
  /** False for a port that never throws and whose client never retries by itself. Such a port has faults of its own. */
  isSpoilt?: boolean;
};

/** Dies at the call with this number, to test all calls in turn. */
export type OneCrash = { atCall: number; when: 'before' | 'after' };

/** Frequencies of the faults that occur, in place of those above. */
export type FaultRates = { rates: Partial<Record<Fault, number>> };

const BEGINS_A_TEXT = /^relay\.(open|claim|handOver)$|^carrier.*\.send$/;
const never = new Promise<never>(() => {});

const SID = /\b(?:SM|MM|QA|QS)[0-9a-fA-F]{32}\b/;

/** Returns the message that a call concerns: the first one that its arguments name. */
const sidIn = (value: unknown): string | null => {
  if (typeof value === 'string') return SID.exec(value)?.[0] ?? null;
  if (typeof value !== 'object' || value === null) return null;
  for (const key in value) {
    const sid = sidIn(value[key as keyof typeof value]);
    if (sid !== null) return sid;
  }
  return null;
};

/** The state of a nemesis, which its wrapped ports share. */
type Play = {
  random: Random;
  timeline: Timeline;
  history: History;
  choose: 'some' | 'none' | OneCrash | FaultRates;
  isHere: boolean;
  /** Number of calls so far. */
  calls: number;
  struck: Map<string, number>;
  strikes: (fault: Fault, times?: number) => boolean;
};

const count = (struck: Map<string, number>, name: string): void => void struck.set(name, (struck.get(name) ?? 0) + 1);

/** Carries out a call of a port, with the faults that occur at it. @throws Error for a fault, or that of the port */
const call = async <T>(
  play: Play,
  process: Process,
  what: string,
  args: readonly unknown[],
  run: () => Promise<T>,
  { observe, isSpoilt = true }: Handling = {},
): Promise<T> => {
  const { random, timeline, history, choose, struck, strikes } = play;
  const sid = sidIn(args);
  const tell = (text: string): void =>
    history.add(timeline.now(), sid, { kind: 'step', who: process.name, what: `${what} ${text}` });
  const gone = (): Promise<never> => (process.unwinds ? Promise.reject(new Error('The process has died')) : never);
  const wait = (ms: number): Promise<void> => new Promise((resolve) => timeline.after(ms, resolve));
  // Rare calls must also see crashes, so their first calls crash more often.
  const isSeldom = (struck.get(`${what} called`) ?? 0) < 2;
  const crashes = (when: 'before' | 'after'): boolean =>
    strikes(`crash-${when}`, isSeldom ? 8 : 1) ||
    (typeof choose === 'object' &&
      'atCall' in choose &&
      play.isHere &&
      play.calls === choose.atCall &&
      choose.when === when);

  if (!process.isAlive) return gone();
  const isSend = /^carrier.*\.send$/.test(what);
  if (process.isLate && BEGINS_A_TEXT.test(what)) {
    process.die('its time was over');
    return gone();
  }
  play.calls += 1;
  count(struck, `${what} called`);
  const diesAfter = crashes('after');
  if (crashes('before')) {
    tell('dies before it');
    count(struck, `${what} crash-before`);
    process.die(what);
    return gone();
  }
  if (strikes('stall')) {
    tell('stands still');
    await wait(random.between(100, WORKER_TIMEOUT_MS));
    if (!process.isAlive) return gone();
  }
  // From here on the request is in transit, and arrives even if the process dies.
  await wait(random.between(1, WIRE_MS));
  if (isSpoilt && strikes('throttle')) {
    tell('is throttled');
    await wait(random.between(1, WIRE_MS));
    if (!process.isAlive) return gone();
    throw new Error(`${what}: throttled`);
  }
  const attempt = async (): Promise<{ value: T } | { error: unknown }> => {
    try {
      return { value: await run() };
    } catch (error) {
      return { error };
    } finally {
      await observe?.(args);
    }
  };
  let outcome = await attempt();
  if (diesAfter) {
    tell('dies after it');
    count(struck, `${what} crash-after`);
    process.die(what);
    return gone();
  }
  if (isSpoilt && strikes('done-twice')) {
    tell('is done twice');
    await wait(random.between(200, 2000));
    outcome = await attempt();
  }
  if (isSend && strikes('outlives-lease')) {
    tell('waits for longer than its lease');
    process.isLate = true;
    await wait(random.between(LEASE_MS, 5 * LEASE_MS));
  }
  await wait(random.between(1, WIRE_MS) + (strikes('slow-answer') ? random.between(100, SLOW_MS) : 0));
  if (!process.isAlive) return gone();
  if (isSpoilt && strikes('lost-answer')) {
    tell('is done, and the answer lost');
    throw new Error(`${what}: no answer`);
  }
  if ('error' in outcome) {
    tell(`fails: ${outcome.error instanceof Error ? outcome.error.message : String(outcome.error)}`);
    throw outcome.error;
  }
  tell(`answers ${brief(outcome.value)}`);
  return outcome.value;
};

/** Creates the nemesis of a seed. @param choose the faults: some by chance, none, one crash at a given call, or all at given rates */
export const createNemesis = (
  random: Random,
  timeline: Timeline,
  history: History,
  choose: 'some' | 'none' | OneCrash | FaultRates,
): Nemesis => {
  const has = new Set(choose === 'some' ? FAULT_NAMES.filter(() => random.chance(0.45)) : []);
  const rateOf = (fault: Fault): number =>
    typeof choose === 'object' && 'rates' in choose ? (choose.rates[fault] ?? 0) : has.has(fault) ? FAULTS[fault] : 0;
  const struck = new Map<string, number>();
  const strikes = (fault: Fault, times = 1): boolean => {
    const rate = rateOf(fault);
    const does = play.isHere && rate > 0 && random.chance(rate * times);
    if (does) count(struck, fault);
    return does;
  };
  const play: Play = { random, timeline, history, choose, isHere: true, calls: 0, struck, strikes };

  return {
    strikes,
    leave: () => {
      play.isHere = false;
    },
    between: (process, name, port, how) =>
      new Proxy(port, {
        get: (target, key, receiver) => {
          const method: unknown = Reflect.get(target, key, receiver);
          if (typeof method !== 'function') return method;
          return (...args: unknown[]) =>
            call(
              play,
              process,
              `${name}.${String(key)}`,
              args,
              async () => Reflect.apply(method, target, args) as unknown,
              how,
            );
        },
      }),
    around:
      (process, name, run) =>
      (...args) =>
        call(play, process, name, args, () => run(...args)),
    struck,
  };
};

/** Returns a short form of an answer for the history. */
const brief = (value: unknown): string => {
  if (typeof value !== 'object' || value === null) return String(value);
  if (Array.isArray(value)) return `${value.length} of them`;
  const { state, fence, kind, detail, timelineId } = value as Record<string, unknown>;
  return (
    [kind, detail, state, fence === undefined ? '' : `fence ${fence}`, timelineId].filter(Boolean).join(' ') || 'so'
  );
};

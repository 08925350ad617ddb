import { LEASE_MS } from '@qdn/domain/relay/effect';
import type { History } from './history.ts';
import type { Random } from './random.ts';
import type { Timeline } from './timeline.ts';

/**
 * Faults, each with its frequency in a seed that has it: per call of a port, unless it says otherwise. A seed has
 * some of them and not others, since faults that all come at once hide one another.
 */
const FAULTS = {
  /** The process dies before the call leaves it. */
  'crash-before': 0.02,
  /** The process dies when the other side has done its work. */
  'crash-after': 0.02,
  /** Refused, and nothing done. */
  throttle: 0.06,
  /** Done, and the answer lost. */
  'lost-answer': 0.05,
  /** Done, the answer lost, and asked again by the client itself, as the AWS SDK does. */
  'done-twice': 0.05,
  /** The process stands still before the call leaves it, up to its whole life. */
  stall: 0.02,
  /** The answer takes its time. */
  'slow-answer': 0.03,
  /** The carrier's answer takes longer than the lease, and the process lives through it. */
  'outlives-lease': 0.03,
  /** The queue hands a message out although a worker has it, per receive. */
  duplicate: 0.1,
  /** A message that was deleted is there again, per deletion. */
  ghost: 0.04,
  /** A processed message is not deleted, per deletion. */
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
  /** The first carrier takes nothing for some minutes, per seed. */
  outage: 1,
  'late-list': 0.3,
  'no-list': 0.15,
  /** Faults of receipts, per text. */
  'receipts-disordered': 0.4,
  'receipts-repeated': 0.4,
  'receipts-missing': 0.2,
  /** Twilio calls a webhook again that was answered, per message. */
  'repeated-webhook': 0.3,
  /** Dispatchers change a job while its messages are under way, per message. */
  'changed-job': 0.4,
} as const;
export type Fault = keyof typeof FAULTS;
export const FAULT_NAMES = Object.keys(FAULTS) as Fault[];

/*
 * Limits of the nemesis. The relay's guarantee is about a worker that dies at its timeout and a carrier whose list
 * is complete after the grace period: what a clock is wrong, a text is late and a list lags behind has to fit into the 60 s
 * together. (See docs/adr/0005-relay-guarantees.md.)
 */
/** A worker's clock against the carrier's and the others', either way, in ms. */
export const CLOCK_ERROR_MS = 8000;
/** A text that the carrier takes after the worker gave up waiting for it. */
export const LATE_ACCEPT_MS = 8000;
/** A text that is not on the carrier's list yet. */
export const LIST_LAG_MS = 30_000;
/** Lambda's timeout of the worker, as in serverless.yml. */
export const WORKER_TIMEOUT_MS = 30_000;
/** Latency of a request. */
const WIRE_MS = 40;
const SLOW_MS = 12_000;

/** One process: a container's run, or a webhook. Dead, it does nothing any more, and nothing reaches it. */
export type Process = {
  name: string;
  isAlive: boolean;
  /** True when the calls of its code fail after its death, so that unfinished work in this process ends. */
  unwinds: boolean;
  /** It waits for a carrier, or has waited, beyond its timeout. Its outcome is recorded late; it starts no other message. */
  isLate: boolean;
  die(why: string): void;
};

export type Nemesis = {
  /** Returns whether a fault occurs now. */
  strikes(fault: Fault): boolean;
  /** From now on everything works. */
  leave(): void;
  /** Makes each method of a port a step of its process, that the nemesis may delay, spoil or let the process die of. */
  between<T extends object>(process: Process, name: string, port: T, how?: Handling): T;
  /** The same for a port that is a function. */
  around<Args extends unknown[], Result>(
    process: Process,
    name: string,
    run: (...args: Args) => Promise<Result>,
  ): (...args: Args) => Promise<Result>;
  /** Counts of each fault, of each call, and of each death in a call: `relay.open called`, `relay.open crash-after`. */
  struck: ReadonlyMap<string, number>;
};

export type Handling = {
  /** Called with the arguments of a call whenever it has been carried out. */
  observe?: (args: readonly unknown[]) => Promise<void>;
  /** False for a port that never throws and that no client asks again by itself: it has faults of its own. */
  isSpoilt?: boolean;
};

/** Dies at one call, of all that are made: for going through them one by one. */
export type OneCrash = { atCall: number; when: 'before' | 'after' };

const BEGINS_A_TEXT = /^relay\.(open|claim|handOver)$|^carrier.*\.send$/;
const never = new Promise<never>(() => {});

/** The message that a call is about, by what it is given. */
const sidIn = (value: unknown): string | null =>
  /\b(?:SM|MM|QA|QS)[0-9a-fA-F]{32}\b/.exec(typeof value === 'string' ? value : (JSON.stringify(value) ?? ''))?.[0] ??
  null;

export const createNemesis = (
  random: Random,
  timeline: Timeline,
  history: History,
  choose: 'some' | 'none' | OneCrash,
): Nemesis => {
  const has = new Set(choose === 'some' ? FAULT_NAMES.filter(() => random.chance(0.45)) : []);
  const struck = new Map<string, number>();
  let isHere = true;
  let calls = 0;
  const count = (name: string): void => void struck.set(name, (struck.get(name) ?? 0) + 1);
  const strikes = (fault: Fault, times = 1): boolean => {
    const does = isHere && has.has(fault) && random.chance(FAULTS[fault] * times);
    if (does) count(fault);
    return does;
  };

  const call = async <T>(
    process: Process,
    what: string,
    args: readonly unknown[],
    run: () => Promise<T>,
    { observe, isSpoilt = true }: Handling = {},
  ): Promise<T> => {
    const sid = sidIn(args);
    const tell = (text: string): void =>
      history.add(timeline.now(), sid, { kind: 'step', who: process.name, what: `${what} ${text}` });
    const gone = (): Promise<never> => (process.unwinds ? Promise.reject(new Error('The process has died')) : never);
    const wait = (ms: number): Promise<void> => new Promise((resolve) => timeline.after(ms, resolve));
    // Rare calls must also have deaths.
    const isSeldom = (struck.get(`${what} called`) ?? 0) < 2;
    const crashes = (when: 'before' | 'after'): boolean =>
      strikes(`crash-${when}`, isSeldom ? 4 : 1) ||
      (typeof choose === 'object' && isHere && calls === choose.atCall && choose.when === when);

    if (!process.isAlive) return gone();
    const isSend = /^carrier.*\.send$/.test(what);
    if (process.isLate && BEGINS_A_TEXT.test(what)) {
      process.die('its time was over');
      return gone();
    }
    calls += 1;
    count(`${what} called`);
    const diesAfter = crashes('after');
    if (crashes('before')) {
      tell('dies before it');
      count(`${what} crash-before`);
      process.die(what);
      return gone();
    }
    if (strikes('stall')) {
      tell('stands still');
      await wait(random.between(100, WORKER_TIMEOUT_MS));
      if (!process.isAlive) return gone();
    }
    // From here on the request is on its way, and arrives whatever becomes of the process.
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
      count(`${what} crash-after`);
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

  return {
    strikes,
    leave: () => {
      isHere = false;
    },
    between: (process, name, port, how) =>
      new Proxy(port, {
        get: (target, key, receiver) => {
          const method: unknown = Reflect.get(target, key, receiver);
          if (typeof method !== 'function') return method;
          return (...args: unknown[]) =>
            call(
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
        call(process, name, args, () => run(...args)),
    struck,
  };
};

/** An answer in a few words. */
const brief = (value: unknown): string => {
  if (typeof value !== 'object' || value === null) return String(value);
  if (Array.isArray(value)) return `${value.length} of them`;
  const { state, fence, kind, detail, timelineId } = value as Record<string, unknown>;
  return (
    [kind, detail, state, fence === undefined ? '' : `fence ${fence}`, timelineId].filter(Boolean).join(' ') || 'so'
  );
};

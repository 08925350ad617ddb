/*
 * A clock that advances only on command, in this thread and in the threads that get it: an hour passes in a second. Timers
 * go on by the real one, so that what waits for an answer gets it; `installTimeouts` has the exceptions.
 */
import { syncBuiltinESMExports } from 'node:module';
import timers from 'node:timers/promises';

export type Clock = { shared: Float64Array; now: () => number; advance: (ms: number) => void };

/** @param start epoch ms */
export const createClock = (start: number): Clock => {
  const shared = new Float64Array(new SharedArrayBuffer(8));
  shared[0] = start;
  const now = () => shared[0] ?? start;
  return {
    shared,
    now,
    advance: (ms) => {
      shared[0] = now() + ms;
    },
  };
};

/** From now on `Date` goes by the clock. @returns puts the real one back */
export const installClock = (shared: Float64Array): (() => void) => {
  const real = globalThis.Date;
  const now = (): number => shared[0] ?? 0;
  globalThis.Date = new Proxy(real, {
    construct: (target, args, newTarget) => Reflect.construct(target, args.length === 0 ? [now()] : args, newTarget),
    get: (target, name, receiver) => (name === 'now' ? now : Reflect.get(target, name, receiver)),
  });
  return () => {
    globalThis.Date = real;
  };
};

/** Minimum duration of a timer that may end early, in ms: a timeout of a request, never a pause between two. */
const TIMEOUT_MS = 5000;

/** Maximum duration of a pause, in ms. */
const PAUSE_MS = 5;

/** Shortens the pauses of this thread, such as those between two attempts; other timers than `node:timers/promises` stay. */
const shortenPauses = (): void => {
  const { setTimeout: pause } = timers;
  timers.setTimeout = (ms = 0, value, options) => pause(Math.min(ms, PAUSE_MS), value, options);
  syncBuiltinESMExports();
};

/**
 * Replaces the timers of this thread, so that it need not wait between two attempts, or for the timeout of a request that will not
 * be answered.
 * @returns ends the pending timeouts now
 */
export const installTimeouts = (): (() => void) => {
  shortenPauses();
  const { setTimeout: start, clearTimeout: clear } = globalThis;
  const pending = new Map<unknown, () => void>();
  const startTimer = (callback: (...args: unknown[]) => void, ms = 0, ...args: unknown[]) => {
    const end = (): void => {
      pending.delete(timer);
      callback(...args);
    };
    const timer = start(end, ms);
    if (ms >= TIMEOUT_MS) pending.set(timer, end);
    return timer;
  };
  globalThis.setTimeout = Object.assign(startTimer, start);
  globalThis.clearTimeout = (timer) => {
    pending.delete(timer);
    clear(timer);
  };
  return () => {
    for (const [timer, end] of [...pending]) {
      clear(timer as NodeJS.Timeout);
      end();
    }
  };
};

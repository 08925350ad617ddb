/*
 * A clock that advances only on command, in this thread and in the threads that get it: an hour passes in a second. Timers
 * go on by the real one, so that what waits for an answer gets it.
 */
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

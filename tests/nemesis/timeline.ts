import { setImmediate } from 'node:timers';

type Event = { at: number; order: number; run: () => unknown };

/** Virtual time: future events wait in a heap, and the clock jumps from one to the next. No real timer is used. */
export type Timeline = {
  /** Epoch ms. */
  now(): number;
  /** Schedules `run` after a delay in ms. */
  after(ms: number, run: Event['run']): void;
  /**
   * Runs until no event is left.
   * @returns false if more than `most` events ran, which means an endless loop
   */
  settle(most: number): Promise<boolean>;
  /** Runs the events that are due until `at`, epoch ms, and moves the clock there. */
  advanceTo(at: number): Promise<void>;
  /**
   * Waits for a promise, and runs events for as long as it depends on them.
   * @throws Error when no event is left and the promise is still pending
   */
  until<T>(promise: Promise<T>): Promise<T>;
};

/** Runs all pending promises; the code under test waits for nothing else. */
const drain = (): Promise<void> =>
  new Promise((resolve) => {
    setImmediate(resolve);
  });

export const timelineFrom = (startAt: number): Timeline => {
  const heap: Event[] = [];
  let now = startAt;
  let orders = 0;

  const isBefore = (a: Event, b: Event): boolean => a.at < b.at || (a.at === b.at && a.order < b.order);
  const push = (event: Event): void => {
    let i = heap.length;
    while (i > 0) {
      const parent = (i - 1) >> 1;
      const above = heap[parent];
      if (!above || !isBefore(event, above)) break;
      heap[i] = above;
      i = parent;
    }
    heap[i] = event;
  };
  const pop = (): Event | undefined => {
    const first = heap[0];
    const last = heap.pop();
    if (!last || heap.length === 0) return first;
    let i = 0;
    for (;;) {
      const [left, right] = [heap[2 * i + 1], heap[2 * i + 2]];
      const child = right && left && isBefore(right, left) ? right : left;
      if (!child || !isBefore(child, last)) break;
      heap[i] = child;
      i = child === left ? 2 * i + 1 : 2 * i + 2;
    }
    heap[i] = last;
    return first;
  };

  /** Runs the next event. @returns false if none is left */
  const step = async (): Promise<boolean> => {
    const event = pop();
    if (!event) return false;
    now = event.at;
    // Unfinished work of the event may wait for later events.
    void event.run();
    await drain();
    return true;
  };

  return {
    now: () => now,
    after: (ms, run) => {
      orders += 1;
      push({ at: now + Math.max(0, ms), order: orders, run });
    },
    settle: async (most) => {
      for (let count = 0; count < most; count += 1) if (!(await step())) return true;
      return heap.length === 0;
    },
    advanceTo: async (at) => {
      for (;;) {
        const [next] = heap;
        if (!next || next.at > at) break;
        await step();
      }
      now = Math.max(now, at);
    },
    until: async (promise) => {
      let isPending = true;
      const settled = promise.finally(() => {
        isPending = false;
      });
      settled.catch(() => {});
      await drain();
      while (isPending) if (!(await step())) throw new Error('Nothing happens that could end the wait');
      return await settled;
    },
  };
};

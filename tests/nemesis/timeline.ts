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

  return {
    now: () => now,
    after: (ms, run) => {
      orders += 1;
      push({ at: now + Math.max(0, ms), order: orders, run });
    },
    settle: async (most) => {
      for (let count = 0; ; count += 1) {
        const event = pop();
        if (!event) return true;
        if (count >= most) return false;
        now = event.at;
        // Unfinished work of the event may wait for later events.
        void event.run();
        await drain();
      }
    },
  };
};

/** A queue of items by time. Items of the same time keep their order. */
export type EventQueue<T extends { at: number }> = {
  nextAt(): number | null;
  /** Returns and removes the items that are due. */
  takeUntil(now: number): T[];
  add(items: readonly T[]): void;
};

export const eventQueue = <T extends { at: number }>(first: readonly T[] = []): EventQueue<T> => {
  let items: T[] = [];
  const add = (more: readonly T[]): void => {
    if (more.length === 0) return;
    items = [...items, ...more].sort((one, other) => one.at - other.at);
  };
  add(first);
  return {
    add,
    nextAt: () => items[0]?.at ?? null,
    takeUntil: (now) => {
      let due = 0;
      while (due < items.length && (items[due]?.at ?? 0) <= now) due += 1;
      return items.splice(0, due);
    },
  };
};

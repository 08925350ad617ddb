import type { IndexLag } from './table-limits.ts';

/** A part of a partition: from one number on, before another one, and at most a number of the first or of the last. */
export type IndexRange = { from?: number; before?: number; oldest?: number; newest?: number };

/** A secondary index of a memory store, with a partition key and a sort key, which is a number such as a time. */
export type OrderedIndex<P, V> = {
  /** Writes an entry under its partitions of now, and removes it from those of before. */
  put(entry: V): void;
  /** Returns the entries of a part of a partition that a read sees now, lowest sort key first, equal ones by ID. */
  read(partition: P, range?: IndexRange): V[];
  /** Returns the number of entries of a partition that a read sees now. */
  count(partition: P, before?: number): number;
  /** Returns the entries at these positions of a partition that a read sees now. Negative positions count from the end, as in `slice`. */
  slice(partition: P, start: number, end?: number): V[];
};

type Entry<V> = { at: number; id: string; value: V };
type Place<P> = { partition: P; at: number };

/** Returns the position of the first entry that is not before a sort key and ID. */
const positionOf = <V>(entries: ReadonlyArray<Entry<V>>, at: number, id: string): number => {
  let [low, high] = [0, entries.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const entry = entries[middle];
    if (entry && (entry.at < at || (entry.at === at && entry.id < id))) low = middle + 1;
    else high = middle;
  }
  return low;
};

/**
 * Makes an index that is eventually consistent, like those of DynamoDB; without a lag, every write is seen at once. A read costs what it
 * returns, and not what the table or the partition holds.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/GSI.html
 * @param keysOf returns the partitions of an entry, none when the index leaves it out, and its sort key
 * @param initial the entries that are seen from the start
 */
export const orderedIndex = <P, V extends { id: unknown }>(
  lag: IndexLag | null,
  keysOf: (entry: V) => { partitions: readonly P[]; at: number },
  initial: Iterable<V> = [],
): OrderedIndex<P, V> => {
  const partitions = new Map<P, Array<Entry<V>>>();
  const places = new Map<string, ReadonlyArray<Place<P>>>();
  const pending: Array<{ seenAt: number; apply: () => void }> = [];
  const of = (partition: P): Array<Entry<V>> => {
    const known = partitions.get(partition) ?? [];
    partitions.set(partition, known);
    return known;
  };
  const write = (value: V): void => {
    const id = String(value.id);
    for (const { partition, at } of places.get(id) ?? []) {
      const entries = of(partition);
      entries.splice(positionOf(entries, at, id), 1);
    }
    const { partitions: next, at } = keysOf(value);
    const wanted = [...new Set(next)].map((partition) => ({ partition, at }));
    if (wanted.length > 0) places.set(id, wanted);
    else places.delete(id);
    for (const { partition } of wanted) {
      const entries = of(partition);
      entries.splice(positionOf(entries, at, id), 0, { at, id, value });
    }
  };
  const seen = (partition: P): ReadonlyArray<Entry<V>> => {
    const now = lag?.now() ?? 0;
    while (pending[0] && pending[0].seenAt <= now) pending.shift()?.apply();
    return partitions.get(partition) ?? [];
  };
  for (const value of initial) write(value);
  return {
    put: (value) => {
      if (lag) pending.push({ seenAt: lag.now() + lag.ms, apply: () => write(value) });
      else write(value);
    },
    read: (partition, { from, before, oldest, newest } = {}) => {
      const entries = seen(partition);
      const start = from === undefined ? 0 : positionOf(entries, from, '');
      const end = before === undefined ? entries.length : positionOf(entries, before, '');
      const first = newest === undefined ? start : Math.max(start, end - newest);
      const last = oldest === undefined ? end : Math.min(end, start + oldest);
      return entries.slice(first, Math.max(first, last)).map(({ value }) => value);
    },
    count: (partition, before) =>
      before === undefined ? seen(partition).length : positionOf(seen(partition), before, ''),
    slice: (partition, start, end) =>
      seen(partition)
        .slice(start, end)
        .map(({ value }) => value),
  };
};

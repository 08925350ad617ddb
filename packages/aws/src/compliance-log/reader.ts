import { hourPrefix, parseKey, ROOT } from './keys.ts';
import type { LogBucket } from './log-bucket.ts';
import { isOwnRecord, type LogRecord, linesOf, parseLine } from './record.ts';

/** Number of objects that are read at the same time. */
const AHEAD = 16;

/** Reads objects in the order of their keys. An object that has been deleted meanwhile has the text ''. */
export const readAhead = async function* (bucket: LogBucket, keys: AsyncIterable<string>) {
  const waiting: Array<Promise<{ key: string; text: string }>> = [];
  const read = async (key: string) => ({ key, text: (await bucket.read(key)) ?? '' });
  for await (const key of keys) {
    const next = read(key);
    // Awaited in order; until then this handles a failure.
    next.catch(() => {});
    waiting.push(next);
    const first = waiting.length >= AHEAD ? waiting.shift() : undefined;
    if (first) yield await first;
  }
  yield* waiting;
};

/** Hours such as `2026/11/23/15`, both included. */
export type Hours = { from?: string | undefined; to?: string | undefined };

/** Lists the keys of the log in these hours. @param andOneMore continues to the first key after them */
export const keysIn = async function* (bucket: LogBucket, { from, to }: Hours, andOneMore = false) {
  for await (const key of bucket.allKeys(ROOT, from && hourPrefix(from))) {
    const isBehind = to !== undefined && key > `${hourPrefix(to)}~`;
    if (!isBehind || andOneMore) yield key;
    if (isBehind) return;
  }
};

/** A record with its object. */
export type Located = { key: string; record: LogRecord };

/**
 * Reads the log's records in these hours, without its own ones. They are in the order of each chain: those of an hour's branches follow
 * those of its trunk. Skips lines that are not records.
 */
export const recordsIn = async function* (bucket: LogBucket, hours: Hours): AsyncGenerator<Located> {
  for await (const { key, text } of readAhead(bucket, keysIn(bucket, hours))) {
    if (!parseKey(key)) continue;
    for (const line of linesOf(text)) {
      const record = parseLine(line)?.record;
      if (record && !isOwnRecord(record)) yield { key, record };
    }
  }
};

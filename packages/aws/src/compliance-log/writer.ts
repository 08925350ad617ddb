import type { S3Client } from '@aws-sdk/client-s3';
import { type ComplianceLog, type LogEntry, ProductError } from '@qdn/domain';
import { reaching } from '../failures.ts';
import { type Head, headAfter, newestKey } from './head.ts';
import { BEGIN_KEY, hourOf, hourPrefix, objectKey, parseKey } from './keys.ts';
import { createLogBucket, type LogBucket } from './log-bucket.ts';
import { chained, GENESIS, linesOf, parseLine } from './record.ts';

/** Number of taken places after which the writer leaves the batch to the queue. Ten writers can take as many in a row. */
const MAX_STEPS = 60;
/** Number of written entries that a container remembers. */
const REMEMBERED = 2000;

const beginning = (at: number) =>
  chained([{ type: 'begin', id: 'begin', at, data: { next: hourOf(at) } }], GENESIS).text;

const findHead = async (bucket: LogBucket, now: number): Promise<Head> => {
  const key = await newestKey(bucket);
  const slot = key && parseKey(key);
  if (slot) {
    const text = await bucket.read(key);
    if (text === null) throw new Error('The last object of the compliance log disappeared while it was being read');
    return headAfter(slot, text, GENESIS);
  }
  const first = { hour: hourOf(now), index: -1 };
  const text = beginning(now);
  const begun = (await bucket.putNew(BEGIN_KEY, text)) ? text : await bucket.read(BEGIN_KEY);
  if (begun === null) throw new Error('Another writer is creating the start of the compliance log');
  return headAfter(first, begun, GENESIS);
};

const idsIn = (text: string): string[] => linesOf(text).flatMap((line) => parseLine(line)?.record.id ?? []);

/**
 * Creates the compliance log as a chain of objects, each of which exists once: S3 stores an object only where there is none, and an
 * object's place follows from the previous one. So two writers never both continue from the same record, and a record that was read
 * never changes. A batch is one PUT; the first of an hour first seals the previous hour.
 * @param now the clock, in epoch ms
 * @see docs/adr/0013-compliance-log.md
 */
export const createChain = (bucket: LogBucket, now: () => number): ComplianceLog => {
  let head: Head | null = null;
  const written = new Set<string>();
  const remember = (ids: readonly string[]): void => {
    for (const id of ids) written.add(id);
    for (const id of written) {
      if (written.size <= REMEMBERED) break;
      written.delete(id);
    }
  };
  const missing = (entries: readonly LogEntry[]): LogEntry[] => {
    const unique = new Map(entries.map((entry) => [entry.id, entry]));
    return [...unique.values()].filter(({ id }) => !written.has(id));
  };

  /** Continues after other writers: after the object that was found, or after their last one when they have written more. */
  const catchUp = async (from: Head, met: string, isFarBehind: boolean): Promise<Head> => {
    remember(idsIn(met));
    const last = isFarBehind
      ? (await bucket.list(hourPrefix(from.slot.hour), objectKey(from.slot))).keys.findLast((key) => parseKey(key))
      : undefined;
    const slot = last ? parseKey(last) : null;
    const text = last && slot ? await bucket.read(last) : null;
    if (!slot || text === null) return headAfter(from.slot, met, from.after);
    remember(idsIn(text));
    return headAfter(slot, text, from.after);
  };

  const append = async (entries: readonly LogEntry[]): Promise<void> => {
    for (let step = 0, taken = 0; step < MAX_STEPS; step += 1) {
      const left = missing(entries);
      if (left.length === 0) return;
      head ??= await findHead(bucket, now());
      const { slot, after }: Head = head;
      const hour = hourOf(now());
      // A clock that is behind the log's does not move the log back.
      const isOver = hour > slot.hour;
      const seal = { type: 'seal' as const, id: `seal~${slot.hour}`, at: now(), data: { next: hour } };
      const { text } = chained(isOver ? [seal] : left, after);
      const isOurs = await bucket.putNew(objectKey(slot), text);
      const met = isOurs ? text : await bucket.read(objectKey(slot));
      // Deleted again, or not visible yet: the place is tried once more.
      if (met === null) continue;
      const isForeign = met !== text;
      if (isForeign) taken += 1;
      else if (!isOver) remember(left.map(({ id }) => id));
      head = await catchUp(head, met, isForeign && taken > 1);
    }
    throw new ProductError('unavailable', 'The compliance log has too many writers right now. Try again shortly.', {
      retryAfterS: 5,
    });
  };

  let last: Promise<void> = Promise.resolve();
  return {
    append: (entries) => {
      const mine = last.then(() => append(entries));
      last = mine.catch(() => {});
      return mine;
    },
  };
};

/** Creates the compliance log in S3; the bucket encrypts and keeps it. One per container. @param now the clock, in epoch ms */
export const createComplianceLog = (client: S3Client, bucket: string, now: () => number): ComplianceLog => {
  const chain = createChain(createLogBucket(client, bucket), now);
  return { append: (entries) => reaching('The compliance log', () => chain.append(entries)) };
};

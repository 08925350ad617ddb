import { endOfBranch, newestBranches } from './branches.ts';
import { type Head, headAfter, lastSlot } from './head.ts';
import { objectKey } from './keys.ts';
import type { LogBucket } from './log-bucket.ts';
import { chained, GENESIS, type Link, linesOf, parseLine, type Unchained } from './record.ts';

/** Number of taken places after which a writer gives up. Ten writers can take as many in a row. */
export const MAX_STEPS = 60;
/** Number of written entries that a container remembers. */
const REMEMBERED = 2000;

const idsIn = (text: string): string[] => linesOf(text).flatMap((line) => parseLine(line)?.record.id ?? []);

/** Remembers the IDs of the newest entries that were written or read. */
const createMemory = () => {
  const written = new Set<string>();
  return {
    has: (id: string): boolean => written.has(id),
    add: (ids: readonly string[]): void => {
      for (const id of ids) written.add(id);
      for (const id of written) {
        if (written.size <= REMEMBERED) break;
        written.delete(id);
      }
    },
  };
};

/** One attempt to put an object at the end of a chain. `isOurs`: the object there has our text, also when the answer was lost earlier. */
export type Attempt = { head: Head; isOurs: boolean };

/** Puts objects at the ends of the log's chains, for one writer. @param now the clock, in epoch ms */
export const createPlaces = (bucket: LogBucket, now: () => number) => {
  const memory = createMemory();

  /** Continues after other writers: after the object that was found, or after their last one when they have written more. */
  const catchUp = async (from: Head, met: string, isFarBehind: boolean): Promise<Head> => {
    memory.add(idsIn(met));
    const slot = isFarBehind ? await lastSlot(bucket, from.slot, from.slot.index) : null;
    const text = slot && (await bucket.read(objectKey(slot)));
    if (!slot || text === null) return headAfter(from.slot, met, from);
    memory.add(idsIn(text));
    return headAfter(slot, text, { after: from.after, branches: null });
  };

  /** Puts records at the end of a chain, if the place is free. @returns the end after the object that is there; null: try again */
  const put = async (from: Head, records: readonly Unchained[], taken: number): Promise<Attempt | null> => {
    const { text } = chained(records, from.after);
    const met = (await bucket.putNew(objectKey(from.slot), text)) ? text : await bucket.read(objectKey(from.slot));
    // Deleted again, or not visible yet: the place is tried once more.
    if (met === null) return null;
    const isOurs = met === text;
    return { head: await catchUp(from, met, !isOurs && taken > 0), isOurs };
  };

  /** Ends a branch, so that nothing can be written into it. @returns its last record */
  const sealBranch = async (hour: string, number: number): Promise<Link> => {
    let end = await endOfBranch(bucket, { hour, branch: number });
    for (let taken = 0; end && !end.isSealed; taken += 1) {
      if (taken > MAX_STEPS) throw new Error('A branch of the compliance log has too many writers to be ended');
      const seal = { type: 'seal' as const, id: `seal~${hour}~${number}`, at: now(), data: {} };
      end = (await put(end, [seal], taken))?.head ?? end;
    }
    return end?.after ?? GENESIS;
  };

  /** Seals the hour of the trunk: its branches first, so that the trunk's seal contains their ends. */
  const sealHour = async (from: Head, next: string, taken: number): Promise<Attempt | null> => {
    const { hour } = from.slot;
    const numbers = from.branches ?? (await newestBranches(bucket, hour));
    const ends = await Promise.all(numbers.map(async (one) => [one, await sealBranch(hour, one)] as const));
    const branches = ends.length > 0 ? { branches: Object.fromEntries(ends) } : {};
    return put(from, [{ type: 'seal', id: `seal~${hour}`, at: now(), data: { next, ...branches } }], taken);
  };

  return { memory, put, sealHour };
};

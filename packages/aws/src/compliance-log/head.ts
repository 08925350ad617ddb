import { branchPrefix, hourPrefix, objectKey, parseKey, ROOT, type Slot } from './keys.ts';
import type { LogBucket } from './log-bucket.ts';
import { GENESIS, type Link, linesOf, namedBranchOf, nextHourOf, parseLine, sha256 } from './record.ts';

/**
 * The known end of a chain: its last record, and the only place for its next object. `branches` are those that the trunk has named in
 * this hour; null when the hour was not read from its start. `isSealed`: a branch that has ended.
 */
export type Head = { after: Link; slot: Slot; branches: readonly number[] | null; isSealed: boolean };

/** The start of a chain, before its first record. */
export const AT_START: Pick<Head, 'after' | 'branches'> = { after: GENESIS, branches: null };

/**
 * Returns the end after an object, also after a damaged one: messages are still logged, and the verifier names the
 * place.
 */
export const headAfter = (slot: Slot, text: string, before: Pick<Head, 'after' | 'branches'>): Head => {
  const nextSlot = { ...slot, index: slot.index + 1 };
  const last = parseLine(linesOf(text).at(-1) ?? '')?.record;
  const { branches } = before;
  if (!last) {
    const after = { sequence: before.after.sequence + 1, hash: sha256(text) };
    return { after, slot: nextSlot, branches, isSealed: false };
  }
  const after = { sequence: last.sequence, hash: last.hash };
  const next = slot.branch === 0 ? nextHourOf(last) : null;
  if (next) return { after, slot: { hour: next, branch: 0, index: 0 }, branches: [], isSealed: false };
  const named = slot.branch === 0 ? namedBranchOf(last) : null;
  const known = named && branches && !branches.includes(named.branch) ? [...branches, named.branch] : branches;
  return { after, slot: nextSlot, branches: known, isSealed: slot.branch > 0 && last.type === 'seal' };
};

/** First step over unlisted objects in a search for the end of a long chain: as many as one list has. */
const LIST_LENGTH = 1000;

/**
 * Finds the last object of a chain: by one list, or by about twenty where the chain is as long as that of the busiest hour.
 * @param after looks only at places after this index
 */
export const lastSlot = async (
  bucket: LogBucket,
  chain: Pick<Slot, 'hour' | 'branch'>,
  after = -1,
): Promise<Slot | null> => {
  const look = async (index: number) => {
    const { keys, isCut } = await bucket.page(
      branchPrefix(chain),
      index < 0 ? undefined : objectKey({ ...chain, index }),
    );
    const key = keys.findLast((each) => parseKey(each)?.branch === chain.branch);
    return { slot: key ? parseKey(key) : null, isCut };
  };
  let found: Slot | null = null;
  let behind = after;
  for (let step = 0; ; step = Math.max(LIST_LENGTH, step * 2)) {
    const { slot, isCut } = await look(behind);
    if (slot && !isCut) return slot;
    if (!slot) break;
    found = slot;
    behind = slot.index + step;
  }
  // The end is between the object found last and the place behind which there is none.
  while (found && behind > found.index) {
    const middle: number = Math.floor((found.index + behind) / 2);
    const { slot, isCut } = await look(middle);
    if (slot && !isCut) return slot;
    if (slot) found = slot;
    else behind = middle;
  }
  return found;
};

const HOUR_FOLDER = /^messages\/(\d{4}\/\d\d\/\d\d\/\d\d)\/$/;

/**
 * Finds the last object of the trunk, by four short lists down to the newest hour, and one of that hour.
 * @param before looks only at hours before this one
 */
export const newestKey = async (bucket: LogBucket, before?: string, prefix: string = ROOT): Promise<string | null> => {
  const [, hour] = HOUR_FOLDER.exec(prefix) ?? [];
  if (hour) {
    const slot = await lastSlot(bucket, { hour, branch: 0 });
    return slot && objectKey(slot);
  }
  const { folders } = await bucket.list(prefix);
  const earlier = before ? folders.filter((folder) => folder < hourPrefix(before)) : folders;
  for (const folder of earlier.toReversed()) {
    const found = await newestKey(bucket, before, folder);
    if (found) return found;
  }
  return null;
};

import { AT_START, type Head, headAfter, lastSlot } from './head.ts';
import { beforeBranches, hourPrefix, objectKey, parseBranchFolder, type Slot } from './keys.ts';
import type { LogBucket } from './log-bucket.ts';
import { chained, GENESIS, linesOf, parseLine, type Unchained } from './record.ts';

/*
 * Branches of a busy hour: further chains beside the trunk, so that writers do not wait for one place. A branch begins with a record of
 * its own. The trunk names it with that record's hash before anything else is written into it, and the trunk's seal contains its end.
 */

const branchId = ({ hour, branch }: Slot): string => `branch~${hour}~${branch}`;

/** Returns the first object of a branch. @param at epoch ms */
export const openingOf = (slot: Slot, at: number): string =>
  chained([{ type: 'branch', id: branchId(slot), at, data: { branch: slot.branch, hour: slot.hour } }], GENESIS).text;

/** Returns the record by which the trunk names a branch. @param opening the branch's first object */
export const nameOf = (slot: Slot, opening: string, at: number): Unchained => {
  const first = parseLine(linesOf(opening)[0] ?? '')?.record.hash ?? '';
  return { type: 'branch', id: branchId(slot), at, data: { branch: slot.branch, first } };
};

/** Lists the branches of an hour, by one request. */
export const newestBranches = async (bucket: LogBucket, hour: string): Promise<number[]> =>
  (await bucket.list(hourPrefix(hour), beforeBranches(hour))).folders.flatMap((one) => parseBranchFolder(one) ?? []);

/** Finds the end of a branch; null when it has no objects. */
export const endOfBranch = async (bucket: LogBucket, branch: Pick<Slot, 'hour' | 'branch'>): Promise<Head | null> => {
  const slot = await lastSlot(bucket, branch);
  const text = slot && (await bucket.read(objectKey(slot)));
  return slot && text !== null ? headAfter(slot, text, AT_START) : null;
};

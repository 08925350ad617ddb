/*
 * Every key of the log's bucket:
 *
 *   messages/begin.ndjson                               the first record; names the first hour
 *   messages/2026/11/23/15/0000000000.ndjson            a batch, by UTC hour and by its number within the hour, without gaps
 *   messages/2026/11/23/15/branch-01/0000000000.ndjson  a batch of a branch: a second chain of a busy hour
 *
 * Digits sort before letters, so the hour's own objects come before those of its branches.
 */
export const ROOT = 'messages/';
export const BEGIN_KEY = `${ROOT}begin.ndjson`;

/** Maximum number of branches in an hour, beside its trunk: more than twice as many as the functions that write at once in a large company. */
export const MAX_BRANCHES = 99;

/** A place in the log, which one object can take. `hour` is `2026/11/23/15`. `branch` 0 is the trunk. */
export type Slot = { hour: string; branch: number; index: number };

/** Returns the UTC hour of a time in epoch ms. Hours sort like their names. */
export const hourOf = (at: number): string => new Date(at).toISOString().slice(0, 13).replaceAll(/[-T]/g, '/');

export const hourPrefix = (hour: string): string => `${ROOT}${hour}/`;

/** Returns the folder of an hour's branch; branch 0 is the hour's own folder. */
export const branchPrefix = ({ hour, branch }: Pick<Slot, 'hour' | 'branch'>): string =>
  branch === 0 ? hourPrefix(hour) : `${hourPrefix(hour)}branch-${String(branch).padStart(2, '0')}/`;

export const objectKey = (slot: Slot): string => `${branchPrefix(slot)}${String(slot.index).padStart(10, '0')}.ndjson`;

/** Returns the key after which a list of an hour has its branches only. */
export const beforeBranches = (hour: string): string => `${hourPrefix(hour)}a`;

const KEY = /^messages\/(\d{4}\/\d\d\/\d\d\/\d\d)\/(?:branch-(\d\d)\/)?(\d{10})\.ndjson$/;
const BRANCH_FOLDER = /\/branch-(\d\d)\/$/;

/** Returns the place of an object of the log; null for any other key. */
export const parseKey = (key: string): Slot | null => {
  const [, hour, branch, index] = KEY.exec(key) ?? [];
  return hour && index ? { hour, branch: Number(branch ?? 0), index: Number(index) } : null;
};

/** Returns the number of a branch's folder; null for any other folder. */
export const parseBranchFolder = (folder: string): number | null => {
  const [, branch] = BRANCH_FOLDER.exec(folder) ?? [];
  return branch ? Number(branch) : null;
};

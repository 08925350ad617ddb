import { Broken, checkObject } from './check-object.ts';
import { branchPrefix, objectKey, type Slot } from './keys.ts';
import { branchEndsOf, GENESIS, type Link, type LogRecord, namedBranchOf } from './record.ts';

/** A branch that is being checked. `first`: hash of its first record. */
type Branch = { number: number; first: string; nextIndex: number; link: Link; isSealed: boolean };

/**
 * Checks the branches of one hour after another. The trunk's records of an hour come first: they name its branches, and its seal says where
 * they end. A branch that the trunk does not name has its first record alone: its writer stopped, or the hour was sealed meanwhile.
 */
export const createBranchCheck = (expiredBefore: string, onRecord: (record: LogRecord) => void) => {
  let hour = '';
  let named = new Map<number, string>();
  let ends: Map<number, Link> | null = null;
  let current: Branch | null = null;
  let seen = new Set<number>();

  const finish = ({ number, first, nextIndex, link }: Branch): void => {
    const folder = branchPrefix({ hour, branch: number });
    const isNamed = named.has(number);
    if (!isNamed && nextIndex > 1 && !ends?.has(number)) {
      throw new Broken(`${folder} has records, but the trunk of the hour ${hour} does not name it: it was inserted.`);
    }
    if (isNamed && named.get(number) !== first) {
      throw new Broken(`${folder} does not begin with the record that the trunk names: it was replaced.`);
    }
    const end = ends?.get(number);
    if (ends && isNamed && end?.hash !== link.hash) {
      throw new Broken(
        `${folder} does not end with record ${end?.sequence ?? -1}, as the seal of the hour ${hour} says: a record was removed or inserted.`,
      );
    }
  };

  const leaveHour = (): string[] => {
    if (current) finish(current);
    const expected = new Set([...named.keys(), ...(ends?.keys() ?? [])]);
    const missing = [...expected].find((number) => !seen.has(number));
    if (missing !== undefined && hour >= expiredBefore) {
      throw new Broken(
        `${branchPrefix({ hour, branch: missing })} is missing: the trunk names it, and it was removed.`,
      );
    }
    return named.size > 0 && !ends
      ? [
          `The branches of the hour ${hour} are open: only the seal of that hour will prove that nothing was removed at their ends.`,
        ]
      : [];
  };

  return {
    /** Takes notice of a record of the trunk. */
    onTrunk: (record: LogRecord): void => {
      const branch = namedBranchOf(record);
      if (branch) named.set(branch.branch, branch.first);
      if (record.type === 'seal') ends = branchEndsOf(record);
    },

    /** Begins an hour of the trunk, which ends the one before. @returns limits of the proof, as sentences @throws Broken */
    enter: (next: string): string[] => {
      if (next === hour) return [];
      const notes = leaveHour();
      hour = next;
      named = new Map();
      seen = new Set();
      ends = null;
      current = null;
      return notes;
    },

    /** Checks an object of a branch. @throws Broken */
    check: (key: string, slot: Slot, text: string): void => {
      // Objects of an hour that expires disappear one by one.
      if (slot.hour < expiredBefore) return;
      if (slot.hour !== hour) throw new Broken(`${key} is in an hour without a trunk: it was inserted.`);
      if (current && current.number !== slot.branch) {
        finish(current);
        current = null;
      }
      const number = slot.branch;
      const { nextIndex, link, isSealed, first } = current ?? {
        nextIndex: 0,
        link: GENESIS,
        isSealed: false,
        first: '',
      };
      if (isSealed) throw new Broken(`${key} is behind the seal of its branch: it was inserted.`);
      if (slot.index !== nextIndex) {
        throw new Broken(
          `${objectKey({ ...slot, index: nextIndex })} is missing: it was removed. The next object is ${key}.`,
        );
      }
      let last: LogRecord | null = null;
      const after = checkObject(key, text, link, (record) => {
        last = record;
        onRecord(record);
      });
      const { type, hash } = last ?? { type: '', hash: '' };
      seen.add(number);
      current = { number, first: first || hash, nextIndex: nextIndex + 1, link: after, isSealed: type === 'seal' };
    },
  };
};

import { Broken, checkObject } from './check-object.ts';
import { AT_START, type Head, headAfter, newestKey } from './head.ts';
import { BEGIN_KEY, objectKey, parseKey, type Slot } from './keys.ts';
import type { LogBucket } from './log-bucket.ts';
import { type Hours, keysIn, readAhead } from './reader.ts';
import { GENESIS, type Link, type LogRecord, linesOf, parseLine } from './record.ts';
import { createBranchCheck } from './verify-branches.ts';

export type Verdict = {
  objects: number;
  records: number;
  /** The last record that is proven; null when there is none. */
  end: Link | null;
  /** The first change of the log, as a sentence; null when there is none. */
  problem: string | null;
  /** Limits of the proof, each as a sentence. */
  unproven: string[];
};

export type VerifyOptions = Hours & {
  /** A hash that was noted earlier: one of the records must have it. */
  expect?: string | undefined;
  /** Objects of hours before this one may have expired, by the bucket's rules. */
  expiredBefore?: string | undefined;
};

/** Returns the first requested object of the log, and the link that it must continue. */
const startOf = async (
  bucket: LogBucket,
  from: string | undefined,
  onRecord: (record: LogRecord) => void,
): Promise<{ head: Head; note: string | null }> => {
  const key = from === undefined ? null : await newestKey(bucket, from);
  const slot = key && parseKey(key);
  if (slot) {
    const text = (await bucket.read(key)) ?? '';
    const last = parseLine(linesOf(text).at(-1) ?? '');
    if (!last?.isIntact) throw new Broken(`${key}, the last object before ${from}, has been changed.`);
    return { head: headAfter(slot, text, AT_START), note: `Nothing before ${key} was checked.` };
  }
  const text = await bucket.read(BEGIN_KEY);
  if (text === null) throw new Broken(`${BEGIN_KEY}, the beginning of the log, is missing: it was removed.`);
  checkObject(BEGIN_KEY, text, GENESIS, onRecord);
  const head = headAfter({ hour: '', branch: 0, index: 0 }, text, AT_START);
  if (head.slot.hour === '') throw new Broken(`${BEGIN_KEY} does not name the first hour of the log: it was changed.`);
  return { head, note: null };
};

const isBefore = (a: Slot, b: Slot): boolean => a.hour < b.hour || (a.hour === b.hour && a.index < b.index);

/** Explains an object at another place than the one where the log continues. */
const misplaced = (key: string, slot: Slot, expected: Slot): Broken => {
  const missing = objectKey(expected);
  if (isBefore(slot, expected))
    return new Broken(`${key} is at a place that the log has already passed: it was inserted.`);
  if (slot.hour === expected.hour)
    return new Broken(`${missing} is missing: it was removed. The next object is ${key}.`);
  if (expected.index === 0) {
    return new Broken(
      `The hour ${expected.hour} is missing: the log continued there, and was removed. The next object is ${key}.`,
    );
  }
  return new Broken(
    `${missing} is missing: the hour ${expected.hour} has no seal at its end. The next object is ${key}, in a later hour.`,
  );
};

/** Checks the trunk of the log, object by object. */
const createTrunkCheck = (start: Head, expiredBefore: string, onRecord: (record: LogRecord) => void) => {
  let head = start;
  let isFirst = true;
  let last = '';
  return {
    /** The last record that was checked, and the place where the log continues. */
    end: () => ({ link: head.after, last, expected: head.slot }),
    /** @returns a limit of the proof, as a sentence, or null @throws Broken */
    check: (key: string, slot: Slot, text: string): string | null => {
      let note: string | null = null;
      if (isFirst && isBefore(head.slot, slot) && head.slot.hour < expiredBefore) {
        // The beginning has expired: the rest starts anywhere, and only its own links can be checked.
        const first = parseLine(linesOf(text)[0] ?? '')?.record;
        const after = first ? { sequence: first.sequence - 1, hash: first.previous } : head.after;
        head = { ...head, after, slot };
        note = `Everything before ${key} has expired, by the bucket’s rules.`;
      }
      isFirst = false;
      const expected = head.slot;
      if (slot.hour !== expected.hour || slot.index !== expected.index) throw misplaced(key, slot, expected);
      checkObject(key, text, head.after, onRecord);
      head = headAfter(slot, text, head);
      if (head.slot.hour < slot.hour || (head.slot.index === 0 && head.slot.hour === slot.hour)) {
        throw new Broken(
          `${key} says that the log continues in ${head.slot.hour}, which is not later: it was inserted.`,
        );
      }
      last = key;
      return note;
    },
  };
};

/**
 * Proves that nothing was removed, changed, moved or inserted: each object must be at the place that the previous one names, and each
 * record must have the hash of the previous one. Branches of an hour must be those that its trunk names, and end as its seal says. Stops
 * at the first violation.
 */
export const verifyLog = async (bucket: LogBucket, options: VerifyOptions = {}): Promise<Verdict> => {
  const verdict: Verdict = { objects: 0, records: 0, end: null, problem: null, unproven: [] };
  const { expect, expiredBefore = '' } = options;
  let isExpectedSeen = false;
  const count = ({ hash }: LogRecord) => {
    verdict.records += 1;
    isExpectedSeen ||= hash === expect;
  };
  try {
    const keys = keysIn(bucket, options, true);
    const isEmpty = (await keys.next()).done === true;
    if (isEmpty && (await bucket.read(BEGIN_KEY)) === null) {
      verdict.unproven.push('There is no log here. An empty bucket does not prove that nothing was ever written.');
      return verdict;
    }
    const start = await startOf(bucket, options.from, count);
    if (start.note) verdict.unproven.push(start.note);
    else verdict.objects = 1;
    const branches = createBranchCheck(expiredBefore, count);
    const trunk = createTrunkCheck(start.head, expiredBefore, (record) => {
      count(record);
      branches.onTrunk(record);
    });
    for await (const { key, text } of readAhead(bucket, keysIn(bucket, options, true))) {
      if (key === BEGIN_KEY) continue;
      const slot = parseKey(key);
      if (!slot) throw new Broken(`${key} is not an object of the log: it was inserted.`);
      if (slot.branch > 0) {
        branches.check(key, slot, text);
      } else {
        verdict.unproven.push(...branches.enter(slot.hour));
        const note = trunk.check(key, slot, text);
        if (note) verdict.unproven.push(note);
        verdict.end = trunk.end().link;
      }
      verdict.objects += 1;
    }
    const { last, expected } = trunk.end();
    const isBehind = options.to !== undefined && (parseKey(last)?.hour ?? '') > options.to;
    // The branches of an hour after the range are not read.
    if (!isBehind) verdict.unproven.push(...branches.enter(''));
    if (expect !== undefined && !isExpectedSeen) {
      throw new Broken(`No record has the hash ${expect}: this is not the log that the hash was noted from.`);
    }
    verdict.unproven.push(...tailOf(last, expected, options.to));
  } catch (error) {
    if (!(error instanceof Broken)) throw error;
    verdict.problem = error.message;
  }
  return verdict;
};

/** Returns the limits of the proof at the end. An hour with a following hour is proven to its last record. */
const tailOf = (last: string, expected: Slot, to: string | undefined): string[] => {
  const slot = parseKey(last);
  if (to !== undefined && slot && slot.hour > to) return [];
  if (expected.index === 0) {
    return [
      `The log continues in the hour ${expected.hour}, which is empty: either nothing came after that, or the newest hours were removed.`,
    ];
  }
  return [
    `The hour ${expected.hour} is open: only a later record will prove that nothing was removed after ${last || 'the beginning'}.`,
  ];
};

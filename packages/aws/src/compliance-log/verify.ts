import { type Head, headAfter, newestKey } from './head.ts';
import { BEGIN_KEY, objectKey, parseKey, type Slot } from './keys.ts';
import type { LogBucket } from './log-bucket.ts';
import { type Hours, keysIn, readAhead } from './reader.ts';
import { GENESIS, type Link, linesOf, nextHourOf, parseLine } from './record.ts';

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

/** The first problem of the log, as a sentence. */
class Broken extends Error {}

const SCHEMAS: readonly number[] = [2];

/** Returns the first requested object of the log, and the link that it must continue. */
const startOf = async (
  bucket: LogBucket,
  from: string | undefined,
  onHash: (hash: string) => void,
): Promise<{ head: Head; note: string | null }> => {
  const key = from === undefined ? null : await newestKey(bucket, from);
  const slot = key && parseKey(key);
  if (slot) {
    const text = (await bucket.read(key)) ?? '';
    const last = parseLine(linesOf(text).at(-1) ?? '');
    if (!last?.isIntact) throw new Broken(`${key}, the last object before ${from}, has been changed.`);
    return { head: headAfter(slot, text, GENESIS), note: `Nothing before ${key} was checked.` };
  }
  const text = await bucket.read(BEGIN_KEY);
  if (text === null) throw new Broken(`${BEGIN_KEY}, the beginning of the log, is missing: it was removed.`);
  const start: Head = { after: GENESIS, slot: { hour: '', index: 0 } };
  const after = checkObject(BEGIN_KEY, text, start.after, onHash);
  const { slot: first } = headAfter(start.slot, text, GENESIS);
  if (first.hour === '') throw new Broken(`${BEGIN_KEY} does not name the first hour of the log: it was changed.`);
  return { head: { after, slot: first }, note: null };
};

/** Checks the lines of an object. @returns the link to its last record. @throws Broken */
const checkObject = (key: string, text: string, before: Link, onHash: (hash: string) => void): Link => {
  if (!text.endsWith('\n')) throw new Broken(`${key} is cut off at its end, or empty: it was changed.`);
  const lines = linesOf(text);
  let link = before;
  for (const [i, line] of lines.entries()) {
    const where = `${key}, line ${i + 1}`;
    const read = parseLine(line);
    if (!read) throw new Broken(`${where} is not a record of the log: it was changed or inserted.`);
    const { record, isIntact } = read;
    const what = `${where} (record ${record.sequence}, ${record.id})`;
    if (!isIntact) throw new Broken(`${what} does not match its own hash: it was changed.`);
    if (record.previous !== link.hash || record.sequence !== link.sequence + 1) {
      throw new Broken(
        `${what} does not follow record ${link.sequence}: a record was removed, inserted, replaced or moved right before it.`,
      );
    }
    if (!SCHEMAS.includes(record.schema))
      throw new Broken(`${what} has the schema ${record.schema}, which this version of qdn does not know.`);
    const isOwn = record.type === 'begin' || record.type === 'seal';
    if (
      isOwn &&
      (lines.length > 1 || nextHourOf(record) === null || (record.type === 'begin') !== (key === BEGIN_KEY))
    ) {
      throw new Broken(`${what} is not a valid ${record.type}: it was inserted.`);
    }
    link = { sequence: record.sequence, hash: record.hash };
    onHash(record.hash);
  }
  return link;
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

/**
 * Proves that nothing was removed, changed, moved or inserted: each object must be at the place that the previous one names, and each
 * record must have the hash of the previous one. Stops at the first violation.
 */
export const verifyLog = async (bucket: LogBucket, options: VerifyOptions = {}): Promise<Verdict> => {
  const verdict: Verdict = { objects: 0, records: 0, end: null, problem: null, unproven: [] };
  const { expect, expiredBefore = '' } = options;
  let isExpectedSeen = false;
  const count = (hash: string) => {
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
    let { slot: expected, after: link } = start.head;
    if (start.note) verdict.unproven.push(start.note);
    else verdict.objects = 1;
    let isFirst = true;
    let last = '';
    for await (const { key, text } of readAhead(bucket, keysIn(bucket, options, true))) {
      if (key === BEGIN_KEY) continue;
      const slot = parseKey(key);
      if (!slot) throw new Broken(`${key} is not an object of the log: it was inserted.`);
      const head = headAfter(slot, text, link);
      if (isFirst && isBefore(expected, slot) && expected.hour < expiredBefore) {
        // The beginning has expired: the rest starts anywhere, and only its own links can be checked.
        const first = parseLine(linesOf(text)[0] ?? '')?.record;
        link = first ? { sequence: first.sequence - 1, hash: first.previous } : link;
        expected = slot;
        verdict.unproven.push(`Everything before ${key} has expired, by the bucket’s rules.`);
      }
      isFirst = false;
      if (slot.hour !== expected.hour || slot.index !== expected.index) throw misplaced(key, slot, expected);
      link = checkObject(key, text, link, count);
      if (head.slot.hour < slot.hour || (head.slot.index === 0 && head.slot.hour === slot.hour)) {
        throw new Broken(
          `${key} says that the log continues in ${head.slot.hour}, which is not later: it was inserted.`,
        );
      }
      verdict.objects += 1;
      verdict.end = link;
      expected = head.slot;
      last = key;
    }
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

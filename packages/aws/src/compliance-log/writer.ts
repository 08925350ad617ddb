import type { S3Client } from '@aws-sdk/client-s3';
import { type ComplianceLog, type LogEntry, ProductError } from '@qdn/domain';
import { reaching } from '../failures.ts';
import { endOfBranch, nameOf, openingOf } from './branches.ts';
import { AT_START, type Head, headAfter, newestKey } from './head.ts';
import { BEGIN_KEY, hourOf, MAX_BRANCHES, objectKey, parseKey } from './keys.ts';
import { createLogBucket, type LogBucket } from './log-bucket.ts';
import { type Attempt, createPlaces, MAX_STEPS } from './places.ts';
import { chained, GENESIS } from './record.ts';

/** Number of places of the trunk taken by others in one batch after which the writer goes on in a branch. */
const TAKEN_BEFORE_BRANCH = 3;
/** Maximum number of branches that a writer leaves in one batch because it meets another one there. */
const MAX_MOVES = 3;

const beginning = (at: number) =>
  chained([{ type: 'begin', id: 'begin', at, data: { next: hourOf(at) } }], GENESIS).text;

const findHead = async (bucket: LogBucket, now: number): Promise<Head> => {
  const key = await newestKey(bucket);
  const slot = key && parseKey(key);
  if (slot) {
    const text = await bucket.read(key);
    if (text === null) throw new Error('The last object of the compliance log disappeared while it was being read');
    return headAfter(slot, text, AT_START);
  }
  const first = { hour: hourOf(now), branch: 0, index: -1 };
  const text = beginning(now);
  const begun = (await bucket.putNew(BEGIN_KEY, text)) ? text : await bucket.read(BEGIN_KEY);
  if (begun === null) throw new Error('Another writer is creating the start of the compliance log');
  return headAfter(first, begun, AT_START);
};

/**
 * Creates the compliance log as a chain of objects, each of which exists once: S3 stores an object only where there is none, and an
 * object's place follows from the previous one. So two writers never both continue from the same record, and a record that was read
 * never changes. A batch is one PUT; the first of an hour first seals the previous hour. A writer whose place was taken three times by
 * others goes on in a branch of the hour, which the trunk names and whose end the trunk's seal contains; one that meets another writer there
 * takes another branch.
 * @param now the clock, in epoch ms
 * @param random a number from 0 to 1, which picks the branch
 * @see docs/adr/0013-compliance-log.md
 */
export const createChain = (
  bucket: LogBucket,
  now: () => number,
  random: () => number = Math.random,
): ComplianceLog => {
  let trunk: Head | null = null;
  let branch: Head | null = null;
  const { memory, put, sealHour } = createPlaces(bucket, now);
  const missing = (entries: readonly LogEntry[]): LogEntry[] => {
    const unique = new Map(entries.map((entry) => [entry.id, entry]));
    return [...unique.values()].filter(({ id }) => !memory.has(id));
  };

  /** Moves this writer into a branch of the trunk's hour, and names it in the trunk. Leaves it in the trunk when the hour ends meanwhile. */
  const moveToBranch = async (from: Head): Promise<void> => {
    const { hour } = from.slot;
    const slot = { hour, branch: 1 + Math.floor(random() * MAX_BRANCHES), index: 0 };
    const opening = openingOf(slot, now());
    const isOurs = await bucket.putNew(objectKey(slot), opening);
    const first = isOurs ? opening : await bucket.read(objectKey(slot));
    if (first === null) return;
    trunk = from;
    for (let taken = 0; !trunk.branches?.includes(slot.branch); taken += 1) {
      if (trunk.slot.hour !== hour || taken > MAX_STEPS) return;
      const attempt: Attempt | null = await put(trunk, [nameOf(slot, first, now())], taken);
      trunk = attempt?.head ?? trunk;
      if (attempt?.isOurs) break;
    }
    branch = isOurs ? headAfter(slot, first, AT_START) : await endOfBranch(bucket, slot);
  };

  const append = async (entries: readonly LogEntry[]): Promise<void> => {
    for (let step = 0, taken = 0, moves = 0; step < MAX_STEPS; step += 1) {
      const left = missing(entries);
      if (left.length === 0) return;
      const hour = hourOf(now());
      // After an hour in a branch the trunk has gone on unseen.
      if (branch && (branch.isSealed || hour > branch.slot.hour)) branch = trunk = null;
      trunk ??= await findHead(bucket, now());
      const from: Head = branch ?? trunk;
      // A clock that is behind the log's does not move the log back.
      const isOver = !branch && hour > from.slot.hour;
      const attempt = await (isOver ? sealHour(from, hour, taken) : put(from, left, taken));
      if (!attempt) continue;
      if (branch) branch = attempt.head;
      else trunk = attempt.head;
      if (!attempt.isOurs) taken += 1;
      else if (!isOver) memory.add(left.map(({ id }) => id));
      // Whoever shares a branch loses its place to the other one each time.
      const isCrowded = branch ? moves < MAX_MOVES : taken >= TAKEN_BEFORE_BRANCH;
      if (attempt.isOurs || !isCrowded || hour > trunk.slot.hour) continue;
      moves += 1;
      branch = null;
      await moveToBranch(trunk);
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

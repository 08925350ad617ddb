import { BEGIN_KEY, parseKey } from './keys.ts';
import { isOwnRecord, type Link, type LogRecord, linesOf, namedBranchOf, nextHourOf, parseLine } from './record.ts';

/** The first problem of the log, as a sentence. */
export class Broken extends Error {}

const SCHEMAS: readonly number[] = [2];

/** Tests whether a record of the log's own is at a place where its type can be, and has its content. */
const isInPlace = (record: LogRecord, key: string): boolean => {
  const slot = parseKey(key);
  if (record.type === 'begin') return key === BEGIN_KEY && nextHourOf(record) !== null;
  if (!slot) return false;
  if (slot.branch > 0) return record.type === (slot.index === 0 ? 'branch' : 'seal');
  return record.type === 'branch' ? namedBranchOf(record) !== null : nextHourOf(record) !== null;
};

/** Checks the lines of an object. @param onRecord called with each record @returns the link to its last record. @throws Broken */
export const checkObject = (key: string, text: string, before: Link, onRecord: (record: LogRecord) => void): Link => {
  if (!text.endsWith('\n')) throw new Broken(`${key} is cut off at its end, or empty: it was changed.`);
  const lines = linesOf(text);
  const slot = parseKey(key);
  const mustBeOwn = key === BEGIN_KEY || (slot !== null && slot.branch > 0 && slot.index === 0);
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
    const isOwn = isOwnRecord(record);
    if (isOwn ? lines.length > 1 || !isInPlace(record, key) : mustBeOwn) {
      throw new Broken(`${what} is not a valid ${isOwn ? record.type : 'beginning'}: it was inserted.`);
    }
    link = { sequence: record.sequence, hash: record.hash };
    onRecord(record);
  }
  return link;
};

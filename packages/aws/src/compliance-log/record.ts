import { createHash } from 'node:crypto';
import type { LogEntry } from '@qdn/domain';
import { isJsonObject } from '@qdn/json';

/*
 * A record of the compliance log: one line of NDJSON. docs/compliance-log.md describes the format for those who read the log
 * without this code.
 */

/**
 * One record as read. `begin`, `seal` and `branch` are the log's own: the first two name the hour in which the log continues, in
 * `data.next`, the last one names a branch of the hour. `at` is ISO 8601. A reader must not expect more of `data` than docs/compliance-log.md lists for the type.
 */
export type LogRecord = {
  schema: number;
  sequence: number;
  type: string;
  id: string;
  at: string;
  sid: string | null;
  timelineId: string | null;
  data: Readonly<Record<string, unknown>>;
  previous: string;
  hash: string;
};

/** The end of a chain: the number and hash of its last record. */
export type Link = { sequence: number; hash: string };

/** The link before the first record. */
export const GENESIS: Link = { sequence: -1, hash: '0'.repeat(64) };

const SCHEMA = 2;

const byCodeUnit = ([a]: [string, unknown], [b]: [string, unknown]): number => (a < b ? -1 : 1);

/**
 * Returns JSON in one form only: members sorted by name (UTF-16 code units), no white space, numbers and strings as ECMAScript writes them.
 * @see https://www.rfc-editor.org/rfc/rfc8785 which refuses half a surrogate pair; here it becomes an escape like \ud83d
 */
export const canonicalJson = (value: unknown): string => {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .sort(byCodeUnit)
    .map(([name, member]) => `${JSON.stringify(name)}:${canonicalJson(member)}`);
  return `{${members.join(',')}}`;
};

export const sha256 = (text: string): string => createHash('sha256').update(text, 'utf8').digest('hex');

/** Content of a record, before it has its place in the chain. */
export type Unchained = Pick<LogEntry, 'id' | 'at' | 'data'> & {
  type: LogEntry['type'] | 'begin' | 'seal' | 'branch';
  sid?: string;
  timelineId?: string;
};

/** Returns records as lines of NDJSON, each with the hash of the previous one, and the new end of the chain. */
export const chained = (records: readonly Unchained[], after: Link): { text: string; end: Link } => {
  let { sequence, hash } = after;
  let text = '';
  for (const { id, type, at, sid = null, timelineId = null, data } of records) {
    sequence += 1;
    const content = canonicalJson({
      schema: SCHEMA,
      sequence,
      type,
      id,
      at: new Date(at).toISOString(),
      sid,
      timelineId,
      data,
      previous: hash,
    });
    hash = sha256(content);
    text += `${content.slice(0, -1)},"hash":"${hash}"}\n`;
  }
  return { text, end: { sequence, hash } };
};

/** With the flag `s`, because JSON keeps U+2028 unescaped, and a dot would not match it. */
const LINE = /^(\{.*),"hash":"([0-9a-f]{64})"\}$/s;

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
};

const textOrNull = (value: unknown): string | null => (typeof value === 'string' ? value : null);

/** Parses a line of the log, and checks the hash of its content; null when the line is not a record. */
export const parseLine = (line: string): { record: LogRecord; isIntact: boolean } | null => {
  const [, start, hash] = LINE.exec(line) ?? [];
  if (start === undefined || hash === undefined) return null;
  const content = `${start}}`;
  const value = parsed(content);
  if (!isJsonObject(value)) return null;
  const { schema, sequence, type, id, at, data, previous } = value;
  if (typeof schema !== 'number' || typeof sequence !== 'number') return null;
  if (typeof type !== 'string' || typeof id !== 'string' || typeof at !== 'string') return null;
  if (!isJsonObject(data) || typeof previous !== 'string') return null;
  const [sid, timelineId] = [textOrNull(value['sid']), textOrNull(value['timelineId'])];
  const record = { schema, sequence, type, id, at, sid, timelineId, data, previous, hash };
  return { record, isIntact: sha256(content) === hash };
};

/** Returns the lines of an object, without their newlines. */
export const linesOf = (text: string): string[] => text.replace(/\n$/, '').split('\n');

/** Returns the hour in which the log continues after a `begin` or `seal`; null after any other record. */
export const nextHourOf = ({ type, data }: Pick<LogRecord, 'type' | 'data'>): string | null => {
  const next = data['next'];
  const names = (type === 'begin' || type === 'seal') && typeof next === 'string' && /^\d{4}(\/\d\d){3}$/.test(next);
  return names ? next : null;
};

const OWN_TYPES: readonly string[] = ['begin', 'seal', 'branch'];

/** Tests whether a record is the log's own, and not an event of the relay. */
export const isOwnRecord = ({ type }: Pick<LogRecord, 'type'>): boolean => OWN_TYPES.includes(type);

const linkIn = (value: unknown): Link | null => {
  if (!isJsonObject(value)) return null;
  const { sequence, hash } = value;
  return typeof sequence === 'number' && typeof hash === 'string' ? { sequence, hash } : null;
};

/** Returns the branch that a record of the trunk names, with the hash of the branch's first record; null for any other record. */
export const namedBranchOf = ({ type, data }: Pick<LogRecord, 'type' | 'data'>) => {
  const { branch, first } = data;
  return type === 'branch' && typeof branch === 'number' && typeof first === 'string' ? { branch, first } : null;
};

/** Returns the ends of an hour's branches, as the seal of its trunk gives them. */
export const branchEndsOf = ({ type, data }: Pick<LogRecord, 'type' | 'data'>): Map<number, Link> => {
  const ends = type === 'seal' && isJsonObject(data['branches']) ? Object.entries(data['branches']) : [];
  return new Map(
    ends.flatMap(([branch, end]): Array<[number, Link]> => {
      const link = linkIn(end);
      return link ? [[Number(branch), link]] : [];
    }),
  );
};

import { createHash } from 'node:crypto';
import {
  type StoredFix,
  type StoredQuarantine,
  type StoredRefusal,
  type StoredReport,
  storedQuarantine,
  storedReport,
} from '@qdn/contracts/stored';
import {
  FIX_TTL_S,
  type Fix,
  type Heard,
  IGNORE_REASONS,
  parseTrailerId,
  type Quarantined,
  SIGN_KINDS,
  shownOf,
  type TrailerDay,
  type TrailerId,
} from '@qdn/domain';
import { BrokenItem } from '../failures.ts';
import { readItem } from '../read-item.ts';

/*
 * The table `qdn-job-locations`: one item per report and trailer, with many fixes in an item, so that a fix costs about a
 * tenth of a write unit. A track belongs to its trailer, whatever its jobs are: a job's fixes are read from its trailers' tracks. The
 * schemas of `f`, `b` and `q` are `storedReport` and `storedQuarantine` of packages/contracts/src/stored.ts.
 *
 *   pk  TRAILER#<id>
 *   sk  FIX#<time of the newest fix>#<hash>: a repeated report gets the same key, and two reports that end at the same moment get
 *       different ones
 *   f   fixes, oldest first; null where the device did not report a value
 *   c   program that sent the report; left out when it is not known
 *   m   words of the motion sensor, one character a fix: s at rest, m in motion, - for none; left out when no fix has one
 *   b   battery at the newest fix; left out when the device did not report it
 *   t   time of receipt and error of the tracker's clock, where its times are not those of a right clock; left out otherwise
 *   q   points kept out of the track since the previous item; left out when there are none
 *   expiresAt  epoch s, seven days after the newest fix: DynamoDB's TTL. It deletes late, so readers filter themselves.
 *
 * A note is a report without a fix, at most one a minute: points kept out of the trailer's track, or a sign of life without a place.
 *
 *   pk  TRAILER#<id>
 *   sk  NOTE#<time of writing>#<hash>
 *   k   kind of the message, where it was a sign of life
 *   r   true when it said that the device is at rest, false when in motion; left out without such a word
 *   q, c, expiresAt  as above
 */
type Item = Readonly<Record<string, unknown>>;
const PK_PREFIX = 'TRAILER#';
export const trailerPk = (trailerId: TrailerId): string => `${PK_PREFIX}${trailerId}`;
export const REPORT_PREFIX = 'FIX#';
export const NOTE_PREFIX = 'NOTE#';
type Prefix = typeof REPORT_PREFIX | typeof NOTE_PREFIX;
const timeKey = (at: number): string => new Date(at).toISOString();
/** Key after every item of this kind and moment (epoch ms): `~` comes after `#`. */
export const afterKey = (prefix: Prefix, at: number): string => `${prefix}${timeKey(at)}~`;
/** Key after every item of this kind: `$` comes after `#`. */
export const endKey = (prefix: Prefix): string => prefix.replace('#', '$');
/** Returns the time in an item's key, epoch ms. */
export const timeOf = (sk: unknown): number => Date.parse(String(sk).split('#')[1] ?? '');

const hashOf = (content: unknown): string =>
  createHash('sha256').update(JSON.stringify(content)).digest('base64url').slice(0, 8);
const expiresAt = (at: number): number => Math.floor(at / 1000) + FIX_TTL_S;

/** Rounds to a number of decimal digits. */
export const rounded = (value: number, digits: number): number => Math.round(value * 10 ** digits) / 10 ** digits;
const roundedOrNull = (value: number | null, digits: number) => (value === null ? null : rounded(value, digits));
/** Rounds to about a decimetre, a decimetre per second and a tenth of a degree: finer than any receiver, and shorter to store. */
const toStoredFix = (fix: Fix): StoredFix => [
  fix.at,
  rounded(fix.lat, 6),
  rounded(fix.lon, 6),
  roundedOrNull(fix.accuracyM, 1),
  roundedOrNull(fix.speedMps, 1),
  roundedOrNull(fix.headingDeg, 1),
];

/** Keeps only values that DynamoDB's numbers can hold: a device may have sent anything. */
const toStoredRefusal = ({ reason, count, last }: Quarantined): StoredRefusal =>
  last ? [reason, count, Math.round(last.at), rounded(last.lat, 6), rounded(last.lon, 6)] : [reason, count];

const quarantineAttribute = (quarantined: readonly Quarantined[]): StoredQuarantine =>
  quarantined.length > 0 ? { q: quarantined.map(toStoredRefusal) } : {};

const motionLetter = ({ standing }: Fix): string => (standing === undefined ? '-' : standing ? 's' : 'm');
const standingOf = (letter: string | undefined): Pick<Fix, 'standing'> =>
  letter === 's' ? { standing: true } : letter === 'm' ? { standing: false } : {};

/** Returns the item of one trailer's report, null when it has no fixes. */
export const toReportItem = (
  trailerId: TrailerId,
  fixes: readonly Fix[],
  quarantined: readonly Quarantined[],
  client: string | null = null,
) => {
  const sorted = fixes.toSorted((a, b) => a.at - b.at);
  const last = sorted.at(-1);
  if (!last) return null;
  const f = sorted.map(toStoredFix);
  const { battery, clock } = last;
  const report: StoredReport = {
    pk: trailerPk(trailerId),
    sk: `${REPORT_PREFIX}${timeKey(last.at)}#${hashOf(f)}`,
    f,
    ...(sorted.some(({ standing }) => standing !== undefined) ? { m: sorted.map(motionLetter).join('') } : {}),
    ...(battery ? { b: [Math.round(battery.percent), battery.charging] } : {}),
    ...(clock ? { t: [clock.heardAt, clock.errorMs] } : {}),
  };
  return {
    ...report,
    ...quarantineAttribute(quarantined),
    ...(client === null ? {} : { c: client }),
    expiresAt: expiresAt(last.at),
  };
};

/** Returns the item of points without a fix. `at` is the time of writing, in epoch ms. */
export const toNoteItem = (
  trailerId: TrailerId,
  quarantined: readonly Quarantined[],
  at: number,
  heard: Heard | null = null,
) => ({
  pk: trailerPk(trailerId),
  sk: `${NOTE_PREFIX}${timeKey(at)}#${hashOf(quarantined.map(toStoredRefusal))}`,
  ...quarantineAttribute(quarantined),
  ...(heard === null ? {} : { c: heard.client, k: heard.kind }),
  ...(heard?.standing === undefined ? {} : { r: heard.standing }),
  expiresAt: expiresAt(at),
});

const REPORT_NAME = 'qdn-job-locations holds no fixes';
const isNumber = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value);
const isNumberOrNull = (value: unknown): value is number | null => value === null || isNumber(value);

/** True for a fix as `storedFix` describes it. A trailer's reports have thousands: the schema's reader is 20 times slower. */
const isStoredFix = (row: unknown): row is StoredFix =>
  Array.isArray(row) &&
  row.length === 6 &&
  isNumber(row[0]) &&
  isNumber(row[1]) &&
  isNumber(row[2]) &&
  isNumberOrNull(row[3]) &&
  isNumberOrNull(row[4]) &&
  isNumberOrNull(row[5]);

/** The attributes of a report, before its fixes are checked. */
type ReportHead = Pick<StoredReport, 'b' | 'm' | 't'> & { trailerId: TrailerId; f: readonly unknown[] };

/** True for a report's attributes as `storedReport` describes them, but for the fixes themselves. */
const isStoredHead = ({ pk, sk, f, m, b, t }: Item): boolean =>
  typeof pk === 'string' &&
  typeof sk === 'string' &&
  Array.isArray(f) &&
  (m === undefined || typeof m === 'string') &&
  (t === undefined || (Array.isArray(t) && t.length === 2 && t.every(isNumber))) &&
  (b === undefined ||
    (Array.isArray(b) && b.length === 2 && isNumber(b[0]) && (b[1] === null || typeof b[1] === 'boolean')));

/** The key that was read last and its trailer: a query's items all have the same one. */
let lastRead: { pk: string; trailerId: TrailerId | null } = { pk: '', trailerId: null };
const trailerOf = (pk: string): TrailerId | null => {
  if (pk !== lastRead.pk)
    lastRead = { pk, trailerId: parseTrailerId(pk.startsWith(PK_PREFIX) ? pk.slice(PK_PREFIX.length) : pk) };
  return lastRead.trailerId;
};

/** Reads a report without its fixes. @throws BrokenItem that names the attribute */
const headOf = (item: Item): ReportHead => {
  // The schema's reader finds the wrong place and throws.
  if (!isStoredHead(item)) readItem(storedReport, item, REPORT_NAME);
  const { pk, b, f, m, t } = item as StoredReport;
  const trailerId = trailerOf(pk);
  if (!trailerId) throw new BrokenItem(`An item of ${REPORT_NAME}: pk`);
  return { trailerId, b, f, m, t };
};

/**
 * Returns the fixes of some rows of a report.
 * @param rows rows of the report in their order
 * @throws BrokenItem that names the place of a row that is not a fix
 */
const fixesOfRows = (item: Item, { trailerId, b, f, m, t }: ReportHead, rows: readonly unknown[]): Fix[] => {
  const newest = f.at(-1);
  let index = -1;
  return rows.map((row) => {
    do index += 1;
    while (f[index] !== row);
    // The schema's reader finds the wrong place and throws.
    if (!isStoredFix(row)) readItem(storedReport, item, REPORT_NAME);
    // By index: an array pattern goes through an iterator.
    const stored = row as StoredFix;
    const fix: Fix = {
      trailerId,
      at: stored[0],
      lat: stored[1],
      lon: stored[2],
      accuracyM: stored[3],
      speedMps: stored[4],
      headingDeg: stored[5],
    };
    if (m !== undefined) Object.assign(fix, standingOf(m[index]));
    if (b && row === newest) fix.battery = { percent: b[0], charging: b[1] };
    if (t && row === newest) fix.clock = { heardAt: t[0], errorMs: t[1] };
    return fix;
  });
};

/** Returns the fixes of a report's item. @throws BrokenItem that names the attribute */
export const fixesOf = (item: Item): Fix[] => {
  const head = headOf(item);
  return fixesOfRows(item, head, head.f);
};

const timeOfRow = (row: unknown): number => (Array.isArray(row) ? Number(row[0]) : Number.NaN);

/**
 * Returns the fixes of reports that are shown (`shownOf`), without reading the others.
 * @param items newest report first
 * @throws BrokenItem that names the attribute
 */
export const shownFixesOf = (items: readonly Item[]): Fix[] => {
  const heads = items.map(headOf);
  const newestAt = timeOfRow(heads[0]?.f.at(-1));
  return heads.flatMap((head, i) => fixesOfRows(items[i] ?? {}, head, shownOf(head.f, timeOfRow, newestAt)));
};

/** Leaves out reasons that this version does not know. */
const fromStoredRefusal = (refusal: StoredRefusal): Quarantined[] => {
  const [word, count] = refusal;
  const reason = IGNORE_REASONS.find((one) => one === word);
  const last = refusal.length === 5 ? { at: refusal[2], lat: refusal[3], lon: refusal[4] } : null;
  return reason ? [{ reason, count, last }] : [];
};

/** Returns the refused points of a report's or a note's item. @throws BrokenItem that names the attribute */
export const quarantineOf = (item: unknown): Quarantined[] => {
  const { q = [] } = readItem(storedQuarantine, item, 'qdn-job-locations holds no quarantine') as StoredQuarantine;
  return q.flatMap(fromStoredRefusal);
};

/** Returns the client that a report's or note's item names; null without one. */
export const clientOf = (item: Readonly<Record<string, unknown>>): string | null =>
  typeof item['c'] === 'string' ? item['c'] : null;

/** Returns the sign of life that a note is; null for a note of points alone, and for a kind that this version does not know. */
export const signOf = (item: Readonly<Record<string, unknown>>): TrailerDay['signs'][number] | null => {
  const kind = SIGN_KINDS.find((one) => one === item['k']);
  const { r: standing } = item;
  return kind ? { at: timeOf(item['sk']), kind, ...(typeof standing === 'boolean' ? { standing } : {}) } : null;
};

import { createHash } from 'node:crypto';
import { type DynamoDBDocumentClient, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import {
  type Battery,
  FIX_TTL_S,
  type Fix,
  IGNORE_REASONS,
  type JobId,
  type LocationStore,
  parseTrailerId,
  type Quarantined,
  type TrailerId,
} from '@qdn/domain';
import { BrokenItem, reaching } from '../failures.ts';

/*
 * The table `qdn-job-locations`: one item per report and trailer, with many fixes in an item, so that a fix costs about a tenth of a
 * write unit.
 *
 *   pk  JOB#<id>
 *   sk  <time of the newest fix>#<trailerId>#<hash>: a repeated report gets the same key, and two reports that end at the same moment
 *       get different ones
 *   f   fixes, oldest first: [epoch ms, lat, lon, accuracy m, speed m/s, heading °], null where the device did not report it
 *   b   battery at the newest fix: [percent, charging or null]; left out when not reported
 *   q   points kept out of the track since the previous item: [reason, count, then epoch ms, lat, lon of the newest]; left out
 *       when there is none
 *   expiresAt  epoch s, seven days after the newest fix: DynamoDB's TTL. It deletes late, so readers filter themselves.
 *
 * A second kind of item holds the points kept out of a trailer's track when no fix came with them, at most one a minute:
 *
 *   pk  TRAILER#<id>
 *   sk  <time of writing>#<hash>
 *   q, expiresAt  as above
 */
type StoredFix = [
  at: number,
  lat: number,
  lon: number,
  accuracyM: number | null,
  speedMps: number | null,
  headingDeg: number | null,
];
type StoredBattery = [percent: number, charging: boolean | null];
type StoredQuarantine = [reason: string, count: number, at?: number, lat?: number, lon?: number];

const pkOf = (jobId: JobId): string => `JOB#${jobId}`;
const trailerPkOf = (trailerId: TrailerId): string => `TRAILER#${trailerId}`;
const timeKey = (at: number): string => new Date(at).toISOString();
const hashOf = (content: unknown): string =>
  createHash('sha256').update(JSON.stringify(content)).digest('base64url').slice(0, 8);
const skOf = (newestAt: number, trailerId: string, fixes: readonly StoredFix[]): string =>
  `${timeKey(newestAt)}#${trailerId}#${hashOf(fixes)}`;
const expiresAt = (at: number): number => Math.floor(at / 1000) + FIX_TTL_S;
/** `~` sorts after `#`: fixes of that very moment are left out. */
const afterKey = (at: number): string => `${timeKey(at)}~`;

const rounded = (value: number, digits: number): number => Math.round(value * 10 ** digits) / 10 ** digits;
const roundedOrNull = (value: number | null, digits: number) => (value === null ? null : rounded(value, digits));
/** Rounds to about a decimetre, a decimetre per second and a tenth of a degree: finer than any receiver, and shorter to store. */
const toStored = (fix: Fix): StoredFix => [
  fix.at,
  rounded(fix.lat, 6),
  rounded(fix.lon, 6),
  roundedOrNull(fix.accuracyM, 1),
  roundedOrNull(fix.speedMps, 1),
  roundedOrNull(fix.headingDeg, 1),
];

const isNumberOrNull = (value: unknown): value is number | null => value === null || typeof value === 'number';
const isStored = (value: unknown): value is StoredFix =>
  Array.isArray(value) &&
  value.length === 6 &&
  value.slice(0, 3).every((part) => typeof part === 'number') &&
  value.slice(3).every(isNumberOrNull);

const isBattery = (value: unknown): value is StoredBattery =>
  Array.isArray(value) &&
  value.length === 2 &&
  typeof value[0] === 'number' &&
  (value[1] === null || typeof value[1] === 'boolean');
const toStoredBattery = ({ percent, charging }: Battery): StoredBattery => [Math.round(percent), charging];

const isQuarantine = (value: unknown): value is StoredQuarantine =>
  Array.isArray(value) &&
  (value.length === 2 || value.length === 5) &&
  value.every((part, i) => typeof part === (i === 0 ? 'string' : 'number'));
/** Keeps only what DynamoDB's numbers can hold: a device may have sent anything. */
const toStoredQuarantine = ({ reason, count, last }: Quarantined): StoredQuarantine =>
  last ? [reason, count, Math.round(last.at), rounded(last.lat, 6), rounded(last.lon, 6)] : [reason, count];
const fromStoredQuarantine = ([reason, count, at, lat, lon]: StoredQuarantine): Quarantined[] => {
  const known = IGNORE_REASONS.find((one) => one === reason);
  const last = at === undefined || lat === undefined || lon === undefined ? null : { at, lat, lon };
  return known ? [{ reason: known, count, last }] : [];
};

type Item = Record<string, unknown>;

const fromItem = ({ sk, f, b }: Item): Fix[] => {
  const trailerId = typeof sk === 'string' ? parseTrailerId(sk.split('#')[1] ?? '') : null;
  if (!trailerId || !Array.isArray(f) || !f.every(isStored) || !(b === undefined || isBattery(b)))
    throw new BrokenItem('An item of qdn-job-locations holds no fixes');
  return f.map(([at, lat, lon, accuracyM, speedMps, headingDeg], i) => ({
    trailerId,
    at,
    lat,
    lon,
    accuracyM,
    speedMps,
    headingDeg,
    ...(b && i === f.length - 1 ? { battery: { percent: b[0], charging: b[1] } } : {}),
  }));
};

const quarantinedOf = ({ q }: Item): Quarantined[] => {
  if (q === undefined) return [];
  if (!Array.isArray(q) || !q.every(isQuarantine))
    throw new BrokenItem('An item of qdn-job-locations holds no quarantine');
  return q.flatMap(fromStoredQuarantine);
};

/** Fixes in DynamoDB: one write per trailer and report, one query per read. */
export const createLocationStore = (client: DynamoDBDocumentClient, table: string): LocationStore => {
  const put = async (item: Item): Promise<void> => {
    await client.send(new PutCommand({ TableName: table, Item: item }));
  };
  /** Reads the newest items first. Requests further pages only when the count needs more than one page (1 MB). */
  const newest = async (pk: string, since: number, count: number): Promise<Item[]> => {
    const items: Item[] = [];
    let start: Item | undefined;
    do {
      const { Items = [], LastEvaluatedKey } = await client.send(
        new QueryCommand({
          TableName: table,
          KeyConditionExpression: 'pk = :pk AND sk > :after',
          ExpressionAttributeValues: { ':pk': pk, ':after': afterKey(since) },
          ScanIndexForward: false,
          ...(Number.isFinite(count) ? { Limit: count - items.length } : {}),
          ...(start ? { ExclusiveStartKey: start } : {}),
        }),
      );
      items.push(...Items);
      start = LastEvaluatedKey;
    } while (start && items.length < count);
    return items;
  };
  const oldestAlive = (now: number, since: number): number => Math.max(now - FIX_TTL_S * 1000, since);

  return {
    append: (jobId, fixes, quarantined) =>
      reaching('The location store', async () => {
        for (const [trailerId, own] of Map.groupBy(fixes, (fix) => fix.trailerId)) {
          const sorted = own.toSorted((a, b) => a.at - b.at);
          const f = sorted.map(toStored);
          const last = sorted.at(-1);
          if (!last) continue;
          const q = quarantined?.get(trailerId)?.map(toStoredQuarantine) ?? [];
          await put({
            pk: pkOf(jobId),
            sk: skOf(last.at, trailerId, f),
            f,
            ...(last.battery ? { b: toStoredBattery(last.battery) } : {}),
            ...(q.length > 0 ? { q } : {}),
            expiresAt: expiresAt(last.at),
          });
        }
      }),

    note: (trailerId, quarantined, at) =>
      reaching('The location store', async () => {
        const q = quarantined.map(toStoredQuarantine);
        await put({
          pk: trailerPkOf(trailerId),
          sk: `${timeKey(at)}#${hashOf(q)}`,
          ...(q.length > 0 ? { q } : {}),
          expiresAt: expiresAt(at),
        });
      }),

    recent: (jobId, now, reports, since = Number.NEGATIVE_INFINITY) =>
      reaching('The location store', async () => {
        const items = await newest(pkOf(jobId), oldestAlive(now, since), reports);
        const oldest = oldestAlive(now, Number.NEGATIVE_INFINITY);
        return items
          .flatMap(fromItem)
          .filter((fix) => fix.at > oldest)
          .sort((a, b) => a.at - b.at);
      }),

    since: (trailerId, jobIds, now, since) =>
      reaching('The location store', async () => {
        const from = oldestAlive(now, since);
        const [notes, ...jobs] = await Promise.all(
          [trailerPkOf(trailerId), ...jobIds.map(pkOf)].map((pk) => newest(pk, from, Number.POSITIVE_INFINITY)),
        );
        const own = jobs.flat().filter(({ sk }) => typeof sk === 'string' && sk.split('#')[1] === trailerId);
        const heard = notes?.[0]?.['sk'];
        return {
          fixes: own
            .flatMap(fromItem)
            .filter((fix) => fix.at > from)
            .sort((a, b) => a.at - b.at),
          quarantined: [...own, ...(notes ?? [])].flatMap(quarantinedOf),
          heardAt: typeof heard === 'string' ? Date.parse(heard.split('#')[0] ?? '') : null,
        };
      }),
  };
};

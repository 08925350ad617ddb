import { createHash } from 'node:crypto';
import { type DynamoDBDocumentClient, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { FIX_TTL_S, type Fix, type JobId, type LocationStore, parseTrailerId } from '@qdn/domain';
import { BrokenItem, reaching } from '../failures.ts';

/*
 * The table `qdn-job-locations`: one item per report and trailer, many fixes to an item, so that a fix costs about a tenth of
 * a write unit.
 *
 *   pk  JOB#<id>
 *   sk  <time of the newest fix>#<trailerId>, and of a report of several fixes #<hash>: the same report falls on itself, and two
 *       that end with the same fix do not fall on each other
 *   f   fixes, oldest first: [epoch ms, lat, lon, accuracy m, speed m/s, heading °], null where the device did not say
 *   expiresAt  epoch s, seven days after the newest fix: DynamoDB's TTL. It deletes late, so readers filter themselves.
 */
type StoredFix = [
  at: number,
  lat: number,
  lon: number,
  accuracyM: number | null,
  speedMps: number | null,
  headingDeg: number | null,
];

const pkOf = (jobId: JobId): string => `JOB#${jobId}`;
const timeKey = (at: number): string => new Date(at).toISOString();
const skOf = (newestAt: number, trailerId: string, fixes: readonly StoredFix[]): string => {
  const single = `${timeKey(newestAt)}#${trailerId}`;
  if (fixes.length === 1) return single;
  return `${single}#${createHash('sha256').update(JSON.stringify(fixes)).digest('base64url').slice(0, 8)}`;
};

const rounded = (value: number, digits: number): number => Math.round(value * 10 ** digits) / 10 ** digits;
const roundedOrNull = (value: number | null, digits: number) => (value === null ? null : rounded(value, digits));
/** To about a decimetre, a decimetre per second and a tenth of a degree: finer than any receiver, and shorter to store. */
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

const fromItem = (item: Record<string, unknown>): Fix[] => {
  const { sk, f } = item;
  const trailerId = typeof sk === 'string' ? parseTrailerId(sk.split('#')[1] ?? '') : null;
  if (!trailerId || !Array.isArray(f) || !f.every(isStored))
    throw new BrokenItem('An item of qdn-job-locations holds no fixes');
  return f.map(([at, lat, lon, accuracyM, speedMps, headingDeg]) => ({
    trailerId,
    at,
    lat,
    lon,
    accuracyM,
    speedMps,
    headingDeg,
  }));
};

/** Fixes in DynamoDB: one write per trailer and report, one query per read. */
export const createLocationStore = (client: DynamoDBDocumentClient, table: string): LocationStore => ({
  append: (jobId, fixes) =>
    reaching('The location store', async () => {
      for (const [trailerId, own] of Map.groupBy(fixes, (fix) => fix.trailerId)) {
        const f = own.toSorted((a, b) => a.at - b.at).map(toStored);
        const newestAt = f.at(-1)?.[0];
        if (newestAt === undefined) continue;
        await client.send(
          new PutCommand({
            TableName: table,
            Item: {
              pk: pkOf(jobId),
              sk: skOf(newestAt, trailerId, f),
              f,
              expiresAt: Math.floor(newestAt / 1000) + FIX_TTL_S,
            },
          }),
        );
      }
    }),

  recent: (jobId, now, reports, since = Number.NEGATIVE_INFINITY) =>
    reaching('The location store', async () => {
      const oldest = now - FIX_TTL_S * 1000;
      const { Items = [] } = await client.send(
        new QueryCommand({
          TableName: table,
          KeyConditionExpression: 'pk = :pk AND sk > :after',
          // `~` comes after `#`: what was taken at that very moment is left out.
          ExpressionAttributeValues: { ':pk': pkOf(jobId), ':after': `${timeKey(Math.max(oldest, since))}~` },
          ScanIndexForward: false,
          Limit: reports,
        }),
      );
      return Items.flatMap(fromItem)
        .filter((fix) => fix.at > oldest)
        .sort((a, b) => a.at - b.at);
    }),
});

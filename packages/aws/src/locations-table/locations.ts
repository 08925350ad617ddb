import { type DynamoDBDocumentClient, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { FIX_TTL_S, type Fix, type JobId, type LocationStore, parseTrailerId } from '@qdn/domain';
import { BrokenItem, reaching } from '../failures.ts';

/*
 * The table `qdn-job-locations`: one item per report and trailer, many fixes to an item, so that a fix costs about a tenth of
 * a write unit.
 *
 *   pk  JOB#<id>
 *   sk  <time of the newest fix>#<trailerId>
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
const skOf = (newestAt: number, trailerId: string): string => `${new Date(newestAt).toISOString()}#${trailerId}`;

/** About a decimetre in latitude: finer than any receiver, and shorter to store. */
const rounded = (degrees: number) => Math.round(degrees * 1e6) / 1e6;
const toStored = (fix: Fix): StoredFix => [
  fix.at,
  rounded(fix.lat),
  rounded(fix.lon),
  fix.accuracyM,
  fix.speedMps,
  fix.headingDeg,
];

const isNumberOrNull = (value: unknown): value is number | null => value === null || typeof value === 'number';
const isStored = (value: unknown): value is StoredFix =>
  Array.isArray(value) &&
  value.length === 6 &&
  value.slice(0, 3).every((part) => typeof part === 'number') &&
  value.slice(3).every(isNumberOrNull);

const fromItem = (item: Record<string, unknown>): Fix[] => {
  const { sk, f } = item;
  const trailerId = typeof sk === 'string' ? parseTrailerId(sk.slice(sk.indexOf('#') + 1)) : null;
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
        const sorted = own.toSorted((a, b) => a.at - b.at);
        const newest = sorted.at(-1);
        if (!newest) continue;
        await client.send(
          new PutCommand({
            TableName: table,
            Item: {
              pk: pkOf(jobId),
              sk: skOf(newest.at, trailerId),
              f: sorted.map(toStored),
              expiresAt: Math.floor(newest.at / 1000) + FIX_TTL_S,
            },
          }),
        );
      }
    }),

  recent: (jobId, now, reports) =>
    reaching('The location store', async () => {
      const oldest = now - FIX_TTL_S * 1000;
      const { Items = [] } = await client.send(
        new QueryCommand({
          TableName: table,
          KeyConditionExpression: 'pk = :pk AND sk > :oldest',
          ExpressionAttributeValues: { ':pk': pkOf(jobId), ':oldest': new Date(oldest).toISOString() },
          ScanIndexForward: false,
          Limit: reports,
        }),
      );
      return Items.flatMap(fromItem)
        .filter((fix) => fix.at > oldest)
        .sort((a, b) => a.at - b.at);
    }),
});

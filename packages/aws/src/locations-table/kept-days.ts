import { type DynamoDBDocumentClient, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { type StoredDay, storedDay } from '@qdn/contracts/stored';
import type { DayTrack, KeptDays, TrailerId } from '@qdn/domain';
import { reaching } from '../failures.ts';
import { readItem } from '../read-item.ts';
import { rounded, trailerPk } from './location-items.ts';

/*
 * Thinned days in the table `qdn-job-locations`: one item per trailer and local day, where the company keeps them.
 *
 *   pk  TRAILER#<id>
 *   sk  DAY#<date>: a repeated run writes the same key
 *   w, h, l, m  as in `storedDay`
 *   expiresAt  epoch s, by the company's policy
 */
const dayKey = (date: string): string => `DAY#${date}`;
const STORE = 'The store of kept days';

/** Rounds to a decimetre and to a second. */
const toStored = ({ points, halts, trips, metres }: DayTrack): StoredDay => ({
  w: points.map(({ at, lat, lon, metres: driven }) => [at, rounded(lat, 6), rounded(lon, 6), rounded(driven, 1)]),
  h: halts.map(({ from, to, lat, lon }) => [from, to, rounded(lat, 6), rounded(lon, 6)]),
  l: trips.map(({ from, to, metres: driven, gapS }) => [from, to, rounded(driven, 1), gapS]),
  m: rounded(metres, 1),
});

const fromStored = ({ w, h, l, m }: StoredDay): DayTrack => ({
  points: w.map(([at, lat, lon, metres]) => ({ at, lat, lon, metres })),
  halts: h.map(([from, to, lat, lon]) => ({ from, to, lat, lon })),
  trips: l.map(([from, to, metres, gapS]) => ({ from, to, metres, gapS })),
  metres: m,
});

const findDay = async (
  client: DynamoDBDocumentClient,
  table: string,
  trailerId: TrailerId,
  date: string,
): Promise<Record<string, unknown> | null> => {
  const { Items = [] } = await client.send(
    new QueryCommand({
      TableName: table,
      KeyConditionExpression: 'pk = :pk AND sk = :sk',
      ExpressionAttributeValues: { ':pk': trailerPk(trailerId), ':sk': dayKey(date) },
    }),
  );
  return Items[0] ?? null;
};

/** Thinned days in DynamoDB: one write, and one query to read. */
export const createKeptDays = (client: DynamoDBDocumentClient, table: string): KeptDays => ({
  keep: ({ trailerId, date, track }, until) =>
    reaching(STORE, async () => {
      const key = { pk: trailerPk(trailerId), sk: dayKey(date) };
      const Item = { ...key, ...toStored(track), expiresAt: Math.floor(until / 1000) };
      await client.send(new PutCommand({ TableName: table, Item }));
    }),
  find: (trailerId, date, now) =>
    reaching(STORE, async () => {
      const item = await findDay(client, table, trailerId, date);
      if (!item || Number(item['expiresAt']) * 1000 <= now) return null;
      return fromStored(readItem(storedDay, item, 'qdn-job-locations holds no day') as StoredDay);
    }),
});

import { type DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import {
  type ItemSchema,
  type StoredDwell,
  type StoredLeg,
  type StoredSite,
  type StoredTravel,
  storedDwell,
  storedLeg,
  storedSite,
  storedTravel,
} from '@qdn/contracts/stored';
import {
  type DwellSample,
  EMPTY_TRAVEL,
  type LegSample,
  type SiteSample,
  type TravelRecord,
  type TravelStore,
} from '@qdn/domain';
import { BrokenItem, isConditionFailure, reaching } from '../failures.ts';
import { TRAVEL_KEY } from '../jobs-table/keys.ts';
import { matchesSchema, readItem } from '../read-item.ts';

const STORE = 'The jobs table';

/*
 * One item: `legs`, `dwells` and `sites` are JSON, in rows instead of objects. So 135 legs are 12 KB, two read units; as attributes of
 * DynamoDB they took three times as much.
 */
const legRow = ({ id, at, straightM, roadM, seconds, missed, from, to }: LegSample): StoredLeg => [
  id,
  at,
  straightM,
  roadM,
  seconds,
  Math.round(missed * 1000) / 1000,
  ...(from === undefined || to === undefined ? ([] as const) : ([from, to] as const)),
];
const dwellRow = ({ id, at, kind, seconds }: DwellSample): StoredDwell => [id, at, kind, seconds];

const siteRow = ({ id, at, stop, site, isConfirmed }: SiteSample): StoredSite => [
  ...([id, at, stop.lat, stop.lon, site.lat, site.lon] as const),
  isConfirmed ? 1 : 0,
];

const BROKEN = 'An item of qdn-jobs is not COMPANY TRAVEL';

/** Parses rows, and leaves out those that are not as the schema says: each is one drive less to learn from. @throws BrokenItem */
const rows = (attribute: string, json: string, schema: ItemSchema): unknown[] => {
  let parsed: unknown;
  try {
    parsed = JSON.parse(json);
  } catch {
    throw new BrokenItem(`${BROKEN}: ${attribute}`);
  }
  if (!Array.isArray(parsed) || !parsed.every(Array.isArray)) throw new BrokenItem(`${BROKEN}: ${attribute}`);
  return parsed.filter((row) => matchesSchema(schema, row));
};

const toLegs = (json: string): LegSample[] =>
  (rows('legs', json, storedLeg) as StoredLeg[]).flatMap(([id, at, straightM, roadM, seconds, missed, from, to]) => {
    const areas = from === undefined || to === undefined ? {} : { from, to };
    return straightM > 0 && seconds > 0 ? [{ id, at, straightM, roadM, seconds, missed, ...areas }] : [];
  });

const toDwells = (json: string): DwellSample[] =>
  (rows('dwells', json, storedDwell) as StoredDwell[]).flatMap(([id, at, kind, seconds]) =>
    seconds > 0 ? [{ id, at, kind, seconds }] : [],
  );

const toSites = (json: string): SiteSample[] =>
  (rows('sites', json, storedSite) as StoredSite[]).map(([id, at, lat, lon, siteLat, siteLon, confirmed]) => ({
    id,
    at,
    stop: { lat, lon },
    site: { lat: siteLat, lon: siteLon },
    isConfirmed: confirmed === 1,
  }));

const fromItem = (item: unknown): { record: TravelRecord; version: number } => {
  const { legs, dwells, sites, version } = readItem(
    storedTravel,
    item,
    'qdn-jobs is not COMPANY TRAVEL',
  ) as StoredTravel;
  const learned = sites === undefined ? {} : { sites: toSites(sites) };
  return { record: { legs: toLegs(legs), dwells: toDwells(dwells), ...learned }, version };
};

/** The travel-time model, as one item of the jobs table. Each method is one request. */
export const createTravelStore = (client: DynamoDBDocumentClient, table: string): TravelStore => ({
  read: () =>
    reaching(STORE, async () => {
      const { Item } = await client.send(new GetCommand({ TableName: table, Key: TRAVEL_KEY }));
      return Item ? fromItem(Item) : { record: EMPTY_TRAVEL, version: 0 };
    }),

  replace: (record, version) =>
    reaching(STORE, async () => {
      try {
        await client.send(
          new PutCommand({
            TableName: table,
            Item: {
              ...TRAVEL_KEY,
              legs: JSON.stringify(record.legs.map(legRow)),
              dwells: JSON.stringify(record.dwells.map(dwellRow)),
              ...(record.sites ? { sites: JSON.stringify(record.sites.map(siteRow)) } : {}),
              version: version + 1,
            },
            ConditionExpression: version === 0 ? 'attribute_not_exists(pk)' : '#version = :seen',
            ...(version === 0
              ? {}
              : {
                  ExpressionAttributeNames: { '#version': 'version' },
                  ExpressionAttributeValues: { ':seen': version },
                }),
          }),
        );
        return true;
      } catch (error) {
        if (isConditionFailure(error)) return false;
        throw error;
      }
    }),
});

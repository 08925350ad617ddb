import { type DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import {
  type DwellSample,
  EMPTY_TRAVEL,
  type LegSample,
  STOP_KINDS,
  type TravelRecord,
  type TravelStore,
} from '@qdn/domain';
import { BrokenItem, isConditionFailure, reaching } from '../failures.ts';
import { TRAVEL_KEY } from '../jobs-table/keys.ts';

const STORE = 'The jobs table';

/*
 * One item: `legs` and `dwells` are JSON, in rows instead of objects. So 150 legs are 8 KB, a read unit; as attributes of DynamoDB
 * they took three times as much.
 */
const legRow = ({ id, at, straightM, roadM, seconds, missed }: LegSample) => [
  id,
  at,
  straightM,
  roadM,
  seconds,
  Math.round(missed * 1000) / 1000,
];
const dwellRow = ({ id, at, kind, seconds }: DwellSample) => [id, at, kind, seconds];

const rows = (value: unknown): unknown[][] => {
  const parsed: unknown = typeof value === 'string' ? JSON.parse(value) : null;
  if (!Array.isArray(parsed) || !parsed.every(Array.isArray))
    throw new BrokenItem('The item COMPANY TRAVEL holds no rows');
  return parsed;
};

const isNumber = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value);

/** Skips rows that are not legs; the model then has fewer samples. */
const toLeg = ([id, at, straightM, roadM, seconds, missed]: unknown[]): LegSample[] =>
  typeof id === 'string' &&
  isNumber(at) &&
  isNumber(straightM) &&
  straightM > 0 &&
  (roadM === null || isNumber(roadM)) &&
  isNumber(seconds) &&
  seconds > 0 &&
  isNumber(missed)
    ? [{ id, at, straightM, roadM, seconds, missed }]
    : [];

const toDwell = ([id, at, stopKind, seconds]: unknown[]): DwellSample[] => {
  const kind = STOP_KINDS.find((one) => one === stopKind);
  return typeof id === 'string' && isNumber(at) && kind && isNumber(seconds) && seconds > 0
    ? [{ id, at, kind, seconds }]
    : [];
};

/** The travel-time model, as one item of the jobs table. Each method is one request. */
export const createTravelStore = (client: DynamoDBDocumentClient, table: string): TravelStore => ({
  read: () =>
    reaching(STORE, async () => {
      const { Item } = await client.send(new GetCommand({ TableName: table, Key: TRAVEL_KEY }));
      if (!Item) return { record: EMPTY_TRAVEL, version: 0 };
      const record: TravelRecord = {
        legs: rows(Item['legs']).flatMap(toLeg),
        dwells: rows(Item['dwells']).flatMap(toDwell),
      };
      return { record, version: Number(Item['version']) };
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

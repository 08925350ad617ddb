import { type DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';
import {
  parseTrailerId,
  REGISTERED_S,
  type RegisteredTrailer,
  type TrailerId,
  type TrailerRegister,
} from '@qdn/domain';
import { reaching } from '../failures.ts';
import { queryFirst } from '../query.ts';
import { trailerPk } from './location-items.ts';

/*
 * The register of trailers in the table `qdn-job-locations`: one small item per trailer, written once a day while it reports.
 *
 *   pk  FLEET
 *   sk  TRAILER#<id>
 *   expiresAt  epoch s, 90 days after the last registration
 */
const FLEET_PK = 'FLEET';
const STORE = 'The register of trailers';
/** Key after every trailer: `$` comes after `#`. */
const END = 'TRAILER$';

type Item = Record<string, unknown>;

const isAlive = (item: Item, now: number): boolean => Number(item['expiresAt']) * 1000 > now;

const trailersOf = (items: readonly Item[]): RegisteredTrailer[] =>
  items.flatMap(({ sk, expiresAt }): RegisteredTrailer[] => {
    const trailerId = parseTrailerId(String(sk).replace('TRAILER#', ''));
    return trailerId ? [{ trailerId, at: (Number(expiresAt) - REGISTERED_S) * 1000 }] : [];
  });

/** Reads alive items after a key. Asks again only where DynamoDB has not yet deleted expired ones. */
const aliveAfter = (
  client: DynamoDBDocumentClient,
  table: string,
  { from, limit, now }: { from: string; limit: number; now: number },
): Promise<Item[]> =>
  queryFirst(
    client,
    {
      TableName: table,
      KeyConditionExpression: 'pk = :pk AND sk BETWEEN :from AND :end',
      ExpressionAttributeValues: { ':pk': FLEET_PK, ':from': from, ':end': END },
    },
    limit,
    (item) => isAlive(item, now),
  );

/** Writes the register of trailers in DynamoDB: one write. Apart from the reader, because the functions that take reports need no more. */
export const createRegisterWriter = (client: DynamoDBDocumentClient, table: string): Pick<TrailerRegister, 'add'> => ({
  add: (trailerId, at) =>
    reaching(STORE, async () => {
      const expiresAt = Math.floor(at / 1000) + REGISTERED_S;
      await client.send(
        new PutCommand({ TableName: table, Item: { pk: FLEET_PK, sk: trailerPk(trailerId), expiresAt } }),
      );
    }),
});

/** Reads the register of trailers in DynamoDB: one query per page. */
export const createRegisterReader = (client: DynamoDBDocumentClient, table: string): Pick<TrailerRegister, 'list'> => ({
  list: (now, after, limit) =>
    reaching(STORE, async () => {
      // `!` comes before every character of an ID.
      const from = after === null ? trailerPk('' as TrailerId) : `${trailerPk(after)}!`;
      return trailersOf(await aliveAfter(client, table, { from, limit, now }));
    }),
});

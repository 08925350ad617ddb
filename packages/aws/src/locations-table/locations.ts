import { type DynamoDBDocumentClient, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { FIX_TTL_S, type Fix, type LocationStore, type TrailerDay, type TrailerId } from '@qdn/domain';
import { reaching } from '../failures.ts';
import {
  afterKey,
  endKey,
  fixesOf,
  NOTE_PREFIX,
  quarantineOf,
  REPORT_PREFIX,
  timeOf,
  toNoteItem,
  toReportItem,
  trailerPk,
} from './location-items.ts';

type Item = Record<string, unknown>;
type LocationsTable = { client: DynamoDBDocumentClient; name: string };

const STORE = 'The location store';

const put = async ({ client, name }: LocationsTable, item: Item): Promise<void> => {
  await client.send(new PutCommand({ TableName: name, Item: item }));
};

/** Reads items of one kind, newest first. Asks for further pages only where more than one page (1 MB) was asked for. */
const newest = async (
  { client, name }: LocationsTable,
  trailerId: TrailerId,
  prefix: typeof REPORT_PREFIX | typeof NOTE_PREFIX,
  since: number,
  count: number,
): Promise<Item[]> => {
  const items: Item[] = [];
  let start: Item | undefined;
  do {
    const { Items = [], LastEvaluatedKey } = await client.send(
      new QueryCommand({
        TableName: name,
        KeyConditionExpression: 'pk = :pk AND sk BETWEEN :after AND :end',
        ExpressionAttributeValues: {
          ':pk': trailerPk(trailerId),
          ':after': afterKey(prefix, since),
          ':end': endKey(prefix),
        },
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

/** Returns the fixes that were taken after a moment (epoch ms), oldest first. */
const fixesAfter = (items: readonly Item[], moment: number): Fix[] =>
  items
    .flatMap(fixesOf)
    .filter((fix) => fix.at > moment)
    .sort((a, b) => a.at - b.at);

const trailerDay = async (table: LocationsTable, trailerId: TrailerId, from: number): Promise<TrailerDay> => {
  const all = Number.POSITIVE_INFINITY;
  const [reports, notes] = await Promise.all([
    newest(table, trailerId, REPORT_PREFIX, from, all),
    newest(table, trailerId, NOTE_PREFIX, from, all),
  ]);
  return {
    fixes: fixesAfter(reports, from),
    quarantined: [...reports, ...notes].flatMap(quarantineOf),
    heardAt: notes[0] ? timeOf(notes[0]['sk']) : null,
  };
};

/** Fixes in DynamoDB: one write per trailer and report, one query per read. */
export const createLocationStore = (client: DynamoDBDocumentClient, name: string): LocationStore => {
  const table: LocationsTable = { client, name };
  return {
    append: (fixes, quarantined) =>
      reaching(STORE, async () => {
        for (const [trailerId, own] of Map.groupBy(fixes, (fix) => fix.trailerId)) {
          const item = toReportItem(trailerId, own, quarantined?.get(trailerId) ?? []);
          if (item) await put(table, item);
        }
      }),
    note: (trailerId, quarantined, at) => reaching(STORE, () => put(table, toNoteItem(trailerId, quarantined, at))),
    recent: (trailerId, now, reports, since = Number.NEGATIVE_INFINITY) =>
      reaching(STORE, async () => {
        const items = await newest(table, trailerId, REPORT_PREFIX, oldestAlive(now, since), reports);
        return fixesAfter(items, oldestAlive(now, Number.NEGATIVE_INFINITY));
      }),
    since: (trailerId, now, since) => reaching(STORE, () => trailerDay(table, trailerId, oldestAlive(now, since))),
  };
};

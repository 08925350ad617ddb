import { type DynamoDBDocumentClient, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { FIX_TTL_S, type Fix, type JobId, type LocationStore, type TrailerDay, type TrailerId } from '@qdn/domain';
import { reaching } from '../failures.ts';
import { afterKey, fixesOf, notesPk, quarantineOf, reportsPk, toNoteItem, toReportItem } from './location-items.ts';

type Item = Record<string, unknown>;
type LocationsTable = { client: DynamoDBDocumentClient; name: string };

const STORE = 'The location store';

const put = async ({ client, name }: LocationsTable, item: Item): Promise<void> => {
  await client.send(new PutCommand({ TableName: name, Item: item }));
};

/** Reads items newest first. Asks for further pages only where more than one page (1 MB) was asked for. */
const newest = async ({ client, name }: LocationsTable, pk: string, since: number, count: number): Promise<Item[]> => {
  const items: Item[] = [];
  let start: Item | undefined;
  do {
    const { Items = [], LastEvaluatedKey } = await client.send(
      new QueryCommand({
        TableName: name,
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

/** Returns the fixes that were taken after a moment (epoch ms), oldest first. */
const fixesAfter = (items: readonly Item[], moment: number): Fix[] =>
  items
    .flatMap(fixesOf)
    .filter((fix) => fix.at > moment)
    .sort((a, b) => a.at - b.at);

const trailerDay = async (
  table: LocationsTable,
  trailerId: TrailerId,
  jobIds: readonly JobId[],
  from: number,
): Promise<TrailerDay> => {
  const [notes = [], ...reports] = await Promise.all(
    [notesPk(trailerId), ...jobIds.map(reportsPk)].map((pk) => newest(table, pk, from, Number.POSITIVE_INFINITY)),
  );
  const own = reports.flat().filter(({ sk }) => typeof sk === 'string' && sk.split('#')[1] === trailerId);
  const heard = notes[0]?.['sk'];
  return {
    fixes: fixesAfter(own, from),
    quarantined: [...own, ...notes].flatMap(quarantineOf),
    heardAt: typeof heard === 'string' ? Date.parse(heard.split('#')[0] ?? '') : null,
  };
};

/** Fixes in DynamoDB: one write per trailer and report, one query per read. */
export const createLocationStore = (client: DynamoDBDocumentClient, name: string): LocationStore => {
  const table: LocationsTable = { client, name };
  return {
    append: (jobId, fixes, quarantined) =>
      reaching(STORE, async () => {
        for (const [trailerId, own] of Map.groupBy(fixes, (fix) => fix.trailerId)) {
          const item = toReportItem(jobId, trailerId, own, quarantined?.get(trailerId) ?? []);
          if (item) await put(table, item);
        }
      }),
    note: (trailerId, quarantined, at) => reaching(STORE, () => put(table, toNoteItem(trailerId, quarantined, at))),
    recent: (jobId, now, reports, since = Number.NEGATIVE_INFINITY) =>
      reaching(STORE, async () => {
        const items = await newest(table, reportsPk(jobId), oldestAlive(now, since), reports);
        return fixesAfter(items, oldestAlive(now, Number.NEGATIVE_INFINITY));
      }),
    since: (trailerId, jobIds, now, since) =>
      reaching(STORE, () => trailerDay(table, trailerId, jobIds, oldestAlive(now, since))),
  };
};

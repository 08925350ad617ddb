import { type DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';
import {
  FIX_TTL_S,
  type Fix,
  itemsOfReport,
  LATE_REPORT_MS,
  LATEST_READ,
  LEAST_SHOWN,
  type LocationStore,
  SHOWN_MS,
  type TrailerDay,
  type TrailerId,
} from '@qdn/domain';
import { reaching } from '../failures.ts';
import { queryFirst } from '../query.ts';
import {
  afterKey,
  clientOf,
  endKey,
  fixesOf,
  NOTE_PREFIX,
  quarantineOf,
  REPORT_PREFIX,
  shownFixesOf,
  signOf,
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

/** Reads items of one kind, newest first, up to `until` (epoch ms). */
const newest = (
  { client, name }: LocationsTable,
  trailerId: TrailerId,
  prefix: typeof REPORT_PREFIX | typeof NOTE_PREFIX,
  since: number,
  count: number,
  until?: number,
): Promise<Item[]> =>
  queryFirst(
    client,
    {
      TableName: name,
      KeyConditionExpression: 'pk = :pk AND sk BETWEEN :after AND :end',
      ExpressionAttributeValues: {
        ':pk': trailerPk(trailerId),
        ':after': afterKey(prefix, since),
        ':end': until === undefined ? endKey(prefix) : afterKey(prefix, until),
      },
      ScanIndexForward: false,
    },
    count,
  );

const oldestAlive = (now: number, since: number): number => Math.max(now - FIX_TTL_S * 1000, since);

/** Returns the fixes that were taken after a moment (epoch ms), oldest first. */
const fixesAfter = (items: readonly Item[], moment: number): Fix[] => {
  const fixes: Fix[] = [];
  let isInOrder = true;
  let newestAt = Number.NEGATIVE_INFINITY;
  for (let i = items.length - 1; i >= 0; i -= 1) {
    for (const fix of fixesOf(items[i] as Item)) {
      if (fix.at <= moment) continue;
      isInOrder &&= fix.at > newestAt;
      newestAt = fix.at;
      fixes.push(fix);
    }
  }
  if (isInOrder) return fixes;
  // Of fixes of the same moment, those of the newest report come first.
  return items
    .flatMap(fixesOf)
    .filter(({ at }) => at > moment)
    .sort((a, b) => a.at - b.at);
};

/** Reads the fixes of the newest reports that are shown. */
const shownFixes = async (
  table: LocationsTable,
  trailerId: TrailerId,
  now: number,
  reports: number,
): Promise<Fix[]> => {
  const oldest = oldestAlive(now, Number.NEGATIVE_INFINITY);
  const read = async (since: number): Promise<Fix[]> => {
    const fixes = shownFixesOf(await newest(table, trailerId, REPORT_PREFIX, since, reports));
    return fixes.filter(({ at }) => at > oldest).sort((a, b) => a.at - b.at);
  };
  const late = await read(oldestAlive(now, now - SHOWN_MS));
  return late.length < Math.min(LEAST_SHOWN, reports) ? read(oldest) : late;
};

/** Returns the client of the newest item that names one. */
const newestClient = (items: readonly Item[]): string | null => {
  const named = items.filter((item) => clientOf(item) !== null).sort((a, b) => timeOf(b['sk']) - timeOf(a['sk']));
  return named[0] ? clientOf(named[0]) : null;
};

const ALL = { reports: Number.POSITIVE_INFINITY, notes: Number.POSITIVE_INFINITY };

const trailerDay = async (
  table: LocationsTable,
  trailerId: TrailerId,
  from: number,
  limits: { reports: number; notes: number },
): Promise<TrailerDay> => {
  const [reports, notes] = await Promise.all([
    newest(table, trailerId, REPORT_PREFIX, from, limits.reports),
    newest(table, trailerId, NOTE_PREFIX, from, limits.notes),
  ]);
  return {
    fixes: fixesAfter(reports, from),
    quarantined: [...reports, ...notes].flatMap(quarantineOf),
    heardAt: notes[0] ? timeOf(notes[0]['sk']) : null,
    client: newestClient([...reports, ...notes]),
    signs: notes.flatMap((note) => signOf(note) ?? []).reverse(),
  };
};

/** Fixes in DynamoDB: one write per trailer and report, one query per read. */
export const createLocationStore = (client: DynamoDBDocumentClient, name: string): LocationStore => {
  const table: LocationsTable = { client, name };
  return {
    append: (fixes, quarantined, client) =>
      reaching(STORE, async () => {
        for (const [trailerId, own] of Map.groupBy(fixes, (fix) => fix.trailerId)) {
          for (const [i, part] of itemsOfReport(own).entries()) {
            const item = toReportItem(trailerId, part, (i === 0 && quarantined?.get(trailerId)) || [], client);
            if (item) await put(table, item);
          }
        }
      }),
    note: (trailerId, quarantined, at, heard) =>
      reaching(STORE, () => put(table, toNoteItem(trailerId, quarantined, at, heard))),
    recent: (trailerId, now, reports, since = Number.NEGATIVE_INFINITY) =>
      reaching(STORE, async () => {
        const items = await newest(table, trailerId, REPORT_PREFIX, oldestAlive(now, since), reports);
        return fixesAfter(items, oldestAlive(now, Number.NEGATIVE_INFINITY));
      }),
    shown: (trailerId, now, reports) => reaching(STORE, () => shownFixes(table, trailerId, now, reports)),
    between: (trailerId, now, from, to) =>
      reaching(STORE, async () => {
        const after = oldestAlive(now, from - 1);
        const items = await newest(
          table,
          trailerId,
          REPORT_PREFIX,
          after,
          Number.POSITIVE_INFINITY,
          to + LATE_REPORT_MS,
        );
        return fixesAfter(items, after).filter((fix) => fix.at < to);
      }),
    latest: (trailerId, now) =>
      reaching(STORE, () => trailerDay(table, trailerId, oldestAlive(now, Number.NEGATIVE_INFINITY), LATEST_READ)),
    since: (trailerId, now, since) => reaching(STORE, () => trailerDay(table, trailerId, oldestAlive(now, since), ALL)),
  };
};

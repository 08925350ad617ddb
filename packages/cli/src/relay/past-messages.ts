import { createLogBucket, hourOf, type Located, recordsIn } from '@qdn/aws/compliance-log';
import { storedTimeline } from '@qdn/aws/operator';
import { type MessageSid, parseMessageSid } from '@qdn/domain';
import { CommandError } from '../connection.ts';
import type { Cloud } from './cloud.ts';

const DAY_MS = 24 * 3_600_000;
/** Longest time between receiving a message and logging it: 14 days in SQS, and 14 more after it was moved back. */
const LOGGED_WITHIN_MS = 30 * DAY_MS;

/** Parses a MessageSid. @throws CommandError when it is not valid */
export const messageSidOf = (typed: string): MessageSid => {
  const sid = parseMessageSid(typed);
  if (sid) return sid;
  throw new CommandError(`"${typed}" is not a valid MessageSid. It has SM and 32 digits or letters from a to f.`);
};

/** Epoch ms, both included. */
export type Wanted = { from?: number | undefined; to?: number | undefined; sid?: string | undefined };

/** Returns the hours of the log to read. The log has a message from the hour in which it was received. */
const hoursOf = async (cloud: Cloud, { from, to, sid }: Wanted) => {
  const timeline =
    sid !== undefined && from === undefined ? await storedTimeline(cloud.table, cloud.tableName, sid) : null;
  const first = timeline ? Number(timeline.plan['receivedAt']) : from;
  const last = to ?? (timeline ? first : undefined);
  return {
    from: first === undefined ? undefined : hourOf(first),
    to: last === undefined ? undefined : hourOf(last + LOGGED_WITHIN_MS),
  };
};

/** Yields the log's records of a time range or of one message. An event that the log has twice is yielded once. */
export const wantedRecords = async function* (cloud: Cloud, wanted: Wanted): AsyncGenerator<Located> {
  const { from = Number.NEGATIVE_INFINITY, to = Number.POSITIVE_INFINITY, sid } = wanted;
  const bucket = createLogBucket(cloud.s3, await cloud.logBucket());
  const seen = new Set<string>();
  for await (const located of recordsIn(bucket, await hoursOf(cloud, wanted))) {
    const { id, at, sid: of } = located.record;
    const time = Date.parse(at);
    if ((sid !== undefined && of !== sid) || time < from || time > to || seen.has(id)) continue;
    seen.add(id);
    yield located;
  }
};

import { createLogBucket, hourOf, type Located, recordsIn } from '@qdn/aws/message-log';
import { storedStory } from '@qdn/aws/operator';
import { type MessageSid, parseMessageSid } from '@qdn/domain';
import { CommandError } from '../connection.ts';
import type { Cloud } from './cloud.ts';

const DAY_MS = 24 * 3_600_000;
/** SQS keeps a message for 14 days, and as long again once it was moved back; so late it may be worked on, and logged. */
const LOGGED_WITHIN_MS = 30 * DAY_MS;

/** @throws CommandError when what was typed is none */
export const messageSidOf = (typed: string): MessageSid => {
  const sid = parseMessageSid(typed);
  if (sid) return sid;
  throw new CommandError(`"${typed}" is no MessageSid. It looks like SM and 32 digits or letters from a to f.`);
};

/** Epoch ms, both included. */
export type Wanted = { from?: number | undefined; to?: number | undefined; sid?: string | undefined };

/** Where to look: a message that the table knows is in the log from the hour that it was received in. */
const hoursOf = async (cloud: Cloud, { from, to, sid }: Wanted) => {
  const story = sid !== undefined && from === undefined ? await storedStory(cloud.table, cloud.tableName, sid) : null;
  const first = story ? Number(story.plan['receivedAt']) : from;
  const last = to ?? (story ? first : undefined);
  return {
    from: first === undefined ? undefined : hourOf(first),
    to: last === undefined ? undefined : hourOf(last + LOGGED_WITHIN_MS),
  };
};

/**
 * The log's records of a time, by when it happened, or of one message; each happening once, although the log may hold it twice.
 */
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

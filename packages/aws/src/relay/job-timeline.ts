import { type DynamoDBDocumentClient, GetCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { type JobId, type JobTimeline, PAGE_MESSAGES, type ReadJobTimeline } from '@qdn/domain';
import { reaching } from '../failures.ts';
import type { Item } from '../get-all.ts';
import { fromItem } from '../jobs-table/job-item.ts';
import { jobKey, jobPk, MESSAGE_PREFIX, STATE } from '../jobs-table/keys.ts';
import { timelineOf } from './relay-items.ts';
import { readTimelinePage } from './timeline-page.ts';

/** Maximum number of items of a job that are read at once: those of nearly every job. */
const MAX_ITEMS_AT_ONCE = 250;

/**
 * Timelines from `qdn-jobs`: a job and its messages are one item collection, so one consistent query returns both. Of a job with very many
 * messages it is a page.
 */
export const createJobTimelineReader =
  (client: DynamoDBDocumentClient, name: string): ReadJobTimeline =>
  (id, before = null) =>
    reaching('The job store', async () => {
      const all = before === null ? await readAtOnce(client, name, id) : null;
      if (all) {
        const state = all.find((item) => item['sk'] === STATE);
        return state ? { job: fromItem(state), timeline: timelineOf(all), olderMessages: null } : null;
      }
      return readPage(client, name, id, before);
    });

/** Reads all items of a job in one query; null when there are more of them, or of messages, than one answer may have. */
const readAtOnce = async (client: DynamoDBDocumentClient, name: string, id: JobId): Promise<Item[] | null> => {
  const { Items = [], LastEvaluatedKey } = await client.send(
    new QueryCommand({
      TableName: name,
      // `MSG#…`, `OUT#…`, `STATE` in this order; trailer assignments come after them.
      KeyConditionExpression: 'pk = :pk AND sk BETWEEN :first AND :last',
      ExpressionAttributeValues: { ':pk': jobPk(id), ':first': MESSAGE_PREFIX, ':last': STATE },
      ConsistentRead: true,
      Limit: MAX_ITEMS_AT_ONCE,
    }),
  );
  const messages = Items.filter(({ sk }) => String(sk).startsWith(MESSAGE_PREFIX)).length;
  return LastEvaluatedKey || messages > PAGE_MESSAGES ? null : Items;
};

const readPage = async (
  client: DynamoDBDocumentClient,
  name: string,
  id: JobId,
  before: string | null,
): Promise<JobTimeline | null> => {
  const [{ Item: state }, page] = await Promise.all([
    client.send(new GetCommand({ TableName: name, Key: jobKey(id), ConsistentRead: true })),
    readTimelinePage({ client, name }, id, before, PAGE_MESSAGES),
  ]);
  return state ? { job: fromItem(state), timeline: page.entries, olderMessages: page.next } : null;
};

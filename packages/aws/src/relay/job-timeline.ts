import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { ReadJobTimeline } from '@qdn/domain';
import { reaching } from '../failures.ts';
import { fromItem } from '../jobs-table/job-item.ts';
import { jobPk, MESSAGE_PREFIX, STATE } from '../jobs-table/keys.ts';
import { queryAll } from '../query.ts';
import { timelineOf } from './relay-items.ts';

/** Timelines from `qdn-jobs`: a job and its messages are one item collection, so one consistent query returns both. */
export const createJobTimelineReader =
  (client: DynamoDBDocumentClient, table: string): ReadJobTimeline =>
  (id) =>
    reaching('The job store', async () => {
      const items = await queryAll(client, {
        TableName: table,
        // `MSG#…`, `OUT#…`, `STATE` in this order; trailer assignments come after them.
        KeyConditionExpression: 'pk = :pk AND sk BETWEEN :first AND :last',
        ExpressionAttributeValues: { ':pk': jobPk(id), ':first': MESSAGE_PREFIX, ':last': STATE },
        ConsistentRead: true,
      });
      const state = items.find((item) => item['sk'] === STATE);
      return state ? { job: fromItem(state), timeline: timelineOf(items) } : null;
    });

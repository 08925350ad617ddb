import { type DynamoDBDocumentClient, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { ENDED_JOBS_READ, type EndedJobs, hasEndedByItself } from '@qdn/domain';
import { reaching } from '../failures.ts';
import { getAll } from '../get-all.ts';
import { fromItem } from './job-item.ts';
import { ATTENTION, INDEXES } from './keys.ts';

/** Jobs that ended by themselves, in DynamoDB: one query of the newest, and one batch of reads. */
export const createEndedJobs = (client: DynamoDBDocumentClient, name: string): EndedJobs => ({
  endedSince: (since) =>
    reaching('The job store', async () => {
      const { Items = [] } = await client.send(
        new QueryCommand({
          TableName: name,
          IndexName: INDEXES.byAttention,
          KeyConditionExpression: 'attention = :ended AND attentionAt > :since',
          ExpressionAttributeValues: { ':ended': ATTENTION.ended, ':since': since },
          ScanIndexForward: false,
          Limit: ENDED_JOBS_READ,
        }),
      );
      const keys = Items.map(({ pk, sk }) => ({ pk: String(pk), sk: String(sk) }));
      const items = await getAll({ client, name }, keys);
      return items.flatMap((item) => (item ? [fromItem(item)] : [])).filter(hasEndedByItself);
    }),
});

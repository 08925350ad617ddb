import { type DynamoDBDocumentClient, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { ATTENTION_JOBS_READ, type AttentionJobs, needsAttention } from '@qdn/domain';
import { reaching } from '../failures.ts';
import { getAll } from '../get-all.ts';
import { fromItem } from './job-item.ts';
import { ATTENTION, INDEXES } from './keys.ts';

/** Jobs for the operator's attention, in DynamoDB: one query of the newest, and one batch of reads. */
export const createAttentionJobs = (client: DynamoDBDocumentClient, name: string): AttentionJobs => ({
  attentionSince: (since) =>
    reaching('The job store', async () => {
      const { Items = [] } = await client.send(
        new QueryCommand({
          TableName: name,
          IndexName: INDEXES.byAttention,
          KeyConditionExpression: 'attention = :jobs AND attentionAt > :since',
          ExpressionAttributeValues: { ':jobs': ATTENTION.jobs, ':since': since },
          ScanIndexForward: false,
          Limit: ATTENTION_JOBS_READ,
        }),
      );
      const keys = Items.map(({ pk, sk }) => ({ pk: String(pk), sk: String(sk) }));
      const items = await getAll({ client, name }, keys);
      return items.flatMap((item) => (item ? [fromItem(item)] : [])).filter(needsAttention);
    }),
});

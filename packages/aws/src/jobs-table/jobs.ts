import {
  BatchWriteCommand,
  type DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
} from '@aws-sdk/lib-dynamodb';
import { isActive, type Job, type JobId, type JobStore, type JobSummary, ProductError, parseJobId } from '@qdn/domain';
import { isConditionFailure, reaching } from '../failures.ts';
import { fromItem, toItem } from './job-item.ts';
import { assignmentKey, INDEXES, jobKey, phoneKey, statusKey, trailerKey } from './keys.ts';

const PAGE = 50;
const STORE = 'The job store';

const conflict = (detail: string) => new ProductError('conflict', detail);

/** Jobs in DynamoDB. Reads of one job are consistent; reads by index may lag by a moment. */
export const createJobStore = (client: DynamoDBDocumentClient, table: string): JobStore => {
  /** Assignments follow the job's state; should this fail, the next write of the job mends it. */
  const assign = async (job: Job, before: readonly string[]): Promise<void> => {
    const active = isActive(job.status);
    const removed = before.filter((trailer) => !job.trailers.some((kept) => kept === trailer));
    const requests = [
      ...job.trailers.map((trailer) => ({
        PutRequest: {
          Item: {
            ...assignmentKey(job.id, trailer),
            jobId: job.id,
            updatedAt: job.updatedAt,
            ...(active ? { trailerKey: trailerKey(trailer) } : {}),
          },
        },
      })),
      ...removed.map((trailer) => ({
        DeleteRequest: { Key: assignmentKey(job.id, trailer as Job['trailers'][number]) },
      })),
    ];
    if (requests.length === 0) return;
    const { UnprocessedItems } = await client.send(new BatchWriteCommand({ RequestItems: { [table]: requests } }));
    if (UnprocessedItems?.[table]) throw new Error('Trailer assignments were not all written');
  };

  const idsFrom = async (index: string, attribute: string, value: string): Promise<JobId[]> => {
    const { Items = [] } = await client.send(
      new QueryCommand({
        TableName: table,
        IndexName: index,
        KeyConditionExpression: '#key = :value',
        ExpressionAttributeNames: { '#key': attribute },
        ExpressionAttributeValues: { ':value': value },
        ScanIndexForward: false,
        Limit: 10,
      }),
    );
    return Items.flatMap(({ pk }) => (typeof pk === 'string' ? (parseJobId(pk.replace('JOB#', '')) ?? []) : []));
  };

  return {
    find: (id) =>
      reaching(STORE, async () => {
        const { Item } = await client.send(new GetCommand({ TableName: table, Key: jobKey(id), ConsistentRead: true }));
        return Item ? fromItem(Item) : null;
      }),

    create: (job) =>
      reaching(STORE, async () => {
        try {
          await client.send(
            new PutCommand({ TableName: table, Item: toItem(job), ConditionExpression: 'attribute_not_exists(pk)' }),
          );
        } catch (error) {
          if (isConditionFailure(error))
            throw conflict(`A job ${job.id} exists already. Choose another ID, or change it with PATCH.`);
          throw error;
        }
        await assign(job, []);
      }),

    update: (job) =>
      reaching(STORE, async () => {
        let before: string[] = [];
        try {
          const { Attributes } = await client.send(
            new PutCommand({
              TableName: table,
              Item: toItem(job),
              ConditionExpression: '#version = :seen',
              ExpressionAttributeNames: { '#version': 'version' },
              ExpressionAttributeValues: { ':seen': job.version - 1 },
              ReturnValues: 'ALL_OLD',
            }),
          );
          const old = Attributes ? fromItem(Attributes) : null;
          before = old?.trailers ?? [];
          const same =
            old && old.trailers.join() === job.trailers.join() && isActive(old.status) === isActive(job.status);
          if (same) return;
        } catch (error) {
          if (isConditionFailure(error))
            throw conflict(`Job ${job.id} changed meanwhile. Read it again and repeat the change.`);
          throw error;
        }
        await assign(job, before);
      }),

    activeByPhone: (phone) => reaching(STORE, () => idsFrom(INDEXES.byPhone, 'phoneKey', phoneKey(phone))),
    activeByTrailer: (trailer) => reaching(STORE, () => idsFrom(INDEXES.byTrailer, 'trailerKey', trailerKey(trailer))),

    list: (status, after) =>
      reaching(STORE, async () => {
        const { Items = [], LastEvaluatedKey } = await client.send(
          new QueryCommand({
            TableName: table,
            IndexName: INDEXES.byStatus,
            KeyConditionExpression: 'statusKey = :status',
            ExpressionAttributeValues: { ':status': statusKey(status) },
            ScanIndexForward: false,
            Limit: PAGE,
            ...(after ? { ExclusiveStartKey: decodeCursor(after) } : {}),
          }),
        );
        return { jobs: Items.flatMap(toSummary), next: LastEvaluatedKey ? encodeCursor(LastEvaluatedKey) : null };
      }),
  };
};

const toSummary = (item: Record<string, unknown>): JobSummary[] => {
  const id = typeof item['id'] === 'string' ? parseJobId(item['id']) : null;
  const { accountId, customerName, status, trailers, updatedAt } = item;
  if (
    !id ||
    typeof accountId !== 'string' ||
    typeof customerName !== 'string' ||
    typeof updatedAt !== 'number' ||
    !Array.isArray(trailers)
  )
    return [];
  return [
    { id, accountId, customerName, status: status as JobSummary['status'], trailers: trailers.map(String), updatedAt },
  ];
};

const encodeCursor = (key: Record<string, unknown>): string => Buffer.from(JSON.stringify(key)).toString('base64url');

const decodeCursor = (cursor: string): Record<string, unknown> => {
  try {
    const key: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    if (typeof key === 'object' && key !== null) return { ...key };
  } catch {
    // Falls through to the refusal below.
  }
  throw new ProductError('schema-violation', '`after` is not the `next` of an earlier page.', {
    violations: [{ pointer: '/after', detail: 'unknown cursor' }],
  });
};

import { type DynamoDBDocumentClient, GetCommand, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import {
  isActive,
  type Job,
  type JobId,
  type JobStatus,
  type JobStore,
  type JobSummary,
  ProductError,
  parseJobId,
  type TrailerId,
} from '@qdn/domain';
import { isConditionFailure, reaching } from '../failures.ts';
import { fromItem, toItem } from './job-item.ts';
import { assignmentKey, INDEXES, jobKey, phoneKey, statusKey, trailerKey } from './keys.ts';

const PAGE = 50;
/** More active jobs than this of one phone or one trailer are not looked at. */
const CANDIDATES = 10;
const STORE = 'The job store';

const conflict = (detail: string) => new ProductError('conflict', detail);

/**
 * Jobs in DynamoDB. Reads of one job are consistent; an index may lag by a moment.
 *
 * A trailer's assignments are written before the job's state and cleared after it. A crash between the two, or a lost race,
 * then leaves an assignment too many, which reading by trailer checks against the job, and never one too few.
 */
export const createJobStore = (client: DynamoDBDocumentClient, table: string): JobStore => {
  /** Writes one assignment, unless a later version of the job has written it already. */
  const writeAssignment = async (job: Job, trailer: TrailerId, assigned: boolean): Promise<void> => {
    try {
      await client.send(
        new PutCommand({
          TableName: table,
          Item: {
            ...assignmentKey(job.id, trailer),
            updatedAt: job.updatedAt,
            version: job.version,
            ...(assigned ? { trailerKey: trailerKey(trailer) } : {}),
          },
          ConditionExpression: 'attribute_not_exists(pk) OR #version <= :version',
          ExpressionAttributeNames: { '#version': 'version' },
          ExpressionAttributeValues: { ':version': job.version },
        }),
      );
    } catch (error) {
      if (!isConditionFailure(error)) throw error;
    }
  };
  const assign = async (job: Job): Promise<void> => {
    if (!isActive(job.status)) return;
    await Promise.all(job.trailers.map((trailer) => writeAssignment(job, trailer, true)));
  };

  /** Clears what no longer holds. Left undone, it costs a read by trailer one look at a job: a failure here is none. */
  const clear = async (job: Job, before: Job): Promise<void> => {
    const stale = isActive(job.status)
      ? before.trailers.filter((trailer) => !job.trailers.includes(trailer))
      : new Set([...before.trailers, ...job.trailers]);
    await Promise.allSettled([...stale].map((trailer) => writeAssignment(job, trailer, false)));
  };

  const candidates = async (index: string, attribute: string, value: string): Promise<JobId[]> => {
    const { Items = [] } = await client.send(
      new QueryCommand({
        TableName: table,
        IndexName: index,
        KeyConditionExpression: '#key = :value',
        ExpressionAttributeNames: { '#key': attribute },
        ExpressionAttributeValues: { ':value': value },
        ScanIndexForward: false,
        Limit: CANDIDATES,
      }),
    );
    return Items.flatMap(({ pk }) => (typeof pk === 'string' ? (parseJobId(pk.replace('JOB#', '')) ?? []) : []));
  };

  const find = async (id: JobId): Promise<Job | null> => {
    const { Item } = await client.send(new GetCommand({ TableName: table, Key: jobKey(id), ConsistentRead: true }));
    return Item ? fromItem(Item) : null;
  };

  return {
    find: (id) => reaching(STORE, () => find(id)),

    create: (job) =>
      reaching(STORE, async () => {
        await assign(job);
        try {
          await client.send(
            new PutCommand({ TableName: table, Item: toItem(job), ConditionExpression: 'attribute_not_exists(pk)' }),
          );
        } catch (error) {
          if (isConditionFailure(error))
            throw conflict(`A job ${job.id} exists already. Choose another ID, or change it with PATCH.`);
          throw error;
        }
      }),

    update: (job) =>
      reaching(STORE, async () => {
        await assign(job);
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
          if (Attributes) await clear(job, fromItem(Attributes));
        } catch (error) {
          if (isConditionFailure(error))
            throw conflict(`Job ${job.id} changed meanwhile. Read it again and repeat the change.`);
          throw error;
        }
      }),

    activeByPhone: (phone) => reaching(STORE, () => candidates(INDEXES.byPhone, 'phoneKey', phoneKey(phone))),
    activeByTrailer: (trailer) =>
      reaching(STORE, async () => {
        const ids = await candidates(INDEXES.byTrailer, 'trailerKey', trailerKey(trailer));
        const jobs = await Promise.all(ids.map(find));
        return jobs.flatMap((job) => (job && isActive(job.status) && job.trailers.includes(trailer) ? [job.id] : []));
      }),

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
            ...(after ? { ExclusiveStartKey: decodeCursor(status, after) } : {}),
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

/** Where a page ended, as an opaque word: time of the last change and job of its last entry. */
const encodeCursor = ({ updatedAt, pk }: Record<string, unknown>): string =>
  Buffer.from(`${String(updatedAt)} ${String(pk).replace('JOB#', '')}`).toString('base64url');

const decodeCursor = (status: JobStatus, cursor: string): Record<string, unknown> => {
  const [updatedAt = '', id = ''] = Buffer.from(cursor, 'base64url').toString('utf8').split(' ');
  const jobId = parseJobId(id);
  if (jobId && /^[0-9]{1,15}$/.test(updatedAt)) {
    return { ...jobKey(jobId), statusKey: statusKey(status), updatedAt: Number(updatedAt) };
  }
  throw new ProductError('schema-violation', '`after` is not the `next` of an earlier page.', {
    violations: [{ pointer: '/after', detail: 'unknown cursor' }],
  });
};

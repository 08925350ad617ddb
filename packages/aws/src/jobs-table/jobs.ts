import { isDeepStrictEqual } from 'node:util';
import { type DynamoDBDocumentClient, GetCommand, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { type StoredJobSummary, storedJobSummary } from '@qdn/contracts/stored';
import {
  isActive,
  JOB_STATUSES,
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
import { readItem } from './read-item.ts';

const PAGE = 50;
/** Maximum active jobs of one phone or one trailer that are read. */
const MAX_CANDIDATES = 10;
const STORE = 'The job store';

const conflict = (detail: string) => new ProductError('conflict', detail);

/**
 * Jobs in DynamoDB. Reads of one job are consistent; an index may lag by a moment.
 *
 * A trailer's assignments are written before the job's state and cleared after it. So a crash between the two, or a lost race, leaves one
 * assignment too many and never one too few. Reading by trailer checks each assignment against the job.
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

  /** Clears old assignments. A failure is ignored: an assignment that stays only costs a read by trailer one look at the job. */
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
        Limit: MAX_CANDIDATES,
      }),
    );
    return Items.flatMap(({ pk }) => (typeof pk === 'string' ? (parseJobId(pk.replace('JOB#', '')) ?? []) : []));
  };

  const page = async (status: JobStatus, after: Cursor[JobStatus]) => {
    const { Items = [], LastEvaluatedKey } = await client.send(
      new QueryCommand({
        TableName: table,
        IndexName: INDEXES.byStatus,
        KeyConditionExpression: 'statusKey = :status',
        ExpressionAttributeValues: { ':status': statusKey(status) },
        ScanIndexForward: false,
        Limit: PAGE,
        ...(after
          ? { ExclusiveStartKey: { ...jobKey(after.id), statusKey: statusKey(status), updatedAt: after.updatedAt } }
          : {}),
      }),
    );
    return { jobs: Items.map(toSummary), complete: !LastEvaluatedKey };
  };

  const find = async (id: JobId): Promise<Job | null> => {
    const { Item } = await client.send(new GetCommand({ TableName: table, Key: jobKey(id), ConsistentRead: true }));
    return Item ? fromItem(Item) : null;
  };

  /**
   * Returns whether the stored job is this very write: the SDK repeats a request whose answer did not arrive in time. An update that finds
   * itself no longer knows what it had to clear; reading by trailer does not depend on that.
   */
  const isStored = async (job: Job): Promise<boolean> => isDeepStrictEqual(await find(job.id), job);

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
          if (isConditionFailure(error) && (await isStored(job))) return;
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
          if (isConditionFailure(error) && (await isStored(job))) return;
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

    list: (statuses, after) =>
      reaching(STORE, async () => {
        const seen = after === null ? {} : decodeCursor(after);
        const pages = await Promise.all(statuses.map((status) => page(status, seen[status])));
        // The sort is stable: jobs of one status keep the index's order, which the cursors need.
        const jobs = pages.flatMap((one) => one.jobs).sort((a, b) => b.updatedAt - a.updatedAt);
        const shown = jobs.slice(0, PAGE);
        const isLast = shown.length === jobs.length && pages.every(({ complete }) => complete);
        const reached = Object.fromEntries(shown.map(({ status, updatedAt, id }) => [status, { updatedAt, id }]));
        return { jobs: shown, next: isLast ? null : encodeCursor({ ...seen, ...reached }) };
      }),
  };
};

const toSummary = (item: unknown): JobSummary => {
  const summary = readItem(storedJobSummary, item, 'the index by-status is not a job') as StoredJobSummary;
  return { ...summary, id: summary.id as JobId };
};

/** Position of a listing in each status: the last job shown, and the time of its change (epoch ms). */
type Cursor = Partial<Record<JobStatus, { updatedAt: number; id: JobId }>>;

const encodeCursor = (cursor: Cursor): string =>
  Buffer.from(
    Object.entries(cursor)
      .map(([status, { updatedAt, id }]) => `${status} ${updatedAt} ${id}`)
      .join(),
  ).toString('base64url');

/** @throws ProductError `schema-violation` when the text is not a cursor */
const decodeCursor = (text: string): Cursor => {
  const cursor: Cursor = {};
  for (const part of Buffer.from(text, 'base64url').toString('utf8').split(',')) {
    const [word, updatedAt = '', id = ''] = part.split(' ');
    const status = JOB_STATUSES.find((one) => one === word);
    const jobId = parseJobId(id);
    if (!status || !jobId || !/^[0-9]{1,15}$/.test(updatedAt)) {
      throw new ProductError('schema-violation', '`after` is not the `next` of an earlier page.', {
        violations: [{ pointer: '/after', detail: 'unknown cursor' }],
      });
    }
    cursor[status] = { updatedAt: Number(updatedAt), id: jobId };
  }
  return cursor;
};

import { isDeepStrictEqual } from 'node:util';
import { type DynamoDBDocumentClient, GetCommand, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import {
  dueAround,
  ENDED_JOBS_OF_PHONE_READ,
  hasEndedByItself,
  isActive,
  isUnderWay,
  type Job,
  type JobId,
  type JobStore,
  OPEN_JOBS_READ,
  OVERDUE_MS,
  type PhoneNumber,
  ProductError,
  parseJobId,
  type TrailerId,
} from '@qdn/domain';
import { isConditionFailure, reaching } from '../failures.ts';
import { getAll } from '../get-all.ts';
import { assign, clearAssignments } from './assignments.ts';
import { fromItem, toItem } from './job-item.ts';
import type { JobsTable } from './jobs-table.ts';
import { endedKey, endedPhoneKey, INDEXES, jobKey, phoneKey, trailerKey } from './keys.ts';
import { listJobs } from './list-jobs.ts';

/** Maximum number of active jobs of one phone that are read. */
const MAX_CANDIDATES = 10;
const STORE = 'The job store';

const findJob = async ({ client, name }: JobsTable, id: JobId): Promise<Job | null> => {
  const { Item } = await client.send(new GetCommand({ TableName: name, Key: jobKey(id), ConsistentRead: true }));
  return Item ? fromItem(Item) : null;
};

/** Reads the jobs that an index named; one that is gone is left out. */
const findJobs = async (table: JobsTable, ids: ReadonlyArray<{ id: JobId }>): Promise<Job[]> =>
  (await Promise.all(ids.map(({ id }) => findJob(table, id)))).filter((job) => job !== null);

/**
 * Handles a write whose condition failed. The SDK sends a request again when its answer did not come in time, and then finds its own
 * first write: that counts as success. After such an update, assignments may stay uncleared; reading by trailer does not depend on it.
 * @throws ProductError `conflict` with this detail when another job is stored, and any other error as it is
 */
const refuseUnlessStored = async (table: JobsTable, job: Job, error: unknown, detail: string): Promise<void> => {
  if (!isConditionFailure(error)) throw error;
  if (!isDeepStrictEqual(await findJob(table, job.id), job)) throw new ProductError('conflict', detail);
};

const createJob = async (table: JobsTable, job: Job): Promise<void> => {
  await assign(table, job);
  try {
    await table.client.send(
      new PutCommand({ TableName: table.name, Item: toItem(job), ConditionExpression: 'attribute_not_exists(pk)' }),
    );
  } catch (error) {
    const detail = `A job ${job.id} exists already. Choose another ID, or change that job.`;
    await refuseUnlessStored(table, job, error, detail);
  }
};

const updateJob = async (table: JobsTable, job: Job): Promise<void> => {
  await assign(table, job);
  try {
    const { Attributes } = await table.client.send(
      new PutCommand({
        TableName: table.name,
        Item: toItem(job),
        ConditionExpression: '#version = :seen',
        ExpressionAttributeNames: { '#version': 'version' },
        ExpressionAttributeValues: { ':seen': job.version - 1 },
        ReturnValues: 'ALL_OLD',
      }),
    );
    if (Attributes) await clearAssignments(table, job, fromItem(Attributes));
  } catch (error) {
    const detail = `Job ${job.id} changed meanwhile. Read it again and repeat the change.`;
    await refuseUnlessStored(table, job, error, detail);
  }
};

type IndexQuery = {
  index: string;
  /** The condition of the keys, and its values. */
  condition: string;
  values: Record<string, string | number>;
  isNewestFirst: boolean;
  limit: number;
};

/** Returns the IDs of jobs that an index names, with the times in its keys. */
const candidates = async (
  { client, name }: JobsTable,
  { index, condition, values, isNewestFirst, limit }: IndexQuery,
): Promise<Array<{ id: JobId; dueAt: number }>> => {
  const { Items = [] } = await client.send(
    new QueryCommand({
      TableName: name,
      IndexName: index,
      KeyConditionExpression: condition,
      ExpressionAttributeValues: values,
      ScanIndexForward: !isNewestFirst,
      Limit: limit,
    }),
  );
  return Items.flatMap(({ pk, dueAt }) => {
    const id = typeof pk === 'string' ? parseJobId(pk.replace('JOB#', '')) : null;
    return id ? [{ id, dueAt: Number(dueAt ?? 0) }] : [];
  });
};

/** Returns the newest jobs of a key in by-phone. */
const newestByPhone = (table: JobsTable, key: string, limit: number): Promise<Array<{ id: JobId }>> =>
  candidates(table, {
    index: INDEXES.byPhone,
    condition: 'phoneKey = :key',
    values: { ':key': key },
    isNewestFirst: true,
    limit,
  });

const activeByPhone = async (table: JobsTable, phone: PhoneNumber): Promise<JobId[]> =>
  (await newestByPhone(table, phoneKey(phone), MAX_CANDIDATES)).map(({ id }) => id);

const endedByPhone = async (table: JobsTable, phone: PhoneNumber): Promise<Job[]> => {
  const ids = await newestByPhone(table, endedPhoneKey(phone), ENDED_JOBS_OF_PHONE_READ);
  const jobs = await findJobs(table, ids);
  return jobs.filter((job) => !isActive(job.status) && job.customer.phone === phone);
};

/** Reads jobs that an index names, without those of an assignment whose clearing failed or that the index still has. */
const openJobs = async (table: JobsTable, trailer: TrailerId, ids: ReadonlyArray<{ id: JobId }>): Promise<Job[]> => {
  const jobs = await findJobs(table, ids);
  return jobs.filter((job) => isActive(job.status) && job.trailers.includes(trailer));
};

/**
 * Reads the jobs due around now, and the overdue ones in a query of their own, so that neither the bookings of weeks nor forgotten jobs
 * hide one. While a trailer works on a job of today, the second query is not needed.
 */
const openByTrailer = async (table: JobsTable, trailer: TrailerId, now: number): Promise<Job[]> => {
  const values = { ':key': trailerKey(trailer), ':from': now - OVERDUE_MS };
  const read = (comparison: '>=' | '<', limit: number) =>
    candidates(table, {
      index: INDEXES.byTrailer,
      condition: `trailerKey = :key AND dueAt ${comparison} :from`,
      values,
      isNewestFirst: comparison === '<',
      limit,
    });
  const due = await openJobs(table, trailer, dueAround(await read('>=', OPEN_JOBS_READ.due), now));
  if (due.some(({ status }) => isUnderWay(status))) return due;
  return [...due, ...(await openJobs(table, trailer, await read('<', OPEN_JOBS_READ.overdue)))];
};

const endedByTrailer = async (table: JobsTable, trailer: TrailerId, since: number): Promise<Job[]> => {
  const ids = await candidates(table, {
    index: INDEXES.byTrailer,
    condition: 'trailerKey = :key AND dueAt >= :since',
    values: { ':key': endedKey(trailer), ':since': since },
    isNewestFirst: true,
    limit: OPEN_JOBS_READ.ended,
  });
  const jobs = await findJobs(table, ids);
  return jobs.filter((job) => hasEndedByItself(job) && job.trailers.includes(trailer));
};

/** Jobs in DynamoDB. Reads of one job are consistent; an index may lag by a moment. */
export const createJobStore = (client: DynamoDBDocumentClient, name: string): JobStore => {
  const table: JobsTable = { client, name };
  return {
    find: (id) => reaching(STORE, () => findJob(table, id)),
    findAll: (ids) =>
      reaching(STORE, async () => {
        const items = await getAll(table, [...new Set(ids)].map(jobKey));
        return items.flatMap((item) => (item ? [fromItem(item)] : []));
      }),
    create: (job) => reaching(STORE, () => createJob(table, job)),
    update: (job) => reaching(STORE, () => updateJob(table, job)),
    activeByPhone: (phone) => reaching(STORE, () => activeByPhone(table, phone)),
    endedByPhone: (phone) => reaching(STORE, () => endedByPhone(table, phone)),
    openByTrailer: (trailer, now) => reaching(STORE, () => openByTrailer(table, trailer, now)),
    endedByTrailer: (trailer, since) => reaching(STORE, () => endedByTrailer(table, trailer, since)),
    list: (statuses, after) => reaching(STORE, () => listJobs(table, statuses, after)),
  };
};

import { isDeepStrictEqual } from 'node:util';
import { type DynamoDBDocumentClient, GetCommand, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { isActive, type Job, type JobId, type JobStore, ProductError, parseJobId, type TrailerId } from '@qdn/domain';
import { isConditionFailure, reaching } from '../failures.ts';
import { assign, clearAssignments } from './assignments.ts';
import { fromItem, toItem } from './job-item.ts';
import type { JobsTable } from './jobs-table.ts';
import { INDEXES, jobKey, phoneKey, trailerKey } from './keys.ts';
import { listJobs } from './list-jobs.ts';

/** Maximum number of active jobs of one phone or one trailer that are read. */
const MAX_CANDIDATES = 10;
const STORE = 'The job store';

const findJob = async ({ client, name }: JobsTable, id: JobId): Promise<Job | null> => {
  const { Item } = await client.send(new GetCommand({ TableName: name, Key: jobKey(id), ConsistentRead: true }));
  return Item ? fromItem(Item) : null;
};

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
    const detail = `A job ${job.id} exists already. Choose another ID, or change it with PATCH.`;
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

/** Returns the IDs of the newest jobs under a key of an index. */
const candidates = async (
  { client, name }: JobsTable,
  index: string,
  attribute: string,
  value: string,
): Promise<JobId[]> => {
  const { Items = [] } = await client.send(
    new QueryCommand({
      TableName: name,
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

const activeByTrailer = async (table: JobsTable, trailer: TrailerId): Promise<JobId[]> => {
  const ids = await candidates(table, INDEXES.byTrailer, 'trailerKey', trailerKey(trailer));
  const jobs = await Promise.all(ids.map((id) => findJob(table, id)));
  return jobs.flatMap((job) => (job && isActive(job.status) && job.trailers.includes(trailer) ? [job.id] : []));
};

/** Jobs in DynamoDB. Reads of one job are consistent; an index may lag by a moment. */
export const createJobStore = (client: DynamoDBDocumentClient, name: string): JobStore => {
  const table: JobsTable = { client, name };
  return {
    find: (id) => reaching(STORE, () => findJob(table, id)),
    create: (job) => reaching(STORE, () => createJob(table, job)),
    update: (job) => reaching(STORE, () => updateJob(table, job)),
    activeByPhone: (phone) => reaching(STORE, () => candidates(table, INDEXES.byPhone, 'phoneKey', phoneKey(phone))),
    activeByTrailer: (trailer) => reaching(STORE, () => activeByTrailer(table, trailer)),
    list: (statuses, after) => reaching(STORE, () => listJobs(table, statuses, after)),
  };
};

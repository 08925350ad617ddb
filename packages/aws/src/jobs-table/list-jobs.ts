import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import { type StoredJobSummary, storedJobSummary } from '@qdn/contracts/stored';
import {
  JOB_STATUSES,
  type JobId,
  type JobStatus,
  type JobStore,
  type JobSummary,
  ProductError,
  parseJobId,
} from '@qdn/domain';
import { readItem } from '../read-item.ts';
import type { JobsTable } from './jobs-table.ts';
import { INDEXES, jobKey, statusKey } from './keys.ts';

/** Maximum number of jobs in a page. */
const PAGE_JOBS = 50;

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

const toSummary = (item: unknown): JobSummary => {
  const summary = readItem(storedJobSummary, item, 'the index by-status is not a job') as StoredJobSummary;
  return { ...summary, id: summary.id as JobId };
};

const pageOf = async ({ client, name }: JobsTable, status: JobStatus, after: Cursor[JobStatus]) => {
  const { Items = [], LastEvaluatedKey } = await client.send(
    new QueryCommand({
      TableName: name,
      IndexName: INDEXES.byStatus,
      KeyConditionExpression: 'statusKey = :status',
      ExpressionAttributeValues: { ':status': statusKey(status) },
      ScanIndexForward: false,
      Limit: PAGE_JOBS,
      ...(after
        ? { ExclusiveStartKey: { ...jobKey(after.id), statusKey: statusKey(status), updatedAt: after.updatedAt } }
        : {}),
    }),
  );
  return { jobs: Items.map(toSummary), complete: !LastEvaluatedKey };
};

/**
 * Lists one page of the jobs of these statuses, last changed first: one query for each status.
 * @param after `next` of the page before, null for the first page
 * @throws ProductError `schema-violation` when `after` is not a cursor
 */
export const listJobs = async (
  table: JobsTable,
  statuses: readonly JobStatus[],
  after: string | null,
): ReturnType<JobStore['list']> => {
  const seen = after === null ? {} : decodeCursor(after);
  const pages = await Promise.all(statuses.map((status) => pageOf(table, status, seen[status])));
  // Sorting is stable: jobs of one status keep the index's order, which the cursors rely on.
  const jobs = pages.flatMap((one) => one.jobs).sort((a, b) => b.updatedAt - a.updatedAt);
  const shown = jobs.slice(0, PAGE_JOBS);
  const isLast = shown.length === jobs.length && pages.every(({ complete }) => complete);
  const reached = Object.fromEntries(shown.map(({ status, updatedAt, id }) => [status, { updatedAt, id }]));
  return { jobs: shown, next: isLast ? null : encodeCursor({ ...seen, ...reached }) };
};

import { ProductError } from '../errors.ts';
import { type JobId, parseJobId } from '../ids.ts';
import type { Job } from '../job.ts';
import { isActive, isUnderWay, type JobStatus } from '../job-status.ts';
import {
  ATTENTION_JOBS_READ,
  type AttentionJobs,
  attentionAt,
  dueAround,
  dueAt,
  ENDED_JOBS_OF_PHONE_READ,
  hasEndedByItself,
  type JobStore,
  type JobSummary,
  needsAttention,
  OPEN_JOBS_READ,
  OVERDUE_MS,
} from '../ports/jobs.ts';
import { copyOf } from './copy-of.ts';
import { type OrderedIndex, orderedIndex } from './ordered-index.ts';
import { assertItemFits, type IndexLag } from './table-limits.ts';

/** Maximum number of jobs in a page, and of active jobs of one phone that are read, as in the table. */
const PAGE_JOBS = 50;
const MAX_JOBS_OF_PHONE = 10;

/** Reads a cursor: the time of change (epoch ms) and the ID of the last job shown. @throws ProductError `schema-violation` */
const decodeCursor = (text: string): { updatedAt: number; id: JobId } => {
  const [, updatedAt, id] = /^([0-9]{1,15}) (\S+)$/.exec(Buffer.from(text, 'base64url').toString('utf8')) ?? [];
  const jobId = parseJobId(id ?? '');
  if (!jobId) throw new ProductError('schema-violation', '`after` is not the `next` of an earlier page.');
  return { updatedAt: Number(updatedAt), id: jobId };
};
const encodeCursor = ({ updatedAt, id }: JobSummary): string => Buffer.from(`${updatedAt} ${id}`).toString('base64url');

/** Order of a listing: last changed first. */
const byChange = (a: Pick<Job, 'updatedAt' | 'id'>, b: Pick<Job, 'updatedAt' | 'id'>): number =>
  b.updatedAt - a.updatedAt || (a.id < b.id ? 1 : -1);

const summaryOf = ({ id, accountId, customer, status, trailers, updatedAt }: Job): JobSummary => ({
  id,
  accountId,
  customerName: customer.name,
  status,
  trailers: [...trailers],
  updatedAt,
});

/**
 * Returns a page of a listing. A page that the limit ended has a next one, which may be empty: the table cannot know.
 * @param byStatus the jobs of each status that come after the cursor, at most one more than a page of each
 */
const pageOf = (byStatus: ReadonlyArray<readonly Job[]>): Awaited<ReturnType<JobStore['list']>> => {
  const left = byStatus.flat().sort(byChange);
  const shown = left.slice(0, PAGE_JOBS).map(summaryOf);
  const isStatusCut = byStatus.some((jobs) => jobs.length >= PAGE_JOBS);
  const end = shown.at(-1);
  return { jobs: shown, next: end && (left.length > shown.length || isStatusCut) ? encodeCursor(end) : null };
};

/** Reads the jobs of a status that come after a cursor, at most one more than a page. */
const afterCursor = (
  index: OrderedIndex<JobStatus, Job>,
  status: JobStatus,
  last: { updatedAt: number; id: JobId } | null,
): Job[] => {
  const newest = PAGE_JOBS + 1;
  if (last === null) return index.read(status, { newest });
  const { updatedAt, id } = last;
  const ofSameTime = index.read(status, { from: updatedAt, before: updatedAt + 1 }).filter((job) => job.id < id);
  return [...index.read(status, { before: updatedAt, newest }), ...ofSameTime].slice(-newest);
};

/**
 * Makes a job store in memory, under the same contract as the table, and with its limits: pages, the size of items, and limits that
 * count before stale entries of an index are left out. `reads` counts the reads.
 * @param options `indexLag`: makes the reads through indexes stale
 */
export const memoryJobs = (
  initial: readonly Job[] = [],
  { indexLag = null }: { indexLag?: IndexLag | null } = {},
): JobStore & AttentionJobs & { reads: number } => {
  const jobs = new Map<JobId, Job>(initial.map((job) => [job.id, copyOf(job)]));
  // Most jobs of a long simulation have ended, and most of a booked-out month are still to come.
  const index = <P>(partitionsOf: (job: Job) => readonly P[], atOf: (job: Job) => number) =>
    orderedIndex(indexLag, (job: Job) => ({ partitions: partitionsOf(job), at: atOf(job) }), jobs.values());
  const createdAtOf = ({ createdAt }: Job): number => createdAt;
  const listed = index(
    ({ status }) => [status],
    ({ updatedAt }) => updatedAt,
  );
  const activeOfPhone = index(({ status, customer }) => (isActive(status) ? [customer.phone] : []), createdAtOf);
  const endedOfPhone = index(({ status, customer }) => (isActive(status) ? [] : [customer.phone]), createdAtOf);
  const activeOfTrailer = index(({ status, trailers }) => (isActive(status) ? trailers : []), dueAt);
  const endedOfTrailer = index((job) => (hasEndedByItself(job) ? job.trailers : []), dueAt);
  const forAttention = index((job) => (needsAttention(job) ? ['all'] : []), attentionAt);
  const indexes = [listed, activeOfPhone, endedOfPhone, activeOfTrailer, endedOfTrailer, forAttention];
  const put = (job: Job): void => {
    assertItemFits(job);
    jobs.set(job.id, job);
    for (const one of indexes) one.put(job);
  };
  /** Reads the jobs that an index named, and leaves out those that it should not have named any more. */
  const current = (named: readonly Job[], matches: (job: Job) => boolean): Job[] =>
    named.flatMap(({ id }) => jobs.get(id) ?? []).filter(matches);

  const store: JobStore & AttentionJobs & { reads: number } = {
    reads: 0,
    find: async (id) => {
      store.reads += 1;
      return copyOf(jobs.get(id) ?? null);
    },
    findAll: async (ids) => {
      store.reads += 1;
      return copyOf([...new Set(ids)].flatMap((id) => jobs.get(id) ?? []));
    },
    create: async (job) => {
      if (jobs.has(job.id)) throw new ProductError('conflict', 'exists');
      put(copyOf(job));
    },
    update: async (job) => {
      if (jobs.get(job.id)?.version !== job.version - 1) throw new ProductError('conflict', 'changed');
      put(copyOf(job));
    },
    activeByPhone: async (phone) => {
      store.reads += 1;
      const newest = activeOfPhone.read(phone, { newest: MAX_JOBS_OF_PHONE });
      return newest.toReversed().map(({ id }) => id);
    },
    endedByPhone: async (phone) => {
      store.reads += 1;
      const isTheirs = (job: Job) => !isActive(job.status) && job.customer.phone === phone;
      const newest = endedOfPhone.read(phone, { newest: ENDED_JOBS_OF_PHONE_READ });
      return copyOf(current(newest.toReversed(), isTheirs));
    },
    openByTrailer: async (trailer, now) => {
      store.reads += 1;
      const due = activeOfTrailer.read(trailer, { from: now - OVERDUE_MS, oldest: OPEN_JOBS_READ.due });
      const overdue = activeOfTrailer.read(trailer, { before: now - OVERDUE_MS, newest: OPEN_JOBS_READ.overdue });
      const isOpen = (job: Job) => isActive(job.status) && job.trailers.includes(trailer);
      const around = dueAround(
        due.map((job) => ({ job, dueAt: dueAt(job) })),
        now,
      ).map(({ job }) => job);
      const soon = current(around, isOpen);
      const isAtWork = soon.some(({ status }) => isUnderWay(status));
      return copyOf([...soon, ...(isAtWork ? [] : current(overdue.toReversed(), isOpen))]);
    },
    endedByTrailer: async (trailer, since) => {
      store.reads += 1;
      const hasEnded = (job: Job) => hasEndedByItself(job) && job.trailers.includes(trailer);
      const newest = endedOfTrailer.read(trailer, { from: since, newest: OPEN_JOBS_READ.ended });
      return copyOf(current(newest.toReversed(), hasEnded));
    },
    attentionSince: async (since) => {
      store.reads += 1;
      const newest = forAttention.read('all', { from: since + 1, newest: ATTENTION_JOBS_READ });
      return copyOf(current(newest.toReversed(), needsAttention));
    },
    list: async (statuses, after) => {
      store.reads += 1;
      const last = after === null ? null : decodeCursor(after);
      return pageOf([...new Set(statuses)].map((status) => afterCursor(listed, status, last)));
    },
  };
  return store;
};

import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { dueAt, hasEndedByItself, isActive, type Job, type TrailerId } from '@qdn/domain';
import { isConditionFailure } from '../failures.ts';
import type { JobsTable } from './jobs-table.ts';
import { assignmentKey, endedKey, trailerKey } from './keys.ts';

/*
 * A trailer's assignments are written before the job's state and cleared after it. A crash between the two, or a lost race, then leaves
 * an assignment too many, which reading by trailer checks against the job, and never one too few.
 */

/** Writes one assignment, unless a later version of the job has written it already. */
const writeAssignment = async (
  { client, name }: JobsTable,
  job: Job,
  trailer: TrailerId,
  key: string | null,
): Promise<void> => {
  try {
    await client.send(
      new PutCommand({
        TableName: name,
        Item: {
          ...assignmentKey(job.id, trailer),
          dueAt: dueAt(job),
          version: job.version,
          ...(key ? { trailerKey: key } : {}),
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

/** Writes the assignments of an active job. Call it before the job's own write. */
export const assign = async (table: JobsTable, job: Job): Promise<void> => {
  if (!isActive(job.status)) return;
  await Promise.all(job.trailers.map((trailer) => writeAssignment(table, job, trailer, trailerKey(trailer))));
};

/**
 * Clears the assignments that no longer hold. Call it after the job's own write. A failure is ignored: it costs a read by trailer one
 * look at a job.
 */
export const clearAssignments = async (table: JobsTable, job: Job, before: Job): Promise<void> => {
  const stale = isActive(job.status)
    ? before.trailers.filter((trailer) => !job.trailers.includes(trailer))
    : new Set([...before.trailers, ...job.trailers]);
  const keyOf = (trailer: TrailerId) =>
    hasEndedByItself(job) && job.trailers.includes(trailer) ? endedKey(trailer) : null;
  await Promise.allSettled([...stale].map((trailer) => writeAssignment(table, job, trailer, keyOf(trailer))));
};

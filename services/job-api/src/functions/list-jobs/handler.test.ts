import { describe, expect, test } from '@jest/globals';
import { validate as isJobList } from '@qdn/contracts/validators/jobList';
import type { JobId, JobStatus, JobStore } from '@qdn/domain';
import { aJob, memoryJobs } from '@qdn/domain/testing';
import { aService, asOperator, bearer, call, trackToken } from '../../testing.ts';
import { listJobs } from './handler.ts';

const job = (number: number, status: JobStatus) => aJob({ id: `QDN-${number}` as JobId, status, updatedAt: number });
const list = (rawQuery: string, headers: Record<string, string> = asOperator, jobs?: JobStore) =>
  call(
    listJobs(aService({ jobs: jobs ?? memoryJobs([job(1, 'scheduled'), job(2, 'completed'), job(3, 'at_site')]) })),
    {
      rawQuery,
      headers,
    },
  );

describe('GET /api/jobs', () => {
  test('lists active jobs, last changed first', async () => {
    const { status, json } = await list('');
    expect(status).toBe(200);
    expect(isJobList(json)).toBe(true);
    expect(json.jobs.map(({ id }: { id: string }) => id)).toEqual(['QDN-3', 'QDN-1']);
    expect(json.jobs[0]).toMatchObject({ customerName: 'Maria Lopez', status: 'at_site', trailers: ['T1'] });
  });

  test('lists jobs in one status', async () => {
    expect((await list('status=completed')).json.jobs).toMatchObject([{ id: 'QDN-2' }]);
  });

  test('passes the cursor to the store, and returns the next one', async () => {
    const asked: Array<string | null> = [];
    const jobs: JobStore = {
      ...memoryJobs(),
      list: async (_, after) => {
        asked.push(after);
        return { jobs: [], next: 'page-2' };
      },
    };
    expect((await list('after=page-1', asOperator, jobs)).json).toEqual({ jobs: [], next: 'page-2' });
    expect(asked).toEqual(['page-1']);
  });

  test('refuses an unknown status', async () => {
    expect(await list('status=lost')).toMatchObject({ status: 422, json: { errors: [{ pointer: '/status' }] } });
  });

  test('is for operators only', async () => {
    expect((await list('', bearer(trackToken()))).status).toBe(401);
  });
});

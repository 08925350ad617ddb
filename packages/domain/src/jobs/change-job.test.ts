import { describe, expect, test } from '@jest/globals';
import { ProductError } from '../errors.ts';
import type { Job } from '../job.ts';
import { aJob, memoryJobs } from '../testing/index.ts';
import { changeJob } from './change-job.ts';

const job = aJob();
const read = (store: ReturnType<typeof memoryJobs>) => async () => {
  const found = await store.find(job.id);
  return found && { job: found };
};
const complete = (seen: Job): Job => ({ ...seen, status: 'completed' });

describe('changeJob', () => {
  test('writes the change under the next version', async () => {
    const store = memoryJobs([job]);
    expect(await changeJob(store, read(store), complete)).toMatchObject({
      before: { status: 'in_transit', version: 1 },
      job: { status: 'completed', version: 2 },
    });
    expect(await store.find(job.id)).toMatchObject({ status: 'completed', version: 2 });
  });

  test('starts over from the newest job after a conflict', async () => {
    const store = memoryJobs([job]);
    let attempts = 0;
    const changed = await changeJob(store, read(store), async (seen) => {
      attempts += 1;
      if (attempts === 1) await store.update({ ...job, trailers: [], version: 2 });
      return complete(seen);
    });
    expect(changed?.job).toMatchObject({ status: 'completed', trailers: [], version: 3 });
  });

  test('throws the conflict of the last attempt', async () => {
    let attempts = 0;
    const update = async () => {
      attempts += 1;
      throw new ProductError('conflict', 'changed');
    };
    await expect(changeJob({ update }, async () => ({ job }), complete, 3)).rejects.toMatchObject({ code: 'conflict' });
    expect(attempts).toBe(3);
  });

  test('does not retry another error', async () => {
    let attempts = 0;
    const update = async () => {
      attempts += 1;
      throw new ProductError('unavailable', 'down');
    };
    const run = changeJob({ update }, async () => ({ job }), complete);
    await expect(run).rejects.toMatchObject({ code: 'unavailable' });
    expect(attempts).toBe(1);
  });

  test('writes nothing when nothing changes, or when there is no job', async () => {
    const update = async () => Promise.reject(new Error('written'));
    expect(
      await changeJob(
        { update },
        async () => ({ job }),
        (seen) => seen,
      ),
    ).toEqual({ job, before: job });
    expect(await changeJob({ update }, async () => null, complete)).toBeNull();
  });
});

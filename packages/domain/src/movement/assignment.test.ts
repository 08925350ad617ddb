import { describe, expect, test } from '@jest/globals';
import type { JobId } from '../ids.ts';
import type { Job } from '../job.ts';
import { aJob } from '../testing/index.ts';
import { jobForTrailer } from './assignment.ts';

const HOUR = 3_600_000;
const CREATED_AT = aJob().createdAt;
const job = (id: string, status: Job['status'], changes: Partial<Job> = {}) =>
  aJob({ id: id as JobId, status, history: [{ status, at: CREATED_AT, by: 'operator', reason: '' }], ...changes });

describe('the job that a trailer works on', () => {
  test.each<[string, Job[], string | null]>([
    ['is none when all have ended', [job('A-1', 'completed'), job('A-2', 'cancelled')], null],
    ['is the one under way, not the next one', [job('A-1', 'scheduled'), job('A-2', 'at_site')], 'A-2'],
    [
      'is the one scheduled first',
      [
        job('A-1', 'scheduled', { scheduledFor: CREATED_AT + 30 * HOUR }),
        job('A-2', 'scheduled', { scheduledFor: CREATED_AT + 3 * HOUR }),
      ],
      'A-2',
    ],
    [
      'is the one without a time, before later ones',
      [job('A-1', 'scheduled', { scheduledFor: CREATED_AT + HOUR }), job('A-2', 'scheduled')],
      'A-2',
    ],
    [
      'is the one that changed last, of two under way',
      [
        job('A-1', 'in_transit', {
          history: [{ status: 'in_transit', at: CREATED_AT + 1, by: 'operator', reason: '' }],
        }),
        job('A-2', 'in_transit'),
      ],
      'A-1',
    ],
    [
      'is not a forgotten one of yesterday, while there is one for today',
      [
        job('A-1', 'scheduled', { scheduledFor: CREATED_AT - 20 * HOUR }),
        job('A-2', 'scheduled', { scheduledFor: CREATED_AT + 3 * HOUR }),
      ],
      'A-2',
    ],
  ])('%s', (_, jobs, id) => {
    expect(jobForTrailer(jobs, CREATED_AT)?.id ?? null).toBe(id);
    expect(jobForTrailer(jobs.toReversed(), CREATED_AT)?.id ?? null).toBe(id);
  });
});

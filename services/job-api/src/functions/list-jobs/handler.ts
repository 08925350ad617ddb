import type { Wire } from '@qdn/contracts';
import * as routes from '@qdn/contracts/routes';
import { isActive, JOB_STATUSES, type JobStatus } from '@qdn/domain';
import { apiHandler, tokenAuthentication } from '@qdn/lambda';
import type { Dependencies } from '../../dependencies.ts';
import { refusedParameter } from '../../refused-parameter.ts';

/** Returns the statuses that the query asks for: one, or every active one. */
const requestedStatuses = (query: URLSearchParams): JobStatus[] => {
  const asked = query.get('status');
  if (asked === null) return JOB_STATUSES.filter(isActive);
  const status = JOB_STATUSES.find((one) => one === asked);
  if (status) return [status];
  throw refusedParameter('status', `must be one of ${JOB_STATUSES.join(', ')}`, 'There is no such status.');
};

/** `GET /api/jobs`: by status, or all active ones; one query per status, and one read of each listed job. */
export const listJobs = ({ jobs, keyring, now, log }: Dependencies) =>
  apiHandler(
    routes.listJobs,
    {
      log,
      authenticate: tokenAuthentication(routes.listJobs, { keyring, now }),
    },
    async ({ query }) => {
      const { jobs: found, next } = await jobs.list(requestedStatuses(query), query.get('after'));
      // The index that lists jobs has no due times, and an index of a deployed table cannot get another field.
      const due = await Promise.all(found.map(async ({ id }) => (await jobs.find(id))?.scheduledFor ?? null));
      const list: Wire<'jobList'> = {
        jobs: found.map((job, i) => ({
          ...job,
          scheduledFor: due[i] == null ? null : new Date(due[i]).toISOString(),
          updatedAt: new Date(job.updatedAt).toISOString(),
        })),
        next,
      };
      return { status: 200, json: list };
    },
  );

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

/** `GET /api/jobs`: by status, or all active ones; one read per status. */
export const listJobs = ({ jobs, keyring, now, log }: Dependencies) =>
  apiHandler(
    routes.listJobs,
    {
      log,
      authenticate: tokenAuthentication(routes.listJobs, { keyring, now }),
    },
    async ({ query }) => {
      const { jobs: found, next } = await jobs.list(requestedStatuses(query), query.get('after'));
      const list: Wire<'jobList'> = {
        jobs: found.map((job) => ({ ...job, updatedAt: new Date(job.updatedAt).toISOString() })),
        next,
      };
      return { status: 200, json: list };
    },
  );

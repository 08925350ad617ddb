import * as routes from '@qdn/contracts/routes';
import { readJob } from '@qdn/domain';
import { apiHandler, requestedJob, tokenAuthentication } from '@qdn/lambda';
import type { Dependencies } from '../../dependencies.ts';
import { jobStateView } from '../../job-view.ts';

/** `GET /api/jobs/{job_id}`: full state with the messages. Two reads, and a third every few minutes for the travel-time model. */
export const getJob = (dependencies: Dependencies) => {
  const { keyring, edge, now, log } = dependencies;
  return apiHandler(
    routes.getJob,
    {
      log,
      authenticate: tokenAuthentication(routes.getJob, { keyring, now, edge }),
    },
    async (request) => {
      const { caller } = request;
      const job = await readJob(dependencies, requestedJob(request, caller), caller, request.query.get('after'));
      return { status: 200, json: jobStateView(job) };
    },
  );
};

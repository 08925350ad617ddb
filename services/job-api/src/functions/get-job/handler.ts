import { readJob } from '@qdn/domain';
import { apiHandler, PRIVATE, requestedJob, SHARED_FIVE_MINUTES, tokenAuthentication } from '@qdn/lambda';
import type { Dependencies } from '../../dependencies.ts';
import { jobStateView } from '../../job-view.ts';

/** `GET /api/jobs/{job_id}`: full state with the messages. Two reads; a third in some minutes for the travel-time model. */
export const getJob = (dependencies: Dependencies) => {
  const { keyring, edge, now, log } = dependencies;
  return apiHandler(
    {
      name: 'get-job',
      log,
      authenticate: tokenAuthentication({ keyring, audiences: ['track', 'operator'], now, edge }),
      body: { as: 'none' },
    },
    async (request) => {
      const { caller } = request;
      const job = await readJob(dependencies, requestedJob(request, caller), caller);
      const headers = caller.kind === 'operator' ? PRIVATE : SHARED_FIVE_MINUTES;
      return { status: 200, json: jobStateView(job), headers };
    },
  );
};

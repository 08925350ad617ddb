import type { Wire } from '@qdn/contracts';
import { readLocation } from '@qdn/domain';
import { apiHandler, PRIVATE, requestedJob, SHARED_FIVE_MINUTES, tokenAuthentication } from '@qdn/lambda';
import type { Dependencies } from '../../dependencies.ts';

/** `GET /api/jobs/{job_id}/location`: polled by the tracking page. Two reads; a third in some minutes for the travel-time model. */
export const getLocation = (dependencies: Dependencies) => {
  const { keyring, edge, now, log } = dependencies;
  return apiHandler(
    {
      name: 'get-location',
      log,
      authenticate: tokenAuthentication({ keyring, audiences: ['track', 'operator'], now, edge }),
      body: { as: 'none' },
    },
    async (request) => {
      const { caller } = request;
      const view: Wire<'jobLocation'> = await readLocation(dependencies, requestedJob(request, caller), caller);
      return { status: 200, json: view, headers: caller.kind === 'operator' ? PRIVATE : SHARED_FIVE_MINUTES };
    },
  );
};

import type { Wire } from '@qdn/contracts';
import * as routes from '@qdn/contracts/routes';
import { readLocation } from '@qdn/domain';
import { apiHandler, requestedJob, tokenAuthentication } from '@qdn/lambda';
import type { Dependencies } from '../../dependencies.ts';

/** `GET /api/jobs/{job_id}/location`: polled by the tracking page. Two reads, one more for a silent trailer, and one every few minutes for the travel-time model. */
export const getLocation = (dependencies: Dependencies) => {
  const { keyring, edge, now, log } = dependencies;
  return apiHandler(
    routes.getLocation,
    {
      log,
      authenticate: tokenAuthentication(routes.getLocation, { keyring, now, edge }),
    },
    async (request) => {
      const { caller } = request;
      const view: Wire<'jobLocation'> = await readLocation(dependencies, requestedJob(request, caller), caller);
      return { status: 200, json: view };
    },
  );
};

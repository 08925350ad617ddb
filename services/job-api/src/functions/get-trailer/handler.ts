import * as routes from '@qdn/contracts/routes';
import { readTrailer } from '@qdn/domain';
import { apiHandler, requestedTrailer, tokenAuthentication } from '@qdn/lambda';
import type { Dependencies } from '../../dependencies.ts';
import { trailerStateView } from './trailer-view.ts';

/** `GET /api/trailers/{trailer_id}`: a tracker's state for the operator: its position, and the points that are ignored and why. */
export const getTrailer = (dependencies: Dependencies) => {
  const { keyring, company, now, log } = dependencies;
  return apiHandler(
    routes.getTrailer,
    {
      log,
      authenticate: tokenAuthentication(routes.getTrailer, { keyring, now }),
    },
    async (request) => {
      const trailerId = requestedTrailer(request, request.caller);
      const report = await readTrailer(dependencies, trailerId, company.timeZone, now());
      return { status: 200, json: trailerStateView(report) };
    },
  );
};

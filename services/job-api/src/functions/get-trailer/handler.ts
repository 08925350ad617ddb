import { readTrailer } from '@qdn/domain';
import { apiHandler, PRIVATE, requestedTrailer, tokenAuthentication } from '@qdn/lambda';
import type { Dependencies } from '../../dependencies.ts';
import { trailerStateView } from './trailer-view.ts';

/** `GET /api/trailers/{trailer_id}`: a tracker's state for the operator: its position, and the points that are ignored and why. */
export const getTrailer = (dependencies: Dependencies) => {
  const { keyring, company, now, log } = dependencies;
  return apiHandler(
    {
      name: 'get-trailer',
      log,
      authenticate: tokenAuthentication({ keyring, audiences: ['operator'], now }),
      body: { as: 'none' },
    },
    async (request) => {
      const trailerId = requestedTrailer(request, request.caller);
      const report = await readTrailer(dependencies, trailerId, company.timeZone, now());
      return { status: 200, json: trailerStateView(report), headers: PRIVATE };
    },
  );
};

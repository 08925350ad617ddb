import * as routes from '@qdn/contracts/routes';
import { reportTrailerFixes } from '@qdn/domain';
import { apiHandler, requestedTrailer, tokenAuthentication } from '@qdn/lambda';
import type { Dependencies } from '../../dependencies.ts';
import { measureReport } from '../../measures.ts';
import { readTracker } from '../../trackers.ts';

/**
 * `GET, POST /api/trailers/{trailer_id}/location`: messages of Traccar Client and OwnTracks, for the trailer's active job. Answers 200
 * `[]` for any point, good or bad. It refuses only for a wrong token or when a store cannot be reached.
 */
export const reportTrailerLocation = (dependencies: Dependencies) => {
  const { keyring, now, log } = dependencies;
  return apiHandler(
    routes.postTrailerLocation,
    {
      log,
      authenticate: tokenAuthentication(routes.postTrailerLocation, { keyring, now }),
    },
    async (request) => {
      const trailerId = requestedTrailer(request, request.caller);
      const { query, headers, rawBody } = request;
      const reading = readTracker({ query, contentType: headers['content-type'], rawBody }, trailerId);
      const { accepted, ignored } = await reportTrailerFixes(dependencies, trailerId, reading);
      measureReport(log, reading.fixes, accepted, ignored, now());
      return { status: 200, json: [] };
    },
  );
};

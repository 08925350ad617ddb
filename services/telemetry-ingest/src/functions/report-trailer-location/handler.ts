import { apiHandler, requestedTrailer, tokenAuthentication } from '@qdn/lambda';
import type { Dependencies } from '../../dependencies.ts';
import { ingest } from '../../ingest.ts';
import { readTracker } from '../../trackers.ts';

/**
 * `GET, POST /api/trailers/{trailer_id}/location`: what Traccar Client and OwnTracks send, resolved to the trailer's active
 * job. Answered 200 `[]` whatever the point is worth; only a wrong token or a store that cannot be reached refuses.
 */
export const reportTrailerLocation = (dependencies: Dependencies) => {
  const { jobs, keyring, now, log } = dependencies;
  return apiHandler(
    {
      name: 'report-trailer-location',
      log,
      authenticate: tokenAuthentication({ keyring, audiences: ['device'], now, alsoInUrl: true }),
      body: { as: 'raw' },
    },
    async (request) => {
      const trailerId = requestedTrailer(request, request.caller);
      const { query, headers, rawBody } = request;
      const { fixes, unusable } = readTracker({ query, contentType: headers['content-type'], rawBody }, trailerId);
      const job = fixes.length > 0 ? await jobs.findByTrailer(trailerId) : null;
      const ingested = job ? await ingest(dependencies, job, fixes) : null;
      const ignored = {
        ...ingested?.ignored,
        ...(unusable > 0 ? { unusable } : {}),
        ...(ingested || fixes.length === 0 ? {} : { 'no-job': fixes.length }),
      };
      if (Object.keys(ignored).length > 0) log.info('fixes ignored', { trailerId, jobId: job?.id, ...ignored });
      return { status: 200, json: [] };
    },
  );
};

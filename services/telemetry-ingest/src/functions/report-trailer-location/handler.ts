import type { Ignored } from '@qdn/domain';
import { apiHandler, requestedTrailer, tokenAuthentication } from '@qdn/lambda';
import type { Dependencies } from '../../dependencies.ts';
import { ingest, settleQuarantine } from '../../ingest.ts';
import { measureReport } from '../../measures.ts';
import { readTracker } from '../../trackers.ts';

/**
 * `GET, POST /api/trailers/{trailer_id}/location`: what Traccar Client and OwnTracks send, resolved to the trailer's active
 * job. Answered 200 `[]` whatever the point is worth; only a wrong token or a store that cannot be reached refuses.
 */
export const reportTrailerLocation = (dependencies: Dependencies) => {
  const { jobs, quarantine, keyring, now, log } = dependencies;
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
      const read = readTracker({ query, contentType: headers['content-type'], rawBody }, trailerId);
      const { fixes } = read;
      const job = fixes.length > 0 ? await jobs.findByTrailer(trailerId) : null;
      const ingested = job ? await ingest(dependencies, job, fixes) : null;
      const jobless = job ? [] : fixes;
      const apart = [
        { reason: 'unusable' as const, count: read.ignored.unusable, last: null },
        { reason: 'wrong-trailer' as const, count: read.ignored['wrong-trailer'], last: null },
        // Where a trailer is that drives for nobody is not kept.
        { reason: 'no-job' as const, count: jobless.length, last: null },
      ].filter(({ count }) => count > 0);
      quarantine.add(trailerId, apart);
      await settleQuarantine(dependencies, trailerId, job === null);
      const ignored: Ignored = { ...ingested?.ignored };
      for (const { reason, count } of apart) ignored[reason] = (ignored[reason] ?? 0) + count;
      measureReport(log, fixes, ingested?.accepted ?? 0, ignored, now());
      return { status: 200, json: [] };
    },
  );
};

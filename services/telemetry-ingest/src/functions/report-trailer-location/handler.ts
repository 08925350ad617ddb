import { looksLikeToken } from '@qdn/contracts/patterns';
import * as routes from '@qdn/contracts/routes';
import { type Caller, parseTrailerId, reportTrailerFixes, type TrailerId } from '@qdn/domain';
import { apiHandler, type Received, requestedTrailer, tokenAuthentication } from '@qdn/lambda';
import type { TrackerDependencies } from '../../dependencies.ts';
import { measureReport } from '../../measures.ts';
import { byTrailer, openOwnTracks, readMessage, textOf } from '../../trackers/index.ts';

/** Returns the trailer that a request is about; null for a hub, whose messages name their units. */
const trailerOf = (request: Received, caller: Caller): TrailerId | null => {
  if (caller.kind !== 'hub') return requestedTrailer(request, caller);
  const segment = request.pathParameters['trailer_id'] ?? '';
  return looksLikeToken(segment) || segment === 'hub' ? null : parseTrailerId(segment);
};

/**
 * `GET, POST, PUT /api/trailers/{trailer_id}/location`: messages of GPS clients, hubs and scripts. Answers 200 with the answer that the client
 * needs for any point, good or bad. It refuses only for a wrong token, for a body that is too large or in an unknown encoding, or when a
 * store cannot be reached. HEAD stores nothing.
 */
export const reportTrailerLocation = (dependencies: TrackerDependencies) => {
  const { keyring, now, log, units, ownTracksKeys } = dependencies;
  return apiHandler(
    routes.postTrailerLocation,
    {
      log,
      authenticate: tokenAuthentication(routes.postTrailerLocation, { keyring, now }),
    },
    async (request) => {
      const caller = trailerOf(request, request.caller);
      const { query, headers, rawBody, bodyBytes } = request;
      if (request.method === 'HEAD') return { status: 200 };
      const keys = caller ? ownTracksKeys(await keyring(), caller) : [];
      const message = readMessage(
        { query, body: textOf(rawBody, bodyBytes, headers['content-encoding']) },
        { now: now(), userAgent: headers['user-agent'] ?? '', decrypt: (data) => openOwnTracks(data, keys) },
      );
      for (const [trailerId, reading] of byTrailer(message, caller, units)) {
        const { accepted, ignored } = await reportTrailerFixes(dependencies, trailerId, reading);
        measureReport(log, reading.fixes, accepted, ignored, now());
      }
      return { status: 200, json: message.answer ?? [] };
    },
  );
};

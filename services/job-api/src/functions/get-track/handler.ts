import type { Wire } from '@qdn/contracts';
import * as routes from '@qdn/contracts/routes';
import { type KeptDays, MAX_TRACK_MS, readTrack, type TrackPage } from '@qdn/domain';
import { apiHandler, requestedTrailer, tokenAuthentication } from '@qdn/lambda';
import type { Dependencies } from '../../dependencies.ts';
import { refusedParameter } from '../../refused-parameter.ts';
import { requestedRange } from '../../requested-range.ts';

/** @throws ProductError `schema-violation` for anything but `true` and `false` */
const requestedThinning = (query: URLSearchParams): boolean => {
  const thinned = query.get('thinned') ?? 'true';
  if (thinned === 'true' || thinned === 'false') return thinned === 'true';
  throw refusedParameter('thinned', 'must be true or false');
};

const iso = (at: number): string => new Date(at).toISOString();
const rounded = (value: number, digits: number): number => Math.round(value * 10 ** digits) / 10 ** digits;

/** The answer to `GET /api/trailers/{trailer_id}/track`, with times in RFC 3339. */
const trackView = (page: TrackPage, timeZone: string): Wire<'trailerTrack'> => ({
  trailerId: page.trailerId,
  from: iso(page.from),
  to: iso(page.to),
  timeZone,
  source: page.source,
  metres: rounded(page.metres, 1),
  points: page.points.map(({ at, lat, lon, metres }) => ({
    at: iso(at),
    lat: rounded(lat, 6),
    lon: rounded(lon, 6),
    metres: rounded(metres, 1),
  })),
  halts: page.halts.map(({ from, to, lat, lon }) => ({
    from: iso(from),
    to: iso(to),
    lat: rounded(lat, 6),
    lon: rounded(lon, 6),
  })),
  trips: page.trips.map(({ from, to, metres, gapS }) => ({
    from: iso(from),
    to: iso(to),
    metres: rounded(metres, 1),
    gapS,
  })),
  next: page.next === null ? null : iso(page.next),
});

/** `GET /api/trailers/{trailer_id}/track`: a trailer's way with its halts, for the operator. One read of a day. */
export const getTrack = (dependencies: Dependencies & { keptDays: Pick<KeptDays, 'find'> }) => {
  const { keyring, company, now, log } = dependencies;
  return apiHandler(
    routes.getTrack,
    {
      log,
      authenticate: tokenAuthentication(routes.getTrack, { keyring, now }),
    },
    async (request) => {
      const trailerId = requestedTrailer(request, request.caller);
      const { query } = request;
      const { timeZone } = company;
      const range = { ...requestedRange(query, timeZone, now(), MAX_TRACK_MS), isThinned: requestedThinning(query) };
      return {
        status: 200,
        json: trackView(await readTrack(dependencies, trailerId, timeZone, range, now()), timeZone),
      };
    },
  );
};

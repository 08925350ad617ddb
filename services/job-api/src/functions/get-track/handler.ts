import type { Wire } from '@qdn/contracts';
import * as routes from '@qdn/contracts/routes';
import { MAX_TRACK_MS, ProductError, readTrack, startOfDay, type TrackPage } from '@qdn/domain';
import { apiHandler, requestedTrailer, tokenAuthentication } from '@qdn/lambda';
import type { Dependencies } from '../../dependencies.ts';

/** RFC 3339 with an offset. A plus that a URL turned into a blank is one. */
const MOMENT = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d)$/;

const refusal = (name: string, detail: string): ProductError =>
  new ProductError('schema-violation', `\`${name}\` is not valid.`, { violations: [{ pointer: `/${name}`, detail }] });

/** @throws ProductError `schema-violation` for a time without an offset */
const momentIn = (query: URLSearchParams, name: string, usual: number): number => {
  const text = query.get(name);
  if (text === null) return usual;
  const written = text.replace(/ (?=\d\d:\d\d$)/, '+');
  const at = MOMENT.test(written) ? Date.parse(written) : Number.NaN;
  if (Number.isNaN(at)) throw refusal(name, 'must be a time with its offset, like 2026-11-23T09:00:00-06:00');
  return at;
};

/** Returns the range that the query asks for, epoch ms. @throws ProductError `schema-violation` */
const requestedRange = (query: URLSearchParams, timeZone: string, now: number): { from: number; to: number } => {
  const from = momentIn(query, 'from', startOfDay(now, timeZone));
  const to = momentIn(query, 'to', Math.max(now, from + 1));
  if (to <= from) throw refusal('to', 'must be after `from`');
  if (to - from > MAX_TRACK_MS) throw refusal('to', 'must be at most 32 days after `from`');
  return { from, to };
};

/** @throws ProductError `schema-violation` for anything but `true` and `false` */
const requestedThinning = (query: URLSearchParams): boolean => {
  const thinned = query.get('thinned') ?? 'true';
  if (thinned === 'true' || thinned === 'false') return thinned === 'true';
  throw refusal('thinned', 'must be true or false');
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
export const getTrack = (dependencies: Dependencies) => {
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
      const range = { ...requestedRange(query, timeZone, now()), isThinned: requestedThinning(query) };
      return {
        status: 200,
        json: trackView(await readTrack(dependencies, trailerId, timeZone, range, now()), timeZone),
      };
    },
  );
};

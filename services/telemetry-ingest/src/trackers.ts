import type { Fix, TrailerId } from '@qdn/domain';

/*
 * What real GPS clients send, as fixes. Each reader returns null for what it cannot use; these clients hold their whole queue
 * on any answer but 2xx, so an unusable point is counted and never refused.
 */

const KNOT_MPS = 1852 / 3600;

type Fields = Record<string, unknown>;
const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const number = (value: unknown): number | null => {
  const parsed = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof parsed === 'number' && Number.isFinite(parsed) ? parsed : null;
};
/** Traccar's −1 and OwnTracks' missing fields both mean "unknown". */
const known = (value: unknown, factor = 1): number | null => {
  const parsed = number(value);
  return parsed === null || parsed < 0 ? null : parsed * factor;
};

/** Seconds, milliseconds (from 2147483647 on) or RFC 3339 → epoch ms. Traccar's own rule. */
const time = (value: unknown): number | null => {
  const parsed = number(value);
  if (parsed !== null) return parsed >= 2_147_483_647 ? parsed : parsed * 1000;
  const at = typeof value === 'string' ? Date.parse(value) : Number.NaN;
  return Number.isNaN(at) ? null : at;
};

const fixOf = (
  trailerId: TrailerId,
  at: number | null,
  lat: unknown,
  lon: unknown,
  rest: Pick<Fix, 'accuracyM' | 'speedMps' | 'headingDeg'>,
): Fix | null => {
  const [latitude, longitude] = [number(lat), number(lon)];
  return at === null || latitude === null || longitude === null
    ? null
    : { trailerId, at, lat: latitude, lon: longitude, ...rest };
};

/** Traccar Client up to 8 (query string) and from 10 on (form): speed in knots. https://www.traccar.org/osmand/ */
const osmAnd = (fields: URLSearchParams, trailerId: TrailerId): Fix | null =>
  fixOf(trailerId, time(fields.get('timestamp')), fields.get('lat'), fields.get('lon'), {
    accuracyM: known(fields.get('accuracy')),
    speedMps: known(fields.get('speed'), KNOT_MPS),
    headingDeg: known(fields.get('bearing')),
  });

/** Traccar Client 9 (JSON): speed in m/s, `coords` missing in heartbeats. */
const traccarJson = (location: Fields, trailerId: TrailerId): Fix | null => {
  const coords = location['coords'];
  if (!isFields(coords)) return null;
  return fixOf(trailerId, time(location['timestamp']), coords['latitude'], coords['longitude'], {
    accuracyM: known(coords['accuracy']),
    speedMps: known(coords['speed']),
    headingDeg: known(coords['heading']),
  });
};

/** OwnTracks over HTTP: `tst` in s, `vel` in km/h. https://owntracks.org/booklet/tech/json/ */
const ownTracks = (message: Fields, trailerId: TrailerId): Fix | null =>
  fixOf(trailerId, time(message['tst']), message['lat'], message['lon'], {
    accuracyM: known(message['acc']),
    speedMps: known(message['vel'], 1 / 3.6),
    headingDeg: known(message['cog']),
  });

/** The product's own shape: SI units, RFC 3339. */
const own = (fix: Fields, trailerId: TrailerId): Fix | null =>
  fixOf(trailerId, time(fix['at']), fix['lat'], fix['lon'], {
    accuracyM: known(fix['accuracyM']),
    speedMps: known(fix['speedMps']),
    headingDeg: known(fix['headingDeg']),
  });

const fromJson = (body: string, trailerId: TrailerId): Array<Fix | null> => {
  let message: unknown;
  try {
    message = JSON.parse(body);
  } catch {
    return [null];
  }
  if (!isFields(message)) return [null];
  if ('_type' in message) return message['_type'] === 'location' ? [ownTracks(message, trailerId)] : [];
  if (isFields(message['location'])) return [traccarJson(message['location'], trailerId)];
  const fixes = message['fixes'];
  return Array.isArray(fixes)
    ? fixes.map((fix) => (isFields(fix) ? own(fix, trailerId) : null))
    : [own(message, trailerId)];
};

/**
 * Reads whatever a client sent for one trailer. `unusable` counts points that are none; a heartbeat or another OwnTracks
 * message is neither a point nor unusable.
 */
export const readTracker = (
  request: { query: URLSearchParams; contentType: string | undefined; rawBody: string },
  trailerId: TrailerId,
): { fixes: Fix[]; unusable: number } => {
  const { query, contentType = '', rawBody } = request;
  const form = contentType.includes('x-www-form-urlencoded') ? new URLSearchParams(rawBody) : query;
  const read =
    rawBody !== '' && form === query
      ? fromJson(rawBody, trailerId)
      : form.has('lat') || form.has('lon')
        ? [osmAnd(form, trailerId)]
        : [];
  const fixes = read.filter((fix) => fix !== null);
  return { fixes, unusable: read.length - fixes.length };
};

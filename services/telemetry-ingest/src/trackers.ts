import type { Fix, TrailerId } from '@qdn/domain';

/*
 * What real GPS clients send, as fixes. Each reader returns null for what it cannot use; these clients hold their whole queue
 * on any answer but 2xx, so an unusable point is counted and never refused.
 */

const KNOT_MPS = 1852 / 3600;
const KMH_MPS = 1 / 3.6;

type Fields = Record<string, unknown>;
const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const number = (value: unknown): number | null => {
  const parsed = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof parsed === 'number' && Number.isFinite(parsed) ? parsed : null;
};
/** Traccar's −1 and OwnTracks' missing fields both mean "unknown"; so does what no trailer can have. */
const known = (value: unknown, max: number, factor = 1): number | null => {
  const parsed = number(value);
  return parsed === null || parsed < 0 || parsed * factor > max ? null : parsed * factor;
};
/** However poor: the domain says what is too poor. */
const accuracy = (value: unknown) => known(value, Number.MAX_VALUE);
const speed = (value: unknown, factor = 1) => known(value, 150, factor);
const heading = (value: unknown) => known(value, 360);

/** Seconds, milliseconds (from 2147483647 on) or RFC 3339 → epoch ms. Traccar's own rule. */
const time = (value: unknown): number | null => {
  const parsed = number(value);
  if (parsed !== null) return Math.round(parsed >= 2_147_483_647 ? parsed : parsed * 1000);
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
    accuracyM: accuracy(fields.get('accuracy')),
    speedMps: speed(fields.get('speed'), KNOT_MPS),
    headingDeg: heading(fields.get('bearing') ?? fields.get('heading')),
  });

/** Traccar Client 9 (JSON): speed in m/s. */
const traccarJson = (location: Fields, coords: Fields, trailerId: TrailerId): Fix | null =>
  fixOf(trailerId, time(location['timestamp']), coords['latitude'], coords['longitude'], {
    accuracyM: accuracy(coords['accuracy']),
    speedMps: speed(coords['speed']),
    headingDeg: heading(coords['heading']),
  });

/** OwnTracks over HTTP: `tst` in s, `vel` in km/h. https://owntracks.org/booklet/tech/json/ */
const ownTracks = (message: Fields, trailerId: TrailerId): Fix | null =>
  fixOf(trailerId, time(message['tst']), message['lat'], message['lon'], {
    accuracyM: accuracy(message['acc']),
    speedMps: speed(message['vel'], KMH_MPS),
    headingDeg: heading(message['cog']),
  });

/** The product's own shape: SI units, RFC 3339. A fix that names another trailer is not this one's. */
const own = (fix: Fields, trailerId: TrailerId): Fix | null =>
  fix['trailerId'] !== undefined && fix['trailerId'] !== trailerId
    ? null
    : fixOf(trailerId, time(fix['at']), fix['lat'], fix['lon'], {
        accuracyM: accuracy(fix['accuracyM']),
        speedMps: speed(fix['speedMps']),
        headingDeg: heading(fix['headingDeg']),
      });

const fromJson = (body: string, trailerId: TrailerId): Array<Fix | null> => {
  let message: unknown;
  try {
    message = JSON.parse(body);
  } catch {
    return [null];
  }
  if (!isFields(message)) return [null];
  // Waypoints, transitions, last wills, encrypted payloads: not for us, and no fault of the client's.
  if ('_type' in message) return message['_type'] === 'location' ? [ownTracks(message, trailerId)] : [];
  const { location, fixes } = message;
  // One, or the several that the client's library sends when it may batch.
  if (isFields(location) || Array.isArray(location)) {
    return [location].flat().flatMap((one) => {
      if (!isFields(one)) return [null];
      // A heartbeat has none.
      const { coords } = one;
      return coords === undefined || coords === null
        ? []
        : [isFields(coords) ? traccarJson(one, coords, trailerId) : null];
    });
  }
  return Array.isArray(fixes)
    ? fixes.map((fix) => (isFields(fix) ? own(fix, trailerId) : null))
    : [own(message, trailerId)];
};

const hasPlace = (fields: URLSearchParams): boolean => fields.has('lat') || fields.has('lon');

/**
 * Reads whatever a client sent for one trailer. `unusable` counts points that are none; a heartbeat or another OwnTracks
 * message is neither a point nor unusable.
 */
export const readTracker = (
  request: { query: URLSearchParams; contentType: string | undefined; rawBody: string },
  trailerId: TrailerId,
): { fixes: Fix[]; unusable: number } => {
  const read = readPoints(request, trailerId);
  const fixes = read.filter((fix) => fix !== null);
  return { fixes, unusable: read.length - fixes.length };
};

const readPoints = (
  { query, contentType = '', rawBody }: Parameters<typeof readTracker>[0],
  trailerId: TrailerId,
): Array<Fix | null> => {
  // Some clients post the query string with a form's content type and no form.
  if (hasPlace(query)) return [osmAnd(query, trailerId)];
  if (contentType.includes('x-www-form-urlencoded')) {
    const form = new URLSearchParams(rawBody);
    return hasPlace(form) ? [osmAnd(form, trailerId)] : [];
  }
  return rawBody.trim() === '' ? [] : fromJson(rawBody, trailerId);
};

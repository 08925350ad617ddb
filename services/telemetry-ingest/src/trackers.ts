import type { Battery, Fix, TrackerReading, TrailerId } from '@qdn/domain';
import { isJsonObject, type JsonObject } from '@qdn/json';

/*
 * Reads messages of real GPS clients as fixes. A point that cannot be used is `unusable`: it is counted and never refused, because these
 * clients keep their whole queue after any answer except 2xx.
 */

/** A point as read, or the reason why it is not a fix of this trailer. */
type Point = Fix | 'unusable' | 'wrong-trailer';

const KNOT_MPS = 1852 / 3600;
const KMH_MPS = 1 / 3.6;

const number = (value: unknown): number | null => {
  const parsed = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof parsed === 'number' && Number.isFinite(parsed) ? parsed : null;
};
/** Traccar's −1 and OwnTracks' missing fields both mean "unknown", and so does a value that no trailer can have. */
const known = (value: unknown, max: number, factor = 1): number | null => {
  const parsed = number(value);
  return parsed === null || parsed < 0 || parsed * factor > max ? null : parsed * factor;
};
/** Any accuracy is kept: the domain decides on the limit. */
const accuracy = (value: unknown) => known(value, Number.MAX_VALUE);
const speed = (value: unknown, factor = 1) => known(value, 150, factor);
const heading = (value: unknown) => known(value, 360);

/** Seconds, milliseconds (from 2147483647 on) or RFC 3339 → epoch ms. Traccar's own rule. */
const time = (value: unknown): number | null => {
  const parsed = number(value);
  const at =
    parsed !== null
      ? Math.round(parsed >= 2_147_483_647 ? parsed : parsed * 1000)
      : Date.parse(typeof value === 'string' ? value : '');
  return Number.isFinite(at) ? at : null;
};

const fixOf = (
  trailerId: TrailerId,
  at: number | null,
  lat: unknown,
  lon: unknown,
  rest: Pick<Fix, 'accuracyM' | 'speedMps' | 'headingDeg'>,
  battery: Battery | null,
): Point => {
  const [latitude, longitude] = [number(lat), number(lon)];
  return at === null || latitude === null || longitude === null
    ? 'unusable'
    : { trailerId, at, lat: latitude, lon: longitude, ...rest, ...(battery ? { battery } : {}) };
};

/** @param share the value of a full battery: 100, or 1 */
const battery = (level: unknown, share: number, charging: boolean | null): Battery | null => {
  const percent = known(level, 100, 100 / share);
  return percent === null ? null : { percent, charging };
};
const flag = (value: unknown): boolean | null => {
  if (typeof value === 'boolean') return value;
  return value === 'true' || value === '1' ? true : value === 'false' || value === '0' ? false : null;
};

/** Traccar Client up to 8 (query string) and from 10 on (form): speed in knots. https://www.traccar.org/osmand/ */
const osmAnd = (fields: URLSearchParams, trailerId: TrailerId): Point =>
  fixOf(
    trailerId,
    time(fields.get('timestamp')),
    fields.get('lat'),
    fields.get('lon'),
    {
      accuracyM: accuracy(fields.get('accuracy')),
      speedMps: speed(fields.get('speed'), KNOT_MPS),
      headingDeg: heading(fields.get('bearing') ?? fields.get('heading')),
    },
    battery(fields.get('batt'), 100, flag(fields.get('charge'))),
  );

/** Traccar Client 9 (JSON): speed in m/s. */
const traccarJson = (location: JsonObject, coords: JsonObject, trailerId: TrailerId): Point => {
  const power = isJsonObject(location['battery']) ? location['battery'] : {};
  return fixOf(
    trailerId,
    time(location['timestamp']),
    coords['latitude'],
    coords['longitude'],
    {
      accuracyM: accuracy(coords['accuracy']),
      speedMps: speed(coords['speed']),
      headingDeg: heading(coords['heading']),
    },
    battery(power['level'], 1, flag(power['is_charging'])),
  );
};

/** OwnTracks over HTTP: `tst` in s, `vel` in km/h. https://owntracks.org/booklet/tech/json/ */
const ownTracks = (message: JsonObject, trailerId: TrailerId): Point =>
  fixOf(
    trailerId,
    time(message['tst']),
    message['lat'],
    message['lon'],
    {
      accuracyM: accuracy(message['acc']),
      speedMps: speed(message['vel'], KMH_MPS),
      headingDeg: heading(message['cog']),
    },
    battery(message['batt'], 100, ownTracksCharging(message['bs'])),
  );
/** `bs`: 1 unplugged, 2 charging, 3 full; 0 unknown. */
const ownTracksCharging = (status: unknown): boolean | null =>
  status === 1 ? false : status === 2 || status === 3 ? true : null;

/** The product's own shape: SI units, RFC 3339. A fix that names another trailer does not count for this one. */
const own = (fix: JsonObject, trailerId: TrailerId): Point =>
  fix['trailerId'] !== undefined && fix['trailerId'] !== trailerId
    ? 'wrong-trailer'
    : fixOf(
        trailerId,
        time(fix['at']),
        fix['lat'],
        fix['lon'],
        {
          accuracyM: accuracy(fix['accuracyM']),
          speedMps: speed(fix['speedMps']),
          headingDeg: heading(fix['headingDeg']),
        },
        battery(fix['batteryPercent'], 100, flag(fix['charging'])),
      );

const fromJson = (body: string, trailerId: TrailerId): Point[] => {
  let message: unknown;
  try {
    message = JSON.parse(body);
  } catch {
    return ['unusable'];
  }
  return Array.isArray(message)
    ? message.flatMap((one) => fromMessage(one, trailerId))
    : fromMessage(message, trailerId);
};

const fromMessage = (message: unknown, trailerId: TrailerId): Point[] => {
  if (!isJsonObject(message)) return ['unusable'];
  // Waypoints, transitions, last wills, encrypted payloads: valid messages that hold no fix for us.
  if ('_type' in message) return message['_type'] === 'location' ? [ownTracks(message, trailerId)] : [];
  const { location, fixes } = message;
  // One location, or several when the client's library batches them.
  if (isJsonObject(location) || Array.isArray(location)) {
    return [location].flat().flatMap((one): Point[] => {
      if (!isJsonObject(one)) return ['unusable'];
      // A heartbeat has no coordinates.
      const { coords } = one;
      if (coords === undefined || coords === null) return [];
      return [isJsonObject(coords) ? traccarJson(one, coords, trailerId) : 'unusable'];
    });
  }
  return Array.isArray(fixes)
    ? fixes.map((fix) => (isJsonObject(fix) ? own(fix, trailerId) : 'unusable'))
    : [own(message, trailerId)];
};

const hasPlace = (fields: URLSearchParams): boolean => fields.has('lat') || fields.has('lon');

/**
 * Reads a client's message for one trailer. `ignored` counts points that are unusable or another trailer's; a heartbeat or another
 * OwnTracks message counts as neither.
 */
export const readTracker = (
  request: { query: URLSearchParams; contentType: string | undefined; rawBody: string },
  trailerId: TrailerId,
): TrackerReading => {
  const read = readPoints(request, trailerId);
  const count = (reason: Point) => read.filter((point) => point === reason).length;
  return {
    fixes: read.filter((point) => typeof point === 'object'),
    ignored: { unusable: count('unusable'), 'wrong-trailer': count('wrong-trailer') },
  };
};

const readPoints = (
  { query, contentType = '', rawBody }: Parameters<typeof readTracker>[0],
  trailerId: TrailerId,
): Point[] => {
  // Some clients post the query string with a form's content type and no form.
  if (hasPlace(query)) return [osmAnd(query, trailerId)];
  if (contentType.includes('x-www-form-urlencoded')) {
    const form = new URLSearchParams(rawBody);
    return hasPlace(form) ? [osmAnd(form, trailerId)] : [];
  }
  return rawBody.trim() === '' ? [] : fromJson(rawBody, trailerId);
};

import { gzipSync } from 'node:zlib';
import { sealOwnTracks } from '../secretbox.ts';
import type { HttpRequest } from '../system.ts';
import type { Device } from './device.ts';
import type { ReportedFix } from './receiver.ts';
import type { DeviceRecord } from './sampling.ts';

/** A record with the state of its device when it was made. */
export type Reading = DeviceRecord & { chargePercent: number };

/** Writes the readings of a parcel as a client does. */
export type Format = (readings: readonly Reading[], device: Device, sentAt: number) => HttpRequest;

const KNOTS_PER_MPS = 1.943_844;
const KMH_PER_MPS = 3.6;
/** Paths and headers have placeholders: see `addressedTo`. The path of Traccar Client is the URL that its user enters. */
const PATH = '/api/trailers/{trailer}/location';
const TOKEN_PATH = '/api/trailers/{token}/location';

const rounded = (value: number, digits: number): number => Number(value.toFixed(digits));
const firstOf = (readings: readonly Reading[]): Reading => {
  const [reading] = readings;
  if (!reading) throw new RangeError('The parcel has no records.');
  return reading;
};
const encoded = encodeURIComponent;
/** Writes a query or a form. */
const query = (parameters: Readonly<Record<string, string | number | boolean>>): string => {
  let text = '';
  for (const name in parameters) text += `${text ? '&' : ''}${name}=${encoded(parameters[name] ?? '')}`;
  return text;
};
const NO_SPEED = { speedMps: 0 };
const knotsOf = ({ speedMps }: Pick<ReportedFix, 'speedMps'>): number =>
  speedMps < 0 ? 0 : rounded(speedMps * KNOTS_PER_MPS, 4);

/** OsmAnd parameters of Traccar Client for Android, versions 5 to 8. */
const osmAndParameters = (reading: Reading, device: Device): Record<string, string | number> => {
  const { fix, at, chargePercent } = reading;
  const timestamp = Math.floor((at + device.clockErrorMs) / 1000);
  if (!fix) return { id: device.id, timestamp };
  const { lat, lon, headingDeg, altitudeM, accuracyM } = fix;
  return {
    ...{ id: device.id, timestamp, lat, lon, speed: knotsOf(fix), bearing: rounded(Math.max(0, headingDeg), 1) },
    ...{ altitude: altitudeM, accuracy: accuracyM, batt: chargePercent },
  };
};

export const osmAndQuery: Format = (readings, device) => ({
  method: 'POST',
  path: `${TOKEN_PATH}?${query(osmAndParameters(firstOf(readings), device))}`,
  headers: { 'user-agent': 'Dalvik/2.1.0 (Linux; U; Android 12)', 'content-length': '0' },
});

/** The same without an accuracy, with 6 digits of the position: Traccar Client for iOS, up to version 8. */
export const osmAndQueryOfIos: Format = (readings, device) => {
  const { accuracy: _, ...parameters } = osmAndParameters(firstOf(readings), device);
  const { lat = 0, lon = 0 } = parameters;
  const text = query({ ...parameters, lat: Number(lat).toFixed(6), lon: Number(lon).toFixed(6) });
  return {
    method: 'POST',
    path: `${TOKEN_PATH}?${text}`,
    headers: { 'user-agent': 'TraccarClient/1 CFNetwork/1408.0.4' },
  };
};

/** Form of Traccar Client 10: a sign of life has no position. */
export const osmAndForm: Format = (readings, device) => ({
  method: 'POST',
  path: TOKEN_PATH,
  headers: { 'content-type': 'application/x-www-form-urlencoded', 'user-agent': 'okhttp/4.12.0' },
  body: query(osmAndParameters(firstOf(readings), device)),
});

/** JSON of Traccar Client 9, by the template in its source. */
export const backgroundGeolocationJson: Format = (readings, device) => {
  const { fix, at, event, isMoving, chargePercent } = firstOf(readings);
  const timestamp = new Date(at + device.clockErrorMs).toISOString();
  const battery = { level: chargePercent / 100, is_charging: false };
  const activity = { type: isMoving ? 'in_vehicle' : 'still' };
  const [lat, lon] = [rounded(fix?.lat ?? 0, 7), rounded(fix?.lon ?? 0, 7)];
  const coords = fix && {
    ...{ latitude: lat, longitude: lon, accuracy: fix.accuracyM, speed: rounded(fix.speedMps, 2) },
    ...{ heading: rounded(fix.headingDeg, 1), altitude: fix.altitudeM },
  };
  const named = event === 'motionchange' || event === 'heartbeat' ? { event } : {};
  const location = {
    ...{
      timestamp,
      ...(coords ? { coords } : {}),
      is_moving: isMoving,
      odometer: 0,
      ...named,
      battery,
      activity,
      extras: {},
    },
    ...{ _: `&id=${device.id}&lat=${lat}&lon=${lon}&timestamp=${timestamp}&` },
    ...(event === 'heartbeat' ? { heartbeat: true } : {}),
  };
  return {
    method: 'POST',
    path: TOKEN_PATH,
    headers: { 'content-type': 'application/json; charset=utf-8', 'user-agent': 'okhttp/3.14.9' },
    body: JSON.stringify({ location, device_id: device.id }),
  };
};

/** OwnTracks in HTTP mode. Values that are zero are left out; iOS names the topic, Android the time of the message. */
export const ownTracks =
  (platform: 'ios' | 'android', monitoring: 1 | 2): Format =>
  (readings, device, sentAt) => {
    const { fix, at, event, chargePercent } = firstOf(readings);
    const tst = Math.floor((at + device.clockErrorMs) / 1000);
    const trigger = event === 'ping' ? { t: 'p' } : event === 'timer' && platform === 'ios' ? { t: 't' } : {};
    const measured = {
      acc: Math.round(fix?.accuracyM ?? 0),
      alt: fix?.altitudeM ?? 0,
      cog: platform === 'ios' ? Math.round(Math.max(0, fix?.headingDeg ?? 0)) : 0,
      vel: Math.round(Math.max(0, fix?.speedMps ?? 0) * KMH_PER_MPS),
    };
    const ofPlatform =
      platform === 'ios'
        ? { topic: 'owntracks/driver/phone', vac: 4 }
        : { created_at: Math.floor(sentAt / 1000), vac: 3 };
    const body = {
      ...{ _type: 'location', tid: 'dr', tst, lat: rounded(fix?.lat ?? 0, 6), lon: rounded(fix?.lon ?? 0, 6) },
      ...Object.fromEntries(Object.entries(measured).filter(([, value]) => value !== 0)),
      ...{ batt: chargePercent, bs: 1, conn: 'm', m: monitoring, ...trigger, ...ofPlatform },
    };
    return {
      method: 'POST',
      path: PATH,
      headers: {
        'content-type': 'application/json',
        authorization: 'Basic {credentials}',
        'x-limit-u': 'driver',
        'x-limit-d': 'phone',
      },
      body: JSON.stringify(body),
    };
  };

/** Key that the drivers of encrypted phones entered: the system needs it to read their posts. */
export const OWNTRACKS_KEY = 'a key that the driver entered';

/** OwnTracks with an encryption key: the same content in a message of type `encrypted`. The nonce is the record's time. */
export const encryptedOwnTracks: Format = (readings, device, sentAt) => {
  const plain = ownTracks('ios', 1)(readings, device, sentAt);
  const nonce = `${device.id}${Math.round(sentAt).toString(16)}`.padStart(48, '0').slice(-48);
  return { ...plain, body: sealOwnTracks(plain.body ?? '', { key: OWNTRACKS_KEY, nonce }) };
};

/** The fields of our own JSON, as scripts write them. */
const ownFix = ({ fix, at, chargePercent }: Reading, device: Device) => ({
  ...{ at: new Date(at + device.clockErrorMs).toISOString(), lat: fix?.lat ?? 0, lon: fix?.lon ?? 0 },
  ...{ accuracyM: Math.max(0, fix?.accuracyM ?? 0), batteryPercent: chargePercent },
});

const OWN_HEADERS = { 'content-type': 'application/json', authorization: 'Bearer {token}' };

/** A batch of our own JSON, compressed by a log shipper. */
export const gzippedBatch: Format = (readings, device) => {
  const text = JSON.stringify({ fixes: readings.map((reading) => ownFix(reading, device)) });
  return {
    ...{ method: 'POST', path: PATH, headers: { ...OWN_HEADERS, 'content-encoding': 'gzip' } },
    ...{ body: gzipSync(text).toString('base64'), bodyEncoding: 'base64' },
  };
};

/** Our own JSON behind a byte order mark. */
export const jsonWithMark: Format = (readings, device) => ({
  ...{ method: 'POST', path: PATH, headers: { ...OWN_HEADERS, 'content-type': 'application/json; charset=utf-8' } },
  body: `\uFEFF${JSON.stringify(ownFix(firstOf(readings), device))}`,
});

const withComma = (value: number): string => String(value).replace('.', ',');

/** SendLocation for iOS on a phone with decimal commas. */
export const sendLocation: Format = (readings, device) => {
  const { fix, at, chargePercent } = firstOf(readings);
  const text = query({
    ...{ deviceid: device.id, lat: withComma(rounded(fix?.lat ?? 0, 7)), lon: withComma(rounded(fix?.lon ?? 0, 7)) },
    ...{ timestamp: Math.floor((at + device.clockErrorMs) / 1000), speed: withComma(knotsOf(fix ?? NO_SPEED)) },
    ...{ accuracy: withComma(fix?.accuracyM ?? 0), batt: chargePercent },
  });
  return { method: 'GET', path: `${TOKEN_PATH}?${text}`, headers: { 'user-agent': 'SendLocation/1 CFNetwork' } };
};

/** GPSLogger's custom URL, with the names that its users enter most; speed in m/s. */
export const gpsLogger: Format = (readings, device) => {
  const { fix, at, chargePercent } = firstOf(readings);
  const body = query({
    ...{ lat: fix?.lat ?? 0, lon: fix?.lon ?? 0, time: new Date(at + device.clockErrorMs).toISOString() },
    ...{ s: rounded(Math.max(0, fix?.speedMps ?? 0), 2), sat: 9, alt: fix?.altitudeM ?? 0, acc: fix?.accuracyM ?? 0 },
    ...{ dir: rounded(Math.max(0, fix?.headingDeg ?? 0), 1), prov: 'gps', batt: chargePercent, aid: device.id },
  });
  return {
    method: 'POST',
    path: `${PATH}?token={token}`,
    headers: { 'content-type': 'application/x-www-form-urlencoded', 'user-agent': 'okhttp/4.9.3' },
    body,
  };
};

/** Overland: GeoJSON features in batches. */
export const overland: Format = (readings, device) => {
  const locations = readings.map(({ fix, at, isMoving, chargePercent }) => ({
    type: 'Feature',
    geometry: { type: 'Point', coordinates: [rounded(fix?.lon ?? 0, 7), rounded(fix?.lat ?? 0, 7)] },
    properties: {
      timestamp: new Date(at + device.clockErrorMs).toISOString().replace(/\.\d+Z$/, 'Z'),
      altitude: fix?.altitudeM ?? 0,
      speed: rounded(fix?.speedMps ?? -1, 1),
      horizontal_accuracy: fix?.accuracyM ?? -1,
      vertical_accuracy: 4,
      motion: isMoving ? ['driving'] : ['stationary'],
      battery_state: 'unplugged',
      battery_level: chargePercent / 100,
      wifi: '',
      device_id: device.id,
    },
  }));
  return {
    method: 'POST',
    path: PATH,
    headers: { 'content-type': 'application/json', authorization: 'Bearer {token}' },
    body: JSON.stringify({ locations }),
  };
};

/** A Traccar server that forwards the positions of a hardware unit as JSON; speed in knots. */
export const traccarForward: Format = (readings, device, sentAt) => {
  const reading = firstOf(readings);
  const { fix, at, isMoving, chargePercent } = reading;
  const fixTime = new Date(at + device.clockErrorMs).toISOString().replace('Z', '+00:00');
  const position = {
    ...{
      id: Math.floor(sentAt / 1000),
      attributes: { batteryLevel: chargePercent, motion: isMoving, ignition: isMoving },
    },
    ...{ deviceId: 10, protocol: 'teltonika', serverTime: new Date(sentAt).toISOString().replace('Z', '+00:00') },
    ...{ deviceTime: fixTime, fixTime, outdated: false, valid: (fix?.accuracyM ?? 0) >= 0 },
    ...{
      latitude: fix?.lat ?? 0,
      longitude: fix?.lon ?? 0,
      altitude: fix?.altitudeM ?? 0,
      speed: fix ? knotsOf(fix) : 0,
    },
    ...{ course: rounded(Math.max(0, fix?.headingDeg ?? 0), 1), address: null, accuracy: 0, network: null },
  };
  const unit = {
    id: 10,
    name: 'Trailer unit',
    uniqueId: device.id,
    status: 'online',
    positionId: position.id,
    category: 'trailer',
  };
  return {
    method: 'POST',
    path: PATH,
    headers: { 'content-type': 'application/json', authorization: 'Bearer {token}' },
    body: JSON.stringify({ position, device: unit }),
  };
};

/** The same with one address for all devices of the server: a hub token, and the unit in the body. */
export const traccarHub: Format = (readings, device, sentAt) => ({
  ...traccarForward(readings, device, sentAt),
  path: '/api/trailers/{hub}/location',
});

/** The address of a device's posts: the trailer's ID and its device token. A server posts with a hub token where there is one. */
export type Endpoint = { trailer: string; token: string; hubToken?: string };

/** Fills the placeholders `{trailer}`, `{token}`, `{hub}` and `{credentials}` (Basic, with the token as the password) of a request. */
export const addressedTo = (request: HttpRequest, { trailer, token, hubToken = token }: Endpoint): HttpRequest => {
  const credentials = Buffer.from(`driver:${token}`).toString('base64');
  const filled = (text: string): string =>
    text
      .replaceAll('{trailer}', trailer)
      .replaceAll('{token}', token)
      .replaceAll('{hub}', hubToken)
      .replaceAll('{credentials}', credentials);
  const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, filled(value)]));
  return { ...request, path: filled(request.path), headers };
};

import { isJsonObject, type JsonObject } from '@qdn/json';
import { fieldsOfObject, hasPlace, pointOf } from './fields.ts';
import { type Message, type Part, type Reading, signOf, unreadable } from './part.ts';
import type { Fields } from './values.ts';

/* Webhooks of fleet services, from their public documentation. Each names its unit. */

const idOf = (value: unknown): string | null =>
  typeof value === 'string' || typeof value === 'number' ? String(value) : null;

const objectsIn = (value: unknown): JsonObject[] => [value].flat().filter(isJsonObject);

/** True for a vehicle or asset of a page of Samsara's API. */
const isSamsara = (one: unknown): one is JsonObject =>
  isJsonObject(one) &&
  ('id' in one || isJsonObject(one['asset'])) &&
  objectsIn(one['gps'] ?? one['location']).some((place) => hasPlace(fieldsOfObject(place)));

/**
 * Positions in a page of Samsara's API: vehicles (`GET /fleet/vehicles/stats`, `/stats/feed`, `/locations`; miles per hour), and assets
 * (`GET /assets/location-and-speed/stream`; m/s).
 */
const samsaraPoints = (one: JsonObject, { now }: Reading): Part[] => {
  const unit = idOf(isJsonObject(one['asset']) ? one['asset']['id'] : one['id']);
  const speed = isJsonObject(one['speed']) ? one['speed']['gpsSpeedMetersPerSecond'] : undefined;
  return objectsIn(one['gps'] ?? one['location']).map((place) => {
    const fields = new Map(fieldsOfObject(place));
    fields.set('heading', place['headingDegrees'] ?? place['heading']).set('accuracy', place['accuracyMeters']);
    if (speed !== undefined) fields.set('speedmps', speed);
    return pointOf(fields, { now, usual: 'mph', unit, time: place['time'] ?? one['happenedAtTime'] });
  });
};

/** Events of Samsara's webhooks have no position of the vehicle; a geofence's center is not one. A ping names no vehicle. */
const samsaraEvent = ({ data }: JsonObject): Part => {
  const vehicle = isJsonObject(data) && isJsonObject(data['vehicle']) ? data['vehicle'] : {};
  const unit = idOf(vehicle['id']);
  return unit === null ? { kind: 'offline', unit } : signOf('event', unit);
};

/** Points of a trip as Bouncie sends them: miles per hour. https://docs.bouncie.dev/ */
const bouncie = (message: JsonObject, { now }: Reading): Part[] => {
  const unit = idOf(message['imei']);
  const { data } = message;
  if (!Array.isArray(data)) return [signOf('event', unit, message['eventType'] === 'tripEnd' ? true : null)];
  return data.map((one): Part => {
    if (!isJsonObject(one) || !isJsonObject(one['gps'])) return unreadable(unit);
    return pointOf(fieldsOfObject({ ...one, ...one['gps'] }), { now, usual: 'mph', unit });
  });
};

/** Types of Motive's locations that say whether the vehicle moves; `breadcrumb` and others do not. */
const MOTIVE_MOTION: Readonly<Record<string, boolean>> = { vehicle_stopped: false, vehicle_moving: true };

/** Returns the fields of a location as Motive sends it. */
const motiveFields = (place: JsonObject): Fields => {
  const isMoving = MOTIVE_MOTION[String(place['type'])];
  const fields = fieldsOfObject(place);
  return isMoving === undefined ? fields : new Map(fields).set('motion', isMoving);
};

/** Motive's webhook `vehicle_location_updated`, and that of assets; `test` is sent once, on setup. https://developer.gomotive.com/ */
const motive = (message: JsonObject, { now }: Reading): Part => {
  const unit = idOf(message['vehicle_id'] ?? message['asset_id']);
  return unit === null ? { kind: 'offline', unit } : pointOf(motiveFields(message), { now, usual: 'mph', unit });
};

const isMotive = ({ action, vehicle_id: vehicle, asset_id: asset }: JsonObject): boolean =>
  action === 'test' || (typeof action === 'string' && (vehicle ?? asset) !== undefined);

/** Vehicles and assets as Motive's API lists them (`GET /v1/vehicle_locations`): miles per hour. Null for another message. */
const motiveList = (message: JsonObject, { now }: Reading): Part[] | null => {
  const listed = [message['vehicles'] ?? message['assets'] ?? message].flat().map((one) => {
    const unit = isJsonObject(one) ? (one['vehicle'] ?? one['asset']) : null;
    const place = isJsonObject(unit) ? (unit['current_location'] ?? unit['last_location']) : null;
    return isJsonObject(unit) && isJsonObject(place) ? { unit: idOf(unit['id']), place } : null;
  });
  const parts = listed.filter((one) => one !== null);
  return parts.length === 0
    ? null
    : parts.map(({ unit, place }) => pointOf(motiveFields(place), { now, usual: 'mph', unit }));
};

/** Reads a webhook of Samsara, Bouncie, Motive or flespi; null for another message. */
export const readFleetService = (message: JsonObject, reading: Reading): Message | null => {
  const { data, eventType } = message;
  if (Array.isArray(data) && data.length > 0 && data.every(isSamsara))
    return { client: 'Samsara', parts: data.flatMap((one) => samsaraPoints(one, reading)) };
  if (typeof eventType === 'string' && 'imei' in message)
    return { client: 'Bouncie', parts: bouncie(message, reading) };
  if (typeof eventType === 'string') return { client: 'Samsara', parts: [samsaraEvent(message)] };
  if (isMotive(message)) return { client: 'Motive', parts: [motive(message, reading)] };
  const listed = motiveList(message, reading);
  if (listed) return { client: 'Motive', parts: listed };
  if ('ident' in message)
    return { client: 'flespi', parts: [pointOf(fieldsOfObject(message), { now: reading.now, usual: 'km/h' })] };
  return null;
};

import { isJsonObject, type JsonObject } from '@qdn/json';
import { fieldsOfObject, pointOf } from './fields.ts';
import { type Message, type Part, type Reading, signOf, unreadable } from './part.ts';

/* Webhooks of fleet services, from their public documentation. Each names its unit. */

const idOf = (value: unknown): string | null =>
  typeof value === 'string' || typeof value === 'number' ? String(value) : null;

/** Vehicles of Samsara's API (`GET /fleet/vehicles/stats?types=gps`): miles per hour. */
const samsaraVehicle = (vehicle: JsonObject, { now }: Reading): Part => {
  const gps = isJsonObject(vehicle['gps']) ? vehicle['gps'] : {};
  const fields = new Map(fieldsOfObject(gps)).set('heading', gps['headingDegrees']);
  return pointOf(fields, { now, usual: 'mph', unit: idOf(vehicle['id']) });
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

/** Motive's webhook `vehicle_location_updated`; `test` is sent once, on setup. https://developer.gomotive.com/ */
const motive = (message: JsonObject, { now }: Reading): Part =>
  message['vehicle_id'] === undefined
    ? { kind: 'offline', unit: null }
    : pointOf(fieldsOfObject(message), { now, usual: 'mph', unit: idOf(message['vehicle_id']) });

const isMotive = ({ action, vehicle_id: vehicle }: JsonObject): boolean =>
  action === 'test' || (typeof action === 'string' && vehicle !== undefined);

/** Reads a webhook of Samsara, Bouncie, Motive or flespi; null for another message. */
export const readFleetService = (message: JsonObject, reading: Reading): Message | null => {
  const { data, eventType } = message;
  if (
    Array.isArray(data) &&
    data.length > 0 &&
    data.every((one) => isJsonObject(one) && isJsonObject(one['gps']) && 'id' in one)
  )
    return { client: 'Samsara', parts: (data as JsonObject[]).map((one) => samsaraVehicle(one, reading)) };
  if (typeof eventType === 'string' && 'imei' in message)
    return { client: 'Bouncie', parts: bouncie(message, reading) };
  if (typeof eventType === 'string') return { client: 'Samsara', parts: [samsaraEvent(message)] };
  if (isMotive(message)) return { client: 'Motive', parts: [motive(message, reading)] };
  if ('ident' in message)
    return { client: 'flespi', parts: [pointOf(fieldsOfObject(message), { now: reading.now, usual: 'kmh' })] };
  return null;
};

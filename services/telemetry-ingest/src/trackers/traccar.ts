import { isJsonObject, type JsonObject } from '@qdn/json';
import { fieldsOfObject, pointOf } from './fields.ts';
import { type Message, type Part, type Reading, signOf, unreadable } from './part.ts';
import { standingIn } from './standing.ts';
import { batteryOf, flagOf, textOf } from './values.ts';

/** One location of Traccar Client 9 and of the library in it; without `coords` it is a heartbeat. Speed in m/s. */
const locationOf = (location: unknown, { now }: Reading): Part => {
  if (!isJsonObject(location)) return unreadable();
  const { coords, timestamp } = location;
  const standing = standingIn(fieldsOfObject(location));
  if (coords === undefined || coords === null) return signOf('heartbeat', null, standing ?? true);
  if (!isJsonObject(coords)) return unreadable();
  const point = pointOf(fieldsOfObject(coords), { now, usual: 'm/s', time: timestamp, unit: null });
  if (point.kind !== 'position') return point.kind === 'sign' ? unreadable() : point;
  const power = isJsonObject(location['battery']) ? location['battery'] : {};
  return { ...point, standing, battery: batteryOf(power['level'], 1, flagOf(power['is_charging'])) };
};

/** Traccar Client 9, and other apps with its library: one location, or several. */
export const readTraccarClient = (message: JsonObject, reading: Reading): Message => ({
  client: 'device_id' in message ? 'Traccar Client' : 'Background location',
  parts: [message['location']].flat().map((one) => locationOf(one, reading)),
});

/** The browser's own object: `coords` and `timestamp`. https://www.w3.org/TR/geolocation/ */
export const readBrowser = (message: JsonObject, reading: Reading): Message => ({
  client: 'Browser',
  parts: [locationOf(message, reading)],
});

/** Events with which a Traccar server says that it has not heard from a unit. */
const OFFLINE = ['deviceOffline', 'deviceUnknown', 'deviceInactive'];

/**
 * Forward of a Traccar server (`forward.type=json`, `event.forward`): `position` with `device`, `event` with `device`. Speed in knots.
 * https://www.traccar.org/forward/
 */
export const readTraccarServer = (message: JsonObject, { now }: Reading): Message => {
  const device = isJsonObject(message['device']) ? message['device'] : {};
  const unit = device['uniqueId'] === undefined ? null : textOf(device['uniqueId']);
  const client = 'Traccar server';
  const { event, position } = message;
  if (isJsonObject(event) && OFFLINE.includes(textOf(event['type'])))
    return { client, parts: [{ kind: 'offline', unit }] };
  if (!isJsonObject(position)) return { client, parts: [signOf('event', unit)] };
  const fields = fieldsOfObject(position);
  const attributes = isJsonObject(position['attributes']) ? position['attributes'] : {};
  const point = pointOf(fields, { now, usual: 'knots', time: position['fixTime'] ?? position['deviceTime'], unit });
  if (point.kind !== 'position') return { client, parts: [point] };
  const battery = batteryOf(attributes['batteryLevel'], 100, flagOf(attributes['charge']));
  return { client, parts: [{ ...point, battery }] };
};

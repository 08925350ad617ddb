import { isJsonObject, type JsonObject } from '@qdn/json';
import { fieldsOfObject, pointOf } from './fields.ts';
import { type Message, type Part, type Reading, signOf, unreadable } from './part.ts';
import { batteryOf, speedOf, textOf } from './values.ts';

/** `bs`: 1 unplugged, 2 charging, 3 full; 0 unknown. */
const chargingOf = (status: unknown): boolean | null =>
  status === 1 ? false : status === 2 || status === 3 ? true : null;

const locationOf = (message: JsonObject, now: number): Part => {
  const fields = fieldsOfObject(message);
  const point = pointOf(fields, { now, usual: 'km/h', time: fields.get('tst'), unit: null });
  if (point.kind === 'sign') return unreadable();
  if (point.kind !== 'position') return point;
  return {
    ...point,
    speedMps: speedOf(fields.get('vel'), 'km/h'),
    battery: batteryOf(fields.get('batt'), 100, chargingOf(fields.get('bs'))),
  };
};

const decrypted = (message: JsonObject, { decrypt }: Reading): JsonObject | null => {
  try {
    const inner: unknown = JSON.parse(decrypt(textOf(message['data'])) ?? '');
    return isJsonObject(inner) && inner['_type'] !== 'encrypted' ? inner : null;
  } catch {
    return null;
  }
};

const partOf = (message: JsonObject, reading: Reading): Part => {
  switch (message['_type']) {
    case 'location':
      return locationOf(message, reading.now);
    case 'encrypted': {
      const inner = decrypted(message, reading);
      return inner ? partOf(inner, reading) : { kind: 'refused', unit: null, reason: 'encrypted', last: null };
    }
    // The broker's last will: the phone has been out of reach.
    case 'lwt':
      return { kind: 'offline', unit: null };
    case 'status':
      return signOf('status');
    // The phone's own region: only that it leaves it, and so moves, counts.
    case 'transition':
      return signOf('event', null, message['event'] === 'leave' ? false : null);
    default:
      // Waypoints, regions, cards: other places than the phone's, or none.
      return signOf('event');
  }
};

/** Reads a message of OwnTracks: `tst` in s, `vel` in km/h. https://owntracks.org/booklet/tech/json/ */
export const readOwnTracks = (message: JsonObject, reading: Reading): Message => ({
  client: 'OwnTracks',
  parts: [partOf(message, reading)],
});

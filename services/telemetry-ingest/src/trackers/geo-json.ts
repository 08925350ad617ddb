import { isJsonObject, type JsonObject } from '@qdn/json';
import { fieldsOfObject, pointOf } from './fields.ts';
import { type Message, type Part, type Reading, signOf, unreadable } from './part.ts';
import { batteryOf } from './values.ts';

/** Events of Overland's action that say that the phone rests: iOS has paused its updates, or a visit has begun. */
const restsBy = (properties: JsonObject): boolean | null => {
  if (properties['action'] === 'paused_location_updates') return true;
  return properties['action'] === 'visit' && properties['departure_date'] === null ? true : null;
};

const chargingOf = (state: unknown): boolean | null =>
  state === 'charging' || state === 'full' ? true : state === 'unplugged' ? false : null;

/** Reads one feature: a point, longitude first (RFC 7946). Overland's events and trips are signs of life. */
const featureOf = (feature: unknown, { now }: Reading): Part => {
  if (!isJsonObject(feature)) return unreadable();
  const properties = isJsonObject(feature['properties']) ? feature['properties'] : {};
  const geometry = isJsonObject(feature['geometry']) ? feature['geometry'] : {};
  if (properties['action'] !== undefined || properties['type'] === 'trip')
    return signOf('event', null, restsBy(properties));
  const [lon, lat] = Array.isArray(geometry['coordinates']) ? geometry['coordinates'] : [];
  const fields = new Map(fieldsOfObject(properties)).set('lat', lat).set('lon', lon);
  const point = pointOf(fields, { now, usual: 'm/s', unit: null });
  if (point.kind !== 'position') return point;
  const battery = batteryOf(fields.get('battery_level'), 1, chargingOf(fields.get('battery_state')));
  return { ...point, battery };
};

/** Overland's batch. The app deletes its points when it gets `{"result":"ok"}`. https://github.com/aaronpk/Overland-iOS#api */
export const readOverland = (message: JsonObject, reading: Reading): Message => {
  const { locations, current } = message;
  const features = [locations, current ?? []].flat();
  return {
    client: 'Overland',
    parts: features.length > 0 ? features.map((one) => featureOf(one, reading)) : [signOf('heartbeat')],
    answer: { result: 'ok' },
  };
};

/** True for a feature, or a collection of features. */
export const isGeoJson = (message: JsonObject): boolean =>
  message['type'] === 'Feature' || (message['type'] === 'FeatureCollection' && Array.isArray(message['features']));

export const readGeoJson = (message: JsonObject, reading: Reading): Message => ({
  client: 'GeoJSON',
  parts: [message['type'] === 'Feature' ? message : message['features']].flat().map((one) => featureOf(one, reading)),
});

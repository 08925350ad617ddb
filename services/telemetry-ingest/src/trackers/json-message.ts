import { isJsonObject, type JsonObject } from '@qdn/json';
import { fieldsOfObject, flattened, hasPlace, pointOf } from './fields.ts';
import { readFleetService } from './fleet-services.ts';
import { isGeoJson, readGeoJson, readOverland } from './geo-json.ts';
import { readOwnTracks } from './own-tracks.ts';
import { type Message, type Part, type Reading, signOf, unreadable } from './part.ts';
import { readBrowser, readTraccarClient, readTraccarServer } from './traccar.ts';
import { textOf } from './values.ts';

/** Nesting of arrays that is read. */
const MAX_DEPTH = 3;

/** Names under which messages hold a list of positions. */
const LISTS = ['fixes', 'points', 'positions'] as const;

/** The product's own shape, and those of scripts: values at the top level, or in one object. Speed in m/s. */
const flat = (message: JsonObject, { now }: Reading): Part => {
  const fields = flattened(message);
  const isEmpty = Object.keys(message).length === 0;
  if (!hasPlace(fields)) {
    // A point of a list that names a time is meant as a position.
    return 'x' in message || 'value1' in message ? unreadable() : signOf(isEmpty ? 'empty' : 'heartbeat');
  }
  const named = fields.get('trailerid');
  const point = pointOf(fields, { now, usual: 'm/s', unit: null });
  return named === undefined ? point : { ...point, unit: `trailer:${textOf(named)}` };
};

const isTraccarLocation = ({ location }: JsonObject): boolean =>
  Array.isArray(location)
    ? !location.every((one) => typeof one === 'number' || typeof one === 'string') || location.length !== 2
    : isJsonObject(location) && !hasPlace(fieldsOfObject(location));

const listOf = (message: JsonObject): unknown[] | null => {
  for (const name of LISTS) if (Array.isArray(message[name])) return message[name] as unknown[];
  return null;
};

const readObject = (message: JsonObject, reading: Reading): Message => {
  if ('_type' in message) return readOwnTracks(message, reading);
  if (Array.isArray(message['locations'])) return readOverland(message, reading);
  if (isGeoJson(message)) return readGeoJson(message, reading);
  if (isJsonObject(message['device']) && (isJsonObject(message['position']) || isJsonObject(message['event'])))
    return readTraccarServer(message, reading);
  if (isTraccarLocation(message)) return readTraccarClient(message, reading);
  if (isJsonObject(message['coords'])) return readBrowser(message, reading);
  const list = listOf(message);
  const client = 'JSON';
  if (list) return { client, parts: list.map((one) => (isJsonObject(one) ? flat(one, reading) : unreadable())) };
  return readFleetService(message, reading) ?? { client, parts: [flat(message, reading)] };
};

/** Joins the messages of a batch: the first one's client and answer. */
export const joined = (messages: readonly Message[]): Message => {
  const [first] = messages;
  const parts = messages.flatMap((message) => message.parts);
  if (!first) return { client: 'JSON', parts: [signOf('empty')] };
  const answered = messages.find(({ answer }) => answer !== undefined);
  const { client } = messages.find(({ client: name }) => name !== 'Unknown') ?? first;
  return { client, parts, ...(answered ? { answer: answered.answer } : {}) };
};

/** Reads a JSON value of any client. Each is known by its contents, whatever the content type says. */
export const readJson = (value: unknown, reading: Reading, depth = 0): Message => {
  if (Array.isArray(value) && depth < MAX_DEPTH && (depth === 0 || value.length > 0))
    return joined(value.map((one) => readJson(one, reading, depth + 1)));
  return isJsonObject(value) ? readObject(value, reading) : { client: 'Unknown', parts: [unreadable()] };
};

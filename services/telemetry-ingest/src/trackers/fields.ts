import type { Battery, SpeedUnitName } from '@qdn/domain';
import { isJsonObject } from '@qdn/json';
import { type Part, signOf, unreadable } from './part.ts';
import { standingIn } from './standing.ts';
import { accuracyOf, batteryOf, degreesOf, type Fields, flagOf, headingOf, speedOf, textOf, timeOf } from './values.ts';

/** Names by which clients call a value, the usual one first. */
const NAMES = {
  lat: ['lat', 'latitude', 'position.latitude'],
  lon: ['lon', 'lng', 'long', 'longitude', 'position.longitude'],
  both: ['location', 'latlng', 'latlon', 'gps'],
  time: [
    ...[
      'timestamp',
      'at',
      'tst',
      'time',
      'ts',
      'utc',
      'datetime',
      'fixtime',
      'located_at',
      'happened_at',
      'last_updated',
    ],
    ...['pt', 'tm', 'date'],
  ],
  accuracy: ['accuracy', 'acc', 'accuracym', 'hacc', 'horizontal_accuracy', 'gps_accuracy', 'precision'],
  heading: ['bearing', 'heading', 'headingdeg', 'course', 'direction', 'dir', 'cog', 'bear', 'position.direction'],
  battery: ['batt', 'battery', 'batterypercent', 'bat', 'batterylevel', 'battery_level', 'battery.level'],
  charging: ['charge', 'charging', 'is_charging'],
  valid: ['valid', 'position.valid'],
  unit: ['id', 'deviceid', 'device_id', 'imei', 'ident', 'uniqueid', 'vehicle_id'],
} as const;

const isValue = (value: unknown): boolean => value !== undefined && value !== null && value !== '';

/** Returns the first value that is there, by the names that clients use. */
export const firstValue = (fields: Fields, names: readonly string[]): unknown => {
  for (const name of names) if (isValue(fields.get(name))) return fields.get(name);
  return undefined;
};

/** Lower case, without blanks, a byte-order mark, and the `amp;` of a URL that was copied from HTML. */
const nameOf = (name: string): string =>
  name
    .replace(/^\uFEFF|^amp;/g, '')
    .trim()
    .toLowerCase();

/** Returns the fields of a query or form. Of a repeated field the first value counts. */
export const fieldsOfForm = (form: URLSearchParams): Fields => {
  const fields = new Map<string, unknown>();
  for (const [name, value] of form) if (!fields.has(nameOf(name))) fields.set(nameOf(name), value.trim());
  return fields;
};

/** Returns the fields of a JSON object. */
export const fieldsOfObject = (object: object): Fields =>
  new Map(Object.entries(object).map(([name, value]) => [nameOf(name), value]));

/** Place in one value: `30.2672,-97.7431`, or a pair. */
const pairOf = (value: unknown): [unknown, unknown] | null => {
  if (Array.isArray(value) && value.length >= 2) return [value[0], value[1]];
  const [, lat, lon] = /^\s*([^,\s]+)\s*,\s*([^,\s]+)\s*$/.exec(typeof value === 'string' ? value : '') ?? [];
  return lat === undefined ? null : [lat, lon];
};

/** True when the message is meant to have a place, even if it cannot be read. */
export const hasPlace = (fields: Fields): boolean =>
  [...NAMES.lat, ...NAMES.lon].some((name) => fields.has(name)) ||
  NAMES.both.some((name) => typeof fields.get(name) === 'string' || Array.isArray(fields.get(name)));

const placeOf = (fields: Fields): [unknown, unknown] => {
  const [lat, lon] = [firstValue(fields, NAMES.lat), firstValue(fields, NAMES.lon)];
  return lat === undefined && lon === undefined ? (pairOf(firstValue(fields, NAMES.both)) ?? [lat, lon]) : [lat, lon];
};

/** Date and time in two fields, `date=20261130&time=180000.000`. */
const dateAndTime = (fields: Fields): string | null => {
  const [, year, month, day] = /^(\d{4})(\d\d)(\d\d)$/.exec(textOf(fields.get('date'))) ?? [];
  const [, hours, minutes, seconds] = /^(\d\d)(\d\d)(\d\d(?:\.\d+)?)$/.exec(textOf(fields.get('time'))) ?? [];
  return year && hours ? `${year}-${month}-${day}T${hours}:${minutes}:${seconds}Z` : null;
};

const batteryIn = (fields: Fields): Battery | null => {
  const level = firstValue(fields, NAMES.battery);
  const isShare =
    typeof level === 'number' && level <= 1 && (fields.has('batterylevel') || fields.has('battery_level'));
  return batteryOf(level, isShare ? 1 : 100, flagOf(firstValue(fields, NAMES.charging)));
};

/** Unit of `speed` in forms; fields whose names say their own unit. */
const SPEED_NAMES: ReadonlyArray<[name: string, unit: SpeedUnitName]> = [
  ['speedmps', 'm/s'],
  ['s', 'm/s'],
  ['spd', 'm/s'],
  ['vel', 'm/s'],
  ['speedmilesperhour', 'mph'],
  ['position.speed', 'km/h'],
];
const speedIn = (fields: Fields, usual: SpeedUnitName): number | null => {
  if (isValue(fields.get('speed'))) return speedOf(fields.get('speed'), usual);
  for (const [name, unit] of SPEED_NAMES) if (isValue(fields.get(name))) return speedOf(fields.get(name), unit);
  return null;
};

/** Returns the ID of the unit that a message names. */
export const unitOf = (fields: Fields): string | null => {
  const unit = firstValue(fields, NAMES.unit);
  return typeof unit === 'string' || typeof unit === 'number' ? String(unit) : null;
};

/** True when the sender says that its receiver has no position. */
const isInvalid = (fields: Fields): boolean =>
  flagOf(firstValue(fields, NAMES.valid)) === false || fields.get('status') === 'V';

/**
 * Reads fields that clients of many kinds send: one position, or a sign of life when no place is meant.
 * @param usual unit of a `speed`
 * @param time the position's time, where it is not in the fields
 */
export const pointOf = (
  fields: Fields,
  {
    now,
    usual,
    time,
    unit = unitOf(fields),
  }: { now: number; usual: SpeedUnitName; time?: unknown; unit?: string | null },
): Part => {
  if (!hasPlace(fields)) return signOf('heartbeat', unit, standingIn(fields) ?? true);
  const [lat, lon] = placeOf(fields).map(degreesOf);
  if (typeof lat !== 'number' || typeof lon !== 'number') return unreadable(unit);
  const at = timeOf(time ?? dateAndTime(fields) ?? firstValue(fields, NAMES.time), now);
  const accuracyM = accuracyOf(firstValue(fields, NAMES.accuracy));
  if (accuracyM === 'none' || isInvalid(fields))
    return { kind: 'refused', unit, reason: 'inaccurate', last: { at, lat, lon } };
  if (flagOf(fields.get('outdated')) === true)
    return { kind: 'refused', unit, reason: 'outdated', last: { at, lat, lon } };
  return {
    kind: 'position',
    unit,
    at,
    lat,
    lon,
    accuracyM,
    speedMps: speedIn(fields, usual),
    headingDeg: headingOf(firstValue(fields, NAMES.heading)),
    battery: batteryIn(fields),
    standing: standingIn(fields),
  };
};

/** Objects in which clients put the place; their neighbours outside count as well. */
const WRAPPERS = ['position', 'payload', 'data', 'attributes', 'location', 'gps', 'coords'] as const;

/** Returns the fields of an object and of the object in it that has the place. */
export const flattened = (object: object): Fields => {
  const fields = fieldsOfObject(object);
  if (hasPlace(fields)) return fields;
  for (const name of WRAPPERS) {
    const inner = fields.get(name);
    if (isJsonObject(inner) && hasPlace(fieldsOfObject(inner))) return new Map([...fields, ...fieldsOfObject(inner)]);
  }
  return fields;
};

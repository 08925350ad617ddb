import type { SpeedUnitName } from '@qdn/domain';
import { fieldsOfForm, hasPlace, pointOf, unitOf } from './fields.ts';
import { isNmea, readNmea } from './nmea.ts';
import { type Message, type Reading, signOf, unreadable } from './part.ts';
import { type Fields, textOf } from './values.ts';

/** Names of fields that only GPSLogger for Android has. Its speeds are in m/s. */
const GPS_LOGGER = ['s', 'spd', 'prov', 'provider', 'ser', 'aid', 'direction', 'dir'];

const clientOf = (fields: Fields): { client: string; usual: SpeedUnitName } => {
  if (GPS_LOGGER.some((name) => fields.has(name))) return { client: 'GPSLogger', usual: 'm/s' };
  if (fields.has('id') && fields.has('timestamp')) return { client: 'Traccar Client', usual: 'knots' };
  return { client: 'OsmAnd protocol', usual: 'knots' };
};

/** Names under which units send a sentence of NMEA. */
const NMEA = ['rmc', 'gprmc', 'nmea', 'gpgga'];
const nmeaIn = (fields: Fields): string | null => {
  for (const name of NMEA) {
    const text = fields.get(name);
    if (typeof text === 'string' && isNmea(text)) return text;
  }
  return null;
};

/** Fields in which apps put a whole position, in an order of their own. */
const isUnknownFormat = (fields: Fields): boolean => fields.has('d[]') || textOf(fields.get('cmd')).startsWith('$');

/**
 * Reads a query or form in OsmAnd's protocol (Traccar Client up to 8 and from 10 on, GPSLogger, OsmAnd, home automation): speed in knots
 * except for clients that are known to send m/s. https://www.traccar.org/osmand/
 */
export const readForm = (form: URLSearchParams, { now }: Reading): Message => {
  const fields = fieldsOfForm(form);
  const { client, usual } = clientOf(fields);
  const nmea = hasPlace(fields) ? null : nmeaIn(fields);
  if (nmea !== null) {
    const unit = unitOf(fields);
    return { client: 'NMEA', parts: readNmea(nmea, now, false).map((part) => ({ ...part, unit })) };
  }
  if (isUnknownFormat(fields)) return { client: 'Unknown', parts: [unreadable()] };
  const hasNames = fields.size > 0;
  return { client, parts: [hasNames ? pointOf(fields, { now, usual }) : signOf('empty')] };
};

/** True when a form or query has a place, or a sentence of NMEA with one. */
export const formHasPlace = (form: URLSearchParams): boolean => {
  const fields = fieldsOfForm(form);
  return hasPlace(fields) || nmeaIn(fields) !== null;
};

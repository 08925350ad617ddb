import { localDate, localSeconds } from '@qdn/domain';

/** Times as one time zone writes them. Each method takes epoch ms or RFC 3339. */
export type LocalTime = {
  /** IANA name. */
  zone: string;
  /** Common name of the zone in every season: `CT`, `France Time`, `UTC`. */
  label: string;
  /** `2026-03-11 09:00:00`, for columns. */
  stamp: (at: number | string) => string;
  /** `2026-03-11 09:00 CT` */
  minute: (at: number | string) => string;
  /** `9:00 AM` */
  hour: (at: number | string) => string;
  /** `Wed, Mar 11, 9:00 AM CDT`, with the year when it is another one than now. */
  inWords: (at: number | string) => string;
};

const part = (zone: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat =>
  new Intl.DateTimeFormat('en-US', { timeZone: zone, ...options });

/** Returns the one part of a formatted time. */
const only = (format: Intl.DateTimeFormat, type: Intl.DateTimeFormatPartTypes, at = 0): string =>
  format.formatToParts(at).find((one) => one.type === type)?.value ?? '';

/** Intl writes a narrow space before AM and PM, which terminals and searches do not treat as a space. */
const plain = (text: string): string => text.replaceAll(/[\u202f\u00a0]/g, ' ');

/**
 * Returns the times of a time zone.
 * @param zone IANA name
 * @param now epoch ms
 */
export const localTime = (zone: string, now: number): LocalTime => {
  const stamps = new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'medium' });
  const hours = part(zone, { hour: 'numeric', minute: '2-digit' });
  const year = part(zone, { year: 'numeric' });
  const words: Intl.DateTimeFormatOptions = {
    weekday: 'short',
    month: 'short',
    day: 'numeric',
    hour: 'numeric',
    minute: '2-digit',
    timeZoneName: 'short',
  };
  const [thisYear, otherYear] = [part(zone, words), part(zone, { ...words, year: 'numeric' })];
  const epoch = (at: number | string): number => (typeof at === 'number' ? at : Date.parse(at));
  const label = zone === 'UTC' ? 'UTC' : only(part(zone, { timeZoneName: 'shortGeneric' }), 'timeZoneName');
  return {
    zone,
    label,
    stamp: (at) => stamps.format(epoch(at)),
    minute: (at) => `${stamps.format(epoch(at)).slice(0, 16)} ${label}`,
    hour: (at) => plain(hours.format(epoch(at))),
    inWords: (at) => plain((year.format(epoch(at)) === year.format(now) ? thisYear : otherYear).format(epoch(at))),
  };
};

/** Returns the letters of a time zone at a moment (epoch ms): `CDT`, `CST`. */
export const zoneLetters = (at: number, zone: string): string =>
  only(part(zone, { timeZoneName: 'short' }), 'timeZoneName', at);

/** A date and time of day on the clocks of a place, as epoch ms of the same reading in UTC. */
export type WallTime = number;

/** Returns the reading of a zone's clocks at a moment (epoch ms). */
export const wallTimeAt = (at: number, zone: string): WallTime =>
  Date.parse(localDate(at, zone)) + localSeconds(at, zone) * 1000 + (((at % 1000) + 1000) % 1000);

/** Returns a moment as RFC 3339 with the offset of a zone: `2026-03-11T09:00:00-05:00`. */
export const offsetTime = (at: number, zone: string): string => {
  const wall = wallTimeAt(at, zone);
  const minutes = Math.round((wall - at) / 60_000);
  const [hours, rest] = [Math.floor(Math.abs(minutes) / 60), Math.abs(minutes) % 60].map((n) =>
    String(n).padStart(2, '0'),
  );
  return `${new Date(wall).toISOString().slice(0, 19)}${minutes < 0 ? '-' : '+'}${hours}:${rest}`;
};

const DAY_MS = 24 * 3_600_000;

/**
 * Returns the moments (epoch ms) at which a zone's clocks show a time, earliest first: usually one, none in the hour that spring skips,
 * two in the hour that autumn repeats.
 */
export const momentsOf = (wall: WallTime, zone: string): number[] => {
  // Offsets change at most once in two days.
  const offsets = [wall - DAY_MS, wall + DAY_MS].map((at) => wallTimeAt(at, zone) - at);
  return [...new Set(offsets.map((offset) => wall - offset))]
    .filter((at) => wallTimeAt(at, zone) === wall)
    .toSorted((a, b) => a - b);
};

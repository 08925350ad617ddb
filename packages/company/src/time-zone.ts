import { closest } from './closest.ts';

/** Returns whether the name is an IANA time zone. Offsets such as +05:00 and EST have no summer time, so they are not. */
export const isTimeZone = (name: string): boolean => {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return name.includes('/') || name === 'UTC';
  } catch {
    return false;
  }
};

/** Common names of time zones, and their IANA names. */
const SPOKEN: Readonly<Record<string, string>> = {
  eastern: 'America/New_York',
  central: 'America/Chicago',
  mountain: 'America/Denver',
  pacific: 'America/Los_Angeles',
  alaska: 'America/Anchorage',
  hawaii: 'Pacific/Honolulu',
  est: 'America/New_York',
  edt: 'America/New_York',
  cst: 'America/Chicago',
  cdt: 'America/Chicago',
  mst: 'America/Denver',
  mdt: 'America/Denver',
  pst: 'America/Los_Angeles',
  pdt: 'America/Los_Angeles',
};

/** Returns the closest IANA name, or null. */
export const timeZoneMeant = (written: string): string | null => {
  const known = Intl.supportedValuesOf('timeZone');
  const word = written
    .toLowerCase()
    .replaceAll(/[^a-z]/g, '')
    .replace(/(standard|daylight)?time$/, '')
    .replace(/^us/, '');
  const city = written.trim().replaceAll(' ', '_').toLowerCase();
  return SPOKEN[word] ?? known.find((name) => name.toLowerCase().endsWith(`/${city}`)) ?? closest(written, known);
};

import { type Part, unreadable } from './part.ts';
import { headingOf, numberOf, speedOf } from './values.ts';

/* Reads NMEA 0183 sentences. RMC has place, time, speed in knots and direction; GGA has a place and the time of day. */

const SENTENCE = /\$?((?:G[PNLA]|TR)[A-Z]{3},[^*$\r\n]*)(?:\*([0-9A-F]{2}))?/g;

const checksumOf = (sentence: string): string => {
  let sum = 0;
  for (const character of sentence) sum ^= character.charCodeAt(0);
  return sum.toString(16).toUpperCase().padStart(2, '0');
};

/** `3016.0320` and `N` → degrees. */
const degrees = (value: string | undefined, side: string | undefined): number | null => {
  const parsed = numberOf(value);
  if (parsed === null) return null;
  const whole = Math.trunc(parsed / 100);
  const decimal = whole + (parsed - whole * 100) / 60;
  return side === 'S' || side === 'W' ? -decimal : decimal;
};

/** `180000.000` and `301126` → epoch ms; NaN when one of them cannot be read. */
const moment = (time: string | undefined, date: string | undefined): number => {
  const [, day, month, year] = /^(\d\d)(\d\d)(\d\d)$/.exec(date ?? '') ?? [];
  const [, hours, minutes, seconds] = /^(\d\d)(\d\d)(\d\d(?:\.\d+)?)/.exec(time ?? '') ?? [];
  return Date.parse(`20${year}-${month}-${day}T${hours}:${minutes}:${seconds}Z`);
};

/** Completes a time of day to the moment nearest to now. */
const today = (time: string | undefined, now: number): number => {
  const date = new Date(now).toISOString().replace(/^..(..)-(..)-(..).*$/, '$3$2$1');
  const at = moment(time, date);
  return at > now + 12 * 3_600_000 ? at - 86_400_000 : at;
};

const point = (
  isValid: boolean,
  at: number,
  [lat, lon]: readonly [number | null, number | null],
  motion: { speedMps: number | null; headingDeg: number | null },
): Part => {
  if (!isValid)
    return {
      kind: 'refused',
      unit: null,
      reason: 'inaccurate',
      last: lat === null || lon === null || !Number.isFinite(at) ? null : { at, lat, lon },
    };
  if (lat === null || lon === null || !Number.isFinite(at)) return unreadable();
  return { kind: 'position', unit: null, at, lat, lon, accuracyM: null, ...motion, battery: null, standing: null };
};

const rmc = ([, time, state, lat, north, lon, east, speed, heading, date]: readonly string[]): Part =>
  point(state === 'A', moment(time, date), [degrees(lat, north), degrees(lon, east)], {
    speedMps: speedOf(speed, 'knots'),
    headingDeg: headingOf(heading),
  });

const gga = ([, time, lat, north, lon, east, quality]: readonly string[], now: number): Part =>
  point(quality !== '0' && quality !== '', today(time, now), [degrees(lat, north), degrees(lon, east)], {
    speedMps: null,
    headingDeg: null,
  });

/** Traccar Client before 4: `TRCCR,20261130180000.000,A,30.2672,-97.7431,24.30,270.00,150.00,50,`. */
const trccr = ([, time = '', state, lat, lon, speed, heading]: readonly string[]): Part =>
  point(
    state === 'A',
    moment(time.slice(8), `${time.slice(6, 8)}${time.slice(4, 6)}${time.slice(2, 4)}`),
    [numberOf(lat), numberOf(lon)],
    { speedMps: speedOf(speed, 'knots'), headingDeg: headingOf(heading) },
  );

/** True when a text has an NMEA sentence that can hold a place. */
export const isNmea = (text: string): boolean => /(?:^|[$\s])(?:G[PNLA](?:RMC|GGA)|TRCCR),/.test(text);

/**
 * Returns the positions of a text's sentences. GGA counts only where no RMC has the same place.
 * @param isChecked false where a client wrote its own text behind the checksum
 */
export const readNmea = (text: string, now: number, isChecked = true): Part[] => {
  const sentences = [...text.matchAll(SENTENCE)].map(([, sentence = '', sum]) => ({
    isWhole: !isChecked || sum === undefined || sum === checksumOf(sentence),
    words: sentence.split(','),
  }));
  const of = (name: string) => sentences.filter(({ words: [first = ''] }) => first.endsWith(name));
  const read = (name: string, one: (words: readonly string[]) => Part): Part[] =>
    of(name).map(({ isWhole, words }) => (isWhole ? one(words) : unreadable()));
  const complete = [...read('RMC', rmc), ...read('TRCCR', trccr)];
  return complete.length > 0 ? complete : read('GGA', (words) => gga(words, now));
};

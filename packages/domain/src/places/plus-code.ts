import type { Place } from '../movement/geo.ts';

/*
 * Plus codes, by the specification of Open Location Code: https://github.com/google/open-location-code/blob/main/Documentation/Specification/specification.md
 * Ten digits in base 20, in pairs of latitude and longitude, then digits in a grid of 4 by 5.
 */
const DIGITS = '23456789CFGHJMPQRVWX';
/** Size of the area of the first five pairs, in degrees. */
const PAIR_DEGREES = [20, 1, 0.05, 0.0025, 0.000125] as const;
const PAIR_DIGITS = 8;
const GRID = { rows: 5, columns: 4 } as const;

const FULL = /^([2-9CFGHJMPQRVWX]{8})\+([2-9CFGHJMPQRVWX]{2,7})$/;
const SHORT = /^([2-9CFGHJMPQRVWX]{2,6})\+([2-9CFGHJMPQRVWX]{2,7})$/;

/** Returns the middle of the area of a full code, without its plus sign. */
const decoded = (digits: string): Place => {
  let [lat, lon] = [-90, -180];
  let [height, width] = [20, 20];
  PAIR_DEGREES.forEach((degrees, i) => {
    lat += DIGITS.indexOf(digits.charAt(2 * i)) * degrees;
    lon += DIGITS.indexOf(digits.charAt(2 * i + 1)) * degrees;
    [height, width] = [degrees, degrees];
  });
  for (const digit of digits.slice(2 * PAIR_DEGREES.length)) {
    [height, width] = [height / GRID.rows, width / GRID.columns];
    lat += Math.floor(DIGITS.indexOf(digit) / GRID.columns) * height;
    lon += (DIGITS.indexOf(digit) % GRID.columns) * width;
  }
  return { lat: lat + height / 2, lon: lon + width / 2 };
};

/** Returns the first digits of the code of a place. */
const prefixOf = ({ lat, lon }: Place, length: number): string => {
  let text = '';
  let [north, east] = [lat + 90, lon + 180];
  for (const degrees of PAIR_DEGREES) {
    const [row, column] = [Math.floor(north / degrees), Math.floor(east / degrees)];
    text += DIGITS.charAt(row) + DIGITS.charAt(column);
    [north, east] = [north - row * degrees, east - column * degrees];
  }
  return text.slice(0, length);
};

/**
 * Returns the place of a plus code; null for a text that is none, and for a short code without a place near it.
 * @param near the place from which the missing first digits of a short code are taken
 */
export const plusCodePlace = (text: string, near: Place | null): Place | null => {
  const code = text.trim().toUpperCase();
  const full = FULL.exec(code);
  if (full) return decoded(`${full[1]}${full[2]}`);
  const [, before = '', after = ''] = SHORT.exec(code) ?? [];
  if (before === '' || before.length % 2 === 1 || !near) return null;
  const missing = PAIR_DIGITS - before.length;
  const place = decoded(`${prefixOf(near, missing)}${before}${after}`);
  // The nearest place with these last digits may be in the next area.
  const degrees = PAIR_DEGREES[missing / 2 - 1] ?? 1;
  const nearest = (value: number, to: number): number => value + Math.round((to - value) / degrees) * degrees;
  return { lat: nearest(place.lat, near.lat), lon: nearest(place.lon, near.lon) };
};

import { type Battery, SPEED_UNIT_MPS, type SpeedUnitName } from '@qdn/domain';

/* Readers of single values, as clients write them. Each returns null for a value that cannot be read. */

const MAX_SPEED_MPS = 150;
/** Units of speed by the words that clients write behind a value. */
const SPEED_UNITS: Readonly<Record<string, SpeedUnitName>> = {
  'km/h': 'km/h',
  kmh: 'km/h',
  kph: 'km/h',
  mph: 'mph',
  'm/s': 'm/s',
  kn: 'knots',
  kt: 'knots',
  knots: 'knots',
};

/** Writes a number as JavaScript does: a real minus, a point for a decimal comma, and the plus that a URL turned into a blank. */
const plain = (text: string): string =>
  text
    .trim()
    .replace(/[−–]/, '-')
    .replace(/^([+-]?\d+),(\d+)$/, '$1.$2')
    .replace(/^(\S*\d)e (\d+)$/i, '$1e+$2');

/** Returns a finite number. */
export const numberOf = (value: unknown): number | null => {
  const parsed = typeof value === 'string' && value.trim() !== '' ? Number(plain(value)) : value;
  return typeof parsed === 'number' && Number.isFinite(parsed) ? parsed : null;
};

/** Returns a number with the unit behind it, such as `8 m` or `45 km/h`. */
const measureOf = (value: unknown): { amount: number; unit: string } | null => {
  const amount = numberOf(value);
  if (amount !== null) return { amount, unit: '' };
  const [, digits, unit = ''] =
    /^([+-]?[\d.,]+)\s*([a-z/]+)$/i.exec(typeof value === 'string' ? value.trim() : '') ?? [];
  const parsed = numberOf(digits);
  return parsed === null ? null : { amount: parsed, unit: unit.toLowerCase() };
};

/** −1 means "unknown", and so does a value that no trailer can have. */
const known = (value: unknown, max: number): number | null => {
  const parsed = numberOf(value);
  return parsed === null || parsed < 0 || parsed > max ? null : parsed;
};

/** Returns a speed in m/s. A unit in the value counts before the client's usual one. */
export const speedOf = (value: unknown, usual: SpeedUnitName): number | null => {
  const measure = measureOf(value);
  if (measure === null) return null;
  return known(measure.amount * SPEED_UNIT_MPS[SPEED_UNITS[measure.unit] ?? usual], MAX_SPEED_MPS);
};
/** Returns a direction in degrees clockwise from north. */
export const headingOf = (value: unknown): number | null => known(value, 360);

/** Returns an accuracy in m; null where it is unknown (0 is unknown too), `none` where the sender says that it has no position (−1). */
export const accuracyOf = (value: unknown): number | null | 'none' => {
  const metres = measureOf(value)?.amount ?? null;
  if (metres === null || metres === 0) return null;
  return metres < 0 ? 'none' : metres;
};

const DEGREES = /^([NSEW])?\s*([+-]?\d+(?:[.,]\d+)?)\s*°?\s*([NSEW])?$/i;
const DEGREES_MINUTES =
  /^([NSEW])?\s*(\d+)\s*°\s*(\d+(?:\.\d+)?)\s*['′’]\s*(?:(\d+(?:\.\d+)?)\s*["″”]?)?\s*([NSEW])?$/i;
const signed = (degrees: number, side: string | undefined): number => (/[SW]/i.test(side ?? '') ? -degrees : degrees);

/** Returns degrees, also of `30.2672N`, `W 97.7436°` and `30°16'01.9"N`. */
export const degreesOf = (value: unknown): number | null => {
  const degrees = numberOf(value);
  if (degrees !== null || typeof value !== 'string') return degrees;
  const text = value.trim();
  const [, before, amount, after] = DEGREES.exec(text) ?? [];
  const parsed = numberOf(amount);
  if (parsed !== null) return signed(parsed, before ?? after);
  const [, first, whole, minutes, seconds = '0', last] = DEGREES_MINUTES.exec(text) ?? [];
  return whole === undefined
    ? null
    : signed(Number(whole) + Number(minutes) / 60 + Number(seconds) / 3600, first ?? last);
};

/** Values of a message by name, in lower case. */
export type Fields = ReadonlyMap<string, unknown>;

/** Returns a truth value of a flag. */
export const flagOf = (value: unknown): boolean | null => {
  if (typeof value === 'boolean') return value;
  if (value === 'true' || value === '1' || value === 1) return true;
  return value === 'false' || value === '0' || value === 0 ? false : null;
};

/** Returns a battery's state. @param full the value of a full battery: 100, or 1 */
export const batteryOf = (level: unknown, full: number, charging: boolean | null): Battery | null => {
  const share = known(level, full);
  return share === null ? null : { percent: (share * 100) / full, charging };
};

const DAY_MS = 86_400_000;
/** GPS counts weeks modulo 1024: an old receiver is exactly this far behind. */
const ROLLOVER_MS = 1024 * 7 * DAY_MS;
const FUTURE_TOLERANCE_MS = 120_000;
/** A clock before this moment was never set. */
const NEVER_SET = Date.UTC(2010, 0, 1);
const ISO = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d(?::\d\d(?:\.\d+)?)?)\s*(Z|[+-]?\d\d:?\d\d)?$/i;

/** Seconds, or milliseconds (from 2147483647 on, Traccar's own rule), microseconds or nanoseconds → epoch ms. */
const fromNumber = (value: number): number => {
  if (value >= 1e17) return value / 1e6;
  if (value >= 1e14) return value / 1000;
  return value >= 2_147_483_647 ? value : value * 1000;
};

/** A zone without a sign has lost its plus in a URL; without a zone it is UTC. */
const fromText = (text: string): number => {
  const [, date, time, zone = 'Z'] = ISO.exec(text) ?? [];
  if (date === undefined) return /(?:GMT|Z|[+-]\d\d:?\d\d)$/.test(text) ? Date.parse(text) : Number.NaN;
  const [, sign = '+', hours, minutes] = /^([+-])?(\d\d):?(\d\d)$/.exec(zone) ?? [];
  return Date.parse(`${date}T${time}${hours ? `${sign}${hours}:${minutes}` : 'Z'}`);
};

/**
 * Returns the time of a position, epoch ms: the time of receipt where there is none, where it cannot be read, and where the clock was
 * never set or is behind by a week rollover.
 */
export const timeOf = (value: unknown, now: number): number => {
  const parsed = numberOf(value);
  const at = Math.round(parsed === null ? fromText(typeof value === 'string' ? value.trim() : '') : fromNumber(parsed));
  if (!Number.isFinite(at)) return now;
  const rolled = at + ROLLOVER_MS;
  if (rolled > now - 7 * DAY_MS && rolled <= now + FUTURE_TOLERANCE_MS) return rolled;
  return at < NEVER_SET ? now : at;
};

/** Returns a value of a message as text; empty for objects and lists, some of which cannot be converted. */
export const textOf = (value: unknown): string =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';

import type { Place } from '../movement/geo.ts';
import { plusCodePlace } from './plus-code.ts';

/** A place that is written out. `decimals` is the accuracy of its coordinates; `name` is that of a link. */
export type TypedPlace = Place & { decimals: number; name: string | null };

/** `isCamera`: the link only shows the middle of the viewed map, which is seldom the place. */
export type TypedReading = { place: TypedPlace; isCamera: boolean } | { unreadable: string };

const NUMBER = String.raw`[+-]?\d{1,3}(?:\.\d+)?`;
/* Spaces are counted, so that these patterns take linear time. */
const PAIR = new RegExp(
  String.raw`^\(?\s{0,3}(${NUMBER})\s{0,3}°?\s{0,3}([NS])?\s{0,3}[,; ]\s{0,3}(${NUMBER})\s{0,3}°?\s{0,3}([EW])?\s{0,3}\)?$`,
  'i',
);
const SEXAGESIMAL = String.raw`(\d{1,3})\s{0,3}°\s{0,3}(?:(\d{1,2}(?:\.\d+)?)\s{0,3}['′’])?\s{0,3}(?:(\d{1,2}(?:\.\d+)?)\s{0,3}["″”])?\s{0,3}`;
const DEGREES = new RegExp(`^${SEXAGESIMAL}([NS])[,;\\s]{0,5}${SEXAGESIMAL}([EW])$`, 'i');
/** Decimals of a second of arc: 30 m. */
const SECONDS_DECIMALS = 4;

const decimalsOf = (...numbers: string[]): number =>
  Math.max(...numbers.map((number) => number.split('.')[1]?.length ?? 0));
const signed = (value: number, side: string | undefined): number =>
  /[SW]/i.test(side ?? '') ? -Math.abs(value) : value;

const pairIn = (text: string): TypedPlace | null => {
  const [, lat, ns, lon, ew] = PAIR.exec(text) ?? [];
  if (lat === undefined || lon === undefined) return null;
  return { lat: signed(Number(lat), ns), lon: signed(Number(lon), ew), decimals: decimalsOf(lat, lon), name: null };
};

const degreesIn = (text: string): TypedPlace | null => {
  const [, d1, m1 = 0, s1 = 0, ns, d2, m2 = 0, s2 = 0, ew] = DEGREES.exec(text) ?? [];
  if (d1 === undefined || d2 === undefined) return null;
  const degrees = (d: string, m: string | number, s: string | number) => Number(d) + Number(m) / 60 + Number(s) / 3600;
  return {
    lat: signed(degrees(d1, m1, s1), ns),
    lon: signed(degrees(d2, m2, s2), ew),
    decimals: SECONDS_DECIMALS,
    name: null,
  };
};

/** Hosts whose links hold coordinates. Nothing is fetched from any of them. */
const MAP_HOSTS =
  /(^|\.)(google\.(?:com|[a-z]{2}|com?\.[a-z]{2})|maps\.apple\.com|openstreetmap\.org|waze\.com|bing\.com)$/;
const SHORT_HOSTS = /(^|\.)(goo\.gl|maps\.app\.goo\.gl|g\.co|waze\.com)$/;
const HOW = 'Open it, press and hold the spot, and paste the numbers, like 30.27470, -97.74040; or type the address.';

const linkIn = (text: string): TypedReading => {
  const url = URL.parse(text);
  if (!url || !(MAP_HOSTS.test(url.hostname) || SHORT_HOSTS.test(url.hostname)))
    return { unreadable: `This link is not one of a known map. ${HOW}` };
  const link = decodeURIComponent(url.href.replaceAll('+', ' '));
  const name = /\/place\/([^/@]+)\//.exec(link)?.[1] ?? null;
  const pair = (lat: string | undefined, lon: string | undefined, isCamera: boolean): TypedReading | null =>
    lat === undefined || lon === undefined
      ? null
      : { place: { lat: Number(lat), lon: Number(lon), decimals: decimalsOf(lat, lon), name }, isCamera };
  // The last one is the place; earlier ones are stops of a route.
  const [, lat, lon] = [...link.matchAll(/!3d(-?\d+\.\d+)!4d(-?\d+\.\d+)/g)].at(-1) ?? [];
  const { searchParams: asked } = url;
  const parameter = ['q', 'query', 'll', 'daddr', 'destination', 'coordinate', 'center', 'cp']
    .map((one) => pairIn((asked.get(one) ?? '').replace('loc:', '').replace('~', ',')))
    .find((one) => one !== null);
  const [, cameraLat, cameraLon] = /(?:@|#map=[\d.]+\/)(-?\d+\.\d+)[,/](-?\d+\.\d+)/.exec(link) ?? [];
  return (
    pair(lat, lon, false) ??
    (parameter ? { place: { ...parameter, name }, isCamera: false } : null) ??
    pair(asked.get('mlat') ?? undefined, asked.get('mlon') ?? undefined, false) ??
    pair(cameraLat, cameraLon, true) ?? { unreadable: `This link holds no place. ${HOW}` }
  );
};

/**
 * Reads a place that is written out: coordinates in the usual notations, a `geo:` address, a link of a map, a plus code with or without
 * a town. Nothing is fetched. Null for any other text.
 * @param near where a short plus code is looked for
 */
export const readTypedPlace = (text: string, near: Place | null): TypedReading | null => {
  const typed = text.trim();
  const [, geo] = /^geo:([^;?]+)/i.exec(typed) ?? [];
  const written = pairIn(geo ?? typed) ?? degreesIn(typed);
  if (written) return { place: written, isCamera: false };
  if (/^https?:\/\//i.test(typed)) return linkIn(typed);
  const [, code] = /^([2-9CFGHJMPQRVWX]{2,8}\+[2-9CFGHJMPQRVWX]{2,7})(?:[\s,].*)?$/i.exec(typed) ?? [];
  const place = code === undefined ? null : plusCodePlace(code, near);
  return place ? { place: { ...place, decimals: SECONDS_DECIMALS, name: code ?? null }, isCamera: false } : null;
};

import { Buffer } from 'node:buffer';
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import type { FixTemplate, PointSeries, RequestEntry, RequestExpectation, RequestTemplate } from './requests.ts';
import { sealOwnTracks } from './secretbox.ts';

/** IDs and tokens of the company that a request is sent to. */
export type RequestAddress = {
  trailer: string;
  /** Device token of `trailer`. */
  token: string;
  otherTrailer: string;
  /** Device token of `otherTrailer`. */
  otherToken: string;
  /** Token of a hub, which speaks for all units of the company. */
  hubToken: string;
  /** Path that a hub posts to. By default that of a trailer with the hub token in its place. */
  hubPath?: string;
};

/** Request as it goes over the wire. Names of headers are in lower case. */
export type WireRequest = {
  method: RequestTemplate['method'];
  path: string;
  headers: Readonly<Record<string, string>>;
  /** Bytes where the body is not UTF-8 text. */
  body?: string | Uint8Array;
};

/** Fix with its possible times, epoch ms. */
export type ExpectedFix = Omit<FixTemplate, 'at'> & { at: readonly number[] };

/** One result that is right. */
export type ExpectedOutcome = Omit<RequestExpectation, 'status' | 'fixes' | 'orElse'> & {
  statuses: readonly number[];
  fixes: readonly ExpectedFix[];
};

/** Entry of the corpus at a time: what to send, and the results of which one must come out. */
export type ExpandedRequest = {
  /** Requests to send before, oldest first; `at` is epoch ms. */
  earlier: readonly { at: number; request: WireRequest }[];
  request: WireRequest;
  outcomes: readonly ExpectedOutcome[];
};

const UNIT_MS = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
const TIME = /\{now([A-Z][A-Za-z]*)?(?:([+-]\d+)([smhd]))?([+-]\d\d:?\d\d)?\}/g;
const BLANKS = 1 << 20;

const isoOf = (at: number): string => new Date(at).toISOString();
const digitsOf = (at: number): string => isoOf(at).replace(/[-T:Z]/g, '');
const usOf = (at: number): string =>
  new Date(at).toLocaleString('en-US', { timeZone: 'UTC' }).replace(',', '').replace(/\s/g, ' ');

/** Ways to write a time. `local` is the time moved by the zone, for formats that show a wall clock. */
const TIME_FORMS: Readonly<Record<string, (at: number, local: number, zone: string) => string>> = {
  Compact: (at) => digitsOf(at),
  CompactDate: (at) => digitsOf(at).slice(0, 8),
  DateTime: (_, local) => isoOf(local).slice(0, 19).replace('T', ' '),
  Http: (at) => new Date(at).toUTCString(),
  Iso: (_, local, zone) => `${isoOf(local).slice(0, -1)}${zone}`,
  IsoSeconds: (_, local, zone) => `${isoOf(local).slice(0, 19)}${zone}`,
  Micros: (at) => `${at}000`,
  NmeaDate: (at) => digitsOf(at).replace(/^..(..)(..)(..).*$/, '$3$2$1'),
  NmeaTime: (at) => digitsOf(at).slice(8),
  Seconds: (at) => String(Math.floor(at / 1000)),
  SecondsDecimal: (at) => (at / 1000).toFixed(3),
  SecondsExponent: (at) =>
    Math.floor(at / 1000)
      .toExponential(9)
      .replace('+', ''),
  Us: (_, local) => usOf(local),
};

const shiftOf = (amount: string | undefined, unit: string | undefined): number =>
  Number(amount ?? 0) * UNIT_MS[(unit ?? 's') as keyof typeof UNIT_MS];

const zoneMs = (zone: string): number => {
  const [, sign, hours, minutes] = /^([+-])(\d\d):?(\d\d)$/.exec(zone) ?? [];
  return sign ? (sign === '-' ? -1 : 1) * (Number(hours) * UNIT_MS.h + Number(minutes) * UNIT_MS.m) : 0;
};

const withTimes = (text: string, now: number): string =>
  text.replace(TIME, (whole, form: string | undefined, amount?: string, unit?: string, zone = 'Z') => {
    const at = now + shiftOf(amount, unit);
    if (form === undefined) return String(at);
    return TIME_FORMS[form]?.(at, at + zoneMs(zone), zone) ?? whole;
  });

const checksumOf = (sentence: string): string => {
  const sum = Buffer.from(sentence, 'latin1').reduce((total, byte) => total ^ byte, 0);
  return sum.toString(16).toUpperCase().padStart(2, '0');
};

const base64 = (text: string): string => Buffer.from(text).toString('base64');

/** Fills the placeholders of a text. Braces with other contents stay: they are what the client sends. */
const filled = (text: string, address: RequestAddress, now: number): string => {
  const { trailer, token, hubToken, hubPath = `/api/trailers/${hubToken}/location` } = address;
  const values: Readonly<Record<string, string>> = {
    ...{ ...address, hubPath, trailerLower: trailer.toLowerCase() },
    ...{ basicUser: base64(`${token}:`), blanks: ' '.repeat(BLANKS) },
  };
  return withTimes(text, now)
    .replace(/\{([a-zA-Z]+)\}/g, (whole, name: string) => (Object.hasOwn(values, name) ? (values[name] ?? '') : whole))
    .replace(/\{basic:([^{}]*)\}/g, (_, user: string) => base64(`${user}:${token}`))
    .replace(/\{url:([^{}]*)\}/g, (_, value: string) => encodeURIComponent(value))
    .replace(/\{nmea:([^{}]*)\}/g, (_, sentence: string) => `$${sentence}*${checksumOf(sentence)}`);
};

const pointsOf = ({ count, everySeconds, endsSecondsAgo, from, to }: PointSeries, now: number) =>
  Array.from({ length: count }, (_, i) => {
    const share = i / (count - 1);
    const between = (start: number, end: number): number => Number((start + (end - start) * share).toFixed(6));
    const at = now - (endsSecondsAgo + (count - 1 - i) * everySeconds) * UNIT_MS.s;
    return { lat: between(from.lat, to.lat), lon: between(from.lon, to.lon), at };
  });

const seriesText = (series: PointSeries, now: number): string => {
  const points = pointsOf(series, now);
  if (series.newestFirst) points.reverse();
  return points
    .map(({ lat, lon, at }) =>
      withTimes(series.item, at).replaceAll('{lat}', String(lat)).replaceAll('{lon}', String(lon)),
    )
    .join(',');
};

const encoded = (text: string, encoding: RequestTemplate['encoding']): string | Uint8Array => {
  switch (encoding) {
    case undefined:
      return text;
    case 'br':
      return brotliCompressSync(text);
    case 'deflate':
      return deflateSync(text);
    case 'deflate-raw':
      return deflateRawSync(text);
    case 'gzip':
      return gzipSync(text);
    case 'latin1':
      return Buffer.from(text, 'latin1');
    case 'utf-16le':
      return Buffer.from(text, 'utf16le');
  }
};

const wireRequest = (template: RequestTemplate, address: RequestAddress, now: number): WireRequest => {
  const { method, path, headers, body, series, seal, encoding } = template;
  const fill = (text: string): string => filled(text, address, now);
  const filledHeaders = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, fill(value)]));
  const request = { method, path: fill(path), headers: filledHeaders };
  if (body === undefined) return request;
  const [before = '', after] = fill(body).split('{series}');
  const text = series ? `${before}${seriesText(series, now)}${after ?? ''}` : before;
  return { ...request, body: encoded(seal ? sealOwnTracks(text, seal) : text, encoding) };
};

const outcomesOf = (expected: RequestExpectation, series: PointSeries | undefined, now: number): ExpectedOutcome[] => {
  const { status, fixes, orElse, ...rest } = expected;
  const timesOf = (at: FixTemplate['at']): number[] => [at].flat().map((time) => Number(withTimes(String(time), now)));
  const expectedFixes =
    fixes === 'series'
      ? (series ? pointsOf(series, now) : []).map((point) => ({ ...point, at: [point.at] }))
      : fixes.map((fix) => ({ ...fix, at: timesOf(fix.at) }));
  const outcome = { ...rest, statuses: [status].flat(), fixes: expectedFixes };
  return [outcome, ...(orElse ? outcomesOf(orElse, series, now) : [])];
};

/**
 * Fills an entry of the corpus for a company and a time (epoch ms): returns the requests to send, and the results of which
 * one must come out. Without `given.now` any time will do.
 *
 * @throws RangeError when the entry has a fixed time and `now` is another
 */
export const expandRequest = (entry: RequestEntry, address: RequestAddress, now: number): ExpandedRequest => {
  const { id, given, request, expect } = entry;
  if (given?.now !== undefined && Date.parse(given.now) !== now)
    throw new RangeError(`${id} can only be played at ${given.now}. Set the clock to that time.`);
  return {
    earlier: (given?.earlier ?? []).map(({ secondsBefore, request: template }) => {
      const at = now - secondsBefore * UNIT_MS.s;
      return { at, request: wireRequest(template, address, at) };
    }),
    request: wireRequest(request, address, now),
    outcomes: outcomesOf(expect, request.series, now),
  };
};

import { formHasPlace, readForm } from './form.ts';
import { joined, readJson } from './json-message.ts';
import { isNmea, readNmea } from './nmea.ts';
import { type Message, type Reading, signOf, unreadable } from './part.ts';

/*
 * Reads messages of GPS clients. A client is known by the content of its message, not by its content type, which many set wrongly.
 * A point that cannot be used is counted and never refused, because these clients keep their whole queue after any answer except 2xx.
 */

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/** Numbers that JSON does not have, but languages write: "no value". */
const withoutNaN = (text: string): string => text.replace(/([:[,]\s*)-?(?:NaN|nan|Infinity|inf)\b/g, '$1null');

const fromJson = (text: string, reading: Reading): Message | null => {
  const value = parsed(text) ?? parsed(withoutNaN(text));
  // A client encoded its JSON a second time.
  const inner = typeof value === 'string' ? parsed(value) : undefined;
  if (value !== undefined) return readJson(inner ?? value, reading);
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '');
  const values = lines.map(parsed);
  return lines.length > 1 && values.every((line) => line !== undefined)
    ? joined(values.map((line) => readJson(line, reading)))
    : null;
};

const PART = /name="([^"]+)"(?:\r?\n[^\r\n]+)*\r?\n\r?\n([\s\S]*?)\r?\n--/g;
/** Maximum length of a multipart body, which an expression reads: a position has a few hundred characters. */
const MAX_MULTIPART = 8192;
const fromMultipart = (text: string): URLSearchParams =>
  new URLSearchParams(
    [...text.slice(0, MAX_MULTIPART).matchAll(PART)].map(([, name = '', value = '']): [string, string] => [
      name,
      value,
    ]),
  );

const readBody = (text: string, reading: Reading): Message => {
  const body = text
    .replaceAll('\u0000', '')
    .replace(/^\uFEFF/, '')
    .trim();
  if (body === '') return { client: 'Unknown', parts: [signOf('empty')] };
  if (/^[[{"]|^(?:null|true|false|-?\d[\d.]*)$/.test(body))
    return fromJson(body, reading) ?? { client: 'Unknown', parts: [unreadable()] };
  if (isNmea(body)) return { client: 'NMEA', parts: readNmea(body, reading.now) };
  if (body.startsWith('--') && body.includes('form-data')) return readForm(fromMultipart(body), reading);
  if (/^[\w.[\]%;-]+\s*=/.test(body)) return readForm(new URLSearchParams(body), reading);
  return { client: 'Unknown', parts: [unreadable()] };
};

/** The token is a field of the query that the client does not know. */
const withoutToken = (query: URLSearchParams): URLSearchParams =>
  new URLSearchParams([...query].filter(([name]) => name.toLowerCase() !== 'token'));

/** Reads a client's request. A place in the body counts before one in the query: apps send their address as well. */
export const readMessage = (request: { query: URLSearchParams; body: string }, reading: Reading): Message => {
  const query = withoutToken(request.query);
  const inBody = request.body.trim() === '' ? null : readBody(request.body, reading);
  if (formHasPlace(query) && !inBody?.parts.some(({ kind }) => kind === 'position')) return readForm(query, reading);
  return inBody ?? readForm(query, reading);
};

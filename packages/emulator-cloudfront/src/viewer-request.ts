import type { IncomingMessage } from 'node:http';
import type { CachePolicy, Selection } from './distribution.ts';
import type { EventValue, EventValues, FunctionRequest } from './viewer-function.ts';

/** A query parameter, and its form in the URL. */
type Parameter = { name: string; value: string; text: string };

/** A request as the viewer function returned it. Header names are in lower case; values are as the viewer sent them. */
export type EdgeRequest = {
  method: string;
  path: string;
  query: readonly Parameter[];
  headers: Readonly<Record<string, string>>;
};

const eventValue = (values: readonly string[]): EventValue => {
  const [value = ''] = values;
  return values.length > 1 ? { value, multiValue: values.map((each) => ({ value: each })) } : { value };
};

const collect = (pairs: ReadonlyArray<readonly [string, string]>): EventValues => {
  const values = new Map<string, string[]>();
  for (const [name, value] of pairs) values.set(name, [...(values.get(name) ?? []), value]);
  return Object.fromEntries([...values].map(([name, each]) => [name, eventValue(each)]));
};

const spread = (values: EventValues): Array<[string, string]> =>
  Object.entries(values).flatMap(([name, { value, multiValue }]) =>
    (multiValue ?? [{ value }]).map((each): [string, string] => [name, each.value]),
  );

/** Decodes nothing: CloudFront passes names and values on unchanged. */
const parseQuery = (url: string): Parameter[] =>
  url
    .split('?')
    .slice(1)
    .join('?')
    .split('&')
    .filter((text) => text !== '')
    .map((text) => {
      const at = text.indexOf('=');
      return at < 0 ? { name: text, value: '', text } : { name: text.slice(0, at), value: text.slice(at + 1), text };
    });

const queryValues = (query: readonly Parameter[]): EventValues =>
  collect(query.map(({ name, value }) => [name, value]));

/** Returns the request as the event of a CloudFront Function, with cookies separate from the other headers. */
export const toFunctionRequest = (message: IncomingMessage): FunctionRequest => {
  const url = message.url ?? '/';
  const headers: EventValues = {};
  const cookies: Array<[string, string]> = [];
  for (const [name, values] of Object.entries(message.headersDistinct)) {
    if (name !== 'cookie') headers[name] = eventValue(values ?? []);
    else {
      for (const cookie of (values ?? []).join(';').split(';')) {
        const [key = '', value = ''] = cookie.trim().split('=');
        cookies.push([key, value]);
      }
    }
  }
  return {
    method: message.method ?? 'GET',
    uri: url.split('?')[0] ?? '/',
    querystring: queryValues(parseQuery(url)),
    headers,
    cookies: collect(cookies),
  };
};

/**
 * Returns the request that the function returned. An unchanged query keeps its spelling, which a webhook's signature covers.
 * Cookies are dropped: no behaviour forwards them.
 */
export const toEdgeRequest = (request: FunctionRequest, url: string): EdgeRequest => {
  const headers: Record<string, string> = {};
  for (const [name, value] of spread(request.headers)) {
    headers[name] = headers[name] === undefined ? value : `${headers[name]}, ${value}`;
  }
  const sent = parseQuery(url);
  const untouched = JSON.stringify(queryValues(sent)) === JSON.stringify(request.querystring);
  return {
    method: request.method,
    path: request.uri,
    query: untouched
      ? sent
      : spread(request.querystring).map(([name, value]) => ({ name, value, text: `${name}=${value}` })),
    headers,
  };
};

export const isSelected = (selection: Selection, name: string): boolean => {
  if (selection.kind === 'none') return false;
  if (selection.kind === 'all') return true;
  return selection.names.has(name) === (selection.kind === 'only');
};

/** Returns the chosen parameters as a query string, without a question mark. */
export const formatQuery = (request: EdgeRequest, ...selections: readonly Selection[]): string =>
  request.query
    .filter(({ name }) => selections.some((selection) => isSelected(selection, name)))
    .map(({ text }) => text)
    .join('&');

/** Returns `Accept-Encoding` as in CloudFront's cache key: encodings that the policy allows and the viewer accepts. */
export const acceptedEncodings = (policy: CachePolicy, header: string | undefined): string[] => {
  const taken = new Set(
    (header ?? '')
      .split(',')
      .map((part) => part.trim().split(/\s*;\s*q=/))
      .filter(([, weight]) => weight === undefined || Number(weight) > 0)
      .map(([name = '']) => name.toLowerCase()),
  );
  return [...(policy.brotli && taken.has('br') ? ['br'] : []), ...(policy.gzip && taken.has('gzip') ? ['gzip'] : [])];
};

/** Returns the cache key: origin, path, and the parts that the policy adds. */
export const cacheKey = (originId: string, policy: CachePolicy, request: EdgeRequest): string =>
  JSON.stringify([
    originId,
    request.path,
    formatQuery(request, policy.query),
    Object.entries(request.headers)
      .filter(([name]) => isSelected(policy.headers, name))
      .sort(([a], [b]) => (a < b ? -1 : 1)),
    acceptedEncodings(policy, request.headers['accept-encoding']),
  ]);

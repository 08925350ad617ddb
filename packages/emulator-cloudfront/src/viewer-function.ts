import crypto from 'node:crypto';
import vm from 'node:vm';
import { isJsonObject } from '@qdn/json';
import type { EdgeKeyValues } from './key-values.ts';

/** https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/functions-event-structure.html */
export type EventValue = { value: string; multiValue?: { value: string }[] };
export type EventValues = Record<string, EventValue>;
export type FunctionRequest = {
  method: string;
  uri: string;
  querystring: EventValues;
  headers: EventValues;
  cookies: EventValues;
};
export type FunctionResponse = {
  statusCode: number;
  statusDescription?: string;
  headers?: EventValues;
  body?: string | { encoding?: 'text' | 'base64'; data: string };
};
type FunctionEvent = {
  version: '1.0';
  context: { distributionDomainName: string; distributionId: string; eventType: 'viewer-request'; requestId: string };
  viewer: { ip: string };
  request: FunctionRequest;
};
export type ViewerFunction = (event: FunctionEvent) => Promise<FunctionRequest | FunctionResponse>;

const IMPORT = /\bimport\s+(\w+)\s+from\s*["'](\w+)["'];?/g;

const isRequest = (value: unknown): value is FunctionRequest =>
  isJsonObject(value) &&
  typeof value['uri'] === 'string' &&
  isJsonObject(value['headers']) &&
  isJsonObject(value['querystring']);
const isResponse = (value: unknown): value is FunctionResponse =>
  isJsonObject(value) && typeof value['statusCode'] === 'number';

/**
 * Loads a CloudFront Function. Its context has only the globals of `cloudfront-js-2.0`, and serves every request, like CloudFront's.
 *
 * @param log takes each console.log of the function, prefixed with the request's ID, as CloudWatch shows it
 * @throws Error when the function does not load; a call rejects when the function fails or its result is not valid
 */
export const loadFunction = (
  code: string,
  options: { keyValues: EdgeKeyValues; log: (line: string) => void; clock: () => number },
): ViewerFunction => {
  const { keyValues, log, clock } = options;
  const required = (key: string): string => {
    const value = keyValues.get(key);
    if (value === undefined) throw new Error(`KeyNotFound: ${key}`);
    return value;
  };
  const modules: Record<string, unknown> = {
    cloudfront: {
      kvs: () => ({
        get: async (key: string) => required(key),
        exists: async (key: string) => keyValues.get(key) !== undefined,
      }),
    },
    crypto: { createHash: crypto.createHash, createHmac: crypto.createHmac },
  };
  let requestId = '';
  const context = vm.createContext({
    Buffer,
    clock,
    console: { log: (...parts: unknown[]) => log(`${requestId} ${parts.map(String).join(' ')}`) },
    importModule: (name: string) => {
      const found = modules[name];
      if (!found) throw new Error(`A CloudFront Function cannot import "${name}".`);
      return found;
    },
  });
  const script = code.replaceAll(
    IMPORT,
    (_, name: string, from: string) => `const ${name} = importModule(${JSON.stringify(from)});`,
  );
  const run: unknown = vm.runInContext(
    `Date.now = clock;\n${script}\n;(event) => Promise.resolve(handler(JSON.parse(event))).then(JSON.stringify)`,
    context,
    { filename: 'viewer-request.js' },
  );
  if (typeof run !== 'function') throw new Error('The function has no handler.');

  return async (event) => {
    // A run ends before the next request is read from its socket: it waits only for promises that have a result already.
    requestId = event.context.requestId;
    const answer: unknown = JSON.parse(String(await run(JSON.stringify(event))));
    if (isRequest(answer) || isResponse(answer)) return answer;
    throw new Error('The function returned neither a request nor a response.');
  };
};

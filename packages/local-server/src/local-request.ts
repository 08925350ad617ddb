import type { IncomingMessage } from 'node:http';

const LOCAL_NAME = /^(?:localhost|[\w-]+\.localhost|127\.0\.0\.1|\[::1\])(?::\d+)?$/i;

/**
 * Returns whether a request was meant for this machine. A web page can make a browser ask 127.0.0.1 under a name of its own (DNS
 * rebinding); what holds keys answers to local names only.
 */
export const isForThisMachine = (request: IncomingMessage): boolean => LOCAL_NAME.test(request.headers.host ?? '');

/** Far above what any call to the emulators sends. */
const MAX_BODY = 1_048_576;

/** The body as a JSON object. @throws Error when it is none, or too large */
export const readJsonObject = async (request: IncomingMessage): Promise<Record<string, unknown>> => {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request) {
    length += chunk.length;
    if (length > MAX_BODY) throw new Error('The body is too large');
    chunks.push(chunk);
  }
  const value: unknown = JSON.parse(Buffer.concat(chunks).toString('utf8') || '{}');
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new Error('The body is not a JSON object');
  return { ...value };
};

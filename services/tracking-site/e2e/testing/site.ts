import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buildSite } from '@qdn/site-publishing/build';
import { contentSecurityPolicy } from './content-security-policy.ts';

/** An answer of the API emulator. A body that is not a string is sent as JSON. */
export type Reply = { status: number; headers?: Record<string, string>; body: unknown };
/** Decides for each request; `never` leaves it unanswered. */
export type Respond = (token: string) => Reply | 'never';

export type TestSite = {
  origin: string;
  respond: Respond;
  /** Paths of all requests. */
  readonly asked: string[];
  /** Number of open requests to the API: now, and the maximum so far. */
  readonly open: { now: number; most: number };
  /** Answers 404 to paths that match. */
  missing: RegExp | null;
  close(): void;
};

const CORS = { 'access-control-allow-origin': '*', 'access-control-expose-headers': 'age, date, retry-after, x-cache' };

/** A successful answer. */
export const ok = (body: unknown, headers: Record<string, string> = {}): Reply => ({ status: 200, headers, body });
/** A refusal by the API. */
export const problem = (status: number, code: string): Reply => ({
  status,
  headers: { 'content-type': 'application/problem+json' },
  body: { type: `urn:qdn:problem:${code}`, title: code, status, detail: '', correlationId: 'test' },
});

/**
 * Serves the built site on its own port, under the distribution's content security policy, with an API emulator that a test controls.
 * @param now the server's Date
 * @param streets an archive of streets; without one the plain map is drawn
 */
export const startSite = async (folder: string, now: number, streets: string | null = null): Promise<TestSite> => {
  const { files, version } = await buildSite(folder, { streets });
  const policy = contentSecurityPolicy();
  const site: TestSite = {
    origin: '',
    respond: () => ({ status: 500, body: '' }),
    asked: [],
    open: { now: 0, most: 0 },
    missing: null,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };

  const api = (token: string, response: ServerResponse) => {
    site.open.now += 1;
    site.open.most = Math.max(site.open.most, site.open.now);
    response.once('close', () => {
      site.open.now -= 1;
    });
    const reply = site.respond(token);
    if (reply === 'never') return;
    response.writeHead(reply.status, {
      'content-type': 'application/json',
      date: new Date(now).toUTCString(),
      ...CORS,
      ...reply.headers,
    });
    response.end(typeof reply.body === 'string' ? reply.body : JSON.stringify(reply.body));
  };

  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    site.asked.push(pathname);
    const token = /^\/api\/jobs\/([^/]+)\/location$/.exec(pathname)?.[1];
    if (token) return api(token, response);
    const key = pathname === '/track' || pathname === '/embed' ? `track/${version}` : pathname.slice(1);
    const file = files.find((each) => each.key === key);
    if (!file || site.missing?.test(pathname)) return response.writeHead(404).end();
    const headers = {
      'content-type': file.contentType,
      'cache-control': file.cacheControl,
      'content-security-policy': policy,
      'referrer-policy': 'no-referrer',
      ...CORS,
    };
    const content = await readFile(file.path);
    const [, from, to] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '') ?? [];
    if (from === undefined || to === undefined) return response.writeHead(200, headers).end(content);
    const part = content.subarray(Number(from), Number(to) + 1);
    const range = `bytes ${from}-${Number(from) + part.length - 1}/${content.length}`;
    return response.writeHead(206, { ...headers, 'content-range': range }).end(part);
  };

  const server = createServer((request, response) => void answer(request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address: AddressInfo | string | null = server.address();
  if (!address || typeof address === 'string') throw new Error('No port');
  site.origin = `http://127.0.0.1:${address.port}`;
  return site;
};

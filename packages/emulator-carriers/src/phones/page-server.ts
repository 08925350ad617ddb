import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { type Context, Hono } from 'hono';
import { streamSSE } from 'hono/streaming';
import type { Memory } from './memory.ts';
import type { View } from './page/view.ts';
import { type PageActions, Refusal } from './page-actions.ts';

/** Changes within this time are sent together, in ms. */
const GATHER_MS = 30;
/** Delay before the page reconnects, in ms. */
const RECONNECT_MS = 1000;

const asset = (name: string) => new URL(`./page/${name}`, import.meta.url);
const ASSETS = [
  { path: '/', file: 'index.html', type: 'text/html; charset=utf-8' },
  { path: '/phones.css', file: 'phones.css', type: 'text/css; charset=utf-8' },
  { path: '/favicon.svg', file: 'favicon.svg', type: 'image/svg+xml' },
] as const;
const PAGE_HEADERS = {
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  'content-security-policy':
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'none'",
};

const bundlePage = async (): Promise<string> => {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(asset('main.ts'))],
    bundle: true,
    format: 'esm',
    target: 'es2022',
    write: false,
    charset: 'utf8',
    logLevel: 'silent',
  });
  return outputFiles[0]?.text ?? '';
};

const json = (c: Context, status: 200 | 400 | 403 | 404 | 405 | 422, body: object): Response =>
  c.json(body, status, PAGE_HEADERS);

/** The picture that every phone here sends. */
export const photo = (): Response =>
  new Response(readFileSync(asset('photo.jpg')), {
    headers: { 'content-type': 'image/jpeg', 'cache-control': 'max-age=86400' },
  });

export type PageParts = {
  memory: Memory;
  actions: PageActions;
  /** The changes since a revision. */
  viewSince: (revision: number) => View;
};

/** Runs one action of the page. */
const act = async (c: Context, actions: PageActions): Promise<Response> => {
  // Browsers send the origin of a POST: no other site may act here.
  const origin = c.req.header('origin');
  if (origin && origin !== `http://${c.req.header('host')}`)
    return json(c, 403, { error: 'Requests from other sites are not allowed.' });
  try {
    const input: unknown = JSON.parse(await c.req.text());
    const result = await actions.run(
      c.req.param('name') ?? '',
      typeof input === 'object' && input !== null ? { ...input } : {},
    );
    return result ? json(c, 200, result) : json(c, 404, { error: 'There is no such action.' });
  } catch (error) {
    if (error instanceof Refusal) return json(c, 422, { error: error.message });
    if (error instanceof SyntaxError) return json(c, 400, { error: 'The body is not valid JSON.' });
    throw error;
  }
};

/** Sends changes as server-sent events; with `Last-Event-ID` only those that the page missed while it was disconnected. */
const streamChanges = (c: Context, { memory, viewSince }: PageParts): Response => {
  const [identity, known] = (c.req.header('last-event-id') ?? '').split(':');
  let revision = identity === memory.identity ? Number(known) || 0 : 0;
  for (const [name, value] of Object.entries(PAGE_HEADERS)) c.header(name, value);
  return streamSSE(c, async (stream) => {
    let timer: NodeJS.Timeout | undefined;
    const push = (): Promise<void> => {
      timer = undefined;
      const view = viewSince(revision);
      revision = view.revision;
      const id = `${view.identity}:${view.revision}`;
      return stream.writeSSE({ id, retry: RECONNECT_MS, data: JSON.stringify(view) });
    };
    const stopListening = memory.onChange(() => {
      timer ??= setTimeout(() => void push(), GATHER_MS);
    });
    await push();
    await new Promise<void>((resolve) => stream.onAbort(resolve));
    clearTimeout(timer);
    stopListening();
  });
};

/** The Phones page: its files, its actions, and its changes as server-sent events. */
export const createPageServer = (parts: PageParts): Hono => {
  const page = new Hono();
  let script: Promise<string> | null = null;
  page.post('/actions/:name', (c) => act(c, parts.actions));
  page.all('/actions/*', (c) => json(c, 404, { error: 'There is no such action.' }));
  page.use(async (c, next) => {
    if (c.req.method !== 'GET') return json(c, 405, { error: 'Only GET is allowed.' });
    return next();
  });
  for (const { path, file, type } of ASSETS)
    page.get(path, (c) => c.body(readFileSync(asset(file)), 200, { 'content-type': type, ...PAGE_HEADERS }));
  page.get('/phones.js', async (c) => {
    script ??= bundlePage();
    return c.body(await script, 200, { 'content-type': 'text/javascript; charset=utf-8', ...PAGE_HEADERS });
  });
  page.get('/photo.jpg', photo);
  page.get('/events', (c) => streamChanges(c, parts));
  page.get('/state', (c) => json(c, 200, parts.viewSince(0)));
  page.notFound((c) => json(c, 404, { error: 'Not found.' }));
  return page;
};

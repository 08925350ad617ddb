import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { json } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createRouter } from './router.ts';

const FROM = { lat: 30.2672, lon: -97.7431 };
const TO = { lat: 30.4, lon: -97.7 };
const ENVIRONMENT = ['AWS_ENDPOINT_URL_GEO_ROUTES', 'AWS_REGION', 'AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY'];

type Answer = { status: number; body: unknown };
let server: Server;
let address: string;
let asked: Array<{ method: string; url: string; body: unknown; authorization: string }>;
let answer: (request: IncomingMessage) => Answer | null;
let failures: unknown[];
let clock: number;
let before: Array<[string, string | undefined]>;

beforeEach(async () => {
  asked = [];
  failures = [];
  clock = 1_800_000_000_000;
  server = createServer(async (request, response) => {
    const body = request.method === 'POST' ? await json(request) : null;
    const { method = '', url = '', headers } = request;
    asked.push({ method, url, body, authorization: headers.authorization ?? '' });
    const given = answer(request);
    // Null means that the server never answers.
    if (!given) return;
    response.writeHead(given.status, { 'content-type': 'application/json' });
    response.end(typeof given.body === 'string' ? given.body : JSON.stringify(given.body));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const at = server.address();
  address = `http://127.0.0.1:${typeof at === 'object' && at ? at.port : 0}`;
  before = ENVIRONMENT.map((name) => [name, process.env[name]]);
  Object.assign(process.env, {
    AWS_ENDPOINT_URL_GEO_ROUTES: address,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
  });
});
afterEach(() => {
  for (const [name, value] of before) {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
  server.closeAllConnections();
  server.close();
});

const failed = (error: unknown) => void failures.push(error);
const engine = (config: Parameters<typeof createRouter>[0]) => {
  const router = createRouter(config, () => clock, failed);
  if (!router) throw new Error('No engine is configured');
  return router;
};
/** As the documentation of `route` shows it. */
const osrmAnswer = (distance: number): Answer => ({
  status: 200,
  body: {
    code: 'Ok',
    waypoints: [],
    routes: [{ distance, duration: 900.5, weight: 900.5, weight_name: 'routability', legs: [] }],
  },
});

test('a company without an engine has no router', () => {
  expect(createRouter(null, () => clock, failed)).toBeNull();
});

describe('OSRM', () => {
  const router = () => engine({ engine: 'osrm', server: `${address}/` });

  test('gets one request, longitude first, and only its distance is used: it ignores traffic', async () => {
    answer = () => osrmAnswer(17_250.4);
    expect(await router()(FROM, TO)).toEqual({ distanceM: 17_250.4, seconds: null });
    expect(asked.map(({ method, url }) => `${method} ${url}`)).toEqual([
      'GET /route/v1/driving/-97.743100,30.267200;-97.700000,30.400000?overview=false&alternatives=false&steps=false',
    ]);
  });

  test('that finds no route does not fail', async () => {
    answer = () => ({ status: 400, body: { code: 'NoRoute', message: 'Impossible route between points' } });
    expect(await router()(FROM, TO)).toBeNull();
    expect(failures).toEqual([]);
  });

  test.each<[string, Answer]>([
    ['an error', { status: 500, body: { message: 'oops' } }],
    ['too many requests', { status: 429, body: { code: 'TooBig' } }],
    ['a page of a proxy', { status: 200, body: '<html>' }],
    ['nothing', { status: 200, body: 'null' }],
    ['a negative distance', osrmAnswer(-1)],
    ['a route without a distance', { status: 200, body: { code: 'Ok', routes: [{}] } }],
  ])('that answers %s gives no route, and gets no request for a while', async (_, given) => {
    answer = () => given;
    const ask = router();
    expect(await ask(FROM, TO)).toBeNull();
    expect(await ask(FROM, TO)).toBeNull();
    expect(asked).toHaveLength(1);
    expect(failures).toHaveLength(1);
    answer = () => osrmAnswer(1000);
    clock += 31_000;
    expect(await ask(FROM, TO)).toMatchObject({ distanceM: 1000 });
  });

  test('that does not answer times out after 1.5 s', async () => {
    answer = () => null;
    const start = performance.now();
    expect(await router()(FROM, TO)).toBeNull();
    expect(performance.now() - start).toBeGreaterThan(1400);
    expect(String(failures[0])).toContain('1500 ms');
  }, 20_000);

  test('that cannot be reached gives no route', async () => {
    server.close();
    server.closeAllConnections();
    expect(await router()(FROM, TO)).toBeNull();
    expect(failures).toHaveLength(1);
  });

  test('gets one request in some minutes for a trailer, and one for concurrent callers', async () => {
    answer = () => osrmAnswer(20_000);
    const ask = router();
    await Promise.all([ask(FROM, TO), ask(FROM, TO), ask(FROM, TO)]);
    expect(asked).toHaveLength(1);
    // After a kilometre, the rest is in proportion to the straight-line distance that is left.
    clock += 60_000;
    const nearer = { lat: FROM.lat + 0.01, lon: FROM.lon };
    const rest = await ask(nearer, TO);
    expect(rest?.distanceM).toBeGreaterThan(18_000);
    expect(rest?.distanceM).toBeLessThan(19_000);
    expect(asked).toHaveLength(1);
    clock += 120_000;
    await ask(nearer, TO);
    expect(asked).toHaveLength(2);
    // Far from the cached start, the cached route is not used.
    await ask({ lat: FROM.lat - 0.1, lon: FROM.lon }, TO);
    expect(asked).toHaveLength(3);
    // Another stop needs another request.
    await ask(FROM, { lat: 30.5, lon: -97.7 });
    expect(asked).toHaveLength(4);
  });
});

describe('Amazon Location', () => {
  const router = () => engine({ engine: 'amazon-location' });
  /** As the documentation of CalculateRoutes shows it. */
  const answered = (Summary: unknown): Answer => ({
    status: 200,
    body: { LegGeometryFormat: 'Simple', Notices: [], Routes: [{ Legs: [], MajorRoadLabels: [], Summary }] },
  });

  test('gets a signed request for a truck that leaves now, and its duration is used', async () => {
    answer = () => answered({ Distance: 18_000, Duration: 1260 });
    expect(await router()(FROM, TO)).toEqual({ distanceM: 18_000, seconds: 1260 });
    expect(asked).toHaveLength(1);
    const [{ method, url, body, authorization } = {}] = asked;
    expect({ method, url }).toEqual({ method: 'POST', url: '/v2/routes' });
    expect(body).toMatchObject({
      Origin: [-97.7431, 30.2672],
      Destination: [-97.7, 30.4],
      TravelMode: 'Truck',
      DepartNow: true,
    });
    expect(authorization).toMatch(/^AWS4-HMAC-SHA256 Credential=test\/\d{8}\/us-east-1\/geo-routes\/aws4_request/);
  });

  test('that finds no route does not fail', async () => {
    answer = () => ({ status: 200, body: { LegGeometryFormat: 'Simple', Notices: [], Routes: [] } });
    expect(await router()(FROM, TO)).toBeNull();
    expect(failures).toEqual([]);
  });

  test.each<[string, Answer | null]>([
    ['refuses', { status: 403, body: { message: 'not authorized' } }],
    ['throttles', { status: 429, body: { message: 'Rate exceeded' } }],
    ['fails', { status: 500, body: {} }],
    ['answers with a route without a summary', answered(undefined)],
    ['is silent', null],
  ])(
    'that %s gives no route, after one attempt',
    async (_, given) => {
      answer = () => given;
      expect(await router()(FROM, TO)).toBeNull();
      expect(failures).toHaveLength(1);
      expect(asked).toHaveLength(1);
    },
    20_000,
  );
});

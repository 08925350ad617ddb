import { describe, expect, test } from '@jest/globals';
import type { JobId, TrailerId } from '@qdn/domain';
import { aJob } from '@qdn/domain/testing';
import type { EventParts } from '@qdn/lambda/testing';
import { runs } from '@qdn/test-support/runs';
import fc from 'fast-check';
import { reportLocation } from './functions/report-location/handler.ts';
import { reportTrailerLocation } from './functions/report-trailer-location/handler.ts';
import { aService, bearer, call, deviceToken, json, NOW } from './testing.ts';

/*
 * Random and hostile payloads in each client's format: none gets a 5xx or makes the device keep it, and a good point among them is
 * stored. QDN_TEST_RUNS=night sends ten times as many.
 */
const PAYLOADS = runs(400);
/** Number of payloads sent to one service in sequence, before a good point. */
const ROUND = 20;
const JOB = aJob().id;
const form = { ...bearer(deviceToken()), 'content-type': 'application/x-www-form-urlencoded' };
const asJson = { ...bearer(deviceToken()), ...json };

const extreme = fc.constantFrom<unknown>(
  null,
  '',
  -1,
  0,
  '-0',
  1e308,
  -1e308,
  'NaN',
  'Infinity',
  '1e999',
  '0x1F',
  '30,2',
  '３０.2',
  '\u0000',
  '\ud800',
  '__proto__',
  {},
  [],
  [[]],
  true,
  2_147_483_647,
  2_147_483_646,
  8.64e15,
  8.64e15 + 1,
  -62_135_596_800,
  '2026-02-30T25:61:61Z',
  '+275760-09-13T00:00:00Z',
  '2026-11-23T15:00:00',
);
/** Generates a value as the field should have it, a wrong one, or none. */
const value = (good: fc.Arbitrary<unknown>) =>
  fc.oneof({ weight: 4, arbitrary: good }, { weight: 2, arbitrary: extreme }, { weight: 1, arbitrary: fc.jsonValue() });
const time = fc.oneof(
  fc.integer({ min: NOW / 1000 - 700_000, max: NOW / 1000 + 1000 }),
  fc.integer({ min: NOW - 700_000_000, max: NOW + 1_000_000 }),
);
const lat = fc.double({ min: -95, max: 95, noNaN: true });
const lon = fc.double({ min: -190, max: 190, noNaN: true });
const number = fc.double({ min: -10, max: 2000, noNaN: true });
const some = <T extends object>(model: { [K in keyof T]: fc.Arbitrary<T[K]> }) =>
  fc.record(model, { requiredKeys: [] });

const text = (one: unknown): string => (typeof one === 'string' ? one : (JSON.stringify(one) ?? ''));
const query = (fields: object): string =>
  Object.entries(fields)
    // Like a careless client: not always escaped.
    .map(
      ([name, one]) =>
        `${name}=${text(one).length % 3 === 0 ? text(one) : encodeURIComponent(text(one).toWellFormed())}`,
    )
    .join('&');
const cutOff = (body: string, at: number): string => (at % 7 === 0 ? body.slice(0, at % (body.length + 1)) : body);

const osmAnd = some({
  id: value(fc.string()),
  timestamp: value(time),
  lat: value(lat),
  lon: value(lon),
  speed: value(number),
  bearing: value(number),
  altitude: value(number),
  accuracy: value(number),
  batt: value(fc.integer({ min: -5, max: 105 })),
  charge: value(fc.boolean()),
});
const location = some({
  timestamp: value(time.map((at) => new Date(at < 1e11 ? at * 1000 : at).toISOString())),
  coords: value(
    some({
      latitude: value(lat),
      longitude: value(lon),
      accuracy: value(number),
      speed: value(number),
      heading: value(number),
    }),
  ),
  battery: value(some({ level: value(fc.double({ min: -1, max: 1, noNaN: true })), is_charging: value(fc.boolean()) })),
});
const ownTracks = some({
  _type: value(fc.constantFrom('location', 'location', 'waypoint', 'lwt', 'transition', 'encrypted')),
  tst: value(time),
  lat: value(lat),
  lon: value(lon),
  acc: value(number),
  vel: value(number),
  cog: value(number),
  batt: value(number),
  bs: value(fc.integer({ min: -1, max: 5 })),
});
const own = some({
  trailerId: value(fc.constantFrom('T1', 'T2')),
  at: value(time.map((at) => new Date(at < 1e11 ? at * 1000 : at).toISOString())),
  lat: value(lat),
  lon: value(lon),
  accuracyM: value(number),
  speedMps: value(number),
  headingDeg: value(number),
  batteryPercent: value(number),
  charging: value(fc.boolean()),
});
const jsonPost = (messages: fc.Arbitrary<unknown>): fc.Arbitrary<EventParts> =>
  fc.tuple(messages, fc.nat()).map(([message, at]) => ({
    method: 'POST',
    headers: asJson,
    body: cutOff(JSON.stringify(message) ?? '', at),
  }));

const FORMATS: Array<[string, fc.Arbitrary<EventParts>]> = [
  ['Traccar’s query string', osmAnd.map((fields) => ({ rawQuery: query(fields) }))],
  ['Traccar’s form', osmAnd.map((fields) => ({ method: 'POST', headers: form, body: query(fields) }))],
  [
    'Traccar’s JSON',
    jsonPost(
      fc.oneof(
        some({ location: value(location), device_id: value(fc.string()) }),
        some({ location: fc.array(value(location)) }),
      ),
    ),
  ],
  ['OwnTracks', jsonPost(fc.oneof(ownTracks, fc.array(value(ownTracks), { maxLength: 3 })))],
  ['the product’s own', jsonPost(fc.oneof(own, some({ fixes: value(fc.array(value(own), { maxLength: 5 })) })))],
  [
    'no format at all',
    fc.record({
      method: fc.constantFrom('GET', 'POST'),
      rawQuery: fc.string(),
      body: fc.oneof(fc.string(), fc.json()),
      headers: fc.constantFrom<Record<string, string>>(form, asJson, bearer(deviceToken()), {
        ...bearer(deviceToken()),
        'content-type': 'text/plain; charset=☃',
      }),
    }),
  ],
];

/** A point at a place and time that no random point has. No random point can make it a jump, because each round has its own service. */
const good = (n: number) => ({ at: NOW - 1000 - n, lat: 30.2, lon: -97.75 });
const goodPost = (n: number): EventParts => {
  const { at, lat: north, lon: east } = good(n);
  return { rawQuery: `timestamp=${at}&lat=${north}&lon=${east}` };
};

describe('anything from a device with a valid token', () => {
  test.each(FORMATS)(
    'in %s is answered 200, and no good point among it is lost',
    async (_, payloads) => {
      let sent = 0;
      await fc.assert(
        fc.asyncProperty(fc.array(payloads, { minLength: ROUND, maxLength: ROUND }), async (round) => {
          const service = aService();
          const handler = reportTrailerLocation(service.dependencies);
          const post = (parts: EventParts) =>
            call(handler, { pathParameters: { trailer_id: 'T1' }, headers: bearer(deviceToken()), ...parts });
          for (const [n, parts] of [...round, goodPost(ROUND)].entries()) {
            expect(await post(parts)).toMatchObject({ status: 200, json: [] });
            if (n % 5 === 0) expect((await post(goodPost(n))).status).toBe(200);
            sent += 1;
          }
          const stored = new Set(
            (await service.locations.recent('T1' as TrailerId, NOW, Number.POSITIVE_INFINITY)).map(({ at }) => at),
          );
          for (const n of [0, 5, 10, 15, ROUND]) expect(stored).toContain(good(n).at);
        }),
        { numRuns: Math.ceil(PAYLOADS / ROUND) },
      );
      expect(sent).toBeGreaterThanOrEqual(PAYLOADS);
    },
    3_600_000,
  );

  test('with objects that cannot be converted to text is answered 200', async () => {
    const odd = { toString: null, valueOf: null };
    const body = {
      fixes: [{ trailerId: odd, at: odd, lat: odd, lon: odd }],
      device: { uniqueId: odd },
      event: { type: odd },
    };
    const handler = reportTrailerLocation(aService().dependencies);
    const parts = { method: 'POST', pathParameters: { trailer_id: 'T1' }, headers: asJson, body: JSON.stringify(body) };
    expect(await call(handler, parts)).toMatchObject({ status: 200 });
    for (const message of [
      { _type: 'encrypted', data: odd },
      { position: {}, device: body.device, event: body.event },
    ])
      expect(await call(handler, { ...parts, body: JSON.stringify(message) })).toMatchObject({ status: 200 });
  });

  test('for a job is answered, never with a 5xx', async () => {
    await fc.assert(
      fc.asyncProperty(
        jsonPost(fc.oneof(own, some({ fixes: value(fc.array(value(own), { maxLength: 5 })) }))),
        async (parts) => {
          const { dependencies } = aService();
          const { status } = await call(reportLocation(dependencies), {
            pathParameters: { job_id: JOB },
            ...parts,
          });
          expect([200, 400, 422]).toContain(status);
        },
      ),
      { numRuns: PAYLOADS },
    );
  }, 3_600_000);
});

test('refuses a path that is neither a trailer nor a token', async () => {
  await fc.assert(
    fc.asyncProperty(fc.string(), async (trailer) => {
      const { dependencies } = aService([aJob({ id: 'QDN-1' as JobId })]);
      const { status } = await call(reportTrailerLocation(dependencies), {
        pathParameters: { trailer_id: trailer },
        headers: bearer(deviceToken()),
      });
      expect([200, 401, 403]).toContain(status);
    }),
  );
});

import { describe, expect, test } from '@jest/globals';
import type { TrailerId } from '@qdn/domain';
import { runs } from '@qdn/test-support/runs';
import fc from 'fast-check';
import { byTrailer } from './by-trailer.ts';
import { readMessage } from './read-tracker.ts';

const T1 = 'T1' as TrailerId;
const AT = Date.UTC(2026, 10, 23, 15);
const form = 'application/x-www-form-urlencoded';
/** Time of receipt. */
const NOW = AT + 60_000;
const reading = { now: NOW, userAgent: '', decrypt: () => null };
type Parts = { query?: string; body?: string | object; type?: string };
const readingIn = (parts: Parts) => {
  const body = typeof parts.body === 'object' ? JSON.stringify(parts.body) : (parts.body ?? '');
  const message = readMessage({ query: new URLSearchParams(parts.query), body }, reading);
  return byTrailer(message, T1, new Map()).get(T1) ?? { fixes: [], refused: [], heard: null };
};
const refusedIn = (parts: Parts) => readingIn(parts).refused;
const read = (parts: Parts) => {
  const { fixes, refused } = readingIn(parts);
  return { fixes, unusable: refused.filter(({ reason }) => reason === 'unusable').length };
};
const point = { trailerId: T1, at: AT, lat: 30.267153, lon: -97.743061, accuracyM: 4.8, speedMps: 10, headingDeg: 271 };
/** A battery reading, which every client reports in its own way. */
const full = (charging: boolean | null) => ({ battery: { percent: 88, charging } });
const one = (fix: object) => ({ fixes: [{ ...point, ...fix }], unusable: 0 });

describe('Traccar Client', () => {
  const query = `id=T1&timestamp=${AT / 1000}&lat=30.267153&lon=-97.743061&speed=19.4384449&bearing=271&altitude=150&accuracy=4.8&batt=88.0`;

  test('by query string: seconds and knots', () => {
    const { fixes, unusable } = read({ query });
    expect(unusable).toBe(0);
    expect(fixes[0]?.speedMps).toBeCloseTo(10, 5);
    expect(fixes).toEqual(one({ speedMps: fixes[0]?.speedMps, ...full(null) }).fixes);
  });

  test('by query string, posted with a form’s content type but no form', () => {
    expect(read({ query, type: form })).toEqual(read({ query }));
  });

  test('by query string, next to its token', () => {
    expect(read({ query: `token=a.b.c&${query}` })).toEqual(read({ query }));
  });

  test('by form, as from version 10 on', () => {
    const { fixes } = read({ body: `${query}&charge=true`, type: `${form}; charset=utf-8` });
    expect(fixes).toEqual(read({ query }).fixes.map((fix) => ({ ...fix, ...full(true) })));
  });

  test('a heartbeat has no position, and is ignored', () => {
    expect(read({ body: `id=T1&timestamp=${AT / 1000}&batt=50`, type: form })).toEqual({ fixes: [], unusable: 0 });
    expect(read({ query: `id=T1&timestamp=${AT / 1000}` })).toEqual({ fixes: [], unusable: 0 });
    expect(read({ body: { location: { timestamp: new Date(AT).toISOString(), battery: { level: 0.5 } } } })).toEqual({
      fixes: [],
      unusable: 0,
    });
  });

  test.each([
    ['milliseconds', AT],
    ['seconds', AT / 1000],
    ['seconds with a fraction, to the millisecond', `${AT / 1000}.0001234`],
    ['ISO 8601', new Date(AT).toISOString()],
    ['ISO 8601 with an offset', '2026-11-23T09:00:00-06:00'],
  ])('gives the time in %s', (_, timestamp) => {
    const time = encodeURIComponent(String(timestamp));
    expect(read({ query: `timestamp=${time}&lat=1&lon=2` }).fixes).toMatchObject([{ at: AT, lat: 1, lon: 2 }]);
  });

  const location = (coords: object) => ({
    location: {
      timestamp: '2026-11-23T15:00:00.000Z',
      coords: {
        latitude: 30.267153,
        longitude: -97.743061,
        accuracy: 4.8,
        speed: 10,
        heading: 271,
        altitude: 150,
        ...coords,
      },
      is_moving: true,
      odometer: 10,
      event: 'motionchange',
      battery: { level: 0.88, is_charging: false },
      activity: { type: 'in_vehicle' },
    },
    device_id: 'T1',
  });

  test('by JSON, as in version 9: metres per second', () => {
    expect(read({ body: location({}), type: 'application/json' })).toEqual(one({ ...full(false), standing: false }));
  });

  test('by JSON gives −1 for an unknown value', () => {
    const unknown = { speedMps: null, headingDeg: null, ...full(false), standing: false };
    expect(read({ body: location({ speed: -1, heading: -1 }) })).toEqual(one(unknown));
  });

  test.each([
    ['an accuracy of −1', { body: location({ accuracy: -1 }) }],
    ['valid=false', { query: `${query}&valid=false` }],
  ])('says with %s that the phone had no position: the place is set aside', (_, parts) => {
    expect(refusedIn(parts)).toEqual([
      { reason: 'inaccurate', count: 1, last: { at: AT, lat: 30.267153, lon: -97.743061 } },
    ]);
  });

  test('by JSON may send several points at once', () => {
    const { location: each } = location({});
    expect(read({ body: { location: [each, { ...each, timestamp: '2026-11-23T15:00:10Z' }] } }).fixes).toMatchObject([
      { at: AT },
      { at: AT + 10_000 },
    ]);
  });
});

describe('OwnTracks', () => {
  const message = {
    _type: 'location',
    tid: 't1',
    tst: AT / 1000,
    lat: 30.267153,
    lon: -97.743061,
    acc: 4.8,
    vel: 36,
    cog: 271,
    batt: 88,
    bs: 1,
    conn: 'm',
    t: 't',
  };

  test('gives its position: seconds and km/h', () => {
    expect(read({ body: message, type: 'application/json' })).toEqual(one(full(false)));
  });

  test('gives its position without other fields', () => {
    const { _type, tst, lat, lon } = message;
    const unknown = { accuracyM: null, speedMps: null, headingDeg: null };
    expect(read({ body: { _type, tst, lat, lon } })).toEqual(one(unknown));
  });

  test.each([
    [0, null],
    [1, false],
    [2, true],
    [3, true],
    ['2', null],
  ])('with the charging state %p is understood', (bs, charging) => {
    expect(read({ body: { ...message, bs } }).fixes).toMatchObject([{ battery: { percent: 88, charging } }]);
  });

  test('may send several points at once', () => {
    expect(read({ body: [message, { _type: 'lwt' }, { ...message, tst: AT / 1000 + 10 }] }).fixes).toMatchObject([
      { at: AT },
      { at: AT + 10_000 },
    ]);
  });

  test.each(['waypoint', 'waypoints', 'transition', 'lwt', 'card', 'cmd', 'encrypted', 'status', 7, null])(
    'of type %p is ignored without an error',
    (_type) => {
      expect(read({ body: { ...message, _type } })).toEqual({ fixes: [], unusable: 0 });
    },
  );
});

describe('the product’s own shape', () => {
  const fix = {
    at: '2026-11-23T15:00:00Z',
    lat: 30.267153,
    lon: -97.743061,
    accuracyM: 4.8,
    speedMps: 10,
    headingDeg: 271,
  };

  test('is read, alone and in a batch', () => {
    expect(read({ body: fix })).toEqual(one({}));
    expect(read({ body: { fixes: [fix, { ...fix, trailerId: 'T1' }] } })).toEqual({
      fixes: [point, point],
      unusable: 0,
    });
  });

  test('includes its battery', () => {
    const { fixes } = read({ body: { ...fix, batteryPercent: 41, charging: true } });
    expect(fixes).toMatchObject([{ battery: { percent: 41, charging: true } }]);
  });

  test('for another trailer is counted as that trailer’s', () => {
    const body = JSON.stringify({ fixes: [fix, { ...fix, trailerId: 'T2' }] });
    const message = readMessage({ query: new URLSearchParams(), body }, reading);
    expect(byTrailer(message, T1, new Map()).get(T1)).toMatchObject({
      fixes: [point],
      refused: [{ reason: 'wrong-trailer', count: 1 }],
    });
  });
});

test.each<[string, Parameters<typeof read>[0]]>([
  ['no JSON', { body: '{"_type":"location",' }],
  ['a list in a list', { body: '[[]]' }],
  ['a number', { body: '7' }],
  ['null', { body: 'null' }],
  ['a place in words', { query: `timestamp=${AT}&lat=north&lon=west` }],
  ['half a place', { query: `timestamp=${AT}&lat=30` }],
  ['an empty place', { query: `timestamp=${AT}&lat=&lon=` }],
  ['coordinates that are a string', { body: { location: { timestamp: AT, coords: 'here' } } }],
  ['a location that is a number', { body: { location: [7] } }],
  ['invalid fixes', { body: { fixes: [null] } }],
  ['an OwnTracks location without a place', { body: { _type: 'location', tst: AT } }],
])('%s is one unusable point', (_, parts) => {
  expect(read(parts)).toEqual({ fixes: [], unusable: 1 });
});

describe('the time of a position', () => {
  const at = (query: string) => read({ query: `lat=30&lon=-97&${query}` }).fixes[0]?.at;

  test.each([
    ['is missing', ''],
    ['cannot be read', 'timestamp=soon'],
    ['is from a clock that was never set', 'timestamp=12'],
    ['is exactly 1024 weeks back', `timestamp=${(NOW - 1024 * 7 * 86_400_000) / 1000}`],
  ])('is that of the receipt when it %s', (_, time) => {
    expect(at(time)).toBe(NOW);
  });

  test.each([
    ['an offset whose plus the URL has turned into a blank', '2026-11-23T17:00:00 02:00'],
    ['an offset without a colon', '2026-11-23T09:00:00-0600'],
    ['date and time without a zone', '2026-11-23 15:00:00'],
    ['microseconds', String(AT * 1000)],
  ])('is read in %s', (_, time) => {
    expect(at(`timestamp=${time}`)).toBe(AT);
  });
});

test.each([
  ['a decimal comma', '30,267153', '-97,743061'],
  ['a real minus', '30.267153', '−97.743061'],
  ['letters for the sides', '30.267153N', '97.743061W'],
  ['a sign for degrees', 'N 30.267153°', 'W 97.743061°'],
])('reads a place with %s', (_, lat, lon) => {
  expect(read({ query: `timestamp=${AT}&lat=${lat}&lon=${lon}` }).fixes).toMatchObject([
    { lat: 30.267153, lon: -97.743061 },
  ]);
});

describe('a message without a place', () => {
  test.each([
    ['a heartbeat', { query: 'id=1&batt=50' }, { client: 'OsmAnd protocol', kind: 'heartbeat', standing: true }],
    ['a waypoint', { body: { _type: 'waypoint', lat: 1, lon: 2 } }, { client: 'OwnTracks', kind: 'event' }],
    ['nothing at all', {}, { client: 'OsmAnd protocol', kind: 'empty' }],
    ['an encrypted one', { body: { _type: 'encrypted', data: 'AAAA' } }, { client: 'OwnTracks', kind: 'refused' }],
    ['a last will', { body: { _type: 'lwt', tst: 1 } }, null],
  ])('%s counts as such', (_, parts, heard) => {
    expect(readingIn(parts).heard).toEqual(heard);
  });
});

test.each([
  [101, undefined],
  [-1, undefined],
  ['', undefined],
  ['full', undefined],
  ['3', 3],
])('a battery of %p %% is read as %p', (batt, percent) => {
  const [fix] = read({ query: `timestamp=${AT}&lat=1&lon=2&batt=${batt}` }).fixes;
  expect(fix?.battery?.percent).toBe(percent);
});

test('treats an impossible value as unknown, and keeps the point', () => {
  const { fixes } = read({ query: `timestamp=${AT}&lat=30&lon=-97&speed=99999&bearing=400&accuracy=high` });
  expect(fixes).toEqual([
    { trailerId: T1, at: AT, lat: 30, lon: -97, accuracyM: null, speedMps: null, headingDeg: null },
  ]);
});

describe('any message', () => {
  const key = fc.constantFrom(
    '_type',
    'location',
    'coords',
    'fixes',
    'lat',
    'lon',
    'latitude',
    'longitude',
    'timestamp',
    'tst',
    'at',
    'speed',
    'vel',
    'acc',
  );
  const value = fc.oneof(
    fc.constantFrom('location', '', 'NaN', '1e400', '-1', null, true, -0),
    fc.double(),
    fc.string(),
  );
  const { tree } = fc.letrec((tie) => ({
    tree: fc.oneof({ maxDepth: 4 }, value, fc.array(tie('tree'), { maxLength: 4 }), fc.dictionary(key, tie('tree'))),
  }));
  const query = fc
    .array(fc.tuple(key, fc.oneof(fc.string(), fc.double().map(String))))
    .map((pairs) => new URLSearchParams(pairs).toString());

  test('never throws, and every fix that is read has finite numbers', () => {
    fc.assert(
      fc.property(
        query,
        fc.oneof(
          tree.map((one) => JSON.stringify(one)),
          fc.string(),
        ),
        fc.constantFrom(form, 'application/json', undefined),
        (search, body, type) => {
          for (const { fixes } of [read({ query: search }), read({ body, ...(type ? { type } : {}) })]) {
            for (const { at, lat, lon, accuracyM, speedMps, headingDeg } of fixes) {
              expect([at, lat, lon, accuracyM ?? 0, speedMps ?? 0, headingDeg ?? 0].every(Number.isFinite)).toBe(true);
            }
          }
        },
      ),
      { numRuns: runs(500) },
    );
  });
});

describe('pages of fleet services, as a script forwards them', () => {
  const units = new Map([['42', T1]]);
  const fixesOf = (body: object) =>
    byTrailer(readMessage({ query: new URLSearchParams(), body: JSON.stringify(body) }, reading), null, units).get(T1)
      ?.fixes;
  const time = new Date(AT).toISOString();
  const place = { latitude: point.lat, longitude: point.lon };
  const place2 = { lat: point.lat, lon: point.lon, located_at: time, speed: 45, bearing: 271 };
  const gps = { ...place, time, headingDegrees: 271, speedMilesPerHour: 45 };

  test.each([
    ['Samsara, one position', { data: [{ id: '42', gps }] }],
    ['Samsara, a feed', { data: [{ id: '42', gps: [gps] }] }],
    ['Samsara, locations', { data: [{ id: '42', location: { ...place, time, heading: 271, speed: 45 } }] }],
    [
      'Samsara, assets',
      {
        data: [
          {
            ...{ asset: { id: '42' }, happenedAtTime: time, location: { ...place, headingDegrees: 271 } },
            speed: { gpsSpeedMetersPerSecond: 20.1168 },
          },
        ],
      },
    ],
    ['Motive, vehicles', { vehicles: [{ vehicle: { id: 42, current_location: place2 } }] }],
    ['Motive, a webhook of an asset', { action: 'asset_location_updated', asset_id: 42, ...place2 }],
  ])('%s', (_, body) => {
    const [fix, ...others] = fixesOf(body) ?? [];
    expect(others).toEqual([]);
    expect(fix).toMatchObject({ trailerId: T1, at: AT, lat: point.lat, lon: point.lon, headingDeg: 271 });
    expect(fix?.speedMps).toBeCloseTo(20.12, 2);
  });

  test.each([
    ['vehicle_stopped', true],
    ['vehicle_moving', false],
    ['breadcrumb', undefined],
  ])('Motive’s type of a location, %s, says whether the vehicle stands', (type, standing) => {
    const location = { ...place2, speed: 0, type };
    const webhook = { action: 'vehicle_location_updated', vehicle_id: 42, ...location };
    const listed = { vehicles: [{ vehicle: { id: 42, current_location: location } }] };
    expect([webhook, listed].map((body) => fixesOf(body)?.[0]?.standing)).toEqual([standing, standing]);
  });
});

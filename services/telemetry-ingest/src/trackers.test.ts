import { describe, expect, test } from '@jest/globals';
import type { TrailerId } from '@qdn/domain';
import fc from 'fast-check';
import { readTracker } from './trackers.ts';

const T1 = 'T1' as TrailerId;
const AT = Date.UTC(2026, 10, 23, 15);
const query = (text: string) =>
  readTracker({ query: new URLSearchParams(text), contentType: undefined, rawBody: '' }, T1);
const json = (body: unknown) =>
  readTracker({ query: new URLSearchParams(), contentType: 'application/json', rawBody: JSON.stringify(body) }, T1);

describe('Traccar Client', () => {
  test('as a query string: seconds, knots', () => {
    const { fixes } = query(
      `id=T1&timestamp=${AT / 1000}&lat=30.27&lon=-97.74&speed=10&bearing=270&altitude=150&accuracy=8&batt=77`,
    );
    expect(fixes).toEqual([
      {
        trailerId: T1,
        at: AT,
        lat: 30.27,
        lon: -97.74,
        accuracyM: 8,
        speedMps: expect.closeTo(5.144, 3),
        headingDeg: 270,
      },
    ]);
  });
  test('as a form, with milliseconds', () => {
    const rawBody = `id=T1&timestamp=${AT}&lat=30.27&lon=-97.74&charge=true`;
    const { fixes } = readTracker(
      { query: new URLSearchParams(), contentType: 'application/x-www-form-urlencoded', rawBody },
      T1,
    );
    expect(fixes).toMatchObject([{ at: AT, speedMps: null }]);
  });
  test('as JSON: metres a second, −1 for unknown', () => {
    const coords = { latitude: 30.27, longitude: -97.74, accuracy: 5, speed: -1, heading: -1 };
    expect(json({ location: { timestamp: '2026-11-23T15:00:00.000Z', coords }, device_id: 'T1' }).fixes).toMatchObject([
      { at: AT, accuracyM: 5, speedMps: null, headingDeg: null },
    ]);
  });
  test('a heartbeat is no point', () => {
    expect(query('id=T1&batt=50')).toEqual({ fixes: [], unusable: 0 });
    expect(json({ location: { timestamp: AT } })).toEqual({ fixes: [], unusable: 1 });
  });
});

describe('OwnTracks', () => {
  test('a location: seconds, km/h', () => {
    expect(
      json({ _type: 'location', tst: AT / 1000, lat: 30.27, lon: -97.74, vel: 36, acc: 12, cog: 90 }).fixes,
    ).toMatchObject([{ at: AT, speedMps: expect.closeTo(10, 6), accuracyM: 12, headingDeg: 90 }]);
  });
  test('another message is ignored politely', () => {
    expect(json({ _type: 'transition', event: 'enter' })).toEqual({ fixes: [], unusable: 0 });
  });
});

test('the product’s own batch', () => {
  const at = new Date(AT).toISOString();
  expect(
    json({
      fixes: [
        { at, lat: 1, lon: 2 },
        { at, lat: 'x', lon: 2 },
      ],
    }),
  ).toMatchObject({ fixes: [{ at: AT }], unusable: 1 });
});

test('nothing that is sent makes it throw, and every fix has numbers', () => {
  const anything = fc.oneof(
    fc.string(),
    fc.json(),
    fc.object().map((value) => JSON.stringify(value)),
    fc
      .dictionary(fc.constantFrom('lat', 'lon', 'timestamp', 'location', '_type', 'tst', 'fixes'), fc.jsonValue())
      .map((value) => JSON.stringify(value)),
  );
  fc.assert(
    fc.property(
      anything,
      fc.constantFrom('application/json', 'application/x-www-form-urlencoded', undefined),
      (rawBody, contentType) => {
        const { fixes } = readTracker({ query: new URLSearchParams(rawBody), contentType, rawBody }, T1);
        for (const { lat, lon, at } of fixes) expect([lat, lon, at].every(Number.isFinite)).toBe(true);
      },
    ),
    { numRuns: 1000 },
  );
});

import { describe, expect, test } from '@jest/globals';
import { validate as isTrailerTrack } from '@qdn/contracts/validators/trailerTrack';
import { FIX_TTL_S, type Fix, type TrailerId } from '@qdn/domain';
import { aFix, aService, asDevice, asOperator, bearer, call, NOW, operatorToken, trackToken } from '../../testing.ts';
import { getTrack } from './handler.ts';

const T1 = 'T1' as TrailerId;
const METRES_PER_DEGREE = 111_195;
type Service = ReturnType<typeof aService>;
const track = (service: Service, query: Record<string, string> = {}, headers: Record<string, string> = asOperator) =>
  call(getTrack(service), {
    pathParameters: { trailer_id: 'T1' },
    rawQuery: String(new URLSearchParams(query)),
    headers,
  });
const at = (time: string) => Date.parse(time);

/** Returns a fix every 10 s from one moment to another, driving north from `fromM` at a speed. */
const driven = (from: number, to: number, fromM: number, speedMps: number): Fix[] =>
  Array.from({ length: Math.round((to - from) / 10_000) }, (_, i) =>
    aFix({
      at: from + i * 10_000,
      lat: 30 + (fromM + i * 10 * speedMps) / METRES_PER_DEGREE,
      lon: -97.75,
      speedMps,
      headingDeg: 0,
    }),
  );

/** A service at a later time, with these fixes. */
const serviceAt = async (now: number, fixes: readonly Fix[]) => {
  const service = { ...aService(), now: () => now };
  for (let i = 0; i < fixes.length; i += 30) await service.locations.append(fixes.slice(i, i + 30));
  return { service };
};

describe('GET /api/trailers/{trailer_id}/track', () => {
  test('returns today with halts, trips and metres; parked noise adds nothing', async () => {
    const begin = NOW - 3_600_000;
    const { service } = await serviceAt(NOW, [
      ...driven(begin, begin + 600_000, 0, 0),
      ...driven(begin + 600_000, begin + 1_200_000, 0, 15),
      ...driven(begin + 1_200_000, begin + 1_800_000, 9000, 0),
    ]);
    const { status, json, headers } = await track(service);
    expect(status).toBe(200);
    expect(headers).toMatchObject({ 'Cache-Control': 'private, no-store' });
    expect(isTrailerTrack(json)).toBe(true);
    expect(json).toMatchObject({
      trailerId: 'T1',
      from: '2026-11-23T06:00:00.000Z',
      to: '2026-11-23T15:00:00.000Z',
      timeZone: 'America/Chicago',
      source: 'fixes',
      next: null,
    });
    expect(json.metres).toBeGreaterThan(8950);
    expect(json.metres).toBeLessThan(9050);
    expect(json.halts).toHaveLength(2);
    expect(json.trips).toHaveLength(1);
    expect(Math.abs(at(json.trips[0].from) - (begin + 600_000))).toBeLessThan(15_000);
    expect(Math.abs(at(json.trips[0].to) - (begin + 1_200_000))).toBeLessThan(15_000);
    expect(json.points.at(-1).metres).toBe(json.metres);
  });

  test('thins the way on request only, and keeps the metres', async () => {
    const { service } = await serviceAt(NOW, driven(NOW - 3_600_000, NOW, 0, 15));
    const [thin, all] = [(await track(service)).json, (await track(service, { thinned: 'false' })).json];
    expect(thin.metres).toBe(all.metres);
    expect(all.points.length).toBeGreaterThan(2.5 * thin.points.length);
  });

  test('pages by local day, and the metres of a drive over midnight add up', async () => {
    const midnight = at('2026-11-23T06:00:00Z');
    const { service } = await serviceAt(NOW, driven(midnight - 1_200_000, midnight + 1_800_000, 0, 15));
    const range = { from: '2026-11-22T20:00:00-06:00', to: '2026-11-23T06:00:00-06:00' };
    const first = (await track(service, range)).json;
    expect(first).toMatchObject({ to: '2026-11-23T06:00:00.000Z', next: '2026-11-23T06:00:00.000Z' });
    const second = (await track(service, { ...range, from: first.next })).json;
    expect(second.next).toBeNull();
    expect(Math.abs(first.metres - 18_000)).toBeLessThan(30);
    expect(Math.abs(second.metres - 26_850)).toBeLessThan(60);
    // The day alone has what it has as a part of a longer range.
    const alone = (await track(service, { from: '2026-11-23T00:00:00-06:00', to: '2026-11-23T06:00:00-06:00' })).json;
    expect(alone).toEqual(second);
  });

  test.each([
    ['2026-03-08T00:00:00-06:00', '2026-03-09T00:00:00-05:00', 23],
    ['2026-11-01T00:00:00-05:00', '2026-11-02T00:00:00-06:00', 25],
  ])('a day on which the clocks change is one page of its own length (%s)', async (from, to, hours) => {
    const end = at(to);
    const { service } = await serviceAt(end + 3_600_000, driven(at(from), at(from) + 600_000, 0, 10));
    const asOperatorThen = bearer(operatorToken(end + 7_200_000));
    const { json, status } = await track(
      service,
      { from, to: new Date(end + 3_600_000).toISOString() },
      asOperatorThen,
    );
    expect(status).toBe(200);
    expect((at(json.to) - at(json.from)) / 3_600_000).toBe(hours);
    expect(json.next).toBe(new Date(end).toISOString());
    expect(json.trips).toHaveLength(1);
  });

  test('answers older days from the kept ones, and says when nothing is left', async () => {
    const service = aService();
    const from = '2026-10-05T00:00:00-05:00';
    const range = { from, to: '2026-10-06T00:00:00-05:00' };
    expect((await track(service, range)).json).toMatchObject({ source: 'none', points: [], metres: 0 });
    const points = [0, 1, 2].map((i) => ({ at: at(from) + i * 60_000, lat: 30 + i / 100, lon: -97, metres: i * 1112 }));
    const halts = [{ from: at(from) + 120_000, to: at(from) + 900_000, lat: 30.02, lon: -97 }];
    const trips = [{ from: at(from), to: at(from) + 120_000, metres: 2224, gapS: 60 }];
    await service.keptDays.keep(
      { trailerId: T1, date: '2026-10-05', track: { points, halts, trips, metres: 2224 } },
      NOW + 86_400_000,
    );
    expect((await track(service, range)).json).toMatchObject({ source: 'kept', metres: 2224, halts: [{ lat: 30.02 }] });
    const half = { ...range, to: new Date(at(from) + 60_000).toISOString() };
    expect((await track(service, half)).json).toMatchObject({ source: 'kept', metres: 1112 });
  });

  test('a day without fixes is empty, whether or not it is over', async () => {
    const service = aService();
    expect((await track(service)).json).toMatchObject({ source: 'none', points: [], halts: [], trips: [], metres: 0 });
    expect(service.locations).toMatchObject({ reads: 1 });
    const expired = new Date(NOW - FIX_TTL_S * 1000 - 86_400_000).toISOString();
    expect((await track(service, { from: expired, to: new Date(at(expired) + 1000).toISOString() })).status).toBe(200);
    expect(service.locations).toMatchObject({ reads: 1 });
  });

  test('takes a plus that the URL turned into a blank', async () => {
    const rawQuery = 'from=2026-11-23T00:00:00+01:00&to=2026-11-23T03:00:00+01:00';
    const answer = await call(getTrack(aService()), {
      pathParameters: { trailer_id: 'T1' },
      rawQuery,
      headers: asOperator,
    });
    expect(answer).toMatchObject({ status: 200, json: { from: '2026-11-22T23:00:00.000Z' } });
  });

  test.each([
    [{ from: '2026-11-23' }, '/from'],
    [{ from: '2026-11-23T00:00:00' }, '/from'],
    [{ from: '2026-13-23T00:00:00Z' }, '/from'],
    [{ from: '2026-02-30T00:00:00Z', to: '2026-03-03T00:00:00Z' }, '/from'],
    [{ from: '9999-12-31T12:00:00-12:00' }, '/from'],
    [{ from: '0000-01-01T00:00:00+14:00', to: '0000-01-01T00:00:00Z' }, '/from'],
    [{ from: '2026-11-23T00:00:00Z', to: '2026-11-22T00:00:00Z' }, '/to'],
    [{ from: '2026-01-01T00:00:00Z', to: '2026-03-01T00:00:00Z' }, '/to'],
    [{ thinned: 'maybe' }, '/thinned'],
  ])('refuses %j', async (query: Record<string, string>, pointer) => {
    expect(await track(aService(), query)).toMatchObject({ status: 422, json: { errors: [{ pointer }] } });
  });

  test.each([
    ['no token', {}],
    ['a device', asDevice],
    ['a customer', bearer(trackToken())],
  ])('refuses %s', async (_, headers: Record<string, string>) => {
    expect((await track(aService(), {}, headers)).status).toBe(401);
  });
});

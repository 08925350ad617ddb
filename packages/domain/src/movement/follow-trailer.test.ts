import { describe, expect, test } from '@jest/globals';
import { runs } from '@qdn/test-support/runs';
import fc from 'fast-check';
import type { Fix } from '../fix.ts';
import type { JobId, TrailerId } from '../ids.ts';
import type { Job, StatusChange, Stop } from '../job.ts';
import { aDrive, aFix, aJob, placeAt } from '../testing/index.ts';
import { type FollowOptions, followTrailer } from './follow-trailer.ts';
import { leftLastStop } from './progress.ts';

const BEGAN = aJob().createdAt;
const LATER = BEGAN + 86_400_000;
const MINUTE = 60_000;
const SITE: Stop = { kind: 'drop_off', address: '1100 Congress Ave', lat: 30.2747, lon: -97.7404, radiusM: 100 };
const DUMP: Stop = { kind: 'dump_site', address: 'Landfill', ...placeAt(SITE, 5000, 3000), radiusM: 150 };
const YARD = placeAt(SITE, -4000, 2000);
const [T1, T2] = ['T1' as TrailerId, 'T2' as TrailerId];
const OPTIONS: FollowOptions = { ownPlaces: [{ kind: 'yard', radiusM: 120, ...YARD }], completes: true };

/** A fix `s` seconds after the job's last change, `metres` north of the site. */
const fix = (s: number, metres: number, changes: Partial<Fix> = {}): Fix =>
  aFix({ at: BEGAN + s * 1000, ...placeAt(SITE, metres, 0), ...changes });
/** Fixes every ten seconds at a place. */
const standing = (from: number, to: number, metres: number, changes: Partial<Fix> = {}): Fix[] =>
  Array.from({ length: Math.floor((to - from) / 10) + 1 }, (_, i) => fix(from + i * 10, metres, changes));
/** Fixes every two minutes at a place. */
const seldom = (from: number, to: number, metres: number): Fix[] =>
  Array.from({ length: Math.floor((to - from) / 120) + 1 }, (_, i) => fix(from + i * 120, metres));
const change = (status: Job['status'], changes: Partial<StatusChange> = {}): StatusChange => ({
  status,
  at: BEGAN,
  by: 'operator',
  reason: '',
  ...changes,
});
const job = (status: Job['status'], changes: Partial<Job> = {}): Job =>
  aJob({ status, stops: [SITE, DUMP], history: [change(status)], ...changes });
const arrivedJob = (changes: Partial<Job> = {}): Job =>
  job('at_site', {
    history: [change('at_site', { by: 'fixes', stop: 0, trailerId: T1, place: { lat: SITE.lat, lon: SITE.lon } })],
    ...changes,
  });
const newestOf = (fixes: readonly Fix[]): number => Math.max(BEGAN, ...fixes.map(({ at }) => at));
/** Follows one job; the clock is at the newest fix, unless the test says how long nothing comes after it. */
const follow = (before: Job, fixes: readonly Fix[], silentMs = 0): Job => {
  let jobs = [before];
  for (const trailer of before.trailers)
    jobs = followTrailer(jobs, trailer, fixes, newestOf(fixes) + silentMs, BEGAN + 1, OPTIONS);
  return jobs[0] as Job;
};
const statusAfter = (before: Job, fixes: readonly Fix[], silentMs = 0) => follow(before, fixes, silentMs).status;
const steps = (after: Job) =>
  after.history.map(({ status, by, stop, trailerId }) => [status, by === 'fixes' ? stop : null, trailerId]);

describe('arrival', () => {
  const coming = job('in_transit');

  test.each<[string, Fix[], Job['status']]>([
    ['takes half a minute right at the address', standing(10, 40, 18), 'at_site'],
    ['is not decided earlier', standing(10, 30, 18), 'in_transit'],
    ['takes a minute and a half at half the radius, where a red light may be', standing(10, 100, 48), 'at_site'],
    ['is not decided there after a minute', standing(10, 70, 48), 'in_transit'],
    ['takes two minutes at the radius', standing(10, 130, 95), 'at_site'],
    ['is not decided there after a minute and a half', standing(10, 100, 95), 'in_transit'],
    ['takes three minutes at one and a half radii', standing(10, 190, 148), 'at_site'],
    ['is not decided there after a minute and a half', standing(10, 100, 148), 'in_transit'],
    ['takes seven minutes 400 m down the road by a few reports', seldom(10, 490, 395), 'at_site'],
    [
      'is not decided there while all reports show the place, which is the gate or lunch',
      standing(10, 1500, 350),
      'in_transit',
    ],
    ['takes five minutes within 250 m by all reports', standing(10, 350, 240), 'at_site'],
    ['is never decided 600 m away', standing(10, 3600, 600), 'in_transit'],
  ])('%s', (_, fixes, status) => {
    expect(statusAfter(coming, fixes)).toBe(status);
  });

  test.each([1, 10, 60])('is decided from a fix every %i s, whatever their number', (seconds) => {
    const fixes = Array.from({ length: Math.ceil(120 / seconds) + 1 }, (_, i) => fix(10 + i * seconds, 20));
    expect(statusAfter(coming, fixes)).toBe('at_site');
  });

  test('ignores a drive-by, even in slow traffic', () => {
    expect(statusAfter(coming, [fix(10, 50), fix(20, 20), fix(32, 400)])).toBe('in_transit');
    const slowly = Array.from({ length: 61 }, (_, i) => fix(i * 2, 200 - i * 6.6));
    expect(statusAfter(coming, slowly)).toBe('in_transit');
  });

  test('survives a single fix elsewhere, which multipath causes', () => {
    expect(statusAfter(coming, [...standing(10, 100, 90), fix(110, 240), ...standing(120, 190, 90)])).toBe('at_site');
  });

  test('widens the ring for a poor fix, by up to 150 m', () => {
    const poor = { accuracyM: 100 };
    expect(statusAfter(coming, standing(10, 130, 170, poor))).toBe('at_site');
    expect(statusAfter(coming, standing(10, 130, 170))).toBe('in_transit');
  });

  test('is on the timeline with its reason, its stop, its trailer and its place', () => {
    expect(follow(coming, standing(10, 40, 18))).toMatchObject({
      status: 'at_site',
      currentStop: 0,
      version: coming.version + 1,
      history: [
        ...coming.history,
        {
          status: 'at_site',
          at: BEGAN + 10_000,
          decidedAt: BEGAN + 40_000,
          by: 'fixes',
          reason: '18 m from the drop off',
          stop: 0,
          trailerId: T1,
          place: { lat: expect.closeTo(placeAt(SITE, 18, 0).lat, 5), lon: expect.closeTo(SITE.lon, 5) },
        },
      ],
    });
  });

  test('goes to the nearer of two places in a wide ring', () => {
    const depot = { kind: 'dump_site' as const, radiusM: 100, ...placeAt(SITE, 380, 0) };
    const fixes = seldom(10, 970, 350);
    expect(statusAfter(coming, fixes)).toBe('at_site');
    const options = { ...OPTIONS, ownPlaces: [depot] };
    expect(followTrailer([coming], T1, fixes, newestOf(fixes), BEGAN + 1, options)[0]?.status).toBe('in_transit');
  });
});

describe('signs of a device', () => {
  const coming = job('in_transit');
  const followWith = (fixes: readonly Fix[], silentMs: number, sign?: boolean): Job['status'] => {
    const options = sign === undefined ? OPTIONS : { ...OPTIONS, sign };
    const [after] = followTrailer([coming], T1, fixes, newestOf(fixes) + silentMs, BEGAN + 1, options);
    return (after as Job).status;
  };
  /** A unit that reports every five minutes: silence of two minutes is usual for it. */
  const seldom = (last: Partial<Fix>): Fix[] => [
    fix(0, -9000, { speedMps: 12 }),
    fix(300, -4500, { speedMps: 12 }),
    fix(600, 30, last),
  ];

  test('a unit that reports every five minutes has not arrived two minutes after it came by', () => {
    expect(followWith(seldom({ speedMps: 12 }), 150_000)).toBe('in_transit');
  });
  test.each<[string, Partial<Fix>]>([
    ['speed 0', { speedMps: 0 }],
    ['no speed, though the device measures speeds', { speedMps: null }],
    ['the motion sensor', { speedMps: null, standing: true }],
  ])('%s shows that it stands', (_, last) => {
    expect(followWith(seldom(last), 150_000)).toBe('at_site');
  });
  test('a motion sensor that says "at rest" at 40 km/h is wrong', () => {
    expect(followWith(seldom({ speedMps: 11, standing: true }), 150_000)).toBe('in_transit');
  });
  test('a motion sensor that says "in motion" in a queue is right', () => {
    expect(followWith(seldom({ speedMps: 0.5, standing: false }), 150_000)).toBe('in_transit');
  });
  test('a heartbeat while it is silent confirms that it stands, also of a tracker that reports while it stands', () => {
    const chatty = [...standing(10, 60, 3000), fix(300, 150, { speedMps: 3 })];
    expect(followWith(chatty, 200_000)).toBe('in_transit');
    expect(followWith(chatty, 200_000, true)).toBe('at_site');
  });
  test('a message that it moves contradicts its silence', () => {
    const byDistance = [fix(0, -300), fix(20, -150), fix(40, 30)];
    expect(followWith(byDistance, 150_000)).toBe('at_site');
    expect(followWith(byDistance, 150_000, false)).toBe('in_transit');
  });
});

describe('a trailer that is at the place of its next job already', () => {
  const HOUR = 3600;
  const delivery = (id: string, changes: Partial<Job> = {}): Job =>
    job('scheduled', { id: id as JobId, stops: [SITE], trailers: [T1], ...changes });
  const followAll = (jobs: readonly Job[], fixes: readonly Fix[], silentMs = 0): Job[] =>
    followTrailer(jobs, T1, fixes, newestOf(fixes) + silentMs, BEGAN + 1, OPTIONS);
  const timesOf = ({ history }: Job) => history.map(({ status, at }) => [status, Math.round((at - BEGAN) / MINUTE)]);

  test('a delivery is over when the customer keeps the trailer for four hours', () => {
    const [after] = followAll([arrivedJob({ stops: [SITE] })], standing(10, 4 * HOUR + 10, 10));
    expect(after?.status).toBe('completed');
    const [before] = followAll([arrivedJob({ stops: [SITE] })], standing(10, 4 * HOUR - 60, 10));
    expect(before?.status).toBe('at_site');
  });

  test('its pick-up begins at its time, not in the night', () => {
    const pickUp = job('scheduled', { scheduledFor: BEGAN + 12 * HOUR * 1000 });
    expect(statusAfter(pickUp, standing(10, 11.8 * HOUR, 10))).toBe('scheduled');
    expect(statusAfter(pickUp, standing(10, 12 * HOUR, 10))).toBe('at_site');
  });

  test('a job at the same place begins when the trailer leaves after its time', () => {
    const first = arrivedJob({ id: 'QDN-1001' as JobId, stops: [SITE] });
    const next = delivery('QDN-1002', {
      stops: [{ ...SITE, kind: 'pickup' }, DUMP],
      scheduledFor: BEGAN + 20 * MINUTE,
    });
    const leaves = Array.from({ length: 20 }, (_, i) => fix(40 * 60 + i * 10, -i * 120));
    const [one, two] = followAll([first, next], [...standing(10, 40 * 60, 10), ...leaves]);
    expect(one?.status).toBe('completed');
    expect(two?.status).toBe('en_route_to_next');
    expect(timesOf(two as Job).slice(-2)).toEqual([
      ['at_site', 20],
      ['en_route_to_next', 40],
    ]);
  });

  test('a job at the same place that is due hours later does not begin', () => {
    const first = arrivedJob({ id: 'QDN-1001' as JobId, stops: [SITE] });
    const later = delivery('QDN-1002', { scheduledFor: BEGAN + 5 * HOUR * 1000 });
    const leaves = Array.from({ length: 20 }, (_, i) => fix(40 * 60 + i * 10, -i * 120));
    expect(followAll([first, later], [...standing(10, 40 * 60, 10), ...leaves])[1]?.status).toBe('scheduled');
  });
});

describe('neighbours', () => {
  test('a stand counts for the stop that is much nearer, though the trailer is on its way to the other', () => {
    const neighbour: Stop = { ...SITE, ...placeAt(SITE, 100, 0) };
    const coming = job('in_transit', { id: 'QDN-1001' as JobId, stops: [SITE], trailers: [T1] });
    const other = job('scheduled', { id: 'QDN-1002' as JobId, stops: [neighbour], trailers: [T1] });
    const [one, two] = followTrailer([coming, other], T1, standing(10, 300, 95), BEGAN + 300_000, BEGAN + 1, OPTIONS);
    expect([one?.status, two?.status]).toEqual(['scheduled', 'at_site']);
  });

  test('a silence of three minutes at another customer on the way is a dead zone', () => {
    const other = job('scheduled', {
      id: 'QDN-1002' as JobId,
      stops: [{ ...SITE, ...placeAt(SITE, -3000, 0) }],
      trailers: [T1],
    });
    const coming = job('in_transit', { id: 'QDN-1001' as JobId, stops: [SITE], trailers: [T1] });
    const passing = [
      fix(0, -3900, { speedMps: 12 }),
      fix(30, -3450, { speedMps: 12 }),
      fix(60, -3020, { speedMps: 12 }),
    ];
    const after = (silentMs: number) =>
      followTrailer([coming, other], T1, passing, BEGAN + 60_000 + silentMs, BEGAN + 1, OPTIONS)[1]?.status;
    expect(after(240_000)).toBe('scheduled');
    expect(after(400_000)).toBe('at_site');
  });
});

describe('silence', () => {
  const coming = job('in_transit');
  /** A tracker that reports each 75 m, and nothing while it stands. */
  const byDistance = Array.from({ length: 40 }, (_, i) => fix(10 + i * 7, 3000 - i * 75, { speedMps: 10 }));

  test('after a fix in the ring counts as standing after two minutes', () => {
    expect(statusAfter(coming, byDistance, 110_000)).toBe('in_transit');
    expect(statusAfter(coming, byDistance, 125_000)).toBe('at_site');
  });

  test('right at the stop takes a minute and a half after a slow fix', () => {
    const near = byDistance.map((one) => ({ ...one, ...placeAt(one, -60, 0) }));
    const slow = near.map((one, i) => ({ ...one, speedMps: i < 39 ? 10 : 3 }));
    expect(statusAfter(coming, slow, 85_000)).toBe('in_transit');
    expect(statusAfter(coming, slow, 95_000)).toBe('at_site');
    expect(statusAfter(coming, near, 95_000)).toBe('in_transit');
  });

  test('of a tracker that hardly ever reports is a stand after a quarter of an hour', () => {
    const hourly = [0, 1, 2].map((i) => fix(10 + i * 3600, 9000 - i * 4420));
    expect(statusAfter(coming, hourly, 15 * MINUTE)).toBe('in_transit');
    expect(statusAfter(coming, hourly, 17 * MINUTE)).toBe('at_site');
  });

  test('farther away takes as long as standing does', () => {
    const fixes = byDistance.slice(0, -3);
    expect(statusAfter(coming, fixes, 300_000)).toBe('in_transit');
    expect(statusAfter(coming, fixes, 500_000)).toBe('at_site');
  });

  test('of a tracker that reports every five minutes is its interval, not a stand', () => {
    const seldom = [0, 1, 2, 3].map((i) => fix(10 + i * 300, 9000 - i * 2960));
    expect(statusAfter(coming, seldom, 290_000)).toBe('in_transit');
  });

  test('at speed, far from the stop, is a lost signal', () => {
    const fast = byDistance.slice(0, -4).map((one) => ({ ...one, speedMps: 28 }));
    expect(statusAfter(coming, fast, 3_000_000)).toBe('in_transit');
  });

  test('of a tracker that also reports while it stands is a lost signal down the road', () => {
    const atALight = [...byDistance.slice(0, 20), ...standing(150, 190, 1500), ...standing(300, 300, 300)];
    expect(statusAfter(coming, atALight, 3_000_000)).toBe('in_transit');
  });

  test('is undone by fixes that arrive late', () => {
    const through = [fix(310, 400), fix(330, 800), fix(350, 1200)];
    const silent = follow(coming, byDistance, 200_000);
    expect(silent.status).toBe('at_site');
    const [after] = followTrailer([silent], T1, [...byDistance, ...through], BEGAN + 400_000, BEGAN + 310_000, OPTIONS);
    expect(after?.status).toBe('in_transit');
  });
});

describe('departure', () => {
  test('heads for the next stop', () => {
    const after = follow(arrivedJob(), [fix(10, 20), fix(20, 160), fix(30, 300), fix(40, 450)]);
    expect(after).toMatchObject({ status: 'en_route_to_next', currentStop: 1 });
    expect(after.history.at(-1)).toMatchObject({ stop: 0, reason: 'left the drop off', at: BEGAN + 10_000 });
  });

  test.each<[string, Fix[]]>([
    [
      'the jitter of a parked trailer',
      standing(10, 300, 20).map((one, i) => (i % 7 === 0 ? fix(10 + i * 10, 200) : one)),
    ],
    [
      'a turn round the block',
      [fix(10, 20), fix(20, 120), fix(30, 250), fix(45, 330), fix(60, 250), fix(80, 120), fix(90, 20)],
    ],
    ['fixes that may be inside', standing(10, 300, 500, { accuracyM: 400 })],
    ['one fix far away', [fix(10, 10), fix(20, 90_000), fix(30, 10)]],
  ])('is not concluded from %s', (_, fixes) => {
    expect(statusAfter(arrivedJob(), fixes)).toBe('at_site');
  });

  test('is concluded from five minutes beyond the ring, and not from letting another truck out', () => {
    expect(statusAfter(arrivedJob(), [fix(0, 20), ...standing(10, 310, 250)])).toBe('en_route_to_next');
    expect(statusAfter(arrivedJob(), [fix(0, 20), ...standing(10, 240, 250)])).toBe('at_site');
  });

  describe('for a stop next door', () => {
    const ann = arrivedJob({ id: 'QDN-1' as JobId, stops: [SITE] });
    const bob = job('scheduled', { id: 'QDN-2' as JobId, stops: [{ ...SITE, ...placeAt(SITE, 60, 0) }] });
    const statuses = (fixes: readonly Fix[], jobs = [ann, bob]) =>
      followTrailer(jobs, T1, fixes, newestOf(fixes), BEGAN + 1, OPTIONS).map(({ status }) => status);

    test('is concluded from three minutes there', () => {
      expect(statuses([...standing(10, 300, 5), ...standing(320, 520, 62)])).toEqual(['completed', 'at_site']);
    });

    test('is not concluded from a shorter stand, from one between the two, or without a job there', () => {
      expect(statuses([...standing(10, 300, 5), ...standing(320, 470, 62)])).toEqual(['at_site', 'scheduled']);
      expect(statuses([...standing(10, 300, 5), ...standing(320, 520, 30)])).toEqual(['at_site', 'scheduled']);
      expect(statuses([...standing(10, 300, 5), ...standing(320, 520, 62)], [ann])).toEqual(['at_site']);
    });
  });

  test('of a tracker that reports seldom takes one fix', () => {
    const after = follow(arrivedJob(), [fix(10, 20), fix(310, 2500)]);
    expect(after.status).toBe('en_route_to_next');
    // The moment is estimated from the distance: between the two fixes.
    expect(after.history.at(-1)?.at).toBeGreaterThan(BEGAN + 10_000);
    expect(after.history.at(-1)?.at).toBeLessThan(BEGAN + 310_000);
  });

  test('of a trailer that stands beside the address is judged from its place', () => {
    const down = { ...placeAt(SITE, 160, 0) };
    const history = [change('at_site', { by: 'fixes', stop: 0, trailerId: T1, place: down })];
    expect(statusAfter(arrivedJob({ history }), standing(10, 3000, 165))).toBe('at_site');
  });

  test('of a trailer that a person set “at site” on its way waits until it drives off', () => {
    const declared = job('at_site');
    expect(statusAfter(declared, [fix(10, 3000), fix(20, 2800), fix(30, 2600)])).toBe('at_site');
    expect(statusAfter(declared, [fix(10, 180), fix(20, 185), fix(30, 400), fix(40, 700)])).toBe('en_route_to_next');
  });

  test('is taken back by a return, and said in the history', () => {
    const fetch = [fix(10, 20), ...[200, 350, 500, 600].map((m, i) => fix(20 + i * 15, m)), ...standing(80, 900, 600)];
    const back = [...fetch, fix(910, 400), ...standing(930, 1000, 10)];
    expect(statusAfter(arrivedJob(), fetch)).toBe('en_route_to_next');
    const after = follow(arrivedJob(), back);
    expect(after).toMatchObject({ status: 'at_site', currentStop: 0 });
    expect(after.history.at(-1)).toMatchObject({ reason: 'returned to the drop off', stop: 0 });
  });
});

describe('a scheduled job', () => {
  const hour = 3600;
  const today = (changes: Partial<Job> = {}) => job('scheduled', { scheduledFor: BEGAN + 4 * hour * 1000, ...changes });
  const fromYard = (s: number, metres: number) => aFix({ at: BEGAN + s * 1000, ...placeAt(YARD, metres, -metres / 2) });
  const parked = (from: number, to: number) =>
    Array.from({ length: (to - from) / 60 + 1 }, (_, i) => fromYard(from + i * 60, 0));

  test('is under way once its trailer has left its place and come nearer', () => {
    const drive = (s: number) => [
      ...parked(s, s + 300),
      ...[100, 300, 500, 700, 900].map((m, i) => fromYard(s + 330 + i * 30, m)),
    ];
    expect(statusAfter(today({ scheduledFor: null }), drive(60))).toBe('in_transit');
    expect(statusAfter(today(), drive(3.7 * hour))).toBe('in_transit');
  });

  test('ignores a drive hours before', () => {
    const drive = [...parked(60, 360), ...[100, 300, 500, 700, 900].map((m, i) => fromYard(400 + i * 30, m))];
    expect(statusAfter(today(), drive)).toBe('scheduled');
  });

  test('that was booked a moment ago may begin 40 minutes earlier', () => {
    const drive = [...parked(60, 360), ...[100, 300, 500, 700, 900].map((m, i) => fromYard(400 + i * 30, m))];
    const soon = today({ scheduledFor: BEGAN + hour * 1000 });
    expect(statusAfter(soon, drive)).toBe('in_transit');
    const bookedLong = { ...soon, createdAt: BEGAN - 20 * MINUTE };
    expect(statusAfter(bookedLong, drive)).toBe('scheduled');
  });

  test('is under way by the place where its trailer was when it was booked', () => {
    const booked = job('scheduled', { createdAt: BEGAN, history: [change('scheduled')] });
    const seldom = [fromYard(-60, 0), fix(900, 400)];
    const [after] = followTrailer([booked], T1, seldom, newestOf(seldom), BEGAN + 1, OPTIONS);
    expect(after?.status).toBe('in_transit');
  });

  test('begins without a place when its trailer was on a drive already', () => {
    const drive = Array.from({ length: 20 }, (_, i) => fromYard(-90 + i * 10, 400 + i * 100));
    const booked = job('scheduled', { history: [change('scheduled')] });
    const [after] = followTrailer([booked], T1, drive, newestOf(drive), BEGAN + 1, OPTIONS);
    expect(after?.history.at(-1)).toMatchObject({ status: 'in_transit' });
    expect(after?.history.at(-1)?.place).toBeUndefined();
  });

  test('ignores a shunt in the yard', () => {
    const shunt = [...parked(0, 300), fromYard(330, 100), fromYard(350, 180), ...parked(420, 1200)];
    expect(statusAfter(today({ scheduledFor: null }), shunt)).toBe('scheduled');
  });

  test('waits again when its trailer goes home', () => {
    const out = [
      ...parked(60, 360),
      ...[300, 700, 1200, 700, 300].map((m, i) => fromYard(400 + i * 60, m)),
      ...parked(720, 1200),
    ];
    const after = follow(today({ scheduledFor: null }), out);
    expect(steps(after).map(([status]) => status)).toEqual(['scheduled', 'in_transit', 'scheduled']);
  });

  test('is at the site when its trailer is already there', () => {
    expect(statusAfter(job('scheduled'), standing(10, 60, 20))).toBe('at_site');
  });

  test('ignores its trailer’s stands more than six hours before', () => {
    const tomorrow = job('scheduled', { scheduledFor: BEGAN + 20 * hour * 1000 });
    expect(statusAfter(tomorrow, standing(13 * hour, 13 * hour + 300, 20))).toBe('scheduled');
    expect(statusAfter(tomorrow, standing(15 * hour, 15 * hour + 300, 20))).toBe('at_site');
  });
});

describe('the end of a job', () => {
  const single = () => arrivedJob({ stops: [SITE] });
  const away = [fix(10, 20), fix(20, 200), fix(40, 450), fix(60, 700)];

  test('comes by itself when the trailer has driven off from the last stop', () => {
    expect(follow(single(), away)).toMatchObject({ status: 'en_route_to_next', currentStop: 0 });
    expect(leftLastStop(follow(single(), away))).toBe(true);
    const after = follow(single(), [...away, fix(100, 1100), fix(140, 1700)]);
    expect(after.status).toBe('completed');
    expect(after.history.at(-1)).toMatchObject({ by: 'fixes', at: BEGAN + 10_000, decidedAt: BEGAN + 140_000 });
  });

  test('comes by itself half an hour after it, and not for a trailer that fetches something', () => {
    const fetching = [...away.slice(0, 3), ...standing(60, 960, 600)];
    expect(statusAfter(single(), fetching)).toBe('en_route_to_next');
    expect(statusAfter(single(), [...fetching, ...standing(970, 2000, 600)])).toBe('completed');
  });

  test('comes by itself at a last stop of the company’s own', () => {
    const atDump = {
      history: [change('at_site', { by: 'fixes', stop: 1, trailerId: T1, place: { lat: DUMP.lat, lon: DUMP.lon } })],
      currentStop: 1,
    };
    const stand = standing(10, 2600, 0, placeAt(DUMP, 10, 0));
    expect(statusAfter(arrivedJob(atDump), stand)).toBe('at_site');
    expect(statusAfter(arrivedJob(atDump), [...stand, ...standing(2610, 2750, 0, placeAt(DUMP, 10, 0))])).toBe(
      'completed',
    );
  });

  test('waits for a person where the company says so', () => {
    const fixes = [...away, fix(100, 1100), fix(140, 1700), fix(4000, 5000)];
    const [after] = followTrailer([single()], T1, fixes, newestOf(fixes), BEGAN + 1, { ...OPTIONS, completes: false });
    expect(after?.status).toBe('en_route_to_next');
  });
});

describe('a day of five jobs on one trailer, without a person', () => {
  const sites = [0, 1, 2, 3, 4].map((i) => placeAt(SITE, 2500 * Math.sin(i * 2.1) + 900 * i, 2500 * Math.cos(i * 2.1)));
  const jobs = sites.map((site, i) =>
    aJob({
      id: `QDN-${i + 1}` as JobId,
      status: 'scheduled',
      stops: [{ ...SITE, ...site }],
      history: [change('scheduled')],
      scheduledFor: BEGAN + (36 + i * 19) * MINUTE,
    }),
  );
  const day = aDrive(
    [YARD, ...sites, YARD],
    BEGAN + 30 * MINUTE,
    10_000,
    'T1',
    sites.map(() => 15 * MINUTE),
  );
  const outcome = (all: readonly Job[]) => all.map((one) => one.history.map(({ status }) => status));
  const expected = sites.map(() => ['scheduled', 'in_transit', 'at_site', 'en_route_to_next', 'completed']);

  test('begins, arrives, leaves and ends each of them, in order', () => {
    let now: Job[] = jobs;
    for (const one of day)
      now = followTrailer(
        now,
        T1,
        day.filter(({ at }) => at <= one.at && at > one.at - 35 * MINUTE),
        one.at,
        one.at,
        OPTIONS,
      );
    expect(outcome(now)).toEqual(expected);
    const ends = now.map(({ history }) => history.at(-1)?.at ?? 0);
    expect(ends).toEqual(ends.toSorted((a, b) => a - b));
  });

  test('is the same when all fixes arrive in the evening', () => {
    expect(outcome(followTrailer(jobs, T1, day, LATER, BEGAN, OPTIONS))).toEqual(expected);
  });

  test('is done in another order when the driver chooses so', () => {
    const [first, second, third] = sites as [typeof SITE, typeof SITE, typeof SITE];
    const swapped = aDrive(
      [YARD, second, first, third],
      BEGAN + 30 * MINUTE,
      10_000,
      'T1',
      [900_000, 900_000, 900_000],
    );
    const after = followTrailer(jobs.slice(0, 3), T1, swapped, newestOf(swapped), BEGAN, OPTIONS);
    expect(after.map(({ status }) => status)).toEqual(['completed', 'completed', 'at_site']);
  });
});

test('a job that ends for the next one says neither its name nor its times', () => {
  const neighbour = aJob({
    id: 'QDN-9' as JobId,
    status: 'scheduled',
    stops: [{ ...SITE, ...placeAt(SITE, 900, 0) }],
    history: [change('scheduled')],
  });
  const fixes = [fix(10, 20), fix(30, 300), fix(60, 700), ...standing(80, 400, 900)];
  const [before, next] = followTrailer(
    [arrivedJob({ stops: [SITE] }), neighbour],
    T1,
    fixes,
    newestOf(fixes),
    BEGAN + 1,
    OPTIONS,
  );
  expect(next).toMatchObject({ status: 'at_site' });
  expect(before).toMatchObject({ status: 'completed' });
  expect(JSON.stringify(before?.history)).not.toMatch(/QDN-9/);
  const left = before?.history.find(({ status }) => status === 'en_route_to_next')?.at;
  expect(before?.history.at(-1)?.at).toBe(left);
});

test('a stand from before the job was made is not a visit, however long the tracker is silent', () => {
  const made = job('scheduled', {
    createdAt: BEGAN + 1000_000,
    history: [change('scheduled', { at: BEGAN + 1000_000 })],
  });
  expect(statusAfter(made, standing(10, 600, 5), 3_000_000)).toBe('scheduled');
});

describe('a job with two trailers', () => {
  const two = { trailers: [T1, T2], stops: [SITE] };
  const ofT2 = { trailerId: T2 };
  const firstVisit = [...standing(10, 600, 20), fix(620, 300), fix(640, 700), fix(700, 1800)];

  test('shows the second on its way after the first has left, and ends when both are done', () => {
    const second = [fix(10, 4000, ofT2), fix(300, 4000, ofT2), fix(500, 3400, ofT2), fix(640, 2000, ofT2)];
    const between = follow(job('scheduled', two), [...firstVisit, ...second]);
    expect(between).toMatchObject({ status: 'in_transit', currentStop: 0 });
    const visit = [...standing(840, 1740, 15, ofT2)];
    expect(statusAfter(job('scheduled', two), [...firstVisit, ...second, ...visit])).toBe('at_site');
    const end = [fix(1760, 300, ofT2), fix(1790, 800, ofT2), fix(1900, 2000, ofT2)];
    const after = follow(job('scheduled', two), [...firstVisit, ...second, ...visit, ...end]);
    expect(after.status).toBe('completed');
    expect(steps(after).filter(([status]) => status === 'at_site')).toEqual([
      ['at_site', 0, T1],
      ['at_site', 0, T2],
    ]);
  });

  test('ends by the reports of the one that is done, when the other one’s tracker is silent', () => {
    const reports = (s: number) => [...firstVisit, ...standing(s - 600, s, 6000)];
    const followFirst = (before: Job, fixes: readonly Fix[]) =>
      followTrailer([before], T1, fixes, newestOf(fixes), BEGAN + 1, OPTIONS)[0] as Job;
    const waits = followFirst(job('scheduled', two), reports(4 * 3600));
    expect(waits.status).toBe('scheduled');
    const after = followFirst(waits, reports(5 * 3600));
    expect(after.status).toBe('completed');
    expect(after.history.at(-1)).toMatchObject({ status: 'completed', trailerId: T2, reason: 'did not come' });
  });

  test('does not wait permanently for a trailer that does not come', () => {
    const idle = [fix(20_000, 4000, ofT2), fix(20_010, 4000, ofT2)];
    expect(statusAfter(job('scheduled', two), [...firstVisit, ...idle])).toBe('completed');
  });
});

test('a person’s decision overrides fixes taken before it', () => {
  const decided = job('in_transit', { history: [change('in_transit', { at: BEGAN + 100_000 })] });
  expect(follow(decided, standing(10, 120, 10))).toBe(decided);
  expect(statusAfter(decided, standing(101, 141, 10))).toBe('at_site');
});

const anyFix = fc
  .record({
    s: fc.integer({ min: -500, max: 4000 }),
    metres: fc.oneof(fc.integer({ min: -600, max: 6000 }), fc.integer({ min: -60, max: 60 })),
    accuracyM: fc.option(fc.nat(200)),
    trailerId: fc.constantFrom(T1, T2),
  })
  .map(({ s, metres, ...rest }) => fix(s, metres, rest));
const anyStatus = fc.constantFrom<Job['status']>('scheduled', 'in_transit', 'at_site', 'en_route_to_next');

test('an ended job never changes, whatever its trailers report', () => {
  fc.assert(
    fc.property(fc.array(anyFix), fc.constantFrom<Job['status']>('completed', 'cancelled'), (fixes, status) => {
      const ended = job(status, { trailers: [T1, T2] });
      expect(follow(ended, fixes)).toBe(ended);
    }),
  );
});

test('the order and the repetition of fixes do not matter', () => {
  fc.assert(
    fc.property(fc.array(anyFix), anyStatus, (fixes, status) => {
      const before = job(status, { trailers: [T1, T2] });
      expect(follow(before, [...fixes.toReversed(), ...fixes])).toEqual(follow(before, fixes));
    }),
  );
});

/** Delivers reports as ingestion does: decides everything from a report's first fix on again, from all known fixes. */
const deliver = (before: Job, reports: readonly Fix[][], see: (job: Job) => void = () => {}): Job => {
  let now = before;
  const known: Fix[] = [];
  for (const report of reports) {
    known.push(...report);
    for (const [trailer, own] of Map.groupBy(report, ({ trailerId }) => trailerId)) {
      const from = Math.min(...own.map(({ at }) => at));
      const at = newestOf(known.filter(({ trailerId }) => trailerId === trailer));
      now = followTrailer([now], trailer, known, at, from, OPTIONS)[0] as Job;
    }
    see(now);
  }
  return now;
};
const outcomeOf = ({ status, currentStop, history }: Job) => ({
  status,
  currentStop,
  steps: steps({ history } as Job)
    .map(String)
    .sort(),
});

test('the outcome of any fixes of one trailer is the same in any order, in any reports, and with any repetition', () => {
  const own = anyFix.map((one) => ({ ...one, trailerId: T1 }));
  const delivery = fc.array(own, { minLength: 1, maxLength: 40 }).chain((fixes) =>
    fc.record({
      fixes: fc.constant(fixes),
      shuffled: fc.shuffledSubarray([...fixes, ...fixes], { minLength: fixes.length * 2, maxLength: fixes.length * 2 }),
      sizes: fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 80, maxLength: 80 }),
    }),
  );
  fc.assert(
    fc.property(delivery, anyStatus, ({ fixes, shuffled, sizes }, status) => {
      const before = job(status);
      const inOrder = fixes.toSorted((a, b) => a.at - b.at).map((one) => [one]);
      const reports: Fix[][] = [];
      for (let i = 0; i < shuffled.length; i += reports.at(-1)?.length ?? 1)
        reports.push(shuffled.slice(i, i + (sizes[reports.length] ?? 1)));
      expect(outcomeOf(deliver(before, reports))).toEqual(outcomeOf(deliver(before, inOrder)));
    }),
    { numRuns: runs(200) },
  );
});

describe('a drive to the customer, to the dump and home', () => {
  const drive = aDrive([YARD, SITE, DUMP, YARD], BEGAN + 60_000, 20_000);
  const start = job('scheduled');
  const truth = ['scheduled', 'in_transit', 'at_site', 'en_route_to_next', 'at_site', 'en_route_to_next', 'completed'];

  test('is reconstructed completely from its fixes', () => {
    expect(follow(start, drive).history.map(({ status }) => status)).toEqual(truth);
  });

  const shuffledReports = fc
    .record({
      fixes: fc.shuffledSubarray(drive, { minLength: drive.length, maxLength: drive.length }),
      size: fc.integer({ min: 1, max: 60 }),
    })
    .map(({ fixes, size }) =>
      Array.from({ length: Math.ceil(fixes.length / size) }, (_, i) => fixes.slice(i * size, (i + 1) * size)),
    );

  test('is the same to the second, in any order of fixes and reports', () => {
    // The mean place of a stand, to the decimetre, depends on the fixes that were known when it was decided.
    const moments = (after: Job) => after.history.map(({ place: _place, ...rest }) => rest);
    const whole = moments(follow(start, drive));
    fc.assert(
      fc.property(shuffledReports, (reports) => {
        expect(moments(deliver(start, reports))).toEqual(whole);
      }),
      { numRuns: runs(20) },
    );
  });
});

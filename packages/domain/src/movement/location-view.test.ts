import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Reader } from '../caller.ts';
import type { Fix } from '../fix.ts';
import type { TrailerId } from '../ids.ts';
import type { Job } from '../job.ts';
import { aDrive, aFix, aJob, placeAt } from '../testing/index.ts';
import { freshnessOf } from './freshness.ts';
import { arrivalOf } from './job-eta.ts';
import { jobLocationView } from './location-view.ts';
import { EMPTY_TRAVEL, travelModel } from './travel.ts';

const NOW = Date.UTC(2026, 10, 23, 15);
const MINUTE = 60_000;
const [stop] = aJob().stops;
if (!stop) throw new Error('The sample job has no stop');
const model = travelModel(EMPTY_TRAVEL, 'America/Chicago');
const company = { name: 'Q', phone: '+15125550100', textNumber: '+15125550142', timeZone: 'America/Chicago' };
const at = (ageS: number, km: number, trailerId = 'T1'): Fix =>
  aFix({ trailerId: trailerId as TrailerId, at: NOW - ageS * 1000, ...placeAt(stop, km * 1000, 0) });
const view = (job: Job, fixes: readonly Fix[], reader: Reader = 'operator') =>
  jobLocationView(job, fixes, arrivalOf(job, fixes, NOW, model), NOW, company, reader);

test('freshness follows the age of a position', () => {
  expect([0, 59_999, MINUTE, 15 * MINUTE, 15 * MINUTE + 1].map(freshnessOf)).toEqual([
    'live',
    'live',
    'recent',
    'recent',
    'lost',
  ]);
});

describe('the view of a job', () => {
  test('shows the newest position with its age, the next stop, and the arrival time', () => {
    expect(view(aJob(), [at(8, 4), at(18, 4.1)])).toMatchObject({
      jobId: 'QDN-1042',
      status: 'in_transit',
      statusSince: '2026-11-23T14:00:00.000Z',
      serverTime: '2026-11-23T15:00:00.000Z',
      trailerCount: 1,
      company,
      stop: { kind: 'drop_off', radiusM: 100, customerSite: true },
      position: { trailerId: 'T1', at: '2026-11-23T14:59:52.000Z', ageS: 8, freshness: 'live', accuracyM: 5 },
      eta: { asOf: '2026-11-23T14:59:52.000Z' },
    });
  });

  test('hides the trailer’s position and the stops’ coordinates once the job has ended', () => {
    for (const status of ['completed', 'cancelled'] as const) {
      expect(view(aJob({ status }), [at(5, 1)])).toMatchObject({ position: null, trail: [], eta: null, stop: null });
    }
  });

  test('hides the trailer’s position while the job is scheduled for another day', () => {
    const scheduled = (hours: number) => aJob({ status: 'scheduled', scheduledFor: NOW + hours * 60 * MINUTE });
    expect(view(scheduled(20), [at(5, 1)])).toMatchObject({ position: null, trail: [], eta: null });
    expect(view(scheduled(3), [at(5, 1)])).toMatchObject({ position: { ageS: 5 } });
  });

  test('has no position without fixes', () => {
    expect(view(aJob(), [])).toMatchObject({ position: null, trail: [], eta: null, stop: { kind: 'drop_off' } });
  });

  test('has a stop and an arrival time while there is a next stop', () => {
    const status = (change: Partial<Job>) => view(aJob(change), [at(5, 4)]);
    expect(status({ status: 'at_site' })).toMatchObject({ eta: null, stop: { kind: 'drop_off' } });
    expect(status({ status: 'scheduled' })).toMatchObject({ eta: null });
    expect(status({ status: 'en_route_to_next' }).eta).not.toBeNull();
    const left = { status: 'en_route_to_next', at: NOW, by: 'fixes', reason: '', stop: 0 } as const;
    expect(status({ status: 'en_route_to_next', history: [left] })).toMatchObject({ eta: null, stop: null });
  });

  test('shows a lost position, with an arrival time only while the latest one is ahead', () => {
    expect(view(aJob(), [at(40 * 60, 4)]).eta).toBeNull();
    expect(view(aJob(), [at(70 * 60, 150)]).eta).toBeNull();
    const { eta, position } = view(aJob(), [at(20 * 60, 4)]);
    expect(eta).not.toBeNull();
    expect(position).toMatchObject({ freshness: 'lost', ageS: 1200 });
  });

  test('ignores a jump', () => {
    expect(view(aJob(), [at(20, 4), at(10, 3.9), at(5, 90)]).position).toMatchObject({ ageS: 10 });
  });

  test('has age 0 for a phone whose clock is ahead', () => {
    expect(view(aJob(), [at(-60, 4)]).position).toMatchObject({ ageS: 0, freshness: 'live' });
  });

  test('has a trail of at most 60 points of one trailer, oldest first, up to its position', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 400 }), (count) => {
        const drive = aDrive([placeAt(stop, 20_000, 0), stop], NOW - count * 5000, 5000).slice(0, count);
        const { trail, position } = view(aJob({ trailers: ['T1', 'T2'] as TrailerId[] }), [...drive, at(5, 30, 'T2')]);
        const times = trail.map(([, , time]) => time);
        expect(trail.length).toBeGreaterThanOrEqual(Math.min(count, 30));
        expect(trail.length).toBeLessThanOrEqual(60);
        expect(times).toEqual(times.toSorted((a, b) => a - b));
        expect([trail.at(-1)?.[0], trail.at(-1)?.[1]]).toEqual([position?.lat, position?.lon]);
      }),
    );
  });
});

describe('the view of a job with several trailers', () => {
  const job = aJob({ trailers: ['T1', 'T2'] as TrailerId[] });

  test('shows their number, and the position of the one nearest to the stop', () => {
    expect(view(job, [at(5, 4), at(8, 1, 'T2')])).toMatchObject({
      trailerCount: 2,
      position: { trailerId: 'T2', ageS: 8 },
    });
  });

  test('ignores a near trailer that has stopped reporting, while another one reports', () => {
    expect(view(job, [at(5, 4), at(20 * 60, 1, 'T2')]).position).toMatchObject({ trailerId: 'T1' });
  });

  test('shows the one that reported last when all are silent', () => {
    expect(view(job, [at(30 * 60, 1), at(20 * 60, 4, 'T2')]).position).toMatchObject({ trailerId: 'T2' });
  });

  test('ignores a trailer that is not assigned to the job', () => {
    expect(view(job, [at(5, 1, 'T9')])).toMatchObject({ position: null, trail: [] });
  });
});

describe('each trailer of a job', () => {
  const job = aJob({ trailers: ['T1', 'T2', 'T3', 'T4'] as TrailerId[] });

  test('has its state and its freshness', () => {
    const standing = [at(70, 9, 'T3'), at(40, 9, 'T3'), at(10, 9, 'T3')];
    expect(view(job, [at(18, 4.1), at(8, 4), at(20 * 60, 0, 'T2'), ...standing]).trailers).toEqual([
      { trailerId: 'T1', state: 'moving', freshness: 'live', ageS: 8, cause: null },
      { trailerId: 'T2', state: 'at_stop', freshness: 'lost', ageS: 1200, cause: null },
      { trailerId: 'T3', state: 'standing', freshness: 'live', ageS: 10, cause: null },
      { trailerId: 'T4', state: 'no_position', freshness: null, ageS: null, cause: null },
    ]);
  });
});

describe('the cause of a trailer’s silence', () => {
  const minutesAgo = (minutes: number, km: number, changes: Partial<Fix> = {}) => ({
    ...at(minutes * 60, km),
    ...changes,
  });
  const driving = [minutesAgo(21, 5), minutesAgo(20.5, 4.7), minutesAgo(20, 4.4)];
  const cause = (job: Job, fixes: readonly Fix[]) => view(job, fixes).position?.cause;
  const battery = (percent: number, charging: boolean | null) => [
    ...driving.slice(0, -1),
    minutesAgo(20, 4.4, { battery: { percent, charging } }),
  ];

  test('is its signal, when it was driving', () => {
    expect(cause(aJob(), driving)).toBe('no_signal');
  });

  test('is its battery, when that was nearly empty and not charging', () => {
    expect(cause(aJob(), battery(8, false))).toBe('battery_low');
    expect(cause(aJob(), battery(8, null))).toBe('battery_low');
    expect(cause(aJob(), battery(8, true))).toBe('no_signal');
    expect(cause(aJob(), battery(60, false))).toBe('no_signal');
  });

  test('is parking, when it stood still or is at a stop', () => {
    expect(cause(aJob(), [minutesAgo(21, 5), minutesAgo(20, 5)])).toBe('parked');
    expect(cause(aJob(), [minutesAgo(20, 5, { speedMps: 0 })])).toBe('parked');
    expect(cause(aJob({ status: 'at_site' }), driving)).toBe('parked');
  });

  test('is unknown from a single fix, and is null while the trailer reports', () => {
    expect(cause(aJob(), [minutesAgo(20, 5)])).toBeNull();
    expect(cause(aJob(), [at(30, 5), at(5, 4.8)])).toBeNull();
  });
});

describe('a customer', () => {
  const DUMP = { ...stop, kind: 'dump_site', ...placeAt(stop, 9000, 0) } as const;
  const change = (status: Job['status'], s: number, rest: object = {}) =>
    ({ status, at: NOW - s * 1000, by: 'fixes', reason: '', ...rest }) as const;
  const fixes = [at(50, 5), at(8, 4)];
  const hidden = { position: null, trail: [], eta: null };
  const unknown = { trailerId: 'T1', state: null, freshness: null, ageS: null, cause: null };

  test('sees the trailer and its arrival time on their own leg', () => {
    const seen = view(aJob({ history: [change('in_transit', 600)] }), fixes, 'customer');
    expect(seen).toMatchObject({
      position: { ageS: 8 },
      eta: {},
      stop: { lat: stop.lat },
      trailers: [{ state: 'moving' }],
    });
    const here = aJob({ status: 'at_site', history: [change('in_transit', 600), change('at_site', 5)] });
    expect(view(here, fixes, 'customer')).toMatchObject({ position: { ageS: 8 } });
  });

  test.each<[string, Partial<Job>]>([
    ['while the job is scheduled', { status: 'scheduled', scheduledFor: NOW }],
    ['on the way to the dump site', { status: 'en_route_to_next', currentStop: 1, stops: [stop, DUMP] }],
    ['at the dump site', { status: 'at_site', currentStop: 1, stops: [stop, DUMP] }],
    ['on the way to the yard first', { stops: [{ ...DUMP, kind: 'yard' }, stop] }],
    ['after the last stop', { status: 'en_route_to_next', history: [change('en_route_to_next', 60, { stop: 0 })] }],
    ['once it is completed', { status: 'completed' }],
    ['once it is cancelled', { status: 'cancelled' }],
  ])('sees no trailer %s, but its status', (_, job) => {
    const seen = view(aJob(job), fixes, 'customer');
    // The company's own stops are not the customer's: neither that the trailer is there, nor since when.
    const status = job.status === 'at_site' ? 'en_route_to_next' : (job.status ?? 'in_transit');
    expect(seen).toMatchObject({ ...hidden, status, trailers: [unknown] });
    expect(JSON.stringify(seen)).not.toContain(String(DUMP.lat));
  });

  test('sees nothing of the company’s own stops', () => {
    const job = aJob({ status: 'at_site', currentStop: 1, stops: [stop, DUMP, stop] });
    expect(view(job, fixes, 'customer')).toMatchObject({ stage: 'away', stop: null });
    expect(view(job, fixes).stop).toMatchObject({ kind: 'dump_site', lat: DUMP.lat });
  });

  test('sees no position away from their stop while the trailer stands there: it may be at the next customer’s', () => {
    const since = NOW - 10 * MINUTE;
    const standing = aJob({
      status: 'at_site',
      history: [
        { status: 'at_site', at: since, by: 'fixes', reason: '', stop: 0, trailerId: 'T1' as TrailerId, place: stop },
      ],
    });
    const fixes = [at(300, 0.01), at(60, 0.02), at(5, 0.8)];
    const shown = view(standing, fixes, 'customer');
    expect(shown.position).toMatchObject({ at: new Date(NOW - 60_000).toISOString() });
    expect(shown.trail.map(([, , taken]) => (NOW - taken) / 1000)).toEqual([300, 60]);
    expect(view(standing, fixes).position).toMatchObject({ at: new Date(NOW - 5000).toISOString() });
  });

  test('sees no position away from their stop that a person says it stands at: they may say so late', () => {
    const said = aJob({
      status: 'at_site',
      history: [change('in_transit', 600), change('at_site', 5, { by: 'operator', stop: 0 })],
    });
    expect(view(said, fixes, 'customer')).toMatchObject({ status: 'at_site', position: null, trail: [] });
    expect(view(said, [at(50, 0.1), at(8, 4)], 'customer').position).toMatchObject({ ageS: 50 });
  });

  test('sees no position beside a stop of the company’s own, but the arrival at their site', () => {
    const toDump = placeAt(DUMP, 200, 0);
    const back = aJob({
      status: 'en_route_to_next',
      currentStop: 2,
      stops: [stop, DUMP, stop],
      history: [change('en_route_to_next', 600, { stop: 1, trailerId: 'T1' })],
    });
    const leaving: Fix[] = [30, 20, 10].map((age) => aFix({ at: NOW - age * 1000, ...toDump, speedMps: 8 }));
    expect(view(back, leaving, 'customer')).toMatchObject({ stage: 'on_the_way_back', position: null, eta: {} });
    expect(view(back, [...leaving, at(2, 4)], 'customer').trail).toHaveLength(1);
  });

  test('sees when the trailer left them, not when it was done elsewhere', () => {
    const T1 = 'T1' as TrailerId;
    const dump = { ...stop, kind: 'dump_site' as const };
    const done = aJob({
      status: 'completed',
      stops: [stop, dump],
      currentStop: 1,
      history: [
        { status: 'en_route_to_next', at: NOW - 60 * MINUTE, by: 'fixes', reason: '', stop: 0, trailerId: T1 },
        { status: 'at_site', at: NOW - 40 * MINUTE, by: 'fixes', reason: '', stop: 1, trailerId: T1 },
        { status: 'completed', at: NOW - 5 * MINUTE, by: 'fixes', reason: '', stop: 1, trailerId: T1 },
      ],
    });
    expect(view(done, [], 'customer').statusSince).toBe(new Date(NOW - 60 * MINUTE).toISOString());
    expect(view(done, []).statusSince).toBe(new Date(NOW - 5 * MINUTE).toISOString());
  });

  test('sees no position from before their leg: it may have been at another customer’s site', () => {
    const job = aJob({ history: [change('scheduled', 4000), change('in_transit', 30)] });
    const seen = view(job, fixes, 'customer');
    expect(seen.trail).toHaveLength(1);
    const before = view(job, [at(50, 5)], 'customer');
    expect(before).toMatchObject({ ...hidden, eta: expect.anything() });
    // The arrival tells them when, and the distance only roughly, from where.
    expect(before.eta?.distanceM).toBe(10_000);
    expect(view(job, fixes).trail).toHaveLength(2);
  });

  test('never sees a place on a leg that is not theirs, for any job', () => {
    const anyJob = fc.record({
      status: fc.constantFrom<Job['status']>('scheduled', 'in_transit', 'at_site', 'en_route_to_next', 'completed'),
      currentStop: fc.nat(2),
      stops: fc.array(fc.constantFrom(...(['pickup', 'drop_off', 'dump_site', 'yard'] as const)), {
        minLength: 3,
        maxLength: 3,
      }),
    });
    fc.assert(
      fc.property(anyJob, ({ status, currentStop, stops }) => {
        const job = aJob({ status, currentStop, stops: stops.map((kind) => ({ ...stop, kind })) });
        const seen = view(job, [at(5, 3)], 'customer');
        const theirs = stops[currentStop] === 'pickup' || stops[currentStop] === 'drop_off';
        const underWay = status !== 'scheduled' && status !== 'completed';
        expect(seen.position !== null).toBe(theirs && underWay);
        if (!theirs || !underWay) expect(seen).toMatchObject(hidden);
      }),
    );
  });
});

test('speed and direction come from the fixes when the device reports none', () => {
  const { position } = view(aJob(), [at(20, 4), at(10, 3.9)]);
  expect(position?.speedMps).toBeCloseTo(10, 0);
  expect(position?.headingDeg).toBe(180);
  expect(view(aJob(), [at(20, 4), { ...at(10, 3.9), speedMps: 3, headingDeg: 90 }]).position).toMatchObject({
    speedMps: 3,
    headingDeg: 90,
  });
  expect(view(aJob(), [at(20, 4), at(10, 4)]).position).toMatchObject({ speedMps: 0, headingDeg: null });
  expect(view(aJob(), [at(10, 4)]).position).toMatchObject({ speedMps: null, headingDeg: null });
});

test('a position is one of the fixes, never an interpolated place', () => {
  const fixes = [at(30, 5), at(20, 4.8), at(10, 4.7)];
  const { position } = view(aJob(), fixes);
  expect(fixes).toContainEqual(expect.objectContaining({ lat: position?.lat, lon: position?.lon }));
});

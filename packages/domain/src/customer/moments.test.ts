import { describe, expect, test } from '@jest/globals';
import type { Fix } from '../fix.ts';
import type { TrailerId } from '../ids.ts';
import type { Job, StatusChange, Stop } from '../job.ts';
import type { JobStatus } from '../job-status.ts';
import { arrivalOf } from '../movement/job-eta.ts';
import { jobLocationView } from '../movement/location-view.ts';
import { EMPTY_TRAVEL, travelModel } from '../movement/travel.ts';
import { aFix, aJob, placeAt } from '../testing/index.ts';
import { customerView } from './customer-view.ts';
import { stageSentence } from './stage-words.ts';

/*
 * Moments of a job as its customer lives them, collected from manuals of delivery vendors, roll-off glossaries and rental offices: at each,
 * the page's answer and the answer to STATUS agree, and neither gives away what is another's.
 */

/** 2 PM in Austin. */
const NOW = Date.UTC(2026, 10, 23, 20);
const MINUTE = 60_000;
const company = { name: 'Q', phone: '+15125550100', textNumber: '+15125550142', timeZone: 'America/Chicago' };
const model = travelModel(EMPTY_TRAVEL, company.timeZone);
const [dropOff] = aJob().stops;
if (!dropOff) throw new Error('The sample job has no stop');
const pickup: Stop = { ...dropOff, kind: 'pickup' };
const dump: Stop = { ...dropOff, kind: 'dump_site', ...placeAt(dropOff, 12_000, 0) };
const yard: Stop = { ...dropOff, kind: 'yard', ...placeAt(dropOff, -3000, -9000) };
const [T1, T2] = ['T1', 'T2'] as [TrailerId, TrailerId];

/** A change by fixes, some minutes ago. */
const change = (
  status: JobStatus,
  minutesAgo: number,
  stop: number,
  more: Partial<StatusChange> = {},
): StatusChange => ({
  ...{ status, at: NOW - minutesAgo * MINUTE, by: 'fixes', reason: '', stop, trailerId: T1 },
  ...more,
});
/** A drive that ends this many metres from the customer, some minutes ago. */
const driven = (metres: number, minutesAgo = 0.2, trailerId = T1): Fix[] =>
  Array.from({ length: 20 }, (_, i) => {
    const steps = 19 - i;
    const place = placeAt(dropOff, metres + steps * 120, 0);
    return aFix({ ...place, trailerId, at: NOW - minutesAgo * MINUTE - steps * 10_000, speedMps: 12 });
  });
const near = (minutesAgo = 1): Fix[] => [
  aFix({ ...placeAt(dropOff, 15, 0), at: NOW - minutesAgo * MINUTE, speedMps: 0 }),
];

type Moment = { job: Partial<Job>; fixes?: Fix[]; now?: number };
/** The job's fields follow from its last change, as the store has them. */
const atMoment = ({ job: changes, fixes = driven(4000), now = NOW }: Moment) => {
  const job = aJob({ createdAt: NOW - 24 * 60 * MINUTE, ...changes });
  const eta = arrivalOf(job, fixes, now, model);
  const page = jobLocationView(job, fixes, eta, now, company, 'customer');
  const view = customerView(job, { fixes, eta }, now);
  return { page, says: stageSentence(job.id, view, { now, language: 'en', timeZone: company.timeZone }) };
};

const done = (minutesAgo: number, stop: number, more: Partial<StatusChange> = {}) =>
  change('en_route_to_next', minutesAgo, stop, more);
const visit = (left: number): StatusChange[] => [
  change('in_transit', left + 40, 0),
  change('at_site', left + 20, 0),
  done(left, 0),
];
const AHEAD = NOW + 43 * 60 * MINUTE;
const hidden = { position: false, arrival: false } as const;
const seen = { position: true, arrival: true } as const;

type Case = [name: string, moment: Moment, shows: { position: boolean; arrival: boolean }, says: RegExp];
const CASES: Case[] = [
  [
    'booked two days ahead: the booked time',
    { job: { status: 'scheduled', scheduledFor: AHEAD, history: [] } },
    hidden,
    /is scheduled for Nov 25, 9:00 AM$/,
  ],
  [
    'the gate was locked: the time of the visit, also when the driver wrote later, on the way to the next',
    {
      job: {
        status: 'failed',
        history: [...visit(0), change('failed', 0, 0, { by: 'driver', reason: 'Ray, by text' })],
      },
      fixes: near(),
    },
    hidden,
    /could not be delivered when we came by at 1:40 PM$/,
  ],
  [
    'it had seemed to be delivered, and the office knows better: the time of the visit',
    {
      job: {
        status: 'failed',
        history: [
          ...visit(90),
          change('completed', 88, 0),
          change('failed', 5, 0, { by: 'operator', reason: 'set by ops' }),
        ],
      },
      fixes: driven(9000),
    },
    hidden,
    /could not be delivered when we came by at 12:10 PM$/,
  ],
  [
    'a second visit is booked after that: the new time, and nothing of the first visit',
    {
      job: {
        status: 'scheduled',
        scheduledFor: AHEAD,
        history: [
          ...visit(90),
          change('failed', 80, 0, { by: 'driver' }),
          change('scheduled', 60, 0, { by: 'operator', reason: 'booked again by ops' }),
        ],
      },
      fixes: driven(900),
    },
    hidden,
    /is scheduled for Nov 25, 9:00 AM$/,
  ],
  [
    'on the day, before the trailer leaves the yard',
    { job: { status: 'scheduled', scheduledFor: NOW + 90 * MINUTE, history: [] } },
    hidden,
    /is scheduled for Nov 23, 3:30 PM$/,
  ],
  [
    'after the booked time, while the trailer is with another customer: no old time',
    { job: { status: 'scheduled', scheduledFor: NOW - 125 * MINUTE, history: [] }, fixes: driven(8000) },
    hidden,
    /is scheduled for Nov 23 and has not set out yet$/,
  ],
  ['on the way', { job: { history: [change('in_transit', 10, 0)] } }, seen, /is on the way, ETA \d+:\d+-\d+:\d+ PM$/],
  [
    'on the way, standing at a public place for long: a later range and no reason',
    {
      job: { history: [change('in_transit', 60, 0)] },
      fixes: [25, 15, 5, 1].map((ago) => aFix({ ...placeAt(dropOff, 9000, 0), at: NOW - ago * MINUTE, speedMps: 0 })),
    },
    seen,
    /is on the way, ETA [^,]*PM$/,
  ],
  [
    'two minutes away',
    { job: { history: [change('in_transit', 30, 0)] }, fixes: driven(300) },
    seen,
    /is on the way, arriving in a few minutes$/,
  ],
  [
    'at their place',
    { job: { status: 'at_site', history: [change('in_transit', 40, 0), change('at_site', 29, 0)] }, fixes: near() },
    { position: true, arrival: false },
    /arrived at your site at 1:31 PM$/,
  ],
  [
    'delivered, before the job has ended',
    { job: { status: 'en_route_to_next', history: visit(10) }, fixes: driven(2000) },
    hidden,
    /was delivered at 1:50 PM$/,
  ],
  [
    'delivered, on the day after',
    { job: { status: 'completed', history: [...visit(10), change('completed', 10, 0)] }, now: NOW + 24 * 60 * MINUTE },
    hidden,
    /was delivered on Nov 23 at 1:50 PM$/,
  ],
  [
    'delivered by mistake, and taken back: the time of the first arrival',
    {
      job: {
        status: 'at_site',
        history: [
          change('in_transit', 40, 0),
          change('at_site', 29, 0),
          done(10, 0, { isTakenBack: true }),
          change('at_site', 5, 0, { by: 'operator', takesBack: 'en_route_to_next' }),
        ],
      },
      fixes: near(),
    },
    { position: true, arrival: false },
    /arrived at your site at 1:31 PM$/,
  ],
  [
    'an exchange before it begins: no place of the trailer that they have',
    { job: { kind: 'exchange', status: 'scheduled', scheduledFor: NOW + 30 * MINUTE, history: [] }, fixes: near() },
    hidden,
    /is scheduled for Nov 23, 2:30 PM$/,
  ],
  [
    'an exchange on the way',
    { job: { kind: 'exchange', stops: [dropOff, dump], history: [change('in_transit', 10, 0)] } },
    seen,
    /is on the way with your empty trailer, ETA/,
  ],
  [
    'an exchange, on the way to the dump',
    {
      job: { kind: 'exchange', stops: [dropOff, dump], currentStop: 1, status: 'en_route_to_next', history: visit(10) },
    },
    hidden,
    /was swapped at 1:50 PM$/,
  ],
  [
    'an exchange, at the dump',
    {
      job: {
        ...{ kind: 'exchange', stops: [dropOff, dump], currentStop: 1, status: 'at_site' },
        history: [...visit(40), change('at_site', 5, 1)],
      },
    },
    hidden,
    /was swapped at 1:20 PM$/,
  ],
  [
    'dump and return, on the way to them',
    { job: { kind: 'dump_and_return', stops: [pickup, dump, dropOff], history: [change('in_transit', 10, 0)] } },
    seen,
    /is on the way to pick up your trailer, ETA/,
  ],
  [
    'dump and return, in the queue at the dump',
    {
      job: {
        ...{ kind: 'dump_and_return', stops: [pickup, dump, dropOff], currentStop: 1, status: 'at_site' },
        history: [...visit(40), change('at_site', 5, 1)],
      },
    },
    hidden,
    /was picked up at 1:20 PM and is being emptied$/,
  ],
  [
    'dump and return, on the way back',
    {
      job: {
        ...{ kind: 'dump_and_return', stops: [pickup, dump, dropOff], currentStop: 2, status: 'en_route_to_next' },
        history: [...visit(80), change('at_site', 50, 1), done(20, 1)],
      },
    },
    seen,
    /is on the way back to you, ETA/,
  ],
  [
    'dump and return, done',
    {
      job: {
        ...{ kind: 'dump_and_return', stops: [pickup, dump, dropOff], currentStop: 2, status: 'en_route_to_next' },
        history: [...visit(120), change('at_site', 90, 1), done(60, 1), change('at_site', 30, 2), done(5, 2)],
      },
    },
    hidden,
    /was emptied and returned at 1:55 PM$/,
  ],
  [
    'dump and return that is emptied after the customer’s only stop, and not brought back',
    {
      job: {
        ...{ kind: 'dump_and_return', stops: [dropOff, dump, yard], currentStop: 1, status: 'at_site' },
        history: [...visit(40), change('at_site', 5, 1)],
      },
    },
    hidden,
    /was picked up at 1:20 PM$/,
  ],
  [
    'a final pick-up on the way',
    { job: { kind: 'final_pickup', stops: [pickup, dump, yard], history: [change('in_transit', 10, 0)] } },
    seen,
    /is on the way to pick up your trailer, ETA/,
  ],
  [
    'a final pick-up, at the yard in the evening',
    {
      job: {
        ...{ kind: 'final_pickup', stops: [pickup, dump, yard], currentStop: 2, status: 'at_site' },
        history: [...visit(120), change('at_site', 90, 1), done(60, 1), change('at_site', 20, 2)],
      },
    },
    hidden,
    /was picked up at 12:00 PM$/,
  ],
  [
    'one of two trailers done, the other on the way: the second one’s place alone',
    {
      job: {
        ...{ trailers: [T1, T2], status: 'in_transit' },
        history: [...visit(40), change('in_transit', 20, 0, { trailerId: T2 })],
      },
      fixes: [...driven(9000), ...driven(4000, 0.2, T2)],
    },
    seen,
    /: 1 of 2 delivered at 1:20 PM, the next one is on the way, ETA/,
  ],
  [
    'one of two trailers done, the other not set out',
    { job: { trailers: [T1, T2], status: 'en_route_to_next', history: visit(10) } },
    hidden,
    /: 1 of 2 delivered at 1:50 PM, the next one is still to come$/,
  ],
  [
    'cancelled: when, and no reason',
    {
      job: {
        status: 'cancelled',
        history: [change('in_transit', 30, 0), change('cancelled', 20, 0, { by: 'operator', reason: 'owes money' })],
      },
    },
    hidden,
    /was cancelled on Nov 23$/,
  ],
  [
    'the tracker silent for 25 minutes: the range goes on, with its last position',
    { job: { history: [change('in_transit', 40, 0)] }, fixes: driven(15_000, 25) },
    seen,
    /is on the way, ETA before \d+:\d+ PM, last position at 1:35 PM$/,
  ],
  [
    'the tracker silent for more than an hour',
    { job: { history: [change('in_transit', 90, 0)] }, fixes: driven(15_000, 70) },
    { position: true, arrival: false },
    /is on the way, last position at 12:50 PM$/,
  ],
  [
    'first to the yard',
    { job: { stops: [yard, dropOff], history: [change('in_transit', 10, 0)] } },
    hidden,
    /is on the road, with another stop first$/,
  ],
];

/** Words and places that are never a customer's. */
const SECRET = /\b(T1|T2|yard|dump|landfill|geofence|claim|fixes|money)\b/i;

describe('a customer at a moment', () => {
  test.each(CASES)('%s', (_, moment, shows, answer) => {
    const { page, says } = atMoment(moment);
    expect({ position: page.position !== null, arrival: page.eta !== null }).toEqual(shows);
    expect(says).toMatch(answer);
    expect(says.replace('QDN-1042', '')).not.toMatch(SECRET);
    for (const place of [dump, yard]) expect(JSON.stringify(page)).not.toContain(String(place.lat));
    expect(page.stop === null || page.stop.customerSite).toBe(true);
    // Without positions of their own leg, no trailer's state either.
    if (!shows.position)
      expect(page.trailers.every(({ state }) => state === null || state === 'no_position')).toBe(true);
  });

  test('the way of the first of two trailers is hidden when it has left', () => {
    const [, moment] = CASES.find(([name]) => name.startsWith('one of two trailers done, the other on')) ?? [];
    const { page } = atMoment(moment as Moment);
    expect(page.position).toMatchObject({ trailerId: 'T2' });
    expect(page.trailers).toMatchObject([
      { trailerId: 'T1', state: 'no_position' },
      { trailerId: 'T2', state: 'moving' },
    ]);
  });

  test('"here" by text from another customer’s site shows neither that place nor that the trailer stands', () => {
    const elsewhere = Array.from({ length: 30 }, (_, i) =>
      aFix({ ...placeAt(dropOff, 2500, 0), at: NOW - (30 - i) * MINUTE, speedMps: 0 }),
    );
    const history = [change('in_transit', 35, 0), change('at_site', 10, 0, { by: 'driver' })];
    const { page } = atMoment({ job: { status: 'at_site', stops: [dropOff], history }, fixes: elsewhere });
    expect(page).toMatchObject({ position: null, trail: [], trailers: [{ state: 'no_position' }] });
  });

  const seldom = (places: readonly (readonly [minutesAgo: number, metres: number])[]): Fix[] =>
    places.map(([ago, metres]) => aFix({ ...placeAt(dropOff, metres, 0), at: NOW - ago * MINUTE, speedMps: 0 }));

  test('a departure that is seen too early by a sparse tracker shows its range, and not the place of another customer', () => {
    const job = { history: [change('in_transit', 30, 0, { place: placeAt(dropOff, 15_000, 0) })] };
    const early = atMoment({
      job,
      fixes: seldom([
        [45, 15_000],
        [30, 9400],
        [15, 9300],
      ]),
    });
    expect(early.page).toMatchObject({ position: null, trail: [], trailers: [{ state: 'no_position' }] });
    expect(early.page.eta).not.toBeNull();
    const later = atMoment({
      job,
      fixes: seldom([
        [30, 9400],
        [15, 9300],
        [1, 6000],
      ]),
    });
    expect(later.page.trail).toHaveLength(1);
    const history = [...job.history, change('at_site', 1, 0)];
    const there = atMoment({
      job: { status: 'at_site', history },
      fixes: seldom([
        [30, 9400],
        [15, 6000],
        [1, 10],
      ]),
    });
    expect(there.page.trail).toHaveLength(2);
  });

  test('a departure in the middle of a drive hides nothing: the trailer stands with no one', () => {
    const { page } = atMoment({ job: { history: [change('in_transit', 1, 0)] }, fixes: driven(4000) });
    expect(page.position).not.toBeNull();
    expect(page.trail).toHaveLength(5);
  });

  test('a departure that a person says before the trailer moves does not show where it is', () => {
    const history = [change('in_transit', 20, 0, { by: 'operator' })];
    const standing = atMoment({
      job: { history },
      fixes: seldom([
        [3, 4010],
        [2, 4000],
        [1, 4005],
      ]),
    });
    expect(standing.page).toMatchObject({ position: null, trail: [] });
    expect(standing.page.eta).not.toBeNull();
    const moving = atMoment({
      job: { history },
      fixes: seldom([
        [3, 4010],
        [2, 3700],
        [1, 3000],
      ]),
    });
    expect(moving.page.trail).toHaveLength(3);
  });

  test('a visit that was not noticed leaves neither a range nor the way after it', () => {
    const history = [change('in_transit', 60, 0)];
    const left = atMoment({
      job: { history },
      fixes: seldom([
        [45, 5300],
        [30, 16],
        [2, 1900],
      ]),
    });
    expect(left.page).toMatchObject({ eta: null, position: { at: new Date(NOW - 30 * MINUTE).toISOString() } });
    expect(left.page.trail).toHaveLength(2);
    const base = placeAt(dropOff, 6950, 0);
    const back = atMoment({
      job: { history: [change('in_transit', 60, 0, { place: base })] },
      fixes: seldom([
        [45, 5300],
        [30, 16],
        [2, 6960],
      ]),
    });
    expect(back.page).toMatchObject({ eta: null, position: { at: new Date(NOW - 30 * MINUTE).toISOString() } });
    const far = atMoment({
      job: { history },
      fixes: seldom([
        [12, 6800],
        [6, 9000],
        [1, 15_000],
      ]),
    });
    expect(far.page).toMatchObject({ eta: null, position: null, trail: [] });
  });

  test('a way round the block keeps its range and its positions', () => {
    const history = [change('in_transit', 60, 0)];
    const { page } = atMoment({
      job: { history },
      fixes: seldom([
        [6, 6800],
        [3, 6000],
        [1, 7500],
      ]),
    });
    expect(page.trail).toHaveLength(3);
    expect(page.eta).not.toBeNull();
  });

  test('the trail back from the dump begins away from it', () => {
    const leaving = driven(2000).map((fix, i) => ({ ...fix, ...placeAt(dump, -i * 120, 0) }));
    const { page } = atMoment({
      job: {
        ...{ kind: 'dump_and_return', stops: [pickup, dump, dropOff], currentStop: 2, status: 'en_route_to_next' },
        history: [...visit(80), change('at_site', 50, 1), done(20, 1)],
      },
      fixes: leaving,
    });
    expect(page.trail.length).toBe(15);
  });
});

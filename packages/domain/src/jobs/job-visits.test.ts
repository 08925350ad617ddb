import { describe, expect, test } from '@jest/globals';
import type { TrailerId } from '../ids.ts';
import type { Job, StatusChange } from '../job.ts';
import { aJob } from '../testing/samples.ts';
import { visitAt, visitsOf } from './job-visits.ts';

const T1 = 'T1' as TrailerId;
const T2 = 'T2' as TrailerId;
const STOPS: Job['stops'] = [
  { kind: 'pickup', address: '1 Main St', lat: 30.1, lon: -97.7, radiusM: 100 },
  { kind: 'dump_site', address: 'Landfill', lat: 30.2, lon: -97.7, radiusM: 100 },
  { kind: 'drop_off', address: '1 Main St', lat: 30.1, lon: -97.7, radiusM: 100 },
];
const change = (at: number, status: Job['status'], stop: number, more: Partial<StatusChange> = {}): StatusChange => ({
  status,
  at,
  by: 'fixes',
  reason: 'test',
  stop,
  trailerId: T1,
  ...more,
});
const jobOf = (history: StatusChange[], more: Partial<Job> = {}): Job =>
  aJob({ kind: 'dump_and_return', stops: STOPS, trailers: [T1], status: 'in_transit', history, ...more });
const timesOf = (job: Job) => visitsOf(job).map(({ stop, arrived, left }) => [stop?.index, arrived?.at, left?.at]);

describe('visitsOf', () => {
  test('has one visit of each stop, with the origin of its times', () => {
    const job = jobOf([
      change(10, 'in_transit', 0),
      change(20, 'at_site', 0),
      change(30, 'en_route_to_next', 0),
      change(40, 'at_site', 1),
      change(50, 'en_route_to_next', 2, { by: 'operator' }),
      change(60, 'at_site', 2),
    ]);
    expect(visitsOf(job)).toMatchObject([
      { trailerId: T1, stop: { index: 0, kind: 'pickup' }, arrived: { at: 20, by: 'fixes' }, left: { at: 30 } },
      { stop: { index: 1, address: 'Landfill' }, arrived: { at: 40 }, left: { at: 50, by: 'operator' } },
      { stop: { index: 2 }, arrived: { at: 60 }, left: null, ended: null },
    ]);
    expect(visitsOf(job).map(visitAt)).toEqual([20, 40, 60]);
  });

  test('a return to a stop goes on with its visit', () => {
    const job = jobOf([
      change(20, 'at_site', 0),
      change(30, 'en_route_to_next', 0),
      change(35, 'at_site', 0),
      change(50, 'en_route_to_next', 0),
    ]);
    expect(timesOf(job)).toEqual([[0, 20, 50]]);
  });

  test('an arrival that the office takes back is not a visit', () => {
    const job = jobOf([change(20, 'at_site', 0), change(25, 'in_transit', 0, { by: 'operator' })]);
    expect(timesOf(job)).toEqual([]);
  });

  test('undone changes have no part in a visit', () => {
    const job = jobOf([
      change(20, 'at_site', 0),
      change(31, 'completed', 0, { by: 'operator', isTakenBack: true }),
      change(33, 'at_site', 0, { by: 'operator', takesBack: 'completed' }),
      change(40, 'en_route_to_next', 0),
    ]);
    expect(timesOf(job)).toEqual([[0, 20, 40]]);
  });

  test('keeps the visits of two trailers apart', () => {
    const job = jobOf(
      [
        change(20, 'at_site', 0),
        change(25, 'at_site', 0, { trailerId: T2 }),
        change(30, 'en_route_to_next', 0),
        change(40, 'en_route_to_next', 0, { trailerId: T2 }),
      ],
      { trailers: [T1, T2] },
    );
    expect(visitsOf(job).map(({ trailerId, arrived, left }) => [trailerId, arrived?.at, left?.at])).toEqual([
      [T1, 20, 30],
      [T2, 25, 40],
    ]);
  });

  test('a job that a person completes ends its visit; one that ends by itself may end while the trailer is there', () => {
    const ended = (by: StatusChange['by']) =>
      visitsOf(jobOf([change(20, 'at_site', 2), change(90, 'completed', 2, { by })], { status: 'completed' }));
    expect(ended('operator')).toMatchObject([{ left: { at: 90, by: 'operator' }, ended: { at: 90 } }]);
    expect(ended('fixes')).toMatchObject([{ left: null, ended: { at: 90, by: 'fixes' } }]);
  });

  test('a job that ended without a visit has one entry without times; one that has not begun has none', () => {
    const cancelled = jobOf([change(70, 'cancelled', 0, { by: 'operator' })], { status: 'cancelled' });
    expect(visitsOf(cancelled)).toMatchObject([{ trailerId: T1, stop: null, arrived: null, ended: { at: 70 } }]);
    expect(visitsOf(cancelled).map(visitAt)).toEqual([70]);
    expect(visitsOf(jobOf([], { status: 'scheduled' }))).toEqual([]);
  });
});

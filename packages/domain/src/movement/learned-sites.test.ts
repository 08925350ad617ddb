import { describe, expect, test } from '@jest/globals';
import type { JobId, TrailerId } from '../ids.ts';
import type { Job, StatusChange, Stop } from '../job.ts';
import { updateJobs } from '../telemetry/update-jobs.ts';
import { aTelemetry, NOW } from '../testing/a-telemetry.ts';
import { aFix, aJob, placeAt } from '../testing/index.ts';
import { distanceM } from './geo.ts';
import { type SiteSample, siteOf, siteSamples, withSites } from './learned-sites.ts';
import { travelModel } from './travel.ts';

/*
 * Kinds of places beside their address, as drivers and dispatchers report them: the entrance is on the other street, the farm's pin is in
 * the field, the site is a part of a mall, the truck cannot turn in the drive. And kinds that look the same: lunch down the road, a queue.
 */

const MINUTE = 60_000;
const T1 = 'T1' as TrailerId;
const stop = aJob().stops[0] as Stop;

type Visit = { besideM?: number; minutes?: number; by?: StatusChange['by']; more?: Partial<StatusChange>; id?: string };
const visited = ({ besideM = 120, minutes = 15, by = 'fixes', more = {}, id = 'QDN-7' }: Visit): Job =>
  aJob({
    id: id as JobId,
    status: 'completed',
    history: [
      { status: 'in_transit', at: NOW - 60 * MINUTE, by: 'fixes', reason: '', stop: 0, trailerId: T1 },
      { status: 'at_site', at: NOW - 40 * MINUTE, by, reason: '', stop: 0, place: placeAt(stop, besideM, 0), ...more },
      { status: 'completed', at: NOW - (40 - minutes) * MINUTE, by: 'fixes', reason: '', stop: 0 },
    ],
  });
const sampleOf = (visit: Visit): SiteSample[] => siteSamples(visited(visit));

describe('a finished visit', () => {
  test('beside its stop says where the site is', () => {
    const [sample] = sampleOf({});
    expect(distanceM(sample?.site ?? stop, placeAt(stop, 120, 0))).toBeLessThan(2);
    expect(sample).toMatchObject({ id: 'QDN-7#0', isConfirmed: false });
    expect(sampleOf({ by: 'operator' })).toMatchObject([{ isConfirmed: true }]);
  });

  test.each<[string, Visit]>([
    ['at its stop', { besideM: 25 }],
    ['too far to be one', { besideM: 700 }],
    ['of three minutes', { minutes: 3 }],
    ['that was taken back', { more: { isTakenBack: true } }],
    ['without a place', { more: { place: undefined as never } }],
  ])('%s says nothing', (_, visit) => {
    expect(sampleOf(visit)).toEqual([]);
  });

  test('at the company’s own stop says nothing', () => {
    const job = visited({});
    expect(siteSamples({ ...job, stops: [{ ...stop, kind: 'dump_site' }] })).toEqual([]);
  });
});

describe('the site of a stop', () => {
  const known = (...visits: Visit[]) =>
    withSites(
      [],
      visits.flatMap((visit, i) => sampleOf({ id: `QDN-${i}`, ...visit })),
    );

  test('near its address is learned from one visit', () => {
    expect(distanceM(siteOf(known({}), stop) ?? stop, placeAt(stop, 120, 0))).toBeLessThan(2);
    expect(siteOf(known({}), placeAt(stop, 200, 0))).toBeNull();
  });

  test('farther away needs two visits that agree, or a person: one stand may have been lunch', () => {
    expect(siteOf(known({ besideM: 320 }), stop)).toBeNull();
    expect(siteOf(known({ besideM: 320 }, { besideM: 520 }), stop)).toBeNull();
    expect(siteOf(known({ besideM: 320 }, { besideM: 340 }), stop)).not.toBeNull();
    expect(siteOf(known({ besideM: 430, by: 'operator' }), stop)).not.toBeNull();
  });

  test('follows the newest visits, and a sample that comes twice counts once', () => {
    const three = known({ besideM: 60 }, { besideM: 130 }, { besideM: 135 });
    expect(distanceM(siteOf(three, stop) ?? stop, placeAt(stop, 132, 0))).toBeLessThan(5);
    expect(withSites(three, sampleOf({ id: 'QDN-2', besideM: 135 }))).toBe(three);
    const many = known(...Array.from({ length: 12 }, () => ({})));
    expect(many).toHaveLength(3);
  });

  test('is bounded, whatever the number of addresses', () => {
    const all = Array.from({ length: 300 }, (_, i): SiteSample => {
      const place = placeAt(stop, i * 100, 0);
      return { id: `QDN-${i}#0`, at: NOW + i, stop: place, site: placeAt(place, 0, 100), isConfirmed: false };
    });
    const kept = withSites([], all);
    expect(kept).toHaveLength(80);
    expect(kept.at(-1)?.id).toBe('QDN-299#0');
  });
});

test('the second job at an address is at its site within a minute, and the first one was not', async () => {
  const site = placeAt(stop, 120, 0);
  const arrivedAfterS: number[] = [];
  const booked = (n: number, at: number): Job =>
    aJob({
      id: `QDN-80${n}` as JobId,
      status: 'in_transit',
      createdAt: at - 40 * MINUTE,
      scheduledFor: at,
      history: [{ status: 'in_transit', at: at - 20 * MINUTE, by: 'operator', reason: '', stop: 0 }],
    });
  const starts = [NOW, NOW + 5 * 60 * MINUTE];
  const world = aTelemetry(starts.map((at, n) => booked(n, at)).slice(0, 1));
  const { dependencies, samples } = world;
  const model = async () => travelModel(samples.record(), 'America/Chicago');
  const ports = { ...dependencies, travel: { model, router: null } };
  for (const [n, at] of starts.entries()) {
    const id = `QDN-80${n}` as JobId;
    if (n > 0) await world.jobs.create(booked(n, at));
    // Comes from 3 km away, stands 15 minutes, and drives off.
    const way = (s: number) => (s < 0 ? 120 - s * 10 : s > 900 ? 120 + (s - 900) * 12 : 120);
    const track = Array.from({ length: 140 }, (_, i) => {
      const s = -300 + i * 10;
      return aFix({
        at: at + s * 1000,
        ...(s < 0 || s > 900 ? placeAt(stop, way(s), 0) : site),
        accuracyM: 6,
        speedMps: s < 0 || s > 900 ? 10 : 0,
      });
    });
    for (const [i, fix] of track.entries()) {
      world.clock.now = fix.at;
      const fixes = track.slice(Math.max(0, i - 100), i + 1);
      await updateJobs(ports, { trailerId: T1, fixes, now: fix.at + 1, from: fix.at, also: null });
      const job = await world.jobs.find(id);
      if (job?.status === 'at_site' && arrivedAfterS.length === n) arrivedAfterS.push((fix.at - at) / 1000);
    }
    expect((await world.jobs.find(id))?.status).toBe('completed');
  }
  expect(arrivedAfterS[0]).toBeGreaterThan(90);
  expect(arrivedAfterS[1]).toBeLessThanOrEqual(60);
});

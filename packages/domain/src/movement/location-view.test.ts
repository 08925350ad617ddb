import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Fix } from '../fix.ts';
import type { TrailerId } from '../ids.ts';
import type { Job } from '../job.ts';
import { aDrive, aFix, aJob, placeAt } from '../testing/index.ts';
import { freshnessOf, jobLocationView } from './location-view.ts';

const NOW = Date.UTC(2026, 10, 23, 15);
const MINUTE = 60_000;
const [stop] = aJob().stops;
if (!stop) throw new Error('The sample job has a stop');
const company = { name: 'Q', phone: '+15125550100', textNumber: '+15125550142', timeZone: 'America/Chicago' };
const at = (ageS: number, km: number, trailerId = 'T1'): Fix =>
  aFix({ trailerId: trailerId as TrailerId, at: NOW - ageS * 1000, ...placeAt(stop, km * 1000, 0) });
const view = (job: Job, fixes: readonly Fix[]) => jobLocationView(job, fixes, NOW, company);

test('the freshness ladder', () => {
  expect([0, 59_999, MINUTE, 15 * MINUTE, 15 * MINUTE + 1].map(freshnessOf)).toEqual([
    'live',
    'live',
    'recent',
    'recent',
    'lost',
  ]);
});

describe('what a job shows', () => {
  test('its newest position with its age, where it goes, and when it will be there', () => {
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

  test('nothing of where the trailer is, nor the addresses’ places, once the job has ended', () => {
    for (const status of ['completed', 'cancelled'] as const) {
      expect(view(aJob({ status }), [at(5, 1)])).toMatchObject({ position: null, trail: [], eta: null, stop: null });
    }
  });

  test('nothing of where the trailer is while the job is scheduled for another day', () => {
    const scheduled = (hours: number) => aJob({ status: 'scheduled', scheduledFor: NOW + hours * 60 * MINUTE });
    expect(view(scheduled(20), [at(5, 1)])).toMatchObject({ position: null, trail: [], eta: null });
    expect(view(scheduled(3), [at(5, 1)])).toMatchObject({ position: { ageS: 5 } });
  });

  test('no position when there is none', () => {
    expect(view(aJob(), [])).toMatchObject({ position: null, trail: [], eta: null, stop: { kind: 'drop_off' } });
  });

  test('a stop and an arrival time while there is one to head for', () => {
    const status = (change: Partial<Job>) => view(aJob(change), [at(5, 4)]);
    expect(status({ status: 'at_site' })).toMatchObject({ eta: null, stop: { kind: 'drop_off' } });
    expect(status({ status: 'scheduled' })).toMatchObject({ eta: null });
    expect(status({ status: 'en_route_to_next' }).eta).not.toBeNull();
    const left = { status: 'en_route_to_next', at: NOW, by: 'fixes', reason: '', stop: 0 } as const;
    expect(status({ status: 'en_route_to_next', history: [left] })).toMatchObject({ eta: null, stop: null });
  });

  test('no arrival time from a position that is lost, but the position', () => {
    const { eta, position } = view(aJob(), [at(20 * 60, 4)]);
    expect(eta).toBeNull();
    expect(position).toMatchObject({ freshness: 'lost', ageS: 1200 });
  });

  test('not where a jump would have it', () => {
    expect(view(aJob(), [at(20, 4), at(10, 3.9), at(5, 90)]).position).toMatchObject({ ageS: 10 });
  });

  test('an age of zero for a phone whose clock is ahead', () => {
    expect(view(aJob(), [at(-60, 4)]).position).toMatchObject({ ageS: 0, freshness: 'live' });
  });

  test('a trail of at most 60 points of one trailer, oldest first, that ends where it is', () => {
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

describe('of a job with several trailers', () => {
  const job = aJob({ trailers: ['T1', 'T2'] as TrailerId[] });

  test('their number, and the position of the one that is nearest to the stop', () => {
    expect(view(job, [at(5, 4), at(8, 1, 'T2')])).toMatchObject({
      trailerCount: 2,
      position: { trailerId: 'T2', ageS: 8 },
    });
  });

  test('not that of one that was near before it fell silent, while another is heard', () => {
    expect(view(job, [at(5, 4), at(20 * 60, 1, 'T2')]).position).toMatchObject({ trailerId: 'T1' });
  });

  test('that of the one heard of last when all are silent', () => {
    expect(view(job, [at(30 * 60, 1), at(20 * 60, 4, 'T2')]).position).toMatchObject({ trailerId: 'T2' });
  });

  test('none of a trailer that is not of the job', () => {
    expect(view(job, [at(5, 1, 'T9')])).toMatchObject({ position: null, trail: [] });
  });
});

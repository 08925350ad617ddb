import { describe, expect, test } from '@jest/globals';
import { validate as isPlaceAnswer } from '@qdn/contracts/validators/placeAnswer';
import type { Geocoder, Job, JobId, PhoneNumber } from '@qdn/domain';
import { aJob, memoryJobs } from '@qdn/domain/testing';
import { aService, asOperator, bearer, call, NOW, trackToken } from '../../testing.ts';
import { type FindPlacesDependencies, findPlaces } from './handler.ts';

const YARD = { lat: 30.2211, lon: -97.6972 };
const congress: Geocoder = async () => [
  { label: '1100 Congress Ave, Austin, TX 78701', lat: 30.2747, lon: -97.7404, kind: 'house', quality: 'rooftop' },
];
const service = (changes: Partial<FindPlacesDependencies> = {}): FindPlacesDependencies => {
  const own = aService();
  const follow = { ...own.company.follow, ownPlaces: [{ kind: 'yard' as const, ...YARD, radiusM: 120 }] };
  return {
    ...own,
    jobs: memoryJobs(),
    company: { ...own.company, follow },
    saved: [['yard', 'yard', 'Our yard', YARD.lat, YARD.lon]],
    geocode: congress,
    ...changes,
  };
};
const find = (
  dependencies: FindPlacesDependencies,
  query: Record<string, string>,
  headers: Record<string, string> = asOperator,
) => call(findPlaces(dependencies), { rawQuery: new URLSearchParams(query).toString(), headers });

const phone = '+15125550111' as PhoneNumber;
const site = (address: string, lat: number): Job['stops'] => [
  { kind: 'drop_off', address, lat, lon: -97.72, radiusM: 100 },
];
const jobAt = (number: number, address: string, changes: Partial<Job> = {}): Job =>
  aJob({
    id: `QDN-${number}` as JobId,
    stops: site(address, 30.24 + number / 1e5),
    createdAt: NOW - 1e9 + number,
    updatedAt: NOW - 1e9 + number,
    ...changes,
  });

describe('GET /api/places', () => {
  test('finds an address with its quality and its distance from the yard', async () => {
    const { status, json, headers } = await find(service(), { text: '1100 Congress Ave' });
    expect(status).toBe(200);
    expect(isPlaceAnswer(json)).toBe(true);
    expect(headers).toMatchObject({ 'Cache-Control': 'private, no-store' });
    expect(json).toMatchObject({
      outcome: 'found',
      says: '1100 Congress Ave, Austin, TX 78701 (exact)',
      places: [{ address: '1100 Congress Ave', lat: 30.2747, quality: 'rooftop', source: 'geocoder' }],
    });
    expect(json.places[0].distanceM).toBeCloseTo(7260, -2);
  });

  test('knows saved places and those of recent jobs, and asks no geocoder about them', async () => {
    const jobs = memoryJobs([jobAt(1031, '2200 E Riverside Dr', { status: 'completed' })]);
    const known = service({
      jobs,
      geocode: async () => {
        throw new Error('asked');
      },
    });
    expect((await find(known, { text: 'the yard' })).json).toMatchObject({
      outcome: 'found',
      places: [{ source: 'saved', kind: 'yard' }],
    });
    expect((await find(known, { text: '2200 e riverside drive' })).json).toMatchObject({
      outcome: 'found',
      places: [{ source: 'used', address: '2200 E Riverside Dr', kind: null }],
    });
  });

  test('offers the places of the customer alone for “same as last time”', async () => {
    const other = { name: 'Eve', phone: '+15125550199' as PhoneNumber };
    const customer = { name: 'Ann', phone };
    const jobs = memoryJobs([
      jobAt(1, '1 First St', { customer, status: 'completed' }),
      jobAt(2, '2 Second St', { customer: other }),
      jobAt(3, '3 Third St', { customer }),
    ]);
    const { json } = await find(service({ jobs }), { text: 'same as last time', customer: phone });
    expect(json).toMatchObject({ outcome: 'ask', places: [{ address: '3 Third St' }, { address: '1 First St' }] });
    expect((await find(service({ jobs }), { text: 'same as last time' })).json.places).toEqual([]);
  });

  test.each([11, 60, 500])('reads the same number of jobs of a company that has %i, once a minute', async (count) => {
    const jobs = memoryJobs(Array.from({ length: count }, (_, i) => jobAt(1000 + i, `${i} Main St`)));
    const looking = findPlaces(service({ jobs }));
    const ask = () => call(looking, { rawQuery: 'text=9%20Elm%20St', headers: asOperator });
    const before = jobs.reads;
    await ask();
    expect(jobs.reads - before).toBeLessThanOrEqual(40);
    const after = jobs.reads;
    await ask();
    expect(jobs.reads).toBe(after);
  });

  test('asks, and logs a code without the text, when the geocoder does not answer', async () => {
    const own = service({
      geocode: async () => {
        throw new Error('down');
      },
    });
    expect((await find(own, { text: '9 Elm St' })).json).toMatchObject({ outcome: 'ask', places: [] });
    const log = JSON.stringify(aServiceLog(own));
    expect(log).toContain('GEOCODER_FAILED');
    expect(log).not.toContain('Elm');
  });

  test.each([[{}], [{ text: ' ' }], [{ text: 'x'.repeat(301) }], [{ text: 'x', customer: '555' }]])(
    'refuses %j and points at it',
    async (query) => {
      const pointer = 'customer' in query ? '/customer' : '/text';
      expect(await find(service(), query as Record<string, string>)).toMatchObject({
        status: 422,
        json: { errors: [{ pointer }] },
      });
    },
  );

  test('refuses every caller except operators', async () => {
    expect((await find(service(), { text: 'x' }, bearer(trackToken()))).status).toBe(401);
  });
});

const aServiceLog = ({ log }: FindPlacesDependencies): unknown => ('lines' in log ? log.lines : log);

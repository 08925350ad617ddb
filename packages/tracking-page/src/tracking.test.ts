import { describe, expect, test } from '@jest/globals';
import { validate } from '@qdn/contracts/validators/jobLocation';
import {
  CUSTOMER_STAGES,
  ETA_BASES,
  FRESHNESS,
  JOB_KINDS,
  JOB_OUTCOMES,
  JOB_STATUSES,
  SILENCE_CAUSES,
  STOP_KINDS,
  TRAILER_STATES,
} from '@qdn/domain';
import fc from 'fast-check';
import { answerIn, NOW, STATE_NAMES } from './testing/answers.ts';
import { isOver, parseTracking } from './tracking.ts';

const time = fc.integer({ min: 0, max: 4e12 }).map((at) => new Date(at).toISOString());
const lat = fc.double({ min: -90, max: 90, noNaN: true });
const lon = fc.double({ min: -180, max: 180, noNaN: true });
const orNull = <T>(of: fc.Arbitrary<T>) => fc.option(of, { nil: null });
const metres = fc.double({ min: 0, max: 1e5, noNaN: true });

const anyAnswer = fc.record({
  jobId: fc.constant('QDN-1042'),
  kind: fc.constantFrom(...JOB_KINDS),
  status: fc.constantFrom(...JOB_STATUSES),
  statusSince: time,
  stage: fc.constantFrom(...CUSTOMER_STAGES),
  stageSince: time,
  stages: fc.array(fc.constantFrom(...CUSTOMER_STAGES), { maxLength: 10 }),
  outcome: fc.constantFrom(...JOB_OUTCOMES),
  trailersDone: orNull(fc.record({ count: fc.integer({ min: 1, max: 10 }), at: time })),
  scheduledFor: orNull(time),
  trailerCount: fc.nat(10),
  trailers: fc.array(
    fc.record({
      trailerId: fc.constantFrom('T1', 'T2'),
      state: orNull(fc.constantFrom(...TRAILER_STATES)),
      freshness: orNull(fc.constantFrom(...FRESHNESS)),
      ageS: orNull(fc.nat()),
      cause: orNull(fc.constantFrom(...SILENCE_CAUSES)),
    }),
    { maxLength: 10 },
  ),
  serverTime: time,
  company: fc.record({
    name: fc.string(),
    phone: fc.constant('+15125550100'),
    textNumber: fc.constant('+15125550142'),
    timeZone: fc.constant('America/Chicago'),
  }),
  stop: orNull(
    fc.record({
      kind: fc.constantFrom(...STOP_KINDS),
      lat: orNull(lat),
      lon: orNull(lon),
      radiusM: orNull(metres),
      customerSite: fc.boolean(),
    }),
  ),
  position: orNull(
    fc.record({
      trailerId: fc.constant('T1'),
      lat,
      lon,
      at: time,
      ageS: fc.nat(),
      freshness: fc.constantFrom(...FRESHNESS),
      cause: orNull(fc.constantFrom(...SILENCE_CAUSES)),
      accuracyM: orNull(metres),
      speedMps: orNull(metres),
      headingDeg: orNull(metres),
    }),
  ),
  trail: fc.array(fc.tuple(lat, lon, fc.nat()), { maxLength: 60 }),
  eta: orNull(
    fc.record({
      earliest: time,
      likely: time,
      latest: time,
      distanceM: fc.nat(),
      reason: fc.string(),
      basis: fc.constantFrom(...ETA_BASES),
      after: fc.array(fc.constantFrom(...STOP_KINDS), { maxLength: 10 }),
      asOf: time,
    }),
  ),
});

describe('reading the answer', () => {
  test('takes whatever the schema allows', () => {
    fc.assert(
      fc.property(anyAnswer, (answer) => {
        if (!validate(answer)) throw new Error(JSON.stringify(validate.errors));
        expect(parseTracking(answer)).toMatchObject({ jobId: 'QDN-1042', status: answer.status, stage: answer.stage });
      }),
    );
  });

  test('survives any JSON at all', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(parseTracking(value)).toBeNull();
      }),
    );
  });

  test.each(STATE_NAMES)('the example of "%s" keeps the schema', (state) => {
    validate(answerIn(state));
    expect(validate.errors ?? []).toEqual([]);
  });

  test('ignores fields that a later API may add', () => {
    expect(parseTracking({ ...answerIn('on-the-way'), driver: { mood: 'good' } })).not.toBeNull();
  });

  test.each([
    ['no company', { company: undefined }],
    ['a status it does not know', { status: 'flying' }],
    ['a time that is none', { stageSince: 'yesterday' }],
    ['a position without a place', { position: { at: new Date(NOW).toISOString() } }],
    ['a trail of nonsense', { trail: [['a', 'b']] }],
  ])('refuses %s', (_, change) => {
    expect(parseTracking({ ...answerIn('on-the-way'), ...change })).toBeNull();
  });

  test('knows when there will be no more news', () => {
    const over = STATE_NAMES.filter((state) => {
      const tracking = parseTracking(answerIn(state));
      return tracking !== null && isOver(tracking);
    });
    expect(over).toEqual(['completed', 'delivered', 'failed', 'cancelled']);
  });
});

import { describe, expect, test } from '@jest/globals';
import { runs } from '@qdn/test-support/runs';
import fc from 'fast-check';
import type { Fix } from '../fix.ts';
import type { TrailerId } from '../ids.ts';
import type { Job, StatusChange, Stop } from '../job.ts';
import { aDrive, aFix, aJob, placeAt } from '../testing/index.ts';
import { followFixes, leftLastStop } from './status-from-fixes.ts';

const BEGAN = aJob().createdAt;
const LATER = BEGAN + 86_400_000;
const SITE: Stop = { kind: 'drop_off', address: '1100 Congress Ave', lat: 30.2747, lon: -97.7404, radiusM: 100 };
const DUMP: Stop = { kind: 'dump_site', address: 'Landfill', ...placeAt(SITE, 5000, 3000), radiusM: 150 };
const YARD = placeAt(SITE, -4000, 2000);
const [T1, T2] = ['T1' as TrailerId, 'T2' as TrailerId];

/** A fix `s` seconds after the job's last change, `metres` north of the site. */
const fix = (s: number, metres: number, changes: Partial<Fix> = {}): Fix =>
  aFix({ at: BEGAN + s * 1000, ...placeAt(SITE, metres, 0), ...changes });
const change = (status: Job['status'], changes: Partial<StatusChange> = {}): StatusChange => ({
  status,
  at: BEGAN,
  by: 'operator',
  reason: '',
  ...changes,
});
const job = (status: Job['status'], changes: Partial<Job> = {}): Job =>
  aJob({ status, stops: [SITE, DUMP], history: [change(status)], ...changes });
const follow = (before: Job, fixes: Fix[]) => followFixes(before, fixes, LATER, BEGAN + 1);
const statusAfter = (before: Job, fixes: Fix[]) => follow(before, fixes).status;

describe('arrival', () => {
  const coming = job('in_transit');

  test('takes two fixes over 20 s inside the ring', () => {
    expect(statusAfter(coming, [fix(10, 50), fix(30, 30)])).toBe('at_site');
    expect(statusAfter(coming, [fix(10, 50)])).toBe('in_transit');
    expect(statusAfter(coming, [fix(10, 50), fix(29, 30)])).toBe('in_transit');
    expect(statusAfter(coming, [fix(10, 110), fix(30, 110)])).toBe('in_transit');
  });

  test('ignores a drive-by, even in slow traffic', () => {
    expect(statusAfter(coming, [fix(10, 50), fix(20, 20), fix(32, 400)])).toBe('in_transit');
    const slowly = Array.from({ length: 31 }, (_, i) => fix(i * 2, 100 - i * 6.6));
    expect(statusAfter(coming, slowly)).toBe('in_transit');
  });

  test('is undone by leaving the ring, not by jitter at its edge', () => {
    expect(statusAfter(coming, [fix(10, 95), fix(20, 130), fix(31, 95)])).toBe('at_site');
    expect(statusAfter(coming, [fix(10, 95), fix(20, 300), fix(31, 95)])).toBe('in_transit');
  });

  test('widens the ring for a poor fix, by up to 150 m', () => {
    const poor = { accuracyM: 100 };
    expect(statusAfter(coming, [fix(10, 180, poor), fix(40, 180, poor)])).toBe('at_site');
    expect(statusAfter(coming, [fix(10, 180), fix(40, 180)])).toBe('in_transit');
    const useless = { accuracyM: 900 };
    expect(statusAfter(coming, [fix(10, 700, useless), fix(40, 700, useless)])).toBe('in_transit');
  });

  test('is on the timeline with its reason, its stop and its trailer', () => {
    expect(follow(coming, [fix(10, 50), fix(30, 30)])).toMatchObject({
      status: 'at_site',
      currentStop: 0,
      updatedAt: LATER,
      version: coming.version + 1,
      history: [
        ...coming.history,
        {
          status: 'at_site',
          at: BEGAN + 30_000,
          by: 'fixes',
          reason: 'within 100 m of the drop off',
          stop: 0,
          trailerId: T1,
        },
      ],
    });
  });
});

describe('departure', () => {
  const standing = job('at_site');

  test('takes two fixes beyond one and a half radii, and heads for the next stop', () => {
    expect(follow(standing, [fix(10, 200), fix(20, 300)])).toMatchObject({
      status: 'en_route_to_next',
      currentStop: 1,
    });
    expect(statusAfter(standing, [fix(10, 20), fix(20, 300)])).toBe('at_site');
    expect(statusAfter(standing, [fix(10, 20), fix(20, 140), fix(30, 145)])).toBe('at_site');
  });

  test('ignores the jitter of a parked trailer', () => {
    expect(statusAfter(standing, [fix(10, 130), fix(20, 200), fix(30, 140), fix(40, 200), fix(50, 20)])).toBe(
      'at_site',
    );
  });

  test('is not concluded from fixes that may be inside', () => {
    const poor = { accuracyM: 400 };
    expect(statusAfter(standing, [fix(10, 20), fix(20, 500, poor), fix(30, 500, poor)])).toBe('at_site');
  });

  test('of a trailer that an operator set “at site” down the road waits until it drives off', () => {
    const parked = [fix(10, 180), fix(20, 185), fix(30, 178)];
    expect(statusAfter(standing, parked)).toBe('at_site');
    expect(statusAfter(standing, [...parked, fix(40, 260)])).toBe('en_route_to_next');
  });

  test('from the last stop has no next stop, and the trailer does not arrive there again', () => {
    const last = job('at_site', { stops: [SITE] });
    const after = follow(last, [fix(10, 200), fix(20, 300)]);
    expect(after).toMatchObject({ status: 'en_route_to_next', currentStop: 0 });
    expect(leftLastStop(after)).toBe(true);
    expect(follow(after, [fix(10, 200), fix(20, 300), fix(60, 10), fix(90, 10)])).toBe(after);
  });

  test('that an operator has set ends at the last stop', () => {
    const sent = job('en_route_to_next', { currentStop: 1 });
    const atDump = [10, 40].map((s) => fix(s, 0, placeAt(DUMP, 20, 0)));
    expect(follow(sent, atDump)).toMatchObject({ status: 'at_site', currentStop: 1 });
  });
});

describe('a scheduled job', () => {
  test('is under way once its trailer has come nearer to the stop', () => {
    expect(statusAfter(job('scheduled'), [fix(10, 9000), fix(60, 8700)])).toBe('in_transit');
    expect(statusAfter(job('scheduled'), [fix(10, 9000), fix(60, 8870)])).toBe('scheduled');
    expect(statusAfter(job('scheduled'), [fix(10, 9000), fix(60, 9400)])).toBe('scheduled');
  });

  test('is at the site when its trailer is already there', () => {
    expect(statusAfter(job('scheduled'), [fix(10, 20), fix(40, 20)])).toBe('at_site');
  });

  test('ignores its trailer’s movements more than six hours before', () => {
    const hour = 3600;
    const tomorrow = job('scheduled', { scheduledFor: BEGAN + 20 * hour * 1000 });
    const drive = (s: number) => [fix(s, 9000), fix(s + 60, 8700)];
    expect(statusAfter(tomorrow, drive(13 * hour))).toBe('scheduled');
    expect(statusAfter(tomorrow, drive(15 * hour))).toBe('in_transit');
  });
});

describe('a job with two trailers', () => {
  const two = { trailers: [T1, T2] };
  const ofT2 = { trailerId: T2 };

  test('arrives with the first trailer', () => {
    const fixes = [fix(10, 4000), fix(11, 20, ofT2), fix(20, 3900), fix(35, 20, ofT2)];
    expect(follow(job('in_transit', two), fixes).history.at(-1)).toMatchObject({ status: 'at_site', trailerId: T2 });
  });

  test('is not left by the trailer that never came', () => {
    const arrived = job('at_site', { ...two, history: [change('at_site', { by: 'fixes', stop: 0, trailerId: T2 })] });
    expect(statusAfter(arrived, [fix(10, 3000), fix(20, 2800), fix(30, 2600)])).toBe('at_site');
    expect(statusAfter(arrived, [fix(10, 200, ofT2), fix(20, 320, ofT2)])).toBe('en_route_to_next');
  });

  test('that an operator set “at site” is left by a trailer that was seen there', () => {
    const declared = job('at_site', two);
    expect(statusAfter(declared, [fix(10, 3000), fix(20, 2800), fix(30, 2600)])).toBe('at_site');
    expect(statusAfter(declared, [fix(10, 30, ofT2), fix(20, 200, ofT2), fix(30, 320, ofT2)])).toBe('en_route_to_next');
  });

  test('is left by another trailer when the one that came was removed from the job', () => {
    const history = [change('at_site', { by: 'fixes', stop: 0, trailerId: 'T9' as TrailerId })];
    const arrived = job('at_site', { ...two, history });
    expect(statusAfter(arrived, [fix(10, 30), fix(20, 200), fix(30, 320)])).toBe('en_route_to_next');
  });
});

test('an operator’s decision overrides fixes taken before it', () => {
  const decided = job('in_transit', { history: [change('in_transit', { at: BEGAN + 100_000 })] });
  expect(follow(decided, [fix(10, 10), fix(60, 10), fix(100, 10), fix(121, 10)])).toBe(decided);
  expect(statusAfter(decided, [fix(101, 10), fix(121, 10)])).toBe('at_site');
});

test('a fix that shows a departure can also show an arrival', () => {
  const setOut = [fix(0, 400), fix(20, 60)].map((one) => ({ ...one, at: one.at + 1000 }));
  expect(statusAfter(job('scheduled'), setOut)).toBe('in_transit');
  expect(follow(job('scheduled'), [...setOut, fix(41, 60)]).history.map(({ status }) => status)).toEqual([
    'scheduled',
    'in_transit',
    'at_site',
  ]);
});

test('one fix far away moves nothing', () => {
  expect(statusAfter(job('at_site'), [fix(10, 10), fix(20, 90_000), fix(30, 10)])).toBe('at_site');
});

const anyFix = fc
  .record({
    s: fc.integer({ min: -500, max: 4000 }),
    metres: fc.integer({ min: -600, max: 6000 }),
    accuracyM: fc.option(fc.nat(1000)),
    trailerId: fc.constantFrom(T1, T2),
  })
  .map(({ s, metres, ...rest }) => fix(s, metres, rest));
const anyStatus = fc.constantFrom<Job['status']>('scheduled', 'in_transit', 'at_site', 'en_route_to_next');
/** Progress of a job: each arrival and each departure counts one. */
const progressOf = ({ status, currentStop, stops, ...rest }: Job): number => {
  const left = leftLastStop({ status, currentStop, stops, ...rest }) ? 2 : 0;
  const rank = { scheduled: 0, in_transit: 1, en_route_to_next: 1, at_site: 2, completed: 9, cancelled: 9 }[status];
  return currentStop * 2 + rank + left;
};

test('an ended job never changes, whatever its trailers report', () => {
  fc.assert(
    fc.property(fc.array(anyFix), fc.constantFrom<Job['status']>('completed', 'cancelled'), (fixes, status) => {
      const ended = job(status, { trailers: [T1, T2] });
      expect(follow(ended, fixes)).toBe(ended);
    }),
  );
});

test('a trailer that is not assigned to the job never moves it', () => {
  fc.assert(
    fc.property(fc.array(anyFix), anyStatus, (fixes, status) => {
      const before = job(status, { trailers: ['T9' as TrailerId] });
      expect(follow(before, fixes)).toBe(before);
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
    now = followFixes(now, known, LATER, Math.min(...report.map(({ at }) => at)));
    see(now);
  }
  return now;
};
const outcomeOf = ({ status, currentStop, history }: Job) => ({ status, currentStop, history });

test('the outcome of any fixes is the same in any order, in any reports, and with any repetition', () => {
  const delivery = fc.array(anyFix, { minLength: 1, maxLength: 40 }).chain((fixes) =>
    fc.record({
      fixes: fc.constant(fixes),
      shuffled: fc.shuffledSubarray([...fixes, ...fixes], { minLength: fixes.length * 2, maxLength: fixes.length * 2 }),
      sizes: fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 80, maxLength: 80 }),
    }),
  );
  fc.assert(
    fc.property(delivery, anyStatus, ({ fixes, shuffled, sizes }, status) => {
      const before = job(status, { trailers: [T1, T2] });
      const inOrder = fixes.toSorted((a, b) => a.at - b.at).map((one) => [one]);
      const reports: Fix[][] = [];
      for (let i = 0; i < shuffled.length; i += reports.at(-1)?.length ?? 1) {
        reports.push(shuffled.slice(i, i + (sizes[reports.length] ?? 1)));
      }
      expect(outcomeOf(deliver(before, reports))).toEqual(outcomeOf(deliver(before, inOrder)));
    }),
    { numRuns: runs(200) },
  );
});

test('decisions from before the first late fix stay, and times never go backwards', () => {
  fc.assert(
    fc.property(fc.array(fc.array(anyFix, { minLength: 1, maxLength: 8 })), anyStatus, (reports, status) => {
      let last = job(status, { trailers: [T1, T2] });
      deliver(last, reports, (after) => {
        const times = after.history.map(({ at }) => at);
        expect(times).toEqual(times.toSorted((a, b) => a - b));
        expect(after.history.slice(0, 1)).toEqual(last.history.slice(0, 1));
        last = after;
      });
    }),
  );
});

describe('a drive to the customer, to the dump and home', () => {
  const drive = aDrive([YARD, SITE, DUMP, YARD], BEGAN + 60_000, 20_000);
  const start = job('scheduled');
  const truth = [
    ['scheduled', undefined],
    ['in_transit', 0],
    ['at_site', 0],
    ['en_route_to_next', 0],
    ['at_site', 1],
    ['en_route_to_next', 1],
  ];
  const outcome = (after: Job) => after.history.map(({ status, stop }) => [status, stop]);

  test('is reconstructed completely from its fixes', () => {
    expect(outcome(follow(start, drive))).toEqual(truth);
  });

  const shuffledReports = fc
    .record({
      fixes: fc.shuffledSubarray(drive, { minLength: drive.length, maxLength: drive.length }),
      size: fc.integer({ min: 1, max: 60 }),
    })
    .map(({ fixes, size }) =>
      Array.from({ length: Math.ceil(fixes.length / size) }, (_, i) => fixes.slice(i * size, (i + 1) * size)),
    );

  test('is the same to the second, in any order of fixes and reports, and never goes backwards', () => {
    const whole = follow(start, drive).history;
    fc.assert(
      fc.property(shuffledReports, (reports) => {
        let furthest = progressOf(start);
        const after = deliver(start, reports, (now) => {
          expect(progressOf(now)).toBeGreaterThanOrEqual(furthest);
          furthest = progressOf(now);
        });
        expect(after.history).toEqual(whole);
      }),
      { numRuns: runs(20) },
    );
  });

  test.each([
    ['newest first', drive.toReversed()],
    ['oldest first', drive],
  ])('that is reported hours late, %s and one by one, never goes backwards', (_, fixes) => {
    let furthest = progressOf(start);
    const after = deliver(
      start,
      fixes.map((one) => [one]),
      (now) => {
        expect(progressOf(now)).toBeGreaterThanOrEqual(furthest);
        furthest = progressOf(now);
      },
    );
    expect(outcome(after)).toEqual(truth);
  });
});

import { describe, expect, test } from '@jest/globals';
import type { Fix } from '../fix.ts';
import type { TrailerId } from '../ids.ts';
import type { Job, Stop } from '../job.ts';
import { aFix, aJob, placeAt } from '../testing/index.ts';
import { hasOpenQuestion, questionAbout, type Silence } from './near-stop.ts';
import { standTrackOf } from './stand.ts';

/*
 * Reports of people whose truck stood near a stop that no program counted: a pin in the middle of a farm, a gate down the road, a phone that
 * was silent from the last traffic light on. They asked for a list, not only for a text that is read on the road.
 */

const T1 = 'T1' as TrailerId;
const MINUTE = 60_000;
const AT = Date.UTC(2026, 11, 1, 17);
const job = aJob({
  status: 'in_transit',
  createdAt: AT - 60 * MINUTE,
  history: [{ status: 'in_transit', at: AT - 10 * MINUTE, by: 'operator', reason: '' }],
});
const stop = job.stops[0] as Stop;
const standing = (minutes: number, everyS = 30, metres = 430): Fix[] =>
  Array.from({ length: Math.floor((minutes * 60) / everyS) + 1 }, (_, i) =>
    aFix({ at: AT + i * everyS * 1000, ...placeAt(stop, metres, 0), accuracyM: 8 }),
  );
const asked = (of: Job, fixes: readonly Fix[], silence: Silence | null = null) =>
  questionAbout(of, T1, standTrackOf(fixes), silence);

/** Plays posts one by one, and returns the minutes at which the operator is asked. */
const momentsAsked = (fixes: readonly Fix[]): number[] => {
  let of = job;
  return fixes.flatMap((fix, i) => {
    const question = asked(of, fixes.slice(0, i + 1));
    if (!question) return [];
    of = { ...of, question };
    return [(fix.at - AT) / MINUTE];
  });
};

describe('a trailer on its way that stands eight minutes near its stop', () => {
  test('is asked about, with the place and the distance', () => {
    expect(asked(job, standing(7))).toBeNull();
    expect(asked(job, standing(8))).toMatchObject({ trailerId: T1, stop: 0, metres: 430, minutes: 8 });
    expect(asked(job, standing(8, 30, 520))).toBeNull();
    expect(asked({ ...job, history: [], status: 'scheduled' }, standing(20))).toBeNull();
  });

  test.each([10, 30, 180, 300, 420])('is asked about once, also with a tracker that reports every %i s', (everyS) => {
    expect(momentsAsked(standing(30, everyS))).toEqual([Math.ceil(480 / everyS) * (everyS / 60)]);
  });

  test('is asked about while its tracker is silent, when it had slowed down before', () => {
    const slow = [60, 30, 0].map((s, i) =>
      aFix({ at: AT - s * 1000, ...placeAt(stop, 430 + (2 - i) * 200, 0), accuracyM: 8, speedMps: i === 2 ? 1 : 9 }),
    );
    expect(asked(job, slow, { ms: 7 * MINUTE, sign: null })).toBeNull();
    expect(asked(job, slow, { ms: 9 * MINUTE, sign: null })).toMatchObject({ minutes: 9, at: AT + 9 * MINUTE });
    // A fast one has lost its signal, and one that is in motion does not stand.
    const fast = slow.map((fix) => ({ ...fix, speedMps: 22 }));
    expect(asked(job, fast, { ms: 9 * MINUTE, sign: null })).toBeNull();
    expect(asked(job, slow, { ms: 9 * MINUTE, sign: false })).toBeNull();
    expect(
      asked(
        job,
        fast.map((fix) => ({ ...fix, speedMps: 12 })),
        { ms: 9 * MINUTE, sign: true },
      ),
    ).not.toBeNull();
  });
});

describe('the question', () => {
  const question = asked(job, standing(8));
  if (!question) throw new Error('Nothing is asked');
  const open: Job = { ...job, question };
  const set = (status: Job['status'], by: 'operator' | 'fixes', stopIndex = 0): Job => ({
    ...open,
    status,
    history: [
      ...open.history,
      {
        status,
        at: question.at + MINUTE,
        by,
        reason: '',
        stop: stopIndex,
        ...(by === 'fixes' ? { trailerId: T1 } : {}),
      },
    ],
  });

  test('is open until the trailer arrives, the job ends, or a person answers', () => {
    expect(hasOpenQuestion(job)).toBe(false);
    expect(hasOpenQuestion(open)).toBe(true);
    expect(hasOpenQuestion(set('at_site', 'fixes'))).toBe(false);
    expect(hasOpenQuestion(set('at_site', 'operator'))).toBe(false);
    expect(hasOpenQuestion(set('completed', 'operator'))).toBe(false);
    expect(hasOpenQuestion({ ...open, trailers: [] })).toBe(false);
  });

  test('is answered with "no" by the same status again, and the same stand is not asked about again', () => {
    const no = set('in_transit', 'operator');
    expect(hasOpenQuestion(no)).toBe(false);
    expect(asked(no, standing(25))).toBeNull();
  });
});

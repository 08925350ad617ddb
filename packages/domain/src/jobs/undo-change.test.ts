import { describe, expect, test } from '@jest/globals';
import { customerView } from '../customer/customer-view.ts';
import type { Fix } from '../fix.ts';
import type { JobId, TrailerId } from '../ids.ts';
import type { Job, Stop } from '../job.ts';
import { type FollowOptions, followTrailer } from '../movement/follow-trailer.ts';
import { arrivalOf } from '../movement/job-eta.ts';
import { EMPTY_TRAVEL, travelModel } from '../movement/travel.ts';
import { noticesDue } from '../relay/notice.ts';
import { DEFAULT_POLICY } from '../relay/policy.ts';
import { aFix, aJob, memoryJobs, placeAt } from '../testing/index.ts';
import { isTrailerBusy, withoutLastChange } from './undo-change.ts';
import { updateJob } from './update-job.ts';

const BEGAN = aJob().createdAt;
const MINUTE = 60_000;
const SITE: Stop = { kind: 'drop_off', address: '1100 Congress Ave', lat: 30.2747, lon: -97.7404, radiusM: 100 };
const T1 = 'T1' as TrailerId;
const OPTIONS: FollowOptions = { ownPlaces: [], completes: true };
const NOTICES = { ...DEFAULT_POLICY.notices, kinds: ['arrived', 'completed'] as const };

/** Fixes every 10 s from one minute to another, that many metres north of the site. */
const fixes = (fromMin: number, toMin: number, metres: (min: number) => number): Fix[] =>
  Array.from({ length: Math.round((toMin - fromMin) * 6) + 1 }, (_, i) => {
    const min = fromMin + i / 6;
    return aFix({ at: BEGAN + min * MINUTE, ...placeAt(SITE, metres(min), 0) });
  });
const at = (min: number): number => BEGAN + min * MINUTE;
const newest = (all: readonly Fix[]): number => Math.max(...all.map((one) => one.at));
/** Follows the trailer over fixes from a minute on; the clock is at the newest one. */
const follow = (jobs: readonly Job[], all: readonly Fix[], fromMin: number): Job[] =>
  followTrailer(jobs, T1, all, newest(all), at(fromMin), OPTIONS);
const undo = (job: Job, min: number, isBusy = false): Job =>
  withoutLastChange(job, { by: 'operator', name: 'Mara' }, isBusy, at(min));
const statuses = ({ history }: Job) => history.map(({ status, isTakenBack }) => (isTakenBack ? `(${status})` : status));

/** A delivery that drives in, unloads from minute 3 to 22, drives off, and has ended by itself at minute 26. */
const drive = [
  ...fixes(0, 3, (min) => 3000 - min * 1000),
  ...fixes(3.2, 22, () => 5),
  ...fixes(22.2, 26, (min) => (min - 22) * 700),
];
const coming = aJob({
  stops: [SITE],
  history: [{ status: 'in_transit', at: BEGAN - 1, by: 'operator', reason: '', stop: 0 }],
});
const ended = follow([coming], drive, 0)[0] as Job;

describe('the end of a job', () => {
  test('has been seen by fixes, with the time of leaving', () => {
    expect(ended).toMatchObject({ status: 'completed' });
    expect(statuses(ended)).toEqual(['in_transit', 'at_site', 'en_route_to_next', 'completed']);
    const end = ended.history.at(-1);
    expect(Math.abs((end?.at ?? 0) - at(22))).toBeLessThan(MINUTE);
  });

  test('is taken back: the job is open at its last stop, and the history keeps both with the name', () => {
    const open = undo(ended, 27);
    expect(open).toMatchObject({ status: 'en_route_to_next', currentStop: 0 });
    expect(statuses(open)).toEqual(['in_transit', 'at_site', 'en_route_to_next', '(completed)', 'en_route_to_next']);
    expect(open.history.at(-1)).toMatchObject({
      by: 'operator',
      at: at(27),
      reason: '"ended" was taken back by Mara',
      takesBack: 'completed',
      trailerId: T1,
    });
  });

  test('does not come again from the same evidence, however far the trailer drives', () => {
    const open = undo(ended, 27);
    const on = [...drive, ...fixes(26.2, 90, (min) => 2800 + (min - 26) * 300)];
    expect(follow([open], on, 27)[0]).toBe(open);
  });

  test('that is taken back shows its customer neither the way of the trailer nor a notice, until it is at the stop again', () => {
    const open = undo(ended, 27);
    const on = [...drive, ...fixes(26.2, 60, (min) => 2800 + (min - 26) * 300)];
    const away = follow([open], on, 27)[0] as Job;
    const view = customerView(away, { fixes: on, eta: null }, at(60));
    expect(view).toMatchObject({ stage: 'done', site: null, eta: null, fixes: [], trail: [] });
    expect(noticesDue({ ...away, notices: [] }, null, NOTICES, at(50))).toEqual([]);
    const back = [
      ...drive,
      ...fixes(27, 30, (min) => Math.max(5, 2800 - (min - 27) * 940)),
      ...fixes(30.2, 40, () => 5),
    ];
    const there = follow([open], back, 27)[0] as Job;
    expect(customerView(there, { fixes: back, eta: null }, at(40))).toMatchObject({ stage: 'at_site', site: SITE });
  });

  test('that is taken back with the trailer shows its customer that it is on the way, with range and position from then on', () => {
    const undoer = { by: 'operator', name: 'Mara', sendsBack: true } as const;
    const open = withoutLastChange(ended, undoer, false, at(27));
    expect(open.history.at(-1)).toMatchObject({ takesBack: 'completed', isSentBack: true });
    const back = [...drive, ...fixes(27.2, 31, (min) => 4000 - (min - 27) * 700)];
    const coming = follow([open], back, 27)[0] as Job;
    const eta = arrivalOf(coming, back, at(31), travelModel(EMPTY_TRAVEL, 'America/Chicago'));
    const view = customerView(coming, { fixes: back, eta }, at(31));
    expect(view).toMatchObject({ stage: 'on_the_way', since: at(27), site: SITE });
    expect(view.eta).not.toBeNull();
    expect(view.trail.length).toBeGreaterThan(5);
    // Neither the way away from the customer nor the place from which it was sent back.
    for (const fix of view.trail) expect(fix.at).toBeGreaterThan(at(27));
    const arrived = [
      ...back,
      ...fixes(31.2, 33, (min) => Math.max(5, 1200 - (min - 31) * 700)),
      ...fixes(33.2, 43, () => 5),
    ];
    const there = follow([open], arrived, 27)[0] as Job;
    expect(customerView(there, { fixes: arrived, eta: null }, at(43))).toMatchObject({ stage: 'at_site', site: SITE });
  });

  test('comes again after another visit, without a second notice', () => {
    const told = { ...ended, notices: [{ what: 'completed' as const, stop: 0, at: at(26), promised: null }] };
    const open = undo(told, 27);
    const back = [
      ...drive,
      ...fixes(27, 30, (min) => Math.max(5, 2800 - (min - 27) * 940)),
      ...fixes(30.2, 50, () => 5),
      ...fixes(50.2, 54, (min) => (min - 50) * 700),
    ];
    const again = follow([open], back, 27)[0] as Job;
    expect(again.status).toBe('completed');
    expect(noticesDue(again, null, NOTICES, newest(back))).toEqual([]);
    expect(undo(again, 55)).toMatchObject({ status: 'en_route_to_next' });
  });

  test('is taken back after the next job has begun: the job waits, and the trailer stays on the next one', () => {
    const next = aJob({
      id: 'QDN-1044' as JobId,
      status: 'in_transit',
      stops: [{ ...SITE, ...placeAt(SITE, 30_000, 0) }],
      history: [{ status: 'in_transit', at: at(26), by: 'fixes', reason: '', stop: 0, trailerId: T1 }],
    });
    const open = undo(ended, 60, true);
    expect(open).toMatchObject({ status: 'scheduled', currentStop: 0, trailers: [T1] });
    const on = [...drive, ...fixes(26.2, 80, (min) => 2800 + (min - 26) * 300)];
    const [first, second] = follow([open, next], on, 60);
    expect([first?.status, second?.status]).toEqual(['scheduled', 'in_transit']);
  });

  test('is refused when it was taken back already, when a person made it, and after two days', () => {
    expect(() => undo(undo(ended, 27), 28)).toThrow(
      'Already done: "ended" was taken back by Mara. Nothing else was changed.',
    );
    const byPerson: Job = {
      ...coming,
      status: 'completed',
      history: [{ status: 'completed', at: at(1), by: 'operator', reason: 'set by ops' }],
    };
    expect(() => undo(byPerson, 2)).toThrow('was made by a person (set by ops)');
    expect(() => undo(ended, 49 * 60)).toThrow('more than two days old');
  });
});

describe('an end that the office has set', () => {
  const standing = follow([coming], drive.slice(0, 60), 0)[0] as Job;
  const endedBy = (job: Job): Job => ({
    ...job,
    status: 'completed',
    history: [...job.history, { status: 'completed', at: at(12), by: 'operator', reason: 'set by ops' }],
  });

  test('is taken back by the office: the job is open where it was', () => {
    expect(standing.status).toBe('at_site');
    const open = undo(endedBy(standing), 13);
    expect(open).toMatchObject({ status: 'at_site', currentStop: 0 });
    expect(statuses(open)).toEqual(['in_transit', 'at_site', '(completed)', 'at_site']);
    expect(() => undo(open, 14)).toThrow('Already done');
    const [after] = follow([open], [...drive, ...fixes(26.2, 30, () => 2900)], 14);
    expect(after?.status).toBe('completed');
  });

  test('is not taken back by the driver, nor where several trailers were at work', () => {
    const byDriver = { by: 'driver', name: 'Ray' } as const;
    expect(() => withoutLastChange(endedBy(standing), byDriver, false, at(13))).toThrow('was made by a person');
    const two = { ...endedBy(standing), trailers: [T1, 'T2' as TrailerId] };
    expect(() => undo(two, 13)).toThrow('was made by a person');
  });
});

describe('an arrival', () => {
  const arrived = follow([coming], drive.slice(0, 40), 0)[0] as Job;

  test('is taken back, and the same stand does not count again', () => {
    expect(arrived.status).toBe('at_site');
    const open = undo(arrived, 7);
    expect(open).toMatchObject({ status: 'in_transit', currentStop: 0 });
    expect(follow([open], drive.slice(0, 110), 7)[0]?.status).toBe('in_transit');
  });

  test('counts again after a new stand', () => {
    const open = undo(arrived, 7);
    const back = [
      ...drive.slice(0, 40),
      ...fixes(7, 9, (min) => (min - 7) * 600),
      ...fixes(9.2, 11, (min) => Math.max(5, 1200 - (min - 9) * 700)),
      ...fixes(11.2, 15, () => 5),
    ];
    expect(follow([open], back, 7)[0]?.status).toBe('at_site');
  });
});

describe('a departure', () => {
  const left = follow([coming], drive.slice(0, 142), 0)[0] as Job;

  test('is taken back, and the same drive does not count again', () => {
    expect(left.status).toBe('en_route_to_next');
    const open = undo(left, 24);
    expect(open).toMatchObject({ status: 'at_site', currentStop: 0 });
    expect(follow([open], drive, 24)[0]?.status).toBe('at_site');
  });

  test('counts again when the trailer has stood elsewhere and drives on', () => {
    const open = undo(left, 24);
    const on = [
      ...drive.slice(0, 142),
      ...fixes(24, 30, () => 1500),
      ...fixes(30.2, 34, (min) => 1500 + (min - 30) * 700),
    ];
    expect(statuses(follow([open], on, 24)[0] as Job)).toContain('completed');
  });
});

describe('setting out', () => {
  const waiting = aJob({
    status: 'scheduled',
    stops: [SITE],
    history: [{ status: 'scheduled', at: BEGAN - 1, by: 'operator', reason: 'created', stop: 0 }],
  });
  const far = fixes(0, 30, () => 9000);
  const coming = [...far, ...fixes(30.2, 34, (min) => 9000 - (min - 30) * 500)];
  const begun = follow([waiting], coming, 0)[0] as Job;

  test('is taken back, and the same drive does not count again, but the next one does', () => {
    expect(begun.status).toBe('in_transit');
    const open = undo(begun, 34);
    expect(open.status).toBe('scheduled');
    const on = [...coming, ...fixes(34.2, 38, (min) => 7000 - (min - 34) * 500)];
    expect(follow([open], on, 34)[0]?.status).toBe('scheduled');
    const next = [...on, ...fixes(38.2, 50, () => 5000), ...fixes(50.2, 55, (min) => 5000 - (min - 50) * 500)];
    expect(follow([open], next, 34)[0]?.status).toBe('in_transit');
  });
});

test('of two people at once, the second one reads who was first', async () => {
  const jobs = memoryJobs([ended]);
  const ports = {
    jobs,
    jobTimeline: async (id: JobId) => {
      const job = await jobs.find(id);
      return job && { job, timeline: [] };
    },
    notices: { queue: { send: async () => {} }, policy: NOTICES },
    now: () => at(27),
  };
  const patch = { undo: 'last', version: ended.version } as const;
  const outcomes = await Promise.allSettled([
    updateJob(ports, ended.id, patch, 'mara'),
    updateJob(ports, ended.id, patch, 'joe'),
  ]);
  expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  const refused = outcomes.find((one) => one.status === 'rejected');
  expect(refused?.reason).toMatchObject({
    code: 'conflict',
    message: expect.stringMatching(/^Already done: "ended" was taken back by (mara|joe)\. Nothing else was changed\.$/),
  });
  expect(statuses((await jobs.find(ended.id)) as Job)).toHaveLength(5);
  // A person with an older picture does not end it unseen.
  await expect(
    updateJob(ports, ended.id, { status: 'completed', version: ended.version }, 'joe'),
  ).rejects.toMatchObject({ code: 'conflict' });
});

test('a trailer is busy while it is under way for another job', async () => {
  const jobs = memoryJobs([aJob()]);
  const busy = (id: string) => isTrailerBusy(jobs, { id: id as JobId, trailerId: T1 }, BEGAN);
  expect([await busy('QDN-7'), await busy('QDN-1042')]).toEqual([true, false]);
});

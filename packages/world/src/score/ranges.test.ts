import { describe, expect, test } from '@jest/globals';
import { besideSite, clockTime, type Drive, SITE, truthOf, viewOf } from '../testing/truths.ts';
import type { PageView, ShownRange } from './observations.ts';
import { judgeRanges, pastRange, type RangeFacts, straightRange } from './ranges.ts';

const delivery: Drive = { jobId: 'QDN-1', setOut: '9:00', arrived: '9:30', left: '9:50' };
const range = (earliest: string, likely: string, latest: string): ShownRange => ({
  ...{ earliest: clockTime(earliest), likely: clockTime(likely), latest: clockTime(latest) },
});
const facts = (views: readonly PageView[], changes: Partial<RangeFacts> = {}): RangeFacts => ({
  ...{ truths: [truthOf([delivery])], views, customers: new Map([['QDN-1', { place: SITE }]]) },
  ...{ scheduled: new Map([['QDN-1', clockTime('9:45')]]), paces: new Map([['T1', 'minutes' as const]]) },
  ...changes,
});
const figures = (given: RangeFacts): Record<string, number> =>
  Object.fromEntries(judgeRanges(given).map(({ name, value }) => [name, value]));

describe('the judge of ranges', () => {
  test('counts coverage, width and error by stage', () => {
    const given = figures(
      facts([
        viewOf('QDN-1', '9:01', { range: range('9:20', '9:26', '9:34') }),
        viewOf('QDN-1', '9:12', { range: range('9:18', '9:22', '9:25') }),
        viewOf('QDN-1', '9:15', { range: range('9:24', '9:28', '9:31') }),
        viewOf('QDN-1', '9:27', { range: range('9:29', '9:30', '9:31') }),
      ]),
    );
    expect(given['coverage at set-out']).toBe(1);
    expect(given['width, p50 at set-out']).toBe(14 * 60);
    expect(given['error, p50 at set-out']).toBe(4 * 60);
    expect(given['coverage under way']).toBe(0.5);
    expect(given['coverage last 5 minutes']).toBe(1);
    expect(given['error, p90 last 5 minutes']).toBe(0);
    expect(given['coverage, positions every few minutes']).toBe(0.75);
  });

  test('counts views of a leg without a range, and none before the leg or after it', () => {
    const given = figures(facts([viewOf('QDN-1', '8:50'), viewOf('QDN-1', '9:10'), viewOf('QDN-1', '9:40')]));
    expect(given['ranges missing under way']).toBe(1);
    expect(given['ranges missing at set-out']).toBe(0);
    expect(given['ranges missing last 5 minutes']).toBe(0);
  });

  test('compares with the straight line from the newest position', () => {
    // 6,173 m at 40 km/h with 35 % of detour are 12.5 min.
    const lastHeard = { ...besideSite(6173), at: clockTime('9:10') };
    const straight = straightRange({ at: clockTime('9:11'), lastHeard }, SITE);
    expect(((straight?.likely ?? 0) - clockTime('9:10')) / 60_000).toBeCloseTo(12.5, 1);
    expect(((straight?.latest ?? 0) - clockTime('9:10')) / 60_000).toBeCloseTo(18.75, 1);
    expect(straightRange({ at: clockTime('9:11'), lastHeard: null }, SITE)).toBeNull();
    const given = figures(facts([viewOf('QDN-1', '9:11', { lastHeard })]));
    expect(given['coverage under way, straight line']).toBe(0);
    expect(given['error, p50 under way, straight line']).toBeCloseTo(7.5 * 60, -1);
  });

  test('compares with the promise until there are five past legs, and then with their times', () => {
    const past = [20, 22, 24, 26, 28].map((minutes) => minutes * 60_000);
    const at = clockTime('9:01');
    expect(pastRange(at, clockTime('9:00'), past.slice(1), clockTime('9:45')).likely).toBe(clockTime('9:45'));
    expect(pastRange(at, clockTime('9:00'), past, clockTime('9:45'))).toEqual(range('9:20', '9:24', '9:28'));
    const given = figures(facts([viewOf('QDN-1', '9:01')]));
    expect(given['coverage at set-out, past legs']).toBe(1);
    expect(given['error, p50 at set-out, past legs']).toBe(15 * 60);
  });
});

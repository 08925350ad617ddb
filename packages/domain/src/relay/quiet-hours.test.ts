import { describe, expect, test } from '@jest/globals';
import { runs } from '@qdn/test-support/runs';
import fc from 'fast-check';
import { quietUntil } from './quiet-hours.ts';

const ZONE = 'America/Chicago';
const night = { from: '21:00', to: '07:00' };
const wall = (at: number) =>
  new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', hourCycle: 'h23', timeZone: ZONE }).format(at);

describe('quiet hours', () => {
  test('over midnight end in the morning', () => {
    // 22:30 on 23 November in Chicago.
    expect(quietUntil(night, ZONE, Date.UTC(2026, 10, 24, 4, 30))).toBe(Date.UTC(2026, 10, 24, 13));
    expect(quietUntil(night, ZONE, Date.UTC(2026, 10, 24, 12, 59, 59))).toBe(Date.UTC(2026, 10, 24, 13));
  });

  test('are over at their end, and null without quiet hours', () => {
    expect(quietUntil(night, ZONE, Date.UTC(2026, 10, 24, 13))).toBeNull();
    expect(quietUntil(night, ZONE, Date.UTC(2026, 10, 24, 18))).toBeNull();
    expect(quietUntil(undefined, ZONE, 0)).toBeNull();
    expect(quietUntil({ from: '07:00', to: '07:00' }, ZONE, 0)).toBeNull();
  });

  test('within a day end the same day', () => {
    expect(quietUntil({ from: '12:00', to: '13:00' }, ZONE, Date.UTC(2026, 10, 24, 18, 20))).toBe(
      Date.UTC(2026, 10, 24, 19),
    );
  });

  test('end by local time when the clocks change', () => {
    // 2026-11-01 02:00 CDT → 01:00 CST, and 2026-03-08 02:00 CST → 03:00 CDT.
    expect(wall(quietUntil(night, ZONE, Date.UTC(2026, 10, 1, 4)) ?? 0)).toBe('07:00');
    expect(wall(quietUntil(night, ZONE, Date.UTC(2026, 2, 8, 4)) ?? 0)).toBe('07:00');
    // An end that the clocks jump over.
    expect(wall(quietUntil({ from: '22:00', to: '02:30' }, ZONE, Date.UTC(2026, 2, 8, 6)) ?? 0)).toBe('03:00');
  });

  test('throw for a text that is not a time', () => {
    expect(() => quietUntil({ from: '25:00', to: '07:00' }, ZONE, 0)).toThrow('25:00 is not a time of day like 07:30');
  });

  test('end within a day, at a time outside of them', () => {
    const time = fc
      .tuple(fc.integer({ min: 0, max: 23 }), fc.integer({ min: 0, max: 59 }))
      .map(([hours, minutes]) => `${String(hours).padStart(2, '0')}:${String(minutes).padStart(2, '0')}`);
    const at = fc.integer({ min: Date.UTC(2026, 0, 1), max: Date.UTC(2027, 0, 1) });
    fc.assert(
      fc.property(time, time, at, (from, to, now) => {
        const end = quietUntil({ from, to }, ZONE, now);
        if (end === null) return;
        expect(end).toBeGreaterThan(now);
        expect(end - now).toBeLessThanOrEqual(25 * 3_600_000);
        expect(quietUntil({ from, to }, ZONE, end)).toBeNull();
        expect(quietUntil({ from, to }, ZONE, end - 60_000)).not.toBeNull();
      }),
      { numRuns: runs(60) },
    );
  });
});

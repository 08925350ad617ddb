import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { schedule, takenAt } from './schedule.ts';

const drive = Array.from({ length: 100 }, (_, i) => ({ lat: 30 + i * 0.001, lon: -97, at: i * 10_000 }));

describe('a replayed drive', () => {
  test('takes as long as it took, divided by the speed', () => {
    expect(schedule(drive, 1).at(-1)?.afterMs).toBe(990_000);
    expect(schedule(drive, 10).at(-1)?.afterMs).toBe(99_000);
    expect(schedule(drive, 10)).toHaveLength(100);
  });

  test('sends at most about five fixes a second, and always the last point', () => {
    const fast = schedule(drive, 1000);
    expect(fast.length).toBeLessThan(10);
    expect(fast.at(-1)?.fix.lat).toBeCloseTo(30.099);
  });

  test('has the times of its speed, or those of the road with the last of them now', () => {
    const fast = schedule(drive, 10);
    const squeezed = takenAt(fast, 5_000_000, false);
    expect([squeezed[0], squeezed[1], squeezed.at(-1)]).toEqual([5_000_000, 5_001_000, 5_099_000]);
    const recorded = takenAt(fast, 5_000_000, true);
    expect([recorded[0], recorded[1], recorded.at(-1)]).toEqual([4_109_000, 4_119_000, 5_099_000]);
    expect(takenAt(schedule(drive, 1), 5_000_000, true)).toEqual(takenAt(schedule(drive, 1), 5_000_000, false));
  });

  test('points without a time are spaced by their distance', () => {
    const untimed = schedule(
      drive.map((point) => ({ ...point, at: null })),
      1,
    );
    expect(untimed[1]?.afterMs).toBeGreaterThan(8000);
    expect(untimed[1]?.afterMs).toBeLessThan(11_000);
  });

  test('times only ever rise, whatever the file holds', () => {
    const point = fc.record({
      lat: fc.double({ min: -80, max: 80, noNaN: true }),
      lon: fc.double({ min: -180, max: 180, noNaN: true }),
      at: fc.option(fc.nat(1_000_000_000)),
    });
    fc.assert(
      fc.property(
        fc.array(point, { minLength: 1 }),
        fc.double({ min: 0.1, max: 100, noNaN: true }),
        (points, speed) => {
          const times = schedule(points, speed).map(({ afterMs }) => afterMs);
          expect(times.every((time, i) => i === 0 || time > (times[i - 1] ?? 0))).toBe(true);
        },
      ),
    );
  });
});

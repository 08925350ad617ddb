import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import {
  joinTrajectories,
  metersBetween,
  moved,
  pointsOfGpx,
  readerOf,
  standsOf,
  type TimedPoint,
  trajectoryFromPoints,
} from '../index.ts';

const START = Date.UTC(2026, 0, 5, 15);
const yard = { lat: 30.2, lon: -97.7 };

/** Drives north for 100 s with 10 m/s, stands for 5 min, and drives on. */
const drive: TimedPoint[] = [0, 50, 100, 400, 450].map((second) => ({
  at: START + second * 1000,
  ...moved(yard, 10 * (second <= 100 ? second : second - 300), 0),
}));

describe('trajectoryFromPoints', () => {
  test('derives speed, direction and stands from points with a time', () => {
    const trajectory = trajectoryFromPoints(drive);
    const reader = readerOf(trajectory);
    expect(reader.at(START + 25_000).speedMps).toBeCloseTo(10, 1);
    expect(reader.at(START + 25_000).headingDeg).toBeCloseTo(0, 1);
    expect(metersBetween(yard, reader.at(START + 25_500))).toBeCloseTo(255, 0);
    const [stand, ...others] = standsOf(trajectory, 60_000);
    expect(others).toEqual([]);
    expect((stand?.to ?? 0) - (stand?.from ?? 0)).toBeGreaterThan(290_000);
    expect(metersBetween(moved(yard, 1000, 0), stand ?? yard)).toBeLessThan(5);
    expect(trajectory.samples.length).toBeLessThan(160);
  });

  test('moves a recorded drive to another time', () => {
    const at = START + 86_400_000;
    const reader = readerOf(trajectoryFromPoints(drive, { startAt: at, surroundings: 'open' }));
    expect(reader.firstAt).toBe(at);
    expect(reader.lastAt).toBe(at + 450_000);
    expect(reader.at(at + 10_000).surroundings).toBe('open');
  });

  test('refuses a drive with one point, and points that are not in order', () => {
    expect(() => trajectoryFromPoints(drive.slice(0, 1))).toThrow('The drive has 1 points. It needs at least 2.');
    expect(() => trajectoryFromPoints([...drive].reverse())).toThrow('Point 1 of the drive is not later');
  });
});

describe('readerOf', () => {
  const trajectory = trajectoryFromPoints(drive);

  test('reads in any order, and beyond both ends', () => {
    const reader = readerOf(trajectory);
    const late = reader.at(START + 440_000);
    const early = reader.at(START + 3_500);
    expect(readerOf(trajectory).at(START + 440_000)).toEqual(late);
    expect(readerOf(trajectory).at(START + 3_500)).toEqual(early);
    expect(reader.at(START - 1000)).toMatchObject(yard);
    expect(reader.at(START + 999_000).lat).toBe(trajectory.samples.at(-1)?.lat);
  });

  test('finds the end of a stand', () => {
    const reader = readerOf(trajectory);
    const stand = standsOf(trajectory, 60_000)[0];
    expect(reader.nextMotionAt(START + 20_000)).toBe(START + 20_000);
    expect(reader.nextMotionAt(START + 200_000)).toBe(stand?.to);
    expect(reader.nextMotionAt(START + 999_000)).toBeNull();
  });

  test('refuses a trajectory without samples', () => {
    expect(() => readerOf({ samples: [] })).toThrow('The trajectory has no samples');
  });
});

describe('joinTrajectories', () => {
  test('joins drives in order and refuses others', () => {
    const later = trajectoryFromPoints(drive, { startAt: START + 3_600_000 });
    const first = trajectoryFromPoints(drive);
    expect(joinTrajectories([first, later]).samples).toHaveLength(first.samples.length + later.samples.length);
    expect(() => joinTrajectories([later, first])).toThrow('is older than the one before it');
  });
});

describe('pointsOfGpx', () => {
  test('reads recorded drives with their stands', () => {
    const gpx = readFileSync(new URL('../../../../tests/drives/visnjan.gpx', import.meta.url), 'utf8');
    const points = pointsOfGpx(gpx);
    expect(points.length).toBeGreaterThan(50);
    const trajectory = trajectoryFromPoints(points);
    const reader = readerOf(trajectory);
    expect(reader.lastAt - reader.firstAt).toBe(514_000);
    // Two minutes at a place, read off the drive by hand (tests/drives/README.md).
    const stands = standsOf(trajectory, 30_000);
    expect(Math.max(...stands.map(({ from, to }) => to - from))).toBeGreaterThan(60_000);
  });

  test('leaves out points without a time, and refuses those without a position', () => {
    const point = (attributes: string, time: string) => `<trkpt ${attributes}>${time}</trkpt>`;
    const timed = point('lat="1" lon="2"', '<time>2026-01-05T00:00:00Z</time>');
    expect(pointsOfGpx(`${timed}${timed}${point("lat='1' lon='2'", '<ele>3</ele>')}`)).toHaveLength(1);
    expect(() => pointsOfGpx(point('lat="x" lon="2"', ''))).toThrow('has no valid position');
  });
});

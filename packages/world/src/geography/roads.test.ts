import { describe, expect, test } from '@jest/globals';
import { headingDeg, isGreen, metersBetween, moved, planeAround, trafficShare } from '../index.ts';

describe('isGreen', () => {
  const light = { cycleS: 90, northSouthS: 40, offsetS: 10 };

  test('gives green to one axis at a time, in every second of the cycle', () => {
    const greens = Array.from({ length: 180 }, (_, second) => [
      isGreen(light, 'north-south', second * 1000),
      isGreen(light, 'east-west', second * 1000),
    ]);
    expect(greens.every(([one, other]) => one !== other)).toBe(true);
    expect(greens.filter(([northSouth]) => northSouth)).toHaveLength(80);
  });
});

describe('trafficShare', () => {
  test('halves the speed on an arterial road in the evening rush, and leaves the night and weekends free', () => {
    expect(trafficShare('arterial', 17.2, false)).toBeCloseTo(0.55, 1);
    expect(trafficShare('arterial', 3, false)).toBeGreaterThan(0.98);
    expect(trafficShare('arterial', 17.2, true)).toBeGreaterThan(0.85);
    expect(trafficShare('rural', 17.2, false)).toBeGreaterThan(0.88);
  });
});

describe('the plane', () => {
  const center = { lat: 30.2672, lon: -97.7431 };

  test('keeps distances and directions, and converts back', () => {
    const plane = planeAround(center);
    const position = plane.toLatLon({ x: 3000, y: -4000 });
    expect(metersBetween(center, position)).toBeCloseTo(5000, -1);
    const back = plane.toPlane(position);
    expect(back.x).toBeCloseTo(3000, 6);
    expect(back.y).toBeCloseTo(-4000, 6);
    expect(headingDeg({ x: 0, y: 0 }, { x: 1, y: 0 })).toBeCloseTo(90);
    expect(headingDeg({ x: 0, y: 0 }, { x: 0, y: -1 })).toBeCloseTo(180);
  });

  test('moves a position by m to the north and to the east', () => {
    expect(metersBetween(center, moved(center, 300, 400))).toBeCloseTo(500, 0);
  });
});

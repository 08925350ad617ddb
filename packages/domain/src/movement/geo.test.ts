import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { bearingDeg, distanceM, type Place } from './geo.ts';

const place = fc.record({
  lat: fc.double({ min: -90, max: 90, noNaN: true }),
  lon: fc.double({ min: -180, max: 180, noNaN: true }),
});
const HALF_ROUND_M = Math.PI * 6_371_008.8;

describe('distance', () => {
  test.each<[string, Place, Place, number]>([
    ['a degree of latitude', { lat: 30, lon: -97 }, { lat: 31, lon: -97 }, 111_195],
    ['a degree of longitude at 60° north, half as long', { lat: 60, lon: 10 }, { lat: 60, lon: 11 }, 55_597],
    ['across the date line', { lat: 0, lon: 179.5 }, { lat: 0, lon: -179.5 }, 111_195],
    ['New York JFK to London Heathrow', { lat: 40.6398, lon: -73.7789 }, { lat: 51.4775, lon: -0.4614 }, 5_540_000],
    ['from pole to pole', { lat: 90, lon: 0 }, { lat: -90, lon: 120 }, HALF_ROUND_M],
  ])('is right for %s', (_, from, to, metres) => {
    expect(Math.abs(distanceM(from, to) / metres - 1)).toBeLessThan(0.001);
  });

  test('is the same both ways, zero to itself, and never more than half the earth’s circumference', () => {
    fc.assert(
      fc.property(place, place, (a, b) => {
        expect(distanceM(a, b)).toBeCloseTo(distanceM(b, a), 6);
        expect(distanceM(a, a)).toBe(0);
        expect(distanceM(a, b)).toBeLessThanOrEqual(HALF_ROUND_M);
      }),
    );
  });

  test('is never shorter through a third place', () => {
    fc.assert(
      fc.property(place, place, place, (a, b, c) => {
        // Near the antipodes the haversine formula loses digits: it is accurate to about a metre there.
        expect(distanceM(a, c)).toBeLessThanOrEqual(distanceM(a, b) + distanceM(b, c) + 1);
      }),
    );
  });
});

describe('bearing', () => {
  const AUSTIN = { lat: 30.27, lon: -97.74 };
  test.each([
    ['north', { lat: 30.37, lon: -97.74 }, 0],
    ['east', { lat: 30.27, lon: -97.64 }, 90],
    ['south', { lat: 30.17, lon: -97.74 }, 180],
    ['west', { lat: 30.27, lon: -97.84 }, 270],
  ])('points %s', (_, to, degrees) => {
    expect(Math.abs(((bearingDeg(AUSTIN, to) - degrees + 540) % 360) - 180)).toBeLessThan(0.1);
  });

  test('is a compass direction for any two places', () => {
    fc.assert(
      fc.property(place, place, (a, b) => {
        expect(bearingDeg(a, b)).toBeGreaterThanOrEqual(0);
        expect(bearingDeg(a, b)).toBeLessThan(360);
      }),
    );
  });
});

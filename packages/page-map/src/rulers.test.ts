import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { gridStep, ringRadii, scaleBar } from './rulers.ts';

const scale = fc.double({ min: 1e-4, max: 2, noNaN: true });
const units = fc.constantFrom('us' as const, 'metric' as const);

test('the scale bar is a round length that fits', () => {
  expect(scaleBar(0.05, 'metric', 100)).toEqual({ metres: 2000, px: 100 });
  expect(Math.round(scaleBar(0.05, 'us', 100).metres)).toBe(1609);
  fc.assert(fc.property(scale, units, (perMetre, system) => scaleBar(perMetre, system, 96).px <= 96));
});

test('rings keep their distance from each other and stay within reach', () => {
  fc.assert(
    fc.property(scale, units, (perMetre, system) => {
      const px = ringRadii(perMetre, system, 72, 900).map((metres) => metres * perMetre);
      px.forEach((radius, i) => {
        expect(radius - (px[i - 1] ?? 0)).toBeGreaterThanOrEqual(72);
        expect(radius).toBeLessThanOrEqual(900);
      });
    }),
  );
});

test('the squares never get so small that they grey the paper', () => {
  fc.assert(fc.property(scale, units, (perMetre, system) => gridStep(perMetre, system, 44) * perMetre >= 44));
});

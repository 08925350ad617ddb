import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { between, fit, follow, type Subject } from './camera.ts';
import { pixelsPerMetre, project, toScreen, worldPerMetre } from './projection.ts';

const margins = { top: 60, right: 48, bottom: 60, left: 48 };
const subject = fc.record({
  lat: fc.double({ min: 30, max: 31, noNaN: true }),
  lon: fc.double({ min: -98, max: -97, noNaN: true }),
  aroundM: fc.integer({ min: 0, max: 500 }),
});
const subjects: fc.Arbitrary<[Subject, ...Subject[]]> = fc.tuple(subject, subject, subject);
const size = fc.record({ width: fc.integer({ min: 200, max: 2000 }), height: fc.integer({ min: 200, max: 1200 }) });

describe('the camera', () => {
  test('shows every subject, with what is around it, inside the margins', () => {
    fc.assert(
      fc.property(subjects, size, (all, screen) => {
        const camera = fit(all, screen, margins);
        for (const each of all) {
          const at = toScreen(project(each, camera.x), camera, screen);
          const around = each.aroundM * worldPerMetre(each.lat) * camera.scale;
          expect(at.x - around).toBeGreaterThanOrEqual(margins.left - 0.5);
          expect(at.x + around).toBeLessThanOrEqual(screen.width - margins.right + 0.5);
          expect(at.y - around).toBeGreaterThanOrEqual(margins.top - 0.5);
          expect(at.y + around).toBeLessThanOrEqual(screen.height - margins.bottom + 0.5);
        }
      }),
    );
  });

  test('does not come closer than a few hundred metres when all is in one spot', () => {
    const here: Subject = { lat: 30.3, lon: -97.7, aroundM: 0 };
    const camera = fit([here, here], { width: 350, height: 350 }, margins);
    expect(230 / pixelsPerMetre(camera)).toBeCloseTo(350, -1);
  });

  test('stands still while the trailer moves inside the picture', () => {
    const site: Subject = { lat: 30.3046, lon: -97.7262, aroundM: 80 };
    const screen = { width: 350, height: 340 };
    const first = follow(null, [{ lat: 30.26, lon: -97.69, aroundM: 0 }, site], screen, margins);
    const nearer = follow(first, [{ lat: 30.264, lon: -97.695, aroundM: 0 }, site], screen, margins);
    expect(nearer).toBe(first);
  });

  test('moves when the trailer leaves the picture, and comes closer as it comes near', () => {
    const site: Subject = { lat: 30.3046, lon: -97.7262, aroundM: 80 };
    const screen = { width: 350, height: 340 };
    const first = follow(null, [{ lat: 30.26, lon: -97.69, aroundM: 0 }, site], screen, margins);
    expect(follow(first, [{ lat: 30.23, lon: -97.69, aroundM: 0 }, site], screen, margins).scale).toBeLessThan(
      first.scale,
    );
    expect(follow(first, [{ lat: 30.3, lon: -97.72, aroundM: 0 }, site], screen, margins).scale).toBeGreaterThan(
      1.7 * first.scale,
    );
  });

  test('ends a move exactly where it was sent, and stays between the two scales', () => {
    const camera = fc.record({
      x: fc.double({ min: 0, max: 1, noNaN: true }),
      y: fc.double({ min: 0, max: 1, noNaN: true }),
      scale: fc.double({ min: 1e3, max: 1e8, noNaN: true }),
    });
    fc.assert(
      fc.property(camera, camera, fc.double({ min: 0, max: 1, noNaN: true }), (from, to, t) => {
        const end = between(from, to, 1);
        expect(end.x).toBeCloseTo(to.x, 9);
        expect(end.scale / to.scale).toBeCloseTo(1, 9);
        const { scale } = between(from, to, t);
        expect(scale).toBeGreaterThanOrEqual(Math.min(from.scale, to.scale) * 0.999999);
        expect(scale).toBeLessThanOrEqual(Math.max(from.scale, to.scale) * 1.000001);
      }),
    );
  });
});

import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { between, fit, follow, panned, type Subject, zoomed } from './camera.ts';
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

describe('a hand', () => {
  const screen = { width: 350, height: 340 };
  const camera = fc.record({
    x: fc.double({ min: 0.2, max: 0.8, noNaN: true }),
    y: fc.double({ min: 0.2, max: 0.8, noNaN: true }),
    scale: fc.double({ min: 1e5, max: 5e7, noNaN: true }),
  });
  const spot = fc.record({
    x: fc.integer({ min: 0, max: 350 }),
    y: fc.integer({ min: 0, max: 340 }),
  });

  test('drags what is under it along', () => {
    fc.assert(
      fc.property(camera, fc.integer({ min: -300, max: 300 }), fc.integer({ min: -300, max: 300 }), (from, dx, dy) => {
        const place = { x: from.x, y: from.y };
        const before = toScreen(place, from, screen);
        const after = toScreen(place, panned(from, dx, dy), screen);
        expect(after.x - before.x).toBeCloseTo(dx, 3);
        expect(after.y - before.y).toBeCloseTo(dy, 3);
      }),
    );
  });

  test('zooms around where it is', () => {
    fc.assert(
      fc.property(camera, spot, fc.double({ min: 0.3, max: 3, noNaN: true }), (from, at, factor) => {
        const under = {
          x: from.x + (at.x - screen.width / 2) / from.scale,
          y: from.y + (at.y - screen.height / 2) / from.scale,
        };
        const to = zoomed(from, factor, at, screen);
        expect(toScreen(under, to, screen).x).toBeCloseTo(at.x, 3);
        expect(toScreen(under, to, screen).y).toBeCloseTo(at.y, 3);
      }),
    );
  });

  test('does not get lost: neither beyond the poles nor closer than a driveway', () => {
    const here = { x: 0.5, y: 0.02, scale: 1e6 };
    expect(panned(here, 0, 1e9).y).toBe(0);
    const middle = { x: 175, y: 170 };
    expect(zoomed(here, 1e9, middle, screen).scale).toBe(2 ** 27);
    expect(zoomed(here, 1e-9, middle, screen).scale).toBe(2 ** 13);
  });
});

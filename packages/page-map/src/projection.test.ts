import { describe, expect, test } from '@jest/globals';
import { distanceM } from '@qdn/domain';
import fc from 'fast-check';
import { pixelsPerMetre, project, toScreen, unproject } from './projection.ts';

const place = fc.record({
  lat: fc.double({ min: -80, max: 80, noNaN: true }),
  lon: fc.double({ min: -180, max: 179.999, noNaN: true }),
});

describe('the projection', () => {
  test('and its inverse lead back to the same place', () => {
    fc.assert(
      fc.property(place, (at) => {
        const back = unproject(project(at));
        expect(distanceM(back, at)).toBeLessThan(0.01);
      }),
    );
  });

  test('puts north up and east right', () => {
    const centre = project({ lat: 30, lon: -97 });
    const camera = { ...centre, scale: 1e6 };
    const size = { width: 400, height: 300 };
    expect(toScreen(centre, camera, size)).toEqual({ x: 200, y: 150 });
    expect(toScreen(project({ lat: 31, lon: -97 }), camera, size).y).toBeLessThan(150);
    expect(toScreen(project({ lat: 30, lon: -96 }), camera, size).x).toBeGreaterThan(200);
  });

  test('keeps two places on either side of the date line together', () => {
    const west = project({ lat: 0, lon: 179.9 });
    const east = project({ lat: 0, lon: -179.9 }, west.x);
    expect(Math.abs(east.x - west.x)).toBeLessThan(0.001);
  });

  test('its scale is right to half a percent over a few kilometres', () => {
    const metres = fc.integer({ min: 50, max: 3000 });
    fc.assert(
      fc.property(place, metres, (at, north) => {
        const other = { lat: at.lat + north / 111_195, lon: at.lon };
        const camera = { ...project(at), scale: 1e7 };
        const size = { width: 400, height: 300 };
        const [a, b] = [toScreen(project(at), camera, size), toScreen(project(other, camera.x), camera, size)];
        const measured = Math.hypot(a.x - b.x, a.y - b.y) / pixelsPerMetre(camera);
        expect(Math.abs(measured / distanceM(at, other) - 1)).toBeLessThan(0.005);
      }),
    );
  });
});

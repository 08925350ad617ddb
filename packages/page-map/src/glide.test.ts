import { describe, expect, test } from '@jest/globals';
import { distanceM } from '@qdn/domain';
import fc from 'fast-check';
import { glideTime, glideTo, isGliding, placeOn, stand } from './glide.ts';

const GLIDE_MS = 12_000;
const MOVING = { still: false, durationMs: GLIDE_MS };
const STILL = { still: true, durationMs: GLIDE_MS };

const A = { lat: 30.3, lon: -97.7 };
const B = { lat: 30.301, lon: -97.7 };
const C = { lat: 30.301, lon: -97.699 };
const FAR = { lat: 30.4, lon: -97.7 };

describe('the marker', () => {
  test('takes as long as the next position is expected to, and two seconds', () => {
    expect(glideTime(10_000)).toBe(12_000);
    expect(glideTime(20_000)).toBe(22_000);
    // Two fixes in one answer, and one after a silence.
    expect(glideTime(3_000)).toBe(12_000);
    expect(glideTime(600_000)).toBe(32_000);
  });

  test('starts where it stood and ends at the new position', () => {
    const glide = glideTo(stand(A, 0), [], B, 1_000, MOVING);
    expect(placeOn(glide, 1_000).place).toEqual(A);
    expect(placeOn(glide, 1_000 + GLIDE_MS).place).toEqual(B);
    expect(placeOn(glide, 1_000 + 10 * GLIDE_MS).place).toEqual(B);
  });

  test('takes the way through the trail and not the short cut', () => {
    const glide = glideTo(stand(A, 0), [B], C, 0, MOVING);
    const halfway = placeOn(glide, GLIDE_MS / 2).place;
    expect(distanceM(halfway, B)).toBeLessThan(15);
  });

  test('does not leave out what it had not reached when a newer position comes', () => {
    const first = glideTo(stand(A, 0), [], B, 0, MOVING);
    const second = glideTo(first, [], C, GLIDE_MS / 2, MOVING);
    expect(second.path).toContainEqual(B);
    expect(second.path.at(-1)).toEqual(C);
  });

  test('jumps over a gap, on the first position, and where no motion is wanted', () => {
    expect(isGliding(glideTo(stand(A, 0), [], FAR, 0, MOVING), 1)).toBe(false);
    expect(isGliding(glideTo(null, [], B, 0, MOVING), 1)).toBe(false);
    expect(isGliding(glideTo(stand(A, 0), [], B, 0, STILL), 1)).toBe(false);
    expect(placeOn(glideTo(stand(A, 0), [], FAR, 0, MOVING), 0).place).toEqual(FAR);
  });

  test('a trailer that stands asks for no drawing', () => {
    expect(isGliding(glideTo(stand(A, 0), [], A, 0, MOVING), 1)).toBe(false);
  });

  test('moves evenly and never backwards along its way', () => {
    const nearby = fc.record({
      lat: fc.double({ min: 30.3, max: 30.303, noNaN: true }),
      lon: fc.double({ min: -97.7, max: -97.698, noNaN: true }),
    });
    const moment = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(fc.array(nearby, { maxLength: 2 }), nearby, moment, moment, (passed, to, s, t) => {
        const glide = glideTo(stand(A, 0), passed, to, 0, MOVING);
        const total = glide.lengths.reduce((sum, length) => sum + length, 0);
        const [early, late] = [Math.min(s, t), Math.max(s, t)];
        const moved = distanceM(placeOn(glide, early * GLIDE_MS).place, placeOn(glide, late * GLIDE_MS).place);
        expect(moved).toBeLessThanOrEqual((late - early) * total + 0.5);
        expect(placeOn(glide, early * GLIDE_MS).passed).toBeLessThanOrEqual(placeOn(glide, late * GLIDE_MS).passed);
      }),
    );
  });
});

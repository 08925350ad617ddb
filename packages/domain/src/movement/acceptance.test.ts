import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Fix } from '../fix.ts';
import type { TrailerId } from '../ids.ts';
import { acceptFixes } from './acceptance.ts';

const NOW = Date.UTC(2026, 10, 23, 15);
const fix = (changes: Partial<Fix> = {}): Fix => ({
  trailerId: 'T1' as TrailerId,
  at: NOW,
  lat: 30.27,
  lon: -97.74,
  accuracyM: 5,
  speedMps: null,
  headingDeg: null,
  ...changes,
});

describe('a reported fix', () => {
  test.each([
    ['invalid', fix({ lat: 91 })],
    ['invalid', fix({ lat: 0.001, lon: -0.002 })],
    ['invalid', fix({ at: Number.NaN })],
    ['inaccurate', fix({ accuracyM: 5000 })],
    ['future', fix({ at: NOW + 200_000 })],
    ['expired', fix({ at: NOW - 8 * 86_400_000 })],
  ])('that is %s is ignored and counted', (reason, bad) => {
    expect(acceptFixes([bad, fix()], [], NOW)).toEqual({ accepted: [fix()], ignored: { [reason]: 1 } });
  });

  test('twice counts once', () => {
    expect(acceptFixes([fix(), fix()], [], NOW).ignored).toEqual({ duplicate: 1 });
    expect(acceptFixes([fix()], [fix()], NOW).ignored).toEqual({ duplicate: 1 });
  });

  test('that no trailer could have reached in the time is a jump', () => {
    const far = fix({ at: NOW + 10_000, lat: 30.4 });
    expect(acceptFixes([far], [fix()], NOW).ignored).toEqual({ jump: 1 });
    expect(acceptFixes([{ ...far, at: NOW + 100_000 }], [fix({ at: NOW - 600_000 })], NOW).accepted).toHaveLength(1);
  });
});

test('every fix is either accepted or counted under a reason', () => {
  const any = fc
    .record({
      at: fc.integer({ min: NOW - 10 * 86_400_000, max: NOW + 86_400_000 }),
      lat: fc.double(),
      lon: fc.double(),
      accuracyM: fc.option(fc.double()),
    })
    .map(fix);
  fc.assert(
    fc.property(fc.array(any), fc.array(any), (reported, known) => {
      const { accepted, ignored } = acceptFixes(reported, known, NOW);
      expect(accepted.length + Object.values(ignored).reduce((sum, n) => sum + n, 0)).toBe(reported.length);
    }),
  );
});

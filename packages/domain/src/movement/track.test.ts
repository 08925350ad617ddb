import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Fix } from '../fix.ts';
import { aDrive, aFix, placeAt } from '../testing/index.ts';
import { distanceM } from './geo.ts';
import { trackOf } from './track.ts';

const START = Date.UTC(2026, 10, 23, 15);
const YARD = { lat: 30.2211, lon: -97.6972 };
const FAR_AWAY = placeAt(YARD, 90_000, -40_000);
const DRIVE = aDrive([YARD, placeAt(YARD, 4000, 1000), placeAt(YARD, 1000, 5000)], START);
const fixAt = (s: number, changes: Partial<Fix> = {}) => aFix({ ...YARD, at: START + s * 1000, ...changes });

describe('a track', () => {
  test('is the whole of a plausible drive', () => {
    expect(trackOf(DRIVE)).toEqual(DRIVE);
    expect(trackOf([])).toEqual([]);
  });

  test('leaves out any few fixes that jump away, anywhere in it', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat(DRIVE.length - 1), { minLength: 1, maxLength: 15 }), (wrong) => {
        const spoilt = DRIVE.map((fix, i) => (wrong.includes(i) ? { ...fix, ...FAR_AWAY } : fix));
        expect(trackOf(spoilt)).toEqual(DRIVE.filter((_, i) => !wrong.includes(i)));
      }),
    );
  });

  test('does not follow a single fix, but two that agree', () => {
    const [first, second] = [fixAt(10, FAR_AWAY), fixAt(20, FAR_AWAY)];
    expect(trackOf([fixAt(0), first])).toEqual([fixAt(0)]);
    expect(trackOf([fixAt(0), first, second])).toEqual([first, second]);
  });

  test('is the older one of two equally likely ways', () => {
    const [first, other, later] = [fixAt(0), fixAt(10, FAR_AWAY), fixAt(3600)];
    expect(trackOf([first, other, later])).toEqual([first, later]);
  });

  test('keeps the fixes before a wrong one that is followed by a long silence', () => {
    const later = DRIVE.map((fix) => ({ ...fix, ...YARD, at: fix.at + 7_200_000 }));
    const wrong = { ...aFix(FAR_AWAY), at: (DRIVE.at(-1)?.at ?? 0) + 5000 };
    expect(trackOf([...DRIVE, wrong, ...later])).toEqual([...DRIVE, ...later]);
  });

  test('continues after up to fifty wrong fixes', () => {
    const fixes = Array.from({ length: 200 }, (_, i) => fixAt(i, i >= 100 && i < 150 ? FAR_AWAY : {}));
    expect(trackOf(fixes)).toHaveLength(150);
  });

  test('of a device that jumps back and forth keeps the more frequent place', () => {
    const toAndFro = Array.from({ length: 31 }, (_, i) => fixAt(i * 10, i % 2 === 0 ? {} : FAR_AWAY));
    expect(trackOf(toAndFro)).toEqual(toAndFro.filter((_, i) => i % 2 === 0));
  });

  test('accepts a distant fix after enough time', () => {
    const [before, after] = [fixAt(0), fixAt(3600, FAR_AWAY)];
    expect(trackOf([before, after])).toEqual([before, after]);
  });

  test('allows a poor fix a distance within its accuracy', () => {
    const poor = fixAt(10, { ...placeAt(YARD, 900, 0), accuracyM: 900 });
    expect(trackOf([fixAt(0), poor])).toHaveLength(2);
    expect(trackOf([fixAt(0), { ...poor, accuracyM: 10 }])).toHaveLength(1);
  });

  test('has one fix for each moment, the more accurate one', () => {
    const [poor, good] = [fixAt(0, { accuracyM: 60 }), fixAt(0, { ...placeAt(YARD, 20, 0), accuracyM: 4 })];
    expect(trackOf([poor, good])).toEqual([good]);
  });

  const anyFix = fc
    .record({ s: fc.nat(300), north: fc.integer({ min: -40_000, max: 40_000 }), accuracyM: fc.option(fc.nat(900)) })
    .map(({ s, north, accuracyM }) => fixAt(s, { ...placeAt(YARD, north, 0), accuracyM }));

  test('depends on the set of fixes alone: any order, any repetition', () => {
    fc.assert(
      fc.property(
        fc
          .array(anyFix)
          .chain((fixes) =>
            fc.tuple(fc.constant(fixes), fc.shuffledSubarray([...fixes, ...fixes], { minLength: fixes.length * 2 })),
          ),
        ([fixes, mixed]) => {
          expect(trackOf(mixed)).toEqual(trackOf(fixes));
        },
      ),
    );
  });

  test('is always drivable, and never empty when there are fixes', () => {
    fc.assert(
      fc.property(fc.array(anyFix, { minLength: 1 }), (fixes) => {
        const track = trackOf(fixes);
        expect(track.length).toBeGreaterThan(0);
        for (const [i, fix] of track.entries()) {
          const before = track[i - 1];
          if (!before) continue;
          expect(fix.at).toBeGreaterThan(before.at);
          const metres = distanceM(before, fix) - (before.accuracyM ?? 0) - (fix.accuracyM ?? 0);
          expect(metres <= 300 || metres / ((fix.at - before.at) / 1000) <= 55).toBe(true);
        }
      }),
    );
  });
});

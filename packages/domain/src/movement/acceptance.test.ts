import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Fix } from '../fix.ts';
import type { TrailerId } from '../ids.ts';
import { aDrive, aFix, placeAt } from '../testing/index.ts';
import { acceptFixes } from './acceptance.ts';

const NOW = Date.UTC(2026, 10, 23, 15);
const DAY_MS = 86_400_000;
/** The outcome of a report, with the refused fixes counted by reason. */
const accept = (...[reported, known, now]: Parameters<typeof acceptFixes>) => {
  const { refused, ...rest } = acceptFixes(reported, known, now);
  const ignored: Record<string, number> = {};
  for (const { reason } of refused) ignored[reason] = (ignored[reason] ?? 0) + 1;
  return { ...rest, ignored };
};
const fix = (changes: Partial<Fix> = {}) => aFix({ at: NOW, ...changes });

describe('a reported fix', () => {
  test.each([
    ['invalid', fix({ lat: 91 })],
    ['invalid', fix({ lon: -180.5 })],
    ['invalid', fix({ lat: Number.NaN })],
    ['invalid', fix({ lat: 0.001, lon: -0.002 })],
    ['invalid', fix({ at: Number.NaN })],
    ['invalid', fix({ accuracyM: Number.POSITIVE_INFINITY })],
    ['inaccurate', fix({ accuracyM: 1001 })],
    ['future', fix({ at: NOW + 120_001 })],
    ['expired', fix({ at: NOW - 7 * DAY_MS })],
  ])('that is %s is not stored, and counted', (reason, bad) => {
    const good = fix({ at: NOW - 1 });
    expect(accept([bad, good], [], NOW)).toEqual({ stored: [good], accepted: 1, ignored: { [reason]: 1 } });
  });

  test.each([
    ['as inaccurate as a kilometre', fix({ accuracyM: 1000 })],
    ['two minutes ahead of our clock', fix({ at: NOW + 120_000 })],
    ['almost seven days old', fix({ at: NOW - 7 * DAY_MS + 1 })],
    ['of unknown accuracy', fix({ accuracyM: null })],
    ['on the equator off Africa’s coast, but not at 0°, 0°', fix({ lat: 0, lon: 9.3 })],
  ])('that is %s is accepted', (_, good) => {
    expect(accept([good], [], NOW)).toEqual({ stored: [good], accepted: 1, ignored: {} });
  });

  test('that is repeated counts once, in one report or in two', () => {
    expect(accept([fix(), fix()], [], NOW)).toEqual({ stored: [fix()], accepted: 1, ignored: { duplicate: 1 } });
    expect(accept([fix()], [fix()], NOW)).toEqual({ stored: [], accepted: 0, ignored: { duplicate: 1 } });
  });

  test('of another place at a known moment is stored, so that order does not matter, and counted as a duplicate', () => {
    const [good, poor] = [fix({ accuracyM: 5 }), fix({ accuracyM: 50, ...placeAt(fix(), 40, 0) })];
    expect(accept([poor], [good], NOW)).toEqual({ stored: [poor], accepted: 0, ignored: { duplicate: 1 } });
    expect(accept([good], [poor], NOW)).toEqual({ stored: [good], accepted: 1, ignored: {} });
  });

  test('that differs by less than the stored precision is a duplicate', () => {
    const close = fix({ lat: fix().lat + 1e-8 });
    expect(accept([close], [fix()], NOW)).toEqual({ stored: [], accepted: 0, ignored: { duplicate: 1 } });
  });

  test('is not a duplicate of another trailer’s fix at the same moment', () => {
    const other = fix({ trailerId: 'T2' as TrailerId });
    expect(accept([other], [fix()], NOW)).toEqual({ stored: [other], accepted: 1, ignored: {} });
  });

  test('that no trailer could have reached in the time is a jump: counted, and stored because later fixes may confirm it', () => {
    const far = fix({ at: NOW + 10_000, ...placeAt(fix(), 20_000, 0) });
    expect(accept([far], [fix()], NOW)).toEqual({ stored: [far], accepted: 0, ignored: { jump: 1 } });
    const farther = { ...far, at: NOW + 20_000 };
    expect(accept([farther], [fix(), far], NOW)).toEqual({ stored: [farther], accepted: 1, ignored: {} });
  });

  test('of a drive is accepted in any order', () => {
    const drive = aDrive([fix(), placeAt(fix(), 3000, 2000)], NOW - DAY_MS);
    expect(accept(drive.toReversed(), [], NOW)).toEqual({ stored: drive, accepted: drive.length, ignored: {} });
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
      const { accepted, ignored } = accept(reported, known, NOW);
      expect(accepted + Object.values(ignored).reduce((sum, n) => sum + n, 0)).toBe(reported.length);
    }),
  );
});

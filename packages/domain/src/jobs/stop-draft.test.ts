import { expect, test } from '@jest/globals';
import { PLACE_QUALITIES } from '../job.ts';
import { neededStandMs } from '../movement/index.ts';
import { toStop } from './stop-draft.ts';

const draft = { kind: 'drop_off', address: '1100 Congress Ave', lat: 30.2747, lon: -97.7404 } as const;

test('the ring of a stop is wider, the less exact its place is', () => {
  // The stand that counts as a visit 130 m away.
  const stands = PLACE_QUALITIES.map((quality) => neededStandMs(130, toStop({ ...draft, quality }).radiusM));
  expect(stands).toEqual(stands.toSorted((a, b) => b - a));
  expect(new Set(stands).size).toBe(PLACE_QUALITIES.length);
  expect(toStop(draft)).toEqual({ ...draft, radiusM: 100 });
});

test('a stop’s own radius wins over that of its quality', () => {
  expect(toStop({ ...draft, quality: 'area', radiusM: 80 })).toMatchObject({ quality: 'area', radiusM: 80 });
});

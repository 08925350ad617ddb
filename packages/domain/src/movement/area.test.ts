import { expect, test } from '@jest/globals';
import { placeAt } from '../testing/index.ts';
import { areaOf } from './area.ts';

test('an area is the same for neighbours and another one 6 km away, also beside the antimeridian', () => {
  const austin = { lat: 30.272, lon: -97.742 };
  expect(areaOf(placeAt(austin, 200, 200))).toBe(areaOf(austin));
  expect(areaOf(placeAt(austin, 6000, 0))).not.toBe(areaOf(austin));
  expect(areaOf(placeAt(austin, 0, 6000))).not.toBe(areaOf(austin));
  expect(areaOf({ lat: -17, lon: 179.99 })).not.toBe(areaOf({ lat: -17, lon: -179.99 }));
});

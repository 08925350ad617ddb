import { describe, expect, test } from '@jest/globals';
import type { Scene } from '@qdn/tracking-page/scene';
import { subjectsOf, withHeading } from './subjects.ts';

const NOW = 1_000_000_000;
const controls = { map: '', zoomIn: '', zoomOut: '', follow: '', fingersHint: '', ctrlHint: '' };
const scene = (trailer: Partial<Scene['trailer']> = {}, more: Partial<Scene> = {}): Scene => ({
  stop: { lat: 30.31, lon: -97.72, radiusM: 80, label: 'Your site' },
  trailer: {
    id: 'T1',
    lat: 30.3,
    lon: -97.7,
    at: NOW,
    accuracyM: 12,
    headingDeg: null,
    moving: true,
    fresh: true,
    ...trailer,
  },
  trail: [],
  units: 'us',
  mark: String,
  north: 'N',
  controls,
  ...more,
});
const at = (lat: number, lon: number, ageMs: number) => ({ lat, lon, at: NOW - ageMs });

describe('the subjects that the camera keeps in view', () => {
  test('is the trailer as far as it is sure, and the stop with its ring', () => {
    expect(subjectsOf(scene({ accuracyM: 5_000 }))).toEqual([
      { lat: 30.3, lon: -97.7, aroundM: 300 },
      { lat: 30.31, lon: -97.72, aroundM: 80 },
    ]);
  });

  test('is of the trail only what is new and near', () => {
    const trail = [at(30.2, -97.7, 60_000), at(30.299, -97.7, 3_600_000), at(30.299, -97.7, 20_000)];
    expect(subjectsOf(scene({}, { trail })).slice(2)).toEqual([{ lat: 30.299, lon: -97.7, aroundM: 0 }]);
  });
});

describe('the heading', () => {
  test('is the device’s, else the way since the last point far enough away, else none', () => {
    expect(withHeading(scene({ headingDeg: 270 })).trailer.headingDeg).toBe(270);
    const trail = [at(30.299, -97.7, 20_000), at(30.3, -97.7, 0)];
    expect(withHeading(scene({}, { trail })).trailer.headingDeg).toBeCloseTo(0);
    expect(withHeading(scene({}, { trail: [at(30.29999, -97.7, 20_000)] })).trailer.headingDeg).toBeNull();
  });

  test('is none for a trailer that stands, whatever its device says', () => {
    expect(withHeading(scene({ headingDeg: 90, moving: false })).trailer.headingDeg).toBeNull();
  });
});

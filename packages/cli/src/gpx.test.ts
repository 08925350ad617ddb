import { describe, expect, test } from '@jest/globals';
import { parseGpx } from './gpx.ts';

const gpx = (inner: string) => `<?xml version="1.0"?><gpx version="1.1"><trk>${inner}</trk></gpx>`;

describe('a GPX file', () => {
  test('gives the points of all its segments, with their times', () => {
    const xml = gpx(
      `<trkseg><trkpt lat="30.1" lon="-97.7"><ele>1</ele><time>2026-01-01T00:00:00Z</time></trkpt></trkseg>
       <trkseg><trkpt lon='-97.8' lat='30.2'/></trkseg>`,
    );
    expect(parseGpx(xml)).toEqual([
      { lat: 30.1, lon: -97.7, at: Date.UTC(2026, 0, 1) },
      { lat: 30.2, lon: -97.8, at: null },
    ]);
  });

  test('leaves out points that are nowhere', () => {
    expect(parseGpx(gpx('<trkseg><trkpt lat="95" lon="1"/><trkpt lat="1" lon="1"/></trkseg>'))).toHaveLength(1);
  });

  test.each([
    ['what is no GPX', '<html></html>', 'no GPX file'],
    ['a file without a track', gpx('<wpt lat="1" lon="1"/>'), 'no track points'],
  ])('%s is refused with what it lacks', (_, xml, words) => {
    expect(() => parseGpx(xml)).toThrow(words);
  });
});

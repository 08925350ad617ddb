import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { parseGpx } from './gpx.ts';

const gpx = (inner: string) => `<?xml version="1.0"?><gpx version="1.1"><trk>${inner}</trk></gpx>`;
const ONE = { lat: 30.1, lon: -97.7, at: Date.UTC(2026, 0, 1) };
const POINT = '<trkpt lat="30.1" lon="-97.7"><time>2026-01-01T00:00:00Z</time></trkpt>';

describe('a GPX file', () => {
  test('gives the points of all its segments, with their times', () => {
    const xml = gpx(
      `<trkseg><trkpt lat="30.1" lon="-97.7"><ele>1</ele><time>2026-01-01T00:00:00Z</time></trkpt></trkseg>
       <trkseg><trkpt lon='-97.8' lat='30.2'/></trkseg>`,
    );
    expect(parseGpx(xml)).toEqual([ONE, { lat: 30.2, lon: -97.8, at: null }]);
  });

  test('gives the points of all its tracks, in order', () => {
    const track = (lat: number) => `<trk><trkseg><trkpt lat="${lat}" lon="1"/></trkseg></trk>`;
    expect(parseGpx(`<gpx>${track(1)}<wpt lat="9" lon="9"/>${track(2)}</gpx>`).map(({ lat }) => lat)).toEqual([1, 2]);
  });

  test('leaves out points that are nowhere', () => {
    const nowhere = '<trkpt lat="95" lon="1"/><trkpt lat="" lon="1"/><trkpt lon="1"/>';
    expect(parseGpx(gpx(`<trkseg>${nowhere}<trkpt lat="1" lon="1"/></trkseg>`))).toHaveLength(1);
  });

  test('leaves out a point in a comment or in CDATA', () => {
    const xml = gpx(`<trkseg><!-- ${POINT} --><desc><![CDATA[${POINT}]]></desc>${POINT}</trkseg>`);
    expect(parseGpx(xml)).toEqual([ONE]);
  });

  test('may have a namespace prefix', () => {
    const xml = gpx(`<trkseg>${POINT}</trkseg>`)
      .replaceAll(/<(\/?)(?=[a-z])/g, '<$1gpx:')
      .replace('<gpx:gpx ', '<gpx:gpx xmlns:gpx="http://www.topografix.com/GPX/1/1" ');
    expect(xml).toContain('<gpx:trkpt');
    expect(parseGpx(xml)).toEqual([ONE]);
  });

  test('leaves out points of an extension', () => {
    const extension = '<extensions><x:trkpt xmlns:x="urn:x" lat="1" lon="1"/></extensions>';
    expect(parseGpx(gpx(`<trkseg>${POINT}${extension}</trkseg>`))).toEqual([ONE]);
  });

  test('may have its time in CDATA or with entities, and may lack it', () => {
    const at = (time: string) => parseGpx(gpx(`<trkseg><trkpt lat="1" lon="1">${time}</trkpt></trkseg>`))[0]?.at;
    expect(at('<time><![CDATA[2026-01-01T00:00:00Z]]></time>')).toBe(ONE.at);
    expect(at('<time>\n 2026-01-01T00&#58;00&#x3A;00Z </time>')).toBe(ONE.at);
    expect(at('<time/>')).toBeNull();
    expect(at('<time>noon</time>')).toBeNull();
    expect(at('')).toBeNull();
  });

  test('may be UTF-16 in either byte order, with or without its mark', () => {
    const xml = gpx(`<name>Höhe</name><trkseg>${POINT}</trkseg>`).replace('?>', ' encoding="UTF-16"?>');
    const little = Buffer.from(xml, 'utf16le');
    const big = Buffer.from(little).swap16();
    for (const bytes of [
      little,
      big,
      Buffer.concat([Buffer.from([0xff, 0xfe]), little]),
      Buffer.concat([Buffer.from([0xfe, 0xff]), big]),
    ])
      expect(parseGpx(bytes)).toEqual([ONE]);
  });

  test('may be UTF-8 with a byte order mark, or in the encoding that it declares', () => {
    const xml = gpx(`<name>Höhe</name><trkseg>${POINT}</trkseg>`);
    expect(parseGpx(Buffer.from(`\uFEFF${xml}`))).toEqual([ONE]);
    expect(parseGpx(Buffer.from(xml.replace('?>', ' encoding="ISO-8859-1"?>'), 'latin1'))).toEqual([ONE]);
    expect(() => parseGpx(Buffer.from(xml.replace('?>', ' encoding="x-none"?>')))).toThrow('Save it as UTF-8');
  });

  test.each(['munich', 'visnjan'])('as recorded: %s has as many points as the file has tags', (drive) => {
    const bytes = readFileSync(new URL(`../../../../tests/drives/${drive}.gpx`, import.meta.url));
    expect(parseGpx(bytes)).toHaveLength(bytes.toString().match(/<trkpt/g)?.length ?? 0);
  });

  test.each([
    ['another document', '<html></html>', 'no <gpx> element'],
    ['no document', 'lat,lon\n1,2', 'no <gpx> element'],
    ['a file without a track', gpx('<wpt lat="1" lon="1"/>'), 'no track points'],
  ])('%s is refused with what it lacks', (_, xml, words) => {
    expect(() => parseGpx(xml)).toThrow(words);
  });
});

import { XMLParser } from 'fast-xml-parser';

/** One point of a recorded drive: WGS 84 degrees, `at` epoch ms or null where the file has no time. */
export type TrackPoint = { lat: number; lon: number; at: number | null };

/** Byte order marks, then the first two characters `<?` of a file without one. */
const UTF_16: ReadonlyArray<[readonly number[], string]> = [
  [[0xff, 0xfe], 'utf-16le'],
  [[0xfe, 0xff], 'utf-16be'],
  [[0x3c, 0x00], 'utf-16le'],
  [[0x00, 0x3c], 'utf-16be'],
];

/**
 * Returns the text of an XML file, by its byte order mark or its declaration; UTF-8 without either.
 * @see https://www.w3.org/TR/xml/#sec-guessing
 */
const decoded = (bytes: Uint8Array): string => {
  const utf16 = UTF_16.find(([start]) => start.every((byte, index) => bytes[index] === byte))?.[1];
  const declared = /^<\?xml[^>]*\bencoding\s*=\s*["']([\w.-]+)["']/.exec(
    new TextDecoder('latin1').decode(bytes.subarray(0, 200)),
  )?.[1];
  try {
    return new TextDecoder(utf16 ?? declared ?? 'utf-8').decode(bytes);
  } catch {
    throw new Error(`The file declares the encoding ${declared}, which cannot be read. Save it as UTF-8.`);
  }
};

type Element = { [name: string]: unknown };
const isElement = (value: unknown): value is Element => typeof value === 'object' && value !== null;
/** Returns the child elements of that name, in the file's order. */
const children = (parent: unknown, name: string): unknown[] => {
  const found = isElement(parent) ? parent[name] : undefined;
  return Array.isArray(found) ? found : [];
};
/** Returns the value of an attribute in degrees; NaN where it is missing or empty. */
const degrees = (value: unknown): number =>
  typeof value === 'string' && value.trim() !== '' ? Number(value) : Number.NaN;

/** Values stay strings: `lat="30.10"` is converted here, and a time is not a number. Prefixes such as `gpx:` go. */
const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: '@',
  removeNSPrefix: true,
  // Character references such as `&#58;` too.
  htmlEntities: true,
  parseTagValue: false,
  parseAttributeValue: false,
  isArray: (name) => ['trk', 'trkseg', 'trkpt', 'time'].includes(name),
});

const parsed = (xml: string): unknown => {
  try {
    return parser.parse(xml);
  } catch (error) {
    throw new Error('This is not a GPX file: its XML is broken. Check that the file is complete.', { cause: error });
  }
};

/**
 * Returns the track points of a GPX file, over all tracks and segments, in the file's order.
 * @param file its bytes in any encoding that the file names, or its text
 * @throws Error that says what the file lacks
 * @see https://www.topografix.com/GPX/1/1/
 */
export const parseGpx = (file: Uint8Array | string): TrackPoint[] => {
  const document = parsed(typeof file === 'string' ? file : decoded(file));
  if (!isElement(document) || !('gpx' in document))
    throw new Error('This is not a GPX file: it has no <gpx> element. Give a file in GPX 1.0 or 1.1.');
  const points = children(document['gpx'], 'trk')
    .flatMap((track) => children(track, 'trkseg'))
    .flatMap((segment) => children(segment, 'trkpt'))
    .filter(isElement)
    .map((point) => {
      const [time] = children(point, 'time');
      const at = typeof time === 'string' ? Date.parse(time.trim()) : Number.NaN;
      return { lat: degrees(point['@lat']), lon: degrees(point['@lon']), at: Number.isNaN(at) ? null : at };
    });
  const usable = points.filter(({ lat, lon }) => Math.abs(lat) <= 90 && Math.abs(lon) <= 180);
  if (usable.length === 0)
    throw new Error(
      'The GPX file has no track points (<trkpt lat="…" lon="…">). Export the track: routes and waypoints are not recorded drives.',
    );
  return usable;
};

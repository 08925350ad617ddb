/** One point of a recorded drive: WGS 84 degrees, `at` epoch ms or null where the file has no time. */
export type TrackPoint = { lat: number; lon: number; at: number | null };

const attribute = (tag: string, name: string): number =>
  Number(new RegExp(`\\b${name}\\s*=\\s*["']([^"']+)["']`).exec(tag)?.[1] ?? Number.NaN);

/**
 * The track points of a GPX file, over all tracks and segments, in the file's order.
 * @throws Error that says what the file lacks
 * @see https://www.topografix.com/GPX/1/1/
 */
export const parseGpx = (xml: string): TrackPoint[] => {
  if (!/<gpx[\s>]/.test(xml)) throw new Error('This is no GPX file: it has no <gpx> element.');
  const points = [...xml.matchAll(/<trkpt\b([^>]*?)(?:\/>|>([\s\S]*?)<\/trkpt>)/g)].map(([, tag = '', inner = '']) => {
    const time = /<time>\s*([^<]+?)\s*<\/time>/.exec(inner)?.[1];
    const at = time === undefined ? Number.NaN : Date.parse(time);
    return { lat: attribute(tag, 'lat'), lon: attribute(tag, 'lon'), at: Number.isNaN(at) ? null : at };
  });
  const usable = points.filter(({ lat, lon }) => Math.abs(lat) <= 90 && Math.abs(lon) <= 180);
  if (usable.length === 0)
    throw new Error(
      'The GPX file holds no track points (<trkpt lat="…" lon="…">). Routes and waypoints are not drives.',
    );
  return usable;
};

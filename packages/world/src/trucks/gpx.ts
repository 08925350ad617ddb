import type { TimedPoint } from './trajectory.ts';

const POINT = /<trkpt\b([^>]*)>([\s\S]*?)<\/trkpt>/g;

const attributeOf = (attributes: string, name: string): number =>
  Number(new RegExp(`\\b${name}\\s*=\\s*["']([^"']+)["']`).exec(attributes)?.[1] ?? Number.NaN);

/**
 * Reads the track points of a GPX file that have a time. Points with the same time as the one before are left out.
 * @see https://www.topografix.com/GPX/1/1/
 * @throws RangeError when a point has no valid position
 */
export const pointsOfGpx = (gpx: string): TimedPoint[] => {
  const points: TimedPoint[] = [];
  for (const [, attributes = '', content = ''] of gpx.matchAll(POINT)) {
    const [lat, lon] = [attributeOf(attributes, 'lat'), attributeOf(attributes, 'lon')];
    if (!Number.isFinite(lat) || !Number.isFinite(lon))
      throw new RangeError(`The track point "${attributes.trim()}" has no valid position.`);
    const at = Date.parse(/<time>([^<]+)<\/time>/.exec(content)?.[1] ?? '');
    if (Number.isFinite(at) && at > (points.at(-1)?.at ?? Number.NEGATIVE_INFINITY)) points.push({ at, lat, lon });
  }
  return points;
};

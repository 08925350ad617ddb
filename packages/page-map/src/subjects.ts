import { bearingDeg, distanceM } from '@qdn/domain';
import type { Scene } from '@qdn/tracking-page/scene';
import type { Subject } from './camera.ts';

/** The part of the trail that belongs into view: of the last minutes, and within this share of the way to the stop. */
const RECENT_TRAIL_MS = 10 * 60_000;
const TRAIL_SHARE = 0.4;

/** Returns the places that must be visible: the trailer with the radius of its accuracy, the stop with its ring, and a part of the trail. */
export const subjectsOf = ({ stop, trailer, trail }: Scene): [Subject, ...Subject[]] => {
  const self: Subject = { lat: trailer.lat, lon: trailer.lon, aroundM: Math.min(trailer.accuracyM ?? 0, 300) };
  const behindM = stop ? TRAIL_SHARE * distanceM(trailer, stop) : Number.POSITIVE_INFINITY;
  const recent = trail.filter(
    (point) => trailer.at - point.at < RECENT_TRAIL_MS && distanceM(point, trailer) <= behindM,
  );
  const target: Subject[] = stop ? [{ lat: stop.lat, lon: stop.lon, aroundM: stop.radiusM }] : [];
  return [self, ...target, ...recent.map(({ lat, lon }) => ({ lat, lon, aroundM: 0 }))];
};

/** The device's heading, or the way from the last point of the trail that is far enough away to tell. */
export const withHeading = (scene: Scene): Scene => {
  if (!scene.trailer.moving) return { ...scene, trailer: { ...scene.trailer, headingDeg: null } };
  if (scene.trailer.headingDeg !== null) return scene;
  const last = scene.trail.filter((point) => point.at < scene.trailer.at).pop();
  if (!last || distanceM(last, scene.trailer) < 20) return scene;
  return { ...scene, trailer: { ...scene.trailer, headingDeg: bearingDeg(last, scene.trailer) } };
};

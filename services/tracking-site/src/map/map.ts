import { bearingDeg, distanceM } from '@qdn/domain';
import type { MapView, Scene } from '../tracker/scene.ts';
import { between, follow, type Margins, type Subject } from './camera.ts';
import { type Glide, glideTo, isGliding, placeOn } from './glide.ts';
import { drawFrame } from './layers.ts';
import { type Camera, project, type ScreenPoint, type Size, toScreen } from './projection.ts';
import { readTheme } from './theme.ts';

const MARGINS: Margins = { top: 60, right: 48, bottom: 60, left: 48 };
const CAMERA_MS = 900;
/** A marker that has moved less than this many CSS pixels is not worth a new drawing. */
const WORTH_DRAWING = 0.25;
/** Beyond three device pixels to one nobody sees the difference. */
const FINEST = 3;
/** How much of the trail belongs into view: of the last minutes, and within this share of the way to the stop. */
const RECENT_TRAIL_MS = 10 * 60_000;
const TRAIL_SHARE = 0.4;

const subjectsOf = ({ stop, trailer, trail }: Scene): [Subject, ...Subject[]] => {
  const self: Subject = { lat: trailer.lat, lon: trailer.lon, aroundM: Math.min(trailer.accuracyM ?? 0, 300) };
  const behindM = stop ? TRAIL_SHARE * distanceM(trailer, stop) : Number.POSITIVE_INFINITY;
  const recent = trail.filter(
    (point) => trailer.at - point.at < RECENT_TRAIL_MS && distanceM(point, trailer) <= behindM,
  );
  const target: Subject[] = stop ? [{ lat: stop.lat, lon: stop.lon, aroundM: stop.radiusM }] : [];
  return [self, ...target, ...recent.map(({ lat, lon }) => ({ lat, lon, aroundM: 0 }))];
};

/** The device's heading, or the way from the last point of the trail that is far enough away to tell. */
const withHeading = (scene: Scene): Scene => {
  if (!scene.trailer.moving) return { ...scene, trailer: { ...scene.trailer, headingDeg: null } };
  if (scene.trailer.headingDeg !== null) return scene;
  const last = scene.trail.findLast((point) => point.at < scene.trailer.at);
  if (!last || distanceM(last, scene.trailer) < 20) return scene;
  return { ...scene, trailer: { ...scene.trailer, headingDeg: bearingDeg(last, scene.trailer) } };
};

/**
 * A map drawn on a canvas: no tiles, no network. The marker glides from position to position, the camera keeps trailer and
 * stop in view. Both jump where the reader prefers no motion. Draws only when something changed.
 */
export const createMap = (host: HTMLElement): MapView => {
  const canvas = document.createElement('canvas');
  host.append(canvas);
  const ctx = canvas.getContext('2d', { alpha: false });
  const still = matchMedia('(prefers-reduced-motion: reduce)');
  const dark = matchMedia('(prefers-color-scheme: dark)');

  let scene: Scene | null = null;
  let size: Size = { width: 0, height: 0 };
  let glide: Glide | null = null;
  let camera: Camera | null = null;
  let move: { from: Camera; to: Camera; startedAt: number } | null = null;
  let drawn: ScreenPoint | null = null;
  let pending = 0;

  const draw = (now: number) => {
    pending = 0;
    if (!ctx || !scene || !glide || !camera || size.width === 0) return;
    if (move) {
      const t = (now - move.startedAt) / CAMERA_MS;
      camera = between(move.from, move.to, t);
      drawn = null;
      if (t >= 1) move = null;
    }
    const view = camera;
    const onScreen = (place: { lat: number; lon: number }) => toScreen(project(place, view.x), view, size);
    const { place, passed } = placeOn(glide, now);
    const trailer = onScreen(place);
    if (!drawn || Math.hypot(trailer.x - drawn.x, trailer.y - drawn.y) > WORTH_DRAWING) {
      drawn = trailer;
      const ahead = glide.path.length - passed;
      const behind = scene.trail.slice(0, scene.trail.length - ahead);
      const theme = readTheme((name) => getComputedStyle(host).getPropertyValue(name));
      drawFrame({ ctx, size, camera, theme, scene, trailer, trail: behind.map(onScreen) });
    }
    if (move || isGliding(glide, now)) request();
  };
  const request = () => {
    if (pending === 0) pending = requestAnimationFrame(draw);
  };
  const redraw = () => {
    drawn = null;
    request();
  };

  const aim = (jump: boolean) => {
    if (!scene || size.width === 0) return;
    const target = follow(move?.to ?? camera, subjectsOf(scene), size, MARGINS);
    if (!camera || jump || still.matches) {
      camera = target;
      move = null;
    } else if (target !== (move?.to ?? camera)) {
      move = { from: camera, to: target, startedAt: performance.now() };
    }
    redraw();
  };

  const resize = new ResizeObserver(([entry]) => {
    if (!entry || !ctx) return;
    const { width, height } = entry.contentRect;
    const ratio = Math.min(FINEST, devicePixelRatio);
    size = { width, height };
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(height * ratio);
    ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
    camera = null;
    aim(true);
    // A canvas is empty after its size was set: draw before the browser paints.
    draw(performance.now());
  });
  resize.observe(host);
  dark.addEventListener('change', redraw);

  return {
    show: (given) => {
      const next = withHeading(given);
      const previous = scene?.trailer;
      const moved = !previous || next.trailer.lat !== previous.lat || next.trailer.lon !== previous.lon;
      if (moved || next.trailer.at !== previous.at) {
        const passed = previous ? next.trail.filter(({ at }) => at > previous.at && at < next.trailer.at) : [];
        glide = glideTo(glide, passed, next.trailer, performance.now(), still.matches);
      }
      scene = next;
      aim(false);
    },
    destroy: () => {
      cancelAnimationFrame(pending);
      resize.disconnect();
      dark.removeEventListener('change', redraw);
      canvas.remove();
    },
  };
};

import type { MapView, Scene } from '@qdn/tracker/scene';
import { between, fit, follow, type Margins, panned, type Subject, zoomed } from './camera.ts';
import { createControls } from './controls.ts';
import { followHands } from './gestures.ts';
import { type Glide, glideTime, glideTo, isGliding, placeOn } from './glide.ts';
import { drawFrame, FONT } from './layers.ts';
import { loadStreets } from './load-streets.ts';
import { type Camera, project, type ScreenPoint, type Size, toScreen } from './projection.ts';
import type { StreetsLayer } from './streets/streets.ts';
import { subjectsOf, withHeading } from './subjects.ts';
import { readTheme, type Theme } from './theme.ts';

/** On the right are the buttons. */
const MARGINS: Margins = { top: 60, right: 64, bottom: 60, left: 48 };
const CAMERA_MS = 900;
/** A marker that has moved less than this many CSS pixels is not worth a new drawing. */
const WORTH_DRAWING = 0.25;
/** Beyond three device pixels to one nobody sees the difference. */
const FINEST = 3;
/** After a hand's last movement the map counts as moving for so long, in ms. */
const HAND_RESTS_MS = 140;
/** A step of a button or a double tap, in ms. */
const STEP_MS = 260;
/**
 * A map drawn on a canvas, and streets under it where the site has some. The marker glides from position to position; the
 * camera keeps trailer and stop in view until a hand moves it, and again once it is asked to. Both jump where the reader prefers
 * no motion. Draws only when something changed.
 */
export const createMap = (host: HTMLElement): MapView => {
  const canvas = document.createElement('canvas');
  // What it shows is told in words beside it.
  canvas.setAttribute('aria-hidden', 'true');
  host.append(canvas);
  const ctx = canvas.getContext('2d', { alpha: false });
  const still = matchMedia('(prefers-reduced-motion: reduce)');
  const dark = matchMedia('(prefers-color-scheme: dark)');

  let scene: Scene | null = null;
  let size: Size = { width: 0, height: 0 };
  let ratio = 1;
  let theme: Theme | null = null;
  let glide: Glide | null = null;
  let camera: Camera | null = null;
  let move: { from: Camera; to: Camera; startedAt: number; durationMs: number } | null = null;
  /** Since a hand moved it, the camera follows nothing. */
  let free = false;
  let handMovedAt = Number.NEGATIVE_INFINITY;
  let resting: ReturnType<typeof setTimeout> | undefined;
  let streets: StreetsLayer | null = null;
  let streetsWanted = false;
  let destroyed = false;
  let drawn: ScreenPoint | null = null;
  let pending = 0;

  /** The same object as long as no colour has changed. */
  const currentTheme = (): Theme => {
    if (theme) return theme;
    const styles = getComputedStyle(host);
    theme = readTheme((name) => styles.getPropertyValue(name));
    return theme;
  };

  const draw = (now: number) => {
    pending = 0;
    if (!ctx || !scene || !glide || !camera || size.width === 0) return;
    if (move) {
      const t = (now - move.startedAt) / move.durationMs;
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
      const colours = currentTheme();
      const layer = streets;
      const below = layer && {
        moving: move !== null || now - handMovedAt < HAND_RESTS_MS,
        still: still.matches,
        ...{ ctx, camera, size, ratio, now, theme: colours, font: FONT },
      };
      drawFrame({
        ctx,
        size,
        camera,
        theme: colours,
        scene,
        trailer,
        trail: behind.map(onScreen),
        streets:
          layer &&
          below &&
          ((keepFree) => {
            const { shown, again } = layer.draw({ ...below, free: keepFree });
            controls.showSource(shown > 0 ? layer.source : null);
            if (again) redraw();
            return shown;
          }),
      });
      if (!streetsWanted) {
        streetsWanted = true;
        loadStreets(redraw, (layer) => {
          if (destroyed) layer.destroy();
          else streets = layer;
          redraw();
        });
      }
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

  const go = (to: Camera, durationMs: number) => {
    if (!camera || durationMs === 0 || still.matches) {
      camera = to;
      move = null;
    } else move = { from: camera, to, startedAt: performance.now(), durationMs };
    redraw();
  };
  const aim = (jump: boolean) => {
    if (!scene || size.width === 0) return;
    if (free && camera) return redraw();
    const marker: Subject[] = glide ? [{ ...placeOn(glide, performance.now()).place, aroundM: 0 }] : [];
    const target = follow(move?.to ?? camera, [...subjectsOf(scene), ...marker], size, MARGINS);
    if (!camera || jump) go(target, 0);
    else if (target !== (move?.to ?? camera)) go(target, CAMERA_MS);
    else redraw();
  };

  /** A hand takes the camera: what it does counts from where the camera is sent. */
  const take = (change: (from: Camera) => Camera, durationMs: number) => {
    const from = durationMs > 0 ? (move?.to ?? camera) : camera;
    if (!from) return;
    free = true;
    controls.setFree(true);
    if (durationMs === 0) {
      move = null;
      handMovedAt = performance.now();
      clearTimeout(resting);
      resting = setTimeout(redraw, HAND_RESTS_MS + 20);
    }
    go(change(from), durationMs);
  };
  const middle = (): ScreenPoint => ({ x: size.width / 2, y: size.height / 2 });
  const controls = createControls(host, {
    zoom: (factor) => take((from) => zoomed(from, factor, middle(), size), STEP_MS),
    pan: (dx, dy) => take((from) => panned(from, dx, dy), STEP_MS),
    follow: () => {
      free = false;
      controls.setFree(false);
      if (!scene) return;
      go(fit(subjectsOf(scene), size, MARGINS), CAMERA_MS);
    },
  });
  const letGo = followHands(canvas, {
    pan: (dx, dy) => take((from) => panned(from, dx, dy), 0),
    zoom: (factor, at, smooth) => take((from) => zoomed(from, factor, at, size), smooth ? STEP_MS : 0),
    hint: (kind) => {
      if (scene) controls.hint(kind === 'ctrl' ? scene.controls.ctrlHint : scene.controls.fingersHint);
    },
  });

  const resize = new ResizeObserver(([entry]) => {
    if (!entry || !ctx) return;
    const { width, height } = entry.contentRect;
    ratio = Math.min(FINEST, devicePixelRatio);
    size = { width, height };
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(height * ratio);
    ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
    if (!free) {
      camera = null;
      aim(true);
    }
    drawn = null;
    // A canvas is empty after its size was set: draw before the browser paints.
    draw(performance.now());
  });
  resize.observe(host);
  const repaint = () => {
    theme = null;
    redraw();
  };
  dark.addEventListener('change', repaint);

  return {
    show: (given) => {
      const next = withHeading(given);
      // Of several trailers another may have become the nearest: that is no drive from one place to the other.
      const previous = scene?.trailer.id === next.trailer.id ? scene.trailer : undefined;
      const moved = !previous || next.trailer.lat !== previous.lat || next.trailer.lon !== previous.lon;
      if (moved || next.trailer.at !== previous.at) {
        const passed = previous ? next.trail.filter(({ at }) => at > previous.at && at < next.trailer.at) : [];
        const durationMs = glideTime(next.trailer.at - (previous?.at ?? next.trailer.at));
        glide = glideTo(previous ? glide : null, passed, next.trailer, performance.now(), {
          still: still.matches,
          durationMs,
        });
      }
      scene = next;
      controls.name(next.controls);
      aim(false);
    },
    destroy: () => {
      destroyed = true;
      cancelAnimationFrame(pending);
      clearTimeout(resting);
      resize.disconnect();
      dark.removeEventListener('change', repaint);
      letGo();
      controls.destroy();
      streets?.destroy();
      canvas.remove();
    },
  };
};

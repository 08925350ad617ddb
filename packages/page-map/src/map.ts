import type { MapView, Scene } from '@qdn/tracking-page/scene';
import { fit, follow, type Margins, panned, type Subject, zoomed } from './camera.ts';
import { type ControlActions, type Controls, createControls } from './controls.ts';
import { followHands, type Hands } from './gestures.ts';
import { type Glide, glideTime, glideTo, isGliding, placeOn } from './glide.ts';
import { drawFrame, FONT, type StreetsUnder } from './layers.ts';
import { loadStreets } from './load-streets.ts';
import { MovingCamera } from './moving-camera.ts';
import { type Camera, project, type ScreenPoint, type Size, toScreen } from './projection.ts';
import type { StreetsLayer } from './streets/streets.ts';
import { subjectsOf, withHeading } from './subjects.ts';
import { readTheme, type Theme } from './theme.ts';

/** On the right are the buttons. */
const MARGINS: Margins = { top: 60, right: 64, bottom: 60, left: 48 };
const CAMERA_MS = 900;
/** A marker that has moved less than this many CSS pixels is not worth a new drawing. */
const WORTH_DRAWING = 0.25;
/** Maximum of device pixels drawn for one CSS pixel: more make no visible difference. */
const FINEST = 3;
/** Time after a hand's last movement in which the map counts as moving, in ms. */
const HAND_RESTS_MS = 140;
/** A step of a button or a double tap, in ms. */
const STEP_MS = 260;

/**
 * A map drawn on a canvas, and streets under it where the site has some. The marker glides from position to position; the
 * camera keeps trailer and stop in view until a hand moves it, and again once it is asked to. Both jump where the reader prefers
 * no motion. Draws only when something changed.
 */
class CanvasMap implements MapView {
  readonly #host: HTMLElement;
  readonly #canvas = document.createElement('canvas');
  readonly #ctx: CanvasRenderingContext2D | null;
  readonly #still = matchMedia('(prefers-reduced-motion: reduce)');
  readonly #dark = matchMedia('(prefers-color-scheme: dark)');
  readonly #camera = new MovingCamera();
  readonly #controls: Controls;
  readonly #letGo: () => void;
  readonly #resize = new ResizeObserver(([entry]) => {
    if (entry) this.#fitTo(entry.contentRect);
  });

  #scene: Scene | null = null;
  #size: Size = { width: 0, height: 0 };
  #ratio = 1;
  #theme: Theme | null = null;
  #glide: Glide | null = null;
  /** Since a hand moved it, the camera follows nothing. */
  #free = false;
  #handMovedAt = Number.NEGATIVE_INFINITY;
  #resting: ReturnType<typeof setTimeout> | undefined;
  #streets: StreetsLayer | null = null;
  #streetsWanted = false;
  #destroyed = false;
  /** The trailer's place in the last drawing; null when the next frame has to draw. */
  #drawn: ScreenPoint | null = null;
  #pending = 0;

  constructor(host: HTMLElement) {
    this.#host = host;
    // The words beside it say what it shows.
    this.#canvas.setAttribute('aria-hidden', 'true');
    host.append(this.#canvas);
    this.#ctx = this.#canvas.getContext('2d', { alpha: false });
    this.#controls = createControls(host, this.#actions());
    this.#letGo = followHands(this.#canvas, this.#hands());
    this.#resize.observe(host);
    this.#dark.addEventListener('change', this.#repaint);
  }

  show(given: Scene): void {
    const next = withHeading(given);
    // Of several trailers another may have become the nearest: that is not a drive from one place to the other.
    const previous = this.#scene?.trailer.id === next.trailer.id ? this.#scene.trailer : undefined;
    const moved = !previous || next.trailer.lat !== previous.lat || next.trailer.lon !== previous.lon;
    if (moved || next.trailer.at !== previous.at) {
      const passed = previous ? next.trail.filter(({ at }) => at > previous.at && at < next.trailer.at) : [];
      const durationMs = glideTime(next.trailer.at - (previous?.at ?? next.trailer.at));
      this.#glide = glideTo(previous ? this.#glide : null, passed, next.trailer, performance.now(), {
        still: this.#still.matches,
        durationMs,
      });
    }
    this.#scene = next;
    this.#controls.name(next.controls);
    this.#aim(false);
  }

  destroy(): void {
    this.#destroyed = true;
    cancelAnimationFrame(this.#pending);
    clearTimeout(this.#resting);
    this.#resize.disconnect();
    this.#dark.removeEventListener('change', this.#repaint);
    this.#letGo();
    this.#controls.destroy();
    this.#streets?.destroy();
    this.#canvas.remove();
  }

  #actions(): ControlActions {
    return {
      zoom: (factor) => this.#take((from) => zoomed(from, factor, this.#middle(), this.#size), STEP_MS),
      pan: (dx, dy) => this.#take((from) => panned(from, dx, dy), STEP_MS),
      follow: () => {
        this.#free = false;
        this.#controls.setFree(false);
        if (this.#scene) this.#go(fit(subjectsOf(this.#scene), this.#size, MARGINS), CAMERA_MS);
      },
    };
  }

  #hands(): Hands {
    return {
      pan: (dx, dy) => this.#take((from) => panned(from, dx, dy), 0),
      zoom: (factor, at, smooth) => this.#take((from) => zoomed(from, factor, at, this.#size), smooth ? STEP_MS : 0),
      hint: (kind) => {
        const words = this.#scene?.controls;
        if (words) this.#controls.hint(kind === 'ctrl' ? words.ctrlHint : words.fingersHint);
      },
    };
  }

  #middle(): ScreenPoint {
    return { x: this.#size.width / 2, y: this.#size.height / 2 };
  }

  /** The same object as long as no colour has changed. */
  #currentTheme(): Theme {
    if (this.#theme) return this.#theme;
    const styles = getComputedStyle(this.#host);
    this.#theme = readTheme((name) => styles.getPropertyValue(name));
    return this.#theme;
  }

  readonly #repaint = () => {
    this.#theme = null;
    this.#redraw();
  };

  readonly #redraw = () => {
    this.#drawn = null;
    this.#request();
  };

  #request(): void {
    if (this.#pending === 0) this.#pending = requestAnimationFrame(this.#draw);
  }

  /** Draws one frame. @param now monotonic ms */
  readonly #draw = (now: number) => {
    this.#pending = 0;
    if (!this.#ctx || !this.#scene || !this.#glide || this.#size.width === 0) return;
    if (this.#camera.moving) this.#drawn = null;
    const camera = this.#camera.at(now);
    if (!camera) return;
    const { place, passed } = placeOn(this.#glide, now);
    const trailer = this.#onScreen(place, camera);
    if (!this.#drawn || Math.hypot(trailer.x - this.#drawn.x, trailer.y - this.#drawn.y) > WORTH_DRAWING) {
      this.#drawn = trailer;
      const ahead = this.#glide.path.length - passed;
      const behind = this.#scene.trail.slice(0, this.#scene.trail.length - ahead);
      const theme = this.#currentTheme();
      drawFrame({
        ctx: this.#ctx,
        size: this.#size,
        camera,
        theme,
        scene: this.#scene,
        trailer,
        trail: behind.map((point) => this.#onScreen(point, camera)),
        streets: this.#streetsUnder(this.#ctx, camera, theme, now),
      });
      this.#wantStreets();
    }
    if (this.#camera.moving || isGliding(this.#glide, now)) this.#request();
  };

  #onScreen(place: { lat: number; lon: number }, camera: Camera): ScreenPoint {
    return toScreen(project(place, camera.x), camera, this.#size);
  }

  #streetsUnder(ctx: CanvasRenderingContext2D, camera: Camera, theme: Theme, now: number): StreetsUnder | null {
    const layer = this.#streets;
    if (!layer) return null;
    const moving = this.#camera.moving || now - this.#handMovedAt < HAND_RESTS_MS;
    const [size, ratio, still] = [this.#size, this.#ratio, this.#still.matches];
    return (free) => {
      const { shown, again } = layer.draw({ ctx, camera, size, ratio, now, theme, font: FONT, moving, still, free });
      this.#controls.showSource(shown > 0 ? layer.source : null);
      if (again) this.#redraw();
      return shown;
    };
  }

  /** Loads the streets once, after the first drawing. */
  #wantStreets(): void {
    if (this.#streetsWanted) return;
    this.#streetsWanted = true;
    loadStreets(this.#redraw, (layer) => {
      if (this.#destroyed) layer.destroy();
      else this.#streets = layer;
      this.#redraw();
    });
  }

  #go(to: Camera, durationMs: number): void {
    this.#camera.go(to, this.#still.matches ? 0 : durationMs, performance.now());
    this.#redraw();
  }

  /** Keeps trailer and stop in view, unless a hand has the camera. */
  #aim(jump: boolean): void {
    if (!this.#scene || this.#size.width === 0) return;
    const { target } = this.#camera;
    if (this.#free && target) {
      this.#redraw();
      return;
    }
    const marker: Subject[] = this.#glide ? [{ ...placeOn(this.#glide, performance.now()).place, aroundM: 0 }] : [];
    const next = follow(target, [...subjectsOf(this.#scene), ...marker], this.#size, MARGINS);
    if (!target || jump) this.#go(next, 0);
    else if (next !== target) this.#go(next, CAMERA_MS);
    else this.#redraw();
  }

  /** A hand takes the camera: what it does counts from where the camera is sent. */
  #take(change: (from: Camera) => Camera, durationMs: number): void {
    const from = durationMs > 0 ? this.#camera.target : this.#camera.current;
    if (!from) return;
    this.#free = true;
    this.#controls.setFree(true);
    if (durationMs === 0) {
      this.#handMovedAt = performance.now();
      clearTimeout(this.#resting);
      this.#resting = setTimeout(this.#redraw, HAND_RESTS_MS + 20);
    }
    this.#go(change(from), durationMs);
  }

  #fitTo({ width, height }: Size): void {
    if (!this.#ctx) return;
    this.#ratio = Math.min(FINEST, devicePixelRatio);
    this.#size = { width, height };
    this.#canvas.width = Math.round(width * this.#ratio);
    this.#canvas.height = Math.round(height * this.#ratio);
    this.#ctx.setTransform(this.#ratio, 0, 0, this.#ratio, 0, 0);
    if (!this.#free) {
      this.#camera.forget();
      this.#aim(true);
    }
    this.#drawn = null;
    // A canvas is empty after its size was set: draw before the browser paints.
    this.#draw(performance.now());
  }
}

/** Puts a map into the host, which it fills. */
export const createMap = (host: HTMLElement): MapView => new CanvasMap(host);

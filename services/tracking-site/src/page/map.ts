import type { Location } from './view-model.ts';

type Point = { x: number; y: number };
type Place = { lat: number; lon: number };

/** Web Mercator in units of the earth's circumference, so that a metre is 1 / (cos φ · 40 075 017) of it. */
export const project = ({ lat, lon }: Place): Point => ({
  x: lon / 360 + 0.5,
  y: 0.5 - Math.log(Math.tan(Math.PI / 4 + (lat * Math.PI) / 360)) / (2 * Math.PI),
});
const unitsPerMetre = (lat: number): number => 1 / (40_075_017 * Math.cos((lat * Math.PI) / 180));

export type Camera = { centre: Point; scale: number };

/** The camera that shows all places with a margin; never closer than about a kilometre across. `size` in CSS pixels. */
export const fit = (places: readonly Place[], size: { width: number; height: number }, margin: number): Camera => {
  const points = places.map(project);
  const xs = points.map(({ x }) => x);
  const ys = points.map(({ y }) => y);
  const [left, right, top, bottom] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
  const least = 900 * unitsPerMetre(places[0]?.lat ?? 0);
  const width = Math.max(right - left, least);
  const height = Math.max(bottom - top, least);
  return {
    centre: { x: (left + right) / 2, y: (top + bottom) / 2 },
    scale: Math.min((size.width - 2 * margin) / width, (size.height - 2 * margin) / height),
  };
};

/** A round number of metres, or feet, whose bar is at most `max` pixels wide. */
export const scaleBar = (pixelsPerMetre: number, max: number, unit: 'mi' | 'km'): { pixels: number; label: string } => {
  const steps = unit === 'km' ? [50, 100, 200, 500, 1000, 2000, 5000, 10_000, 20_000] : [0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10].map((miles) => miles * 1609.344);
  const metres = steps.findLast((step) => step * pixelsPerMetre <= max) ?? steps[0] ?? 0;
  const label = unit === 'mi' ? `${Math.round((metres / 1609.344) * 100) / 100} mi` : metres < 1000 ? `${metres} m` : `${metres / 1000} km`;
  return { pixels: metres * pixelsPerMetre, label };
};

const GLIDE_MS = 12_000;
/** A hop longer than this, in metres, is shown at once: gliding would invent a drive. */
const SNAP_M = 1500;

/** Draws the map without tiles: paper, trail, arrival ring, trailer with heading and accuracy, scale, north. */
export const createMap = (canvas: HTMLCanvasElement, options: { reducedMotion: () => boolean }) => {
  const context = canvas.getContext('2d');
  if (!context) throw new Error('This browser draws no canvas');
  let location: Location | null = null;
  let shown: Place | null = null;
  let from: Place | null = null;
  let glideBegan = 0;
  let frame = 0;
  const colour = (name: string): string => getComputedStyle(canvas).getPropertyValue(name).trim();

  const size = (): { width: number; height: number } => {
    const { width, height } = canvas.getBoundingClientRect();
    const density = Math.min(3, devicePixelRatio || 1);
    const [w, h] = [Math.round(width * density), Math.round(height * density)];
    if (canvas.width !== w || canvas.height !== h) Object.assign(canvas, { width: w, height: h });
    context.setTransform(density, 0, 0, density, 0, 0);
    return { width, height };
  };

  const draw = (): void => {
    const { width, height } = size();
    context.clearRect(0, 0, width, height);
    context.fillStyle = colour('--map-paper');
    context.fillRect(0, 0, width, height);
    const place = shown;
    if (!location || !place) return;
    const { stop, trail, position } = location;
    const camera = fit([place, ...(stop ? [stop] : []), ...trail.slice(-12).map(([lat = 0, lon = 0]) => ({ lat, lon }))], { width, height }, 56);
    const at = (where: Place): Point => {
      const { x, y } = project(where);
      return { x: width / 2 + (x - camera.centre.x) * camera.scale, y: height / 2 + (y - camera.centre.y) * camera.scale };
    };
    const pixelsPerMetre = camera.scale * unitsPerMetre(place.lat);
    grid(width, height, camera);
    if (stop) drawStop(at(stop), Math.max(10, stop.radiusM * pixelsPerMetre));
    drawTrail([...trail.map(([lat = 0, lon = 0]) => at({ lat, lon })), at(place)]);
    const trailer = at(place);
    if (position?.accuracyM) disc(trailer, Math.max(14, position.accuracyM * pixelsPerMetre), colour('--map-halo'));
    drawTrailer(trailer, position?.headingDeg ?? null, position?.freshness ?? 'lost');
    drawScale(height, pixelsPerMetre);
    drawNorth(width);
  };

  const disc = ({ x, y }: Point, radius: number, fill: string): void => {
    context.beginPath();
    context.arc(x, y, radius, 0, 2 * Math.PI);
    context.fillStyle = fill;
    context.fill();
  };

  /** Faint lines that move with the camera: without them a map with no streets seems to stand still. */
  const grid = (width: number, height: number, { centre, scale }: Camera): void => {
    const step = 2 ** Math.round(Math.log2(64 / scale));
    context.strokeStyle = colour('--map-grid');
    context.lineWidth = 1;
    context.beginPath();
    for (let x = Math.ceil((centre.x - width / 2 / scale) / step) * step; x < centre.x + width / 2 / scale; x += step) {
      const px = Math.round(width / 2 + (x - centre.x) * scale) + 0.5;
      context.moveTo(px, 0);
      context.lineTo(px, height);
    }
    for (let y = Math.ceil((centre.y - height / 2 / scale) / step) * step; y < centre.y + height / 2 / scale; y += step) {
      const py = Math.round(height / 2 + (y - centre.y) * scale) + 0.5;
      context.moveTo(0, py);
      context.lineTo(width, py);
    }
    context.stroke();
  };

  const drawStop = ({ x, y }: Point, radius: number): void => {
    disc({ x, y }, radius, colour('--map-ring-fill'));
    context.setLineDash([5, 5]);
    context.strokeStyle = colour('--map-ring');
    context.lineWidth = 1.5;
    context.stroke();
    context.setLineDash([]);
    context.fillStyle = colour('--map-ring');
    context.beginPath();
    context.moveTo(x, y);
    context.bezierCurveTo(x - 4, y - 9, x - 12, y - 14, x - 12, y - 23);
    context.arc(x, y - 23, 12, Math.PI, 0);
    context.bezierCurveTo(x + 12, y - 14, x + 4, y - 9, x, y);
    context.fill();
    disc({ x, y: y - 23 }, 4.5, colour('--map-paper'));
  };

  const drawTrail = (points: readonly Point[]): void => {
    context.lineCap = 'round';
    context.lineWidth = 4;
    context.strokeStyle = colour('--accent');
    for (let i = 1; i < points.length; i++) {
      const [a, b] = [points[i - 1], points[i]];
      if (!a || !b) continue;
      context.globalAlpha = 0.08 + 0.6 * (i / points.length) ** 2;
      context.beginPath();
      context.moveTo(a.x, a.y);
      context.lineTo(b.x, b.y);
      context.stroke();
    }
    context.globalAlpha = 1;
  };

  const drawTrailer = (where: Point, headingDeg: number | null, freshness: string): void => {
    context.save();
    context.shadowColor = 'rgb(0 0 0 / 0.3)';
    context.shadowBlur = 8;
    context.shadowOffsetY = 2;
    disc(where, 15, colour('--map-marker'));
    context.restore();
    disc(where, 12, freshness === 'lost' ? colour('--muted') : colour('--accent'));
    context.save();
    context.translate(where.x, where.y);
    context.fillStyle = colour('--map-marker');
    context.beginPath();
    if (headingDeg === null) context.rect(-4, -4, 8, 8);
    else {
      context.rotate((headingDeg * Math.PI) / 180);
      context.moveTo(0, -7.5);
      context.lineTo(5.5, 6);
      context.lineTo(0, 3);
      context.lineTo(-5.5, 6);
    }
    context.fill();
    context.restore();
  };

  const drawScale = (height: number, pixelsPerMetre: number): void => {
    const unit = /^en-US|^es-US|^en$/.test(navigator.language) ? 'mi' : 'km';
    const { pixels, label } = scaleBar(pixelsPerMetre, 90, unit);
    context.strokeStyle = context.fillStyle = colour('--muted');
    context.lineWidth = 2;
    context.beginPath();
    context.moveTo(16, height - 22);
    context.lineTo(16, height - 16);
    context.lineTo(16 + pixels, height - 16);
    context.lineTo(16 + pixels, height - 22);
    context.stroke();
    context.font = '12px system-ui, sans-serif';
    context.fillText(label, 20, height - 23);
  };

  const drawNorth = (width: number): void => {
    context.fillStyle = colour('--muted');
    context.beginPath();
    context.moveTo(width - 24, 16);
    context.lineTo(width - 19, 30);
    context.lineTo(width - 24, 27);
    context.lineTo(width - 29, 30);
    context.fill();
    context.font = '600 11px system-ui, sans-serif';
    context.fillText('N', width - 28, 43);
  };

  const glide = (now: number): void => {
    frame = 0;
    const target = location?.position;
    if (!target || !from) return;
    const share = Math.min(1, (now - glideBegan) / GLIDE_MS);
    shown = { lat: from.lat + (target.lat - from.lat) * share, lon: from.lon + (target.lon - from.lon) * share };
    draw();
    if (share < 1) frame = requestAnimationFrame(glide);
  };

  const metres = (a: Place, b: Place): number => Math.hypot(project(a).x - project(b).x, project(a).y - project(b).y) / unitsPerMetre(a.lat);

  new ResizeObserver(draw).observe(canvas);
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', draw);
  return {
    show: (next: Location): void => {
      const target = next.position;
      location = next;
      const far = !shown || !target || metres(shown, target) > SNAP_M;
      if (far || options.reducedMotion()) {
        shown = target ?? next.stop;
        draw();
        return;
      }
      from = shown;
      glideBegan = performance.now();
      if (!frame) frame = requestAnimationFrame(glide);
    },
  };
};

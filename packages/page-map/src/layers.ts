import type { Scene } from '@qdn/tracking-page/scene';
import {
  type Camera,
  pixelsPerMetre,
  project,
  type ScreenPoint,
  type Size,
  toScreen,
  unproject,
  worldPerMetre,
} from './projection.ts';
import { gridStep, ringRadii, scaleBar } from './rulers.ts';
import { mix, type Theme, withAlpha } from './theme.ts';

/*
 * The drawing, bottom to top: paper with squares or streets, distance rings, the place to arrive at, the way between, the trail,
 * the trailer, and what a map needs to be read.
 */

/**
 * Draws the streets of the frame and returns how much of them is shown: from 0, nothing, to 1, in full.
 * @param free places that no label may cover
 */
export type StreetsUnder = (free: ReadonlyArray<ScreenPoint & { radius: number }>) => number;

/** One moment of the map. All lengths on the screen are CSS pixels; the context is scaled to the device's. */
export type Frame = {
  ctx: CanvasRenderingContext2D;
  size: Size;
  camera: Camera;
  theme: Theme;
  scene: Scene;
  /** The marker's place in this frame, and the trail behind it, oldest first. */
  trailer: ScreenPoint;
  trail: ScreenPoint[];
  /** Null where the site has no streets, or they are not loaded yet. */
  streets: StreetsUnder | null;
};

export const FONT = '-apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif';
const TRAILER_RADIUS = 17;
const STOP_RADIUS = 7;
/** The ring around the stop never gets smaller than this, so that it can be seen from afar. */
const SMALLEST_AREA = 16;

/** A dump trailer, its bed raised, in a box of 24 × 24: bed, frame with tongue, wheels. */
const TRAILER_BODY =
  'M3.1 9.7 15.3 4.6a.8.8 0 0 1 1.05.44l1.75 4.24a.8.8 0 0 1-.44 1.05L6.3 15z M4.5 15.5h15.9a.85.85 0 0 1 0 1.7H4.5z';
const WHEELS = [7.6, 12.4];

const circle = (ctx: CanvasRenderingContext2D, { x, y }: ScreenPoint, radius: number) => {
  ctx.beginPath();
  ctx.arc(x, y, radius, 0, 2 * Math.PI);
};

const stopAt = ({ scene: { stop }, camera, size }: Frame): ScreenPoint | null =>
  stop && toScreen(project(stop, camera.x), camera, size);

/** Paper and streets; without streets, squares, so that one sees the map move. Returns how much of the streets is shown. */
const drawGround = (frame: Frame): number => {
  const { ctx, size, theme, trailer } = frame;
  ctx.fillStyle = theme.paper;
  ctx.fillRect(0, 0, size.width, size.height);
  const stop = stopAt(frame);
  const [right, bottom] = [size.width, size.height];
  const free = [
    { ...trailer, radius: TRAILER_RADIUS },
    // North, the buttons, the scale, and whose streets these are.
    { x: right - 24, y: 26, radius: 18 },
    { x: right - 34, y: bottom - 102, radius: 26 },
    { x: right - 34, y: bottom - 58, radius: 26 },
    { x: 40, y: bottom - 20, radius: 22 },
    { x: 80, y: bottom - 20, radius: 22 },
    { x: right - 40, y: bottom - 10, radius: 10 },
    { x: right - 80, y: bottom - 10, radius: 10 },
  ];
  if (stop) free.push({ ...stop, radius: STOP_RADIUS + 4 }, { ...labelAt(frame, stop), radius: 26 });
  const shown = frame.streets?.(free) ?? 0;
  if (shown < 1) {
    ctx.globalAlpha = 1 - shown;
    drawSquares(frame);
    ctx.globalAlpha = 1;
  }
  return shown;
};

const drawSquares = ({ ctx, size, theme, camera, scene }: Frame) => {
  const { lat } = unproject(camera);
  const step = gridStep(pixelsPerMetre(camera), scene.units, 44) * worldPerMetre(lat);
  const left = camera.x - size.width / 2 / camera.scale;
  const top = camera.y - size.height / 2 / camera.scale;
  ctx.strokeStyle = theme.grid;
  ctx.lineWidth = 1;
  ctx.beginPath();
  for (let x = Math.ceil(left / step) * step; (x - left) * camera.scale < size.width; x += step) {
    const px = Math.round((x - left) * camera.scale) + 0.5;
    ctx.moveTo(px, 0);
    ctx.lineTo(px, size.height);
  }
  for (let y = Math.ceil(top / step) * step; (y - top) * camera.scale < size.height; y += step) {
    const px = Math.round((y - top) * camera.scale) + 0.5;
    ctx.moveTo(0, px);
    ctx.lineTo(size.width, px);
  }
  ctx.stroke();
};

/** Text that can be read on anything: the paper shines through around it. */
const drawLabel = (ctx: CanvasRenderingContext2D, theme: Theme, text: string, { x, y }: ScreenPoint) => {
  ctx.lineJoin = 'round';
  ctx.lineWidth = 4;
  ctx.strokeStyle = mix(theme.paper, theme.glow, 0.4);
  ctx.strokeText(text, x, y);
  ctx.fillText(text, x, y);
};

/** Places on a ring for its figure, in turns from the top; the first one with room is used. */
const RING_LABEL_TURNS = [0, 1 / 4, 3 / 4, 1 / 2, 1 / 8, 7 / 8, 3 / 8, 5 / 8, 1 / 16, 15 / 16, 7 / 16, 9 / 16];

/** Returns the distance of a point from the line between two others, in their unit. */
const fromSegment = ({ x, y }: ScreenPoint, a: ScreenPoint, b: ScreenPoint): number => {
  const [dx, dy] = [b.x - a.x, b.y - a.y];
  const share = ((x - a.x) * dx + (y - a.y) * dy) / (dx * dx + dy * dy || 1);
  const t = Math.max(0, Math.min(1, share));
  return Math.hypot(x - a.x - t * dx, y - a.y - t * dy);
};

/** Tells whether a ring's figure can be read there: on the paper, and with nothing above it. */
const hasRoom = (frame: Frame, stop: ScreenPoint, spot: ScreenPoint): boolean => {
  const { size, trailer, trail } = frame;
  const { x, y } = spot;
  const name = labelAt(frame, stop);
  const isOnPaper = x > 30 && x < size.width - 30 && y > 44 && y < size.height - 44;
  const isOnButtons = x > size.width - 76 && y > size.height - 150;
  const isOnName = Math.abs(x - name.x) < 76 && Math.abs(y - name.y) < 24;
  const isOnTrail = trail.some((point, i) => fromSegment(spot, point, trail[i + 1] ?? trailer) < 26);
  return isOnPaper && !isOnButtons && !isOnName && !isOnTrail && Math.hypot(x - trailer.x, y - trailer.y) > 56;
};

/**
 * Rings of distance around the stop, outside that of arrival; one that has no room for its figure would only be a riddle. Over
 * streets they are lines alone: discs would veil the streets.
 */
const drawRings = (frame: Frame, streets: number) => {
  const { ctx, size, theme, camera, scene } = frame;
  const stop = stopAt(frame);
  if (!stop) return;
  const perMetre = pixelsPerMetre(camera);
  const reach = Math.hypot(size.width, size.height);
  ctx.font = `500 11px ${FONT}`;
  ctx.textAlign = 'center';
  ctx.textBaseline = 'middle';
  const rings = ringRadii(perMetre, scene.units, 72, reach)
    .map((metres) => ({ metres, radius: metres * perMetre }))
    .filter(({ radius }) => radius > areaPx(frame) + 12)
    .flatMap((ring) => {
      const spot = RING_LABEL_TURNS.map((turn) => ({
        x: stop.x + ring.radius * Math.sin(2 * Math.PI * turn),
        y: stop.y - ring.radius * Math.cos(2 * Math.PI * turn),
      })).find((point) => hasRoom(frame, stop, point));
      return spot ? [{ ...ring, spot }] : [];
    });
  // Lighter towards the stop: each disc lies on those around it.
  for (const { radius } of streets < 1 ? [...rings].reverse() : []) {
    circle(ctx, stop, radius);
    ctx.fillStyle = withAlpha(theme.glow, 0.3 * (1 - streets));
    ctx.fill();
  }
  for (const { metres, radius, spot } of rings) {
    ctx.strokeStyle = streets > 0 ? withAlpha(theme.label, 0.35) : theme.ring;
    ctx.lineWidth = 1;
    if (streets > 0) ctx.setLineDash([4, 4]);
    circle(ctx, stop, radius);
    ctx.stroke();
    ctx.setLineDash([]);
    ctx.fillStyle = theme.label;
    drawLabel(ctx, theme, scene.mark(metres), spot);
  }
};

/** Radius of the ring in which a trailer has arrived, in CSS pixels. */
const areaPx = ({ camera, scene: { stop } }: Frame): number =>
  Math.max(SMALLEST_AREA, (stop?.radiusM ?? 0) * pixelsPerMetre(camera));

/** The corner that belongs to the scale, in CSS pixels, with room for half a stop's name. */
const SCALE_CORNER = { width: 170, height: 56 };

/** From the paper's edge to the middle of a stop's name, in CSS pixels. */
const NAME_MARGIN = 22;

/**
 * The place of the stop's name: outside the ring of arrival, on the side where the trailer is not, unless the scale is there; where
 * the paper ends within the ring, inside it.
 */
const labelAt = (frame: Frame, stop: ScreenPoint): ScreenPoint => {
  const { height } = frame.size;
  const ring = areaPx(frame);
  const away = Math.max(34, ring + 20);
  const onScale = stop.x < SCALE_CORNER.width && stop.y + away > height - SCALE_CORNER.height;
  const sides = frame.trailer.y > stop.y || onScale ? [-1, 1] : [1, -1];
  const outside = sides.map((side) => stop.y + side * away);
  const inside = stop.y + (sides[0] ?? -1) * Math.max(34, ring - 24);
  const y =
    outside.find((one, i) => one > NAME_MARGIN && one < height - NAME_MARGIN && !(i === 1 && onScale)) ?? inside;
  return { x: stop.x, y };
};

const drawArrivalRing = (frame: Frame) => {
  const { ctx, theme } = frame;
  const stop = stopAt(frame);
  if (!stop) return;
  circle(ctx, stop, areaPx(frame));
  ctx.fillStyle = withAlpha(theme.stopArea, 0.1);
  ctx.fill();
  ctx.strokeStyle = withAlpha(theme.stopArea, 0.45);
  ctx.lineWidth = 1.5;
  ctx.stroke();
};

/** A straight dashed line: which way, without pretending to know the roads. */
const drawWay = (frame: Frame) => {
  const { ctx, theme, trailer, scene } = frame;
  const stop = stopAt(frame);
  if (!stop || !scene.trailer.fresh || Math.hypot(stop.x - trailer.x, stop.y - trailer.y) < 48) return;
  ctx.strokeStyle = withAlpha(theme.stop, 0.35);
  ctx.lineWidth = 2;
  ctx.lineCap = 'round';
  ctx.setLineDash([0.5, 7]);
  ctx.beginPath();
  ctx.moveTo(stop.x, stop.y);
  ctx.lineTo(trailer.x, trailer.y);
  ctx.stroke();
  ctx.setLineDash([]);
};

const middle = (a: ScreenPoint, b: ScreenPoint): ScreenPoint => ({ x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 });

/** A bend in pieces this long looks round, and a colour that changes from piece to piece even. In CSS pixels. */
const PIECE = 5;

/** From one middle to the next around a corner, in pieces; without its first point. */
const bend = (start: ScreenPoint, corner: ScreenPoint, end: ScreenPoint): ScreenPoint[] => {
  const length = Math.hypot(corner.x - start.x, corner.y - start.y) + Math.hypot(end.x - corner.x, end.y - corner.y);
  const count = Math.max(1, Math.min(60, Math.ceil(length / PIECE)));
  return Array.from({ length: count }, (_, i) => {
    const t = (i + 1) / count;
    const [a, b, c] = [(1 - t) ** 2, 2 * t * (1 - t), t ** 2];
    return { x: a * start.x + b * corner.x + c * end.x, y: a * start.y + b * corner.y + c * end.y };
  });
};

/** Corners rounded; colour and width fade with the way since, until nothing is left. */
const drawTrail = ({ ctx, theme, scene, trail, trailer, size }: Frame) => {
  const longest = 0.55 * Math.hypot(size.width, size.height);
  const corners = [...trail, trailer].reverse();
  const path: Array<{ point: ScreenPoint; behind: number }> = [{ point: trailer, behind: 0 }];
  for (const [i, corner] of corners.entries()) {
    const newest = path[path.length - 1];
    const older = corners[i + 1];
    if (!newest || !older || newest.behind > longest) break;
    for (const point of bend(newest.point, corner, middle(corner, older))) {
      const last = path[path.length - 1] ?? newest;
      path.push({ point, behind: last.behind + Math.hypot(point.x - last.point.x, point.y - last.point.y) });
    }
  }
  const colour = scene.trailer.fresh ? theme.trail : theme.label;
  ctx.lineCap = 'round';
  for (let i = path.length - 1; i > 0; i--) {
    const [from, to] = [path[i], path[i - 1]];
    if (!from || !to || from.behind > longest) continue;
    const share = 1 - from.behind / longest;
    ctx.strokeStyle = mix(theme.paper, colour, 0.1 + 0.9 * share);
    ctx.lineWidth = 2 + 3 * share;
    ctx.beginPath();
    ctx.moveTo(from.point.x, from.point.y);
    ctx.lineTo(to.point.x, to.point.y);
    ctx.stroke();
  }
};

const drawStop = (frame: Frame) => {
  const { ctx, theme, scene } = frame;
  const stop = stopAt(frame);
  if (!stop || !scene.stop) return;
  circle(ctx, stop, STOP_RADIUS);
  ctx.fillStyle = theme.stop;
  ctx.fill();
  ctx.strokeStyle = theme.paper;
  ctx.lineWidth = 2.5;
  ctx.stroke();

  ctx.font = `600 13px ${FONT}`;
  ctx.textAlign = 'center';
  ctx.textBaseline = 'middle';
  const width = ctx.measureText(scene.stop.label).width + 20;
  const { y } = labelAt(frame, stop);
  const x = Math.max(width / 2 + 8, Math.min(frame.size.width - width / 2 - 8, stop.x));
  ctx.fillStyle = theme.stop;
  ctx.beginPath();
  ctx.arc(x - width / 2 + 13, y, 13, Math.PI / 2, 1.5 * Math.PI);
  ctx.arc(x + width / 2 - 13, y, 13, -Math.PI / 2, Math.PI / 2);
  ctx.fill();
  ctx.fillStyle = theme.paper;
  ctx.fillText(scene.stop.label, x, y + 0.5);
};

const drawTrailer = ({ ctx, theme, camera, scene, trailer }: Frame) => {
  const colour = scene.trailer.fresh ? theme.trailer : theme.label;
  const accuracyPx = (scene.trailer.accuracyM ?? 0) * pixelsPerMetre(camera);
  if (accuracyPx > TRAILER_RADIUS + 2) {
    circle(ctx, trailer, accuracyPx);
    ctx.fillStyle = withAlpha(colour, 0.12);
    ctx.fill();
    ctx.strokeStyle = withAlpha(colour, 0.3);
    ctx.lineWidth = 1;
    ctx.stroke();
  }
  ctx.save();
  ctx.translate(trailer.x, trailer.y);
  if (scene.trailer.headingDeg !== null && scene.trailer.fresh) {
    ctx.save();
    ctx.rotate((scene.trailer.headingDeg * Math.PI) / 180);
    ctx.fillStyle = colour;
    ctx.strokeStyle = theme.paper;
    ctx.lineWidth = 2;
    ctx.lineJoin = 'round';
    ctx.beginPath();
    ctx.moveTo(0, -TRAILER_RADIUS - 14);
    ctx.lineTo(8, -TRAILER_RADIUS - 2);
    ctx.lineTo(-8, -TRAILER_RADIUS - 2);
    ctx.closePath();
    ctx.stroke();
    ctx.fill();
    ctx.restore();
  }
  ctx.shadowColor = 'rgba(0, 0, 0, 0.28)';
  ctx.shadowBlur = 10;
  ctx.shadowOffsetY = 3;
  circle(ctx, { x: 0, y: 0 }, TRAILER_RADIUS);
  ctx.fillStyle = colour;
  ctx.fill();
  ctx.shadowColor = 'transparent';
  ctx.strokeStyle = theme.onTrailer;
  ctx.lineWidth = 2.5;
  ctx.stroke();
  ctx.translate(-11, -11.5);
  ctx.scale(22 / 24, 22 / 24);
  ctx.fillStyle = theme.onTrailer;
  ctx.fill(new Path2D(TRAILER_BODY));
  for (const x of WHEELS) {
    circle(ctx, { x, y: 18 }, 2.7);
    ctx.fillStyle = colour;
    ctx.fill();
    circle(ctx, { x, y: 18 }, 1.8);
    ctx.fillStyle = theme.onTrailer;
    ctx.fill();
  }
  ctx.restore();
};

const drawFurniture = ({ ctx, size, theme, camera, scene }: Frame) => {
  const bar = scaleBar(pixelsPerMetre(camera), scene.units, 96);
  const [left, bottom] = [16, size.height - 16];
  ctx.lineCap = 'butt';
  ctx.lineJoin = 'miter';
  for (const [colour, width] of [
    [theme.paper, 5],
    [theme.label, 1.5],
  ] as const) {
    ctx.strokeStyle = colour;
    ctx.lineWidth = width;
    ctx.beginPath();
    ctx.moveTo(left, bottom - 5);
    ctx.lineTo(left, bottom);
    ctx.lineTo(left + bar.px, bottom);
    ctx.lineTo(left + bar.px, bottom - 5);
    ctx.stroke();
  }
  ctx.font = `500 11px ${FONT}`;
  ctx.textBaseline = 'alphabetic';
  ctx.textAlign = 'left';
  ctx.fillStyle = theme.label;
  drawLabel(ctx, theme, scene.mark(bar.metres), { x: left + 5, y: bottom - 7 });

  const [x, y] = [size.width - 24, 18];
  circle(ctx, { x, y: y + 8 }, 17);
  ctx.fillStyle = withAlpha(theme.paper, 0.85);
  ctx.fill();
  ctx.beginPath();
  ctx.moveTo(x, y - 4);
  ctx.lineTo(x + 5, y + 7);
  ctx.lineTo(x, y + 4.5);
  ctx.lineTo(x - 5, y + 7);
  ctx.closePath();
  ctx.fillStyle = theme.label;
  ctx.fill();
  ctx.font = `600 11px ${FONT}`;
  ctx.textAlign = 'center';
  drawLabel(ctx, theme, scene.north, { x, y: y + 19 });
};

export const drawFrame = (frame: Frame): void => {
  // No frame inherits caps and joins from the one before.
  frame.ctx.save();
  const streets = drawGround(frame);
  drawRings(frame, streets);
  drawArrivalRing(frame);
  drawWay(frame);
  drawTrail(frame);
  drawStop(frame);
  drawTrailer(frame);
  drawFurniture(frame);
  frame.ctx.restore();
};

import type { Camera, ScreenPoint, Size } from '../projection.ts';
import { type Theme, withAlpha } from '../theme.ts';
import { type Tile, zoomOf } from './cover.ts';
import { chooseLabels, roomOnLine, type Wish } from './labels.ts';
import type { Shapes } from './shapes.ts';
import { FILLS, fillColour, LINES, type Line, strokeOf } from './style.ts';

/** A tile's shapes, and the tile whose place they fill: itself, or one within it that is not there yet. */
export type Piece = { tile: Tile; shapes: Shapes; within: Tile };

export type Sheet = {
  ctx: CanvasRenderingContext2D;
  /** In CSS pixels, with the camera at its middle. */
  size: Size;
  /** The part that is visible before it is moved: its middle. */
  view: Size;
  camera: Camera;
  /** Device pixels to a CSS pixel. */
  ratio: number;
  theme: Theme;
  font: string;
  /** Places on the sheet that no label may cover. */
  free: ReadonlyArray<{ x: number; y: number; radius: number }>;
};

const placeOf = ({ z, x, y }: Tile, { camera, size }: Sheet): { x: number; y: number; side: number } => {
  const side = camera.scale / 2 ** z;
  return {
    x: x * side - camera.x * camera.scale + size.width / 2,
    y: y * side - camera.y * camera.scale + size.height / 2,
    side,
  };
};

/** Lets a piece be drawn in its own units. */
const within = (sheet: Sheet, piece: Piece, draw: (perUnit: number) => void): void => {
  const { ctx, ratio } = sheet;
  const place = placeOf(piece.tile, sheet);
  const perUnit = place.side / piece.shapes.extent;
  ctx.save();
  if (piece.within !== piece.tile) {
    const part = placeOf(piece.within, sheet);
    ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
    ctx.beginPath();
    ctx.rect(part.x, part.y, part.side, part.side);
    ctx.clip();
  }
  ctx.setTransform(perUnit * ratio, 0, 0, perUnit * ratio, place.x * ratio, place.y * ratio);
  draw(perUnit);
  ctx.restore();
};

/** Draws layer by layer over all tiles, so that no tile's edge cuts what its neighbour has drawn. */
const paintShapes = (sheet: Sheet, pieces: readonly Piece[]): void => {
  const { ctx, theme } = sheet;
  const zoom = zoomOf(sheet.camera);
  for (const fill of FILLS) {
    const colour = fillColour(fill, zoom, theme);
    if (colour === null) continue;
    for (const piece of pieces) {
      const path = piece.shapes.fills.get(fill);
      if (!path) continue;
      within(sheet, piece, () => {
        ctx.fillStyle = colour;
        ctx.fill(path);
      });
    }
  }
  const strokes = LINES.map((line) => ({ line, ...strokeOf(line, zoom, theme) }));
  ctx.lineJoin = 'round';
  for (const part of ['edge', 'line'] as const) {
    for (const { line, width, colour, edgeWidth, edgeColour, dash } of strokes) {
      const px = part === 'edge' ? edgeWidth : width;
      if (px === 0) continue;
      for (const piece of pieces) {
        const path = piece.shapes.lines.get(line);
        if (!path) continue;
        within(sheet, piece, (perUnit) => {
          ctx.lineCap = dash.length > 0 ? 'butt' : 'round';
          ctx.lineWidth = px / perUnit;
          ctx.strokeStyle = part === 'edge' ? edgeColour : colour;
          ctx.setLineDash(part === 'edge' ? [] : dash.map((length) => length / perUnit));
          ctx.stroke(path);
        });
      }
    }
  }
};

const ROAD_NAMES_FROM: Readonly<Partial<Record<Line, number>>> = { highway: 11.5, major: 12.6, minor: 14.6 };
const FONTS = { place: '600 13px', quarter: '600 11px', road: '500 11px' } as const;

const wishesOf = (sheet: Sheet, pieces: readonly Piece[]): Wish[] => {
  const { ctx, font } = sheet;
  const zoom = zoomOf(sheet.camera);
  const places: Array<Wish & { rank: number }> = [];
  const roads: Array<Wish & { rank: number }> = [];
  for (const piece of pieces) {
    const place = placeOf(piece.tile, sheet);
    const part = placeOf(piece.within, sheet);
    const perUnit = place.side / piece.shapes.extent;
    const onSheet = (x: number, y: number): ScreenPoint => ({ x: place.x + x * perUnit, y: place.y + y * perUnit });
    const inPart = ({ x, y }: ScreenPoint) =>
      x >= part.x && y >= part.y && x < part.x + part.side && y < part.y + part.side;
    for (const { name, x, y, rank, minZoom, quarter } of piece.shapes.places) {
      const at = onSheet(x, y);
      if (zoom + 1 < minZoom || (quarter && zoom < 11.5) || !inPart(at)) continue;
      const kind = quarter ? 'quarter' : 'place';
      ctx.font = `${FONTS[kind]} ${font}`;
      places.push({ text: name, at, angle: 0, width: ctx.measureText(name).width, height: 15, kind, rank });
    }
    ctx.font = `${FONTS.road} ${font}`;
    for (const { name, line, points } of piece.shapes.roads) {
      if (zoom < (ROAD_NAMES_FROM[line] ?? Number.POSITIVE_INFINITY)) continue;
      const onLine: ScreenPoint[] = [];
      for (let i = 0; i + 1 < points.length; i += 2) onLine.push(onSheet(points[i] ?? 0, points[i + 1] ?? 0));
      const width = ctx.measureText(name).width;
      const room = roomOnLine(onLine, width);
      if (!room || !inPart(room.at)) continue;
      roads.push({ text: name, ...room, width, height: 13, kind: 'road', rank: LINES.indexOf(line) });
    }
  }
  const { width, height } = sheet.size;
  const away = ({ at }: Wish) => Math.hypot(at.x - width / 2, at.y - height / 2);
  places.sort((a, b) => b.rank - a.rank);
  roads.sort((a, b) => b.rank - a.rank || away(a) - away(b));
  return [...places, ...roads];
};

const paintLabels = (sheet: Sheet, pieces: readonly Piece[]): void => {
  const { ctx, theme, ratio, font, size } = sheet;
  ctx.textAlign = 'center';
  ctx.textBaseline = 'middle';
  ctx.lineJoin = 'round';
  for (const { text, at, angle, kind } of chooseLabels(wishesOf(sheet, pieces), size, sheet.view, sheet.free)) {
    ctx.setTransform(ratio, 0, 0, ratio, at.x * ratio, at.y * ratio);
    ctx.rotate(angle);
    ctx.font = `${FONTS[kind]} ${font}`;
    // Names of roads lie on them, names of places on the paper.
    ctx.strokeStyle = withAlpha(kind === 'road' ? theme.road : theme.paper, 0.9);
    ctx.lineWidth = 3;
    ctx.strokeText(text, 0, 0.5);
    ctx.fillStyle = kind === 'place' ? theme.place : theme.label;
    ctx.fillText(text, 0, 0.5);
  }
};

/** Draws a whole sheet of streets on the paper's colour. */
export const paintSheet = (sheet: Sheet, pieces: readonly Piece[]): void => {
  const { ctx, theme, ratio, size } = sheet;
  ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
  ctx.fillStyle = theme.paper;
  ctx.fillRect(0, 0, size.width, size.height);
  paintShapes(sheet, pieces);
  paintLabels(sheet, pieces);
};

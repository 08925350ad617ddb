import type { Camera, ScreenPoint, Size } from '../projection.ts';
import type { Theme } from '../theme.ts';
import type { Archive } from './archive.ts';
import { tilesIn } from './cover.ts';
import { paintSheet } from './paint.ts';
import type { Tiles } from './tiles.ts';

/** The map's request for streets in one frame. Lengths in CSS pixels, times in monotonic ms. */
export type StreetsView = {
  ctx: CanvasRenderingContext2D;
  camera: Camera;
  size: Size;
  ratio: number;
  theme: Theme;
  font: string;
  /** True while the camera is on its way or under a finger: then the drawn sheet is moved along, not drawn again. */
  moving: boolean;
  /** No motion is wanted. */
  still: boolean;
  now: number;
  /** Places on the screen that no label may cover. */
  free: ReadonlyArray<ScreenPoint & { radius: number }>;
};

/** Around the view this share of its size is drawn too, so that a finger finds streets there. */
const BEYOND = 0.25;
/** A sheet that is moved along is drawn again when it is shown larger or smaller than this. */
const STRETCH = 1.9;
/** Maximum of device pixels drawn for one CSS pixel: finer streets are not needed. */
const FINEST = 2;

/** Streets drawn on a canvas somewhat larger than the view. */
export type Sheet = {
  canvas: HTMLCanvasElement;
  camera: Camera;
  size: Size;
  ratio: number;
  theme: Theme;
  drawnAt: number;
};

const sheetSize = ({ width, height }: Size): Size => ({
  width: Math.ceil(width * (1 + 2 * BEYOND)),
  height: Math.ceil(height * (1 + 2 * BEYOND)),
});

/** Tells whether the sheet can be moved and stretched to fill the view. */
export const covers = (sheet: Sheet, { camera, size }: StreetsView): boolean => {
  const factor = camera.scale / sheet.camera.scale;
  const dx = Math.abs(camera.x - sheet.camera.x) * camera.scale;
  const dy = Math.abs(camera.y - sheet.camera.y) * camera.scale;
  return (
    factor < STRETCH &&
    factor > 1 / STRETCH &&
    dx + size.width / 2 <= (sheet.size.width / 2) * factor + 1 &&
    dy + size.height / 2 <= (sheet.size.height / 2) * factor + 1
  );
};

/** Tells whether the sheet was drawn at the view's scale, sharpness and colours. */
export const isExact = (sheet: Sheet, { camera, ratio, theme, size }: StreetsView): boolean =>
  sheet.camera.scale === camera.scale &&
  sheet.ratio === Math.min(FINEST, ratio) &&
  sheet.theme === theme &&
  sheet.size.width === sheetSize(size).width &&
  sheet.size.height === sheetSize(size).height;

/**
 * Draws a sheet from the tiles that are here, and asks for those that are missing.
 * @param before the last sheet, whose canvas is used again
 * @returns null when no tile of the view is here; `before` when the browser gives no canvas
 */
export const drawSheet = (view: StreetsView, archive: Archive, tiles: Tiles, before: Sheet | null): Sheet | null => {
  const { camera, theme, now } = view;
  const ratio = Math.min(FINEST, view.ratio);
  const size = sheetSize(view.size);
  const wanted = tilesIn(camera, size, archive.minZoom, archive.maxZoom);
  for (const tile of wanted) tiles.want(tile, now);
  const pieces = wanted.map((tile) => tiles.piece(tile, archive.minZoom)).filter((piece) => piece !== null);
  if (pieces.length === 0) return null;
  const canvas = before?.canvas ?? document.createElement('canvas');
  const [width, height] = [Math.round(size.width * ratio), Math.round(size.height * ratio)];
  if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
  const ctx = canvas.getContext('2d', { alpha: false });
  if (!ctx) return before;
  const [left, top] = [(size.width - view.size.width) / 2, (size.height - view.size.height) / 2];
  const free = view.free.map(({ x, y, radius }) => ({ x: x + left, y: y + top, radius }));
  paintSheet({ ctx, size, view: view.size, camera, ratio, theme, font: view.font, free }, pieces);
  return { canvas, camera, size, ratio, theme, drawnAt: now };
};

/** Copies the sheet into the view, moved and stretched as the camera has it. @param shown from 0, nothing, to 1, in full */
export const copySheet = (sheet: Sheet, { ctx, camera, size, ratio }: StreetsView, shown: number): void => {
  const factor = camera.scale / sheet.camera.scale;
  const [width, height] = [sheet.size.width * factor, sheet.size.height * factor];
  let x = size.width / 2 - width / 2 + (sheet.camera.x - camera.x) * camera.scale;
  let y = size.height / 2 - height / 2 + (sheet.camera.y - camera.y) * camera.scale;
  // On whole device pixels nothing is blurred.
  if (factor === 1) [x, y] = [Math.round(x * ratio) / ratio, Math.round(y * ratio) / ratio];
  ctx.globalAlpha = shown;
  ctx.drawImage(sheet.canvas, x, y, width, height);
  ctx.globalAlpha = 1;
};

import type { Camera, ScreenPoint, Size } from '../projection.ts';
import type { Theme } from '../theme.ts';
import { type Archive, openArchive } from './archive.ts';
import { ancestor, inWorld, type Tile, tilesIn } from './cover.ts';
import { type Piece, paintSheet } from './paint.ts';
import { readShapes, type Shapes } from './shapes.ts';

/** What the map wants streets for, just now. Lengths in CSS pixels, times in monotonic ms. */
export type StreetsView = {
  ctx: CanvasRenderingContext2D;
  camera: Camera;
  size: Size;
  ratio: number;
  theme: Theme;
  font: string;
  /** Whether the camera is on its way or under a finger: then what is drawn already is moved along, not drawn again. */
  moving: boolean;
  /** No motion is wanted. */
  still: boolean;
  now: number;
  /** What no label may cover, on the screen. */
  free: ReadonlyArray<ScreenPoint & { radius: number }>;
};

export type StreetsLayer = {
  /** Whose data they are: named, by its licence, wherever they are shown. https://www.openstreetmap.org/copyright */
  source: { name: string; href: string };
  /** Draws what is there: from 0, nothing, to 1, in full. `again` when the next frame would look different. */
  draw(view: StreetsView): { shown: number; again: boolean };
  destroy(): void;
};
/** The module as the map loads it, once it has drawn something itself. */
export type StreetsModule = { openStreets(address: string, changed: () => void): Promise<StreetsLayer> };

/** Around the view this share of its size is drawn too, so that a finger finds streets there. */
const BEYOND = 0.25;
/** A sheet that is moved along is drawn anew when it is shown larger or smaller than this. */
const STRETCH = 1.9;
/** While moving, a new sheet is drawn this often at most, in ms. */
const ANEW_MS = 200;
/** Tiles that come one after the other are drawn together, in ms. */
const GATHER_MS = 80;
const FADE_MS = 280;
/** Finer than this nobody needs streets: device pixels to a CSS pixel. */
const FINEST = 2;
const MOST_TILES = 64;
const RETRY_MS = 30_000;
/** As far up as a coarser tile stands in for one that is not there yet. */
const STAND_IN_LEVELS = 5;

type Kept = { state: 'loading' } | { state: 'ready'; shapes: Shapes | null } | { state: 'failed'; at: number };

type DrawnSheet = {
  canvas: HTMLCanvasElement;
  camera: Camera;
  size: Size;
  ratio: number;
  theme: Theme;
  drawnAt: number;
};

const keyOf = (tile: Tile): string => {
  const { z, x, y } = inWorld(tile);
  return `${z}/${x}/${y}`;
};

/** Tiles as they come, the least used forgotten. */
const createTiles = (archive: Archive, arrived: () => void) => {
  const kept = new Map<string, Kept>();
  const load = async (key: string, tile: Tile) => {
    kept.set(key, { state: 'loading' });
    try {
      const { z, x, y } = inWorld(tile);
      const bytes = await archive.tile(z, x, y);
      kept.set(key, { state: 'ready', shapes: bytes && readShapes(bytes, () => new Path2D()) });
    } catch {
      // The drawn map goes on without this tile.
      kept.set(key, { state: 'failed', at: performance.now() });
    }
    arrived();
  };
  const shapesOf = (tile: Tile): Shapes | null => {
    const found = kept.get(keyOf(tile));
    return found?.state === 'ready' ? found.shapes : null;
  };
  return {
    /** Asks for a tile that is wanted, unless that was done. */
    want: (tile: Tile, now: number) => {
      const key = keyOf(tile);
      const found = kept.get(key);
      if (found) {
        kept.delete(key);
        kept.set(key, found);
        if (found.state !== 'failed' || now - found.at < RETRY_MS) return;
      }
      void load(key, tile);
      for (const [oldest, { state }] of kept) {
        if (kept.size <= MOST_TILES) break;
        if (state !== 'loading') kept.delete(oldest);
      }
    },
    /** A tile's shapes, or those of the nearest one above it. */
    piece: (tile: Tile, minZoom: number): Piece | null => {
      for (let up = 0; up <= STAND_IN_LEVELS && tile.z - up >= minZoom; up++) {
        const at = up === 0 ? tile : ancestor(tile, up);
        const shapes = shapesOf(at);
        if (shapes) return { tile: at, shapes, within: tile };
        // Known to be empty: nothing stands in for it.
        if (kept.get(keyOf(at))?.state === 'ready') return null;
      }
      return null;
    },
  };
};

/**
 * The streets of an archive. They are drawn on a sheet somewhat larger than the view, which is then moved along under the
 * drawing: a frame in which only the trailer moves costs one copied picture.
 *
 * @param changed called when there is more to draw
 * @throws Error when the archive cannot be read
 */
export const openStreets = async (address: string, changed: () => void): Promise<StreetsLayer> => {
  const archive = await openArchive(address);
  let stale = true;
  let gathering: ReturnType<typeof setTimeout> | undefined;
  const tiles = createTiles(archive, () => {
    stale = true;
    gathering ??= setTimeout(() => {
      gathering = undefined;
      changed();
    }, GATHER_MS);
  });
  let sheet: DrawnSheet | null = null;
  let firstAt: number | null = null;

  const covers = ({ camera, size }: StreetsView): boolean => {
    if (!sheet) return false;
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
  const isExact = ({ camera, ratio, theme, size }: StreetsView): boolean =>
    sheet !== null &&
    sheet.camera.scale === camera.scale &&
    sheet.ratio === Math.min(FINEST, ratio) &&
    sheet.theme === theme &&
    sheet.size.width === Math.ceil(size.width * (1 + 2 * BEYOND)) &&
    sheet.size.height === Math.ceil(size.height * (1 + 2 * BEYOND));

  const paint = (view: StreetsView): void => {
    const { camera, theme, now } = view;
    const ratio = Math.min(FINEST, view.ratio);
    const size = {
      width: Math.ceil(view.size.width * (1 + 2 * BEYOND)),
      height: Math.ceil(view.size.height * (1 + 2 * BEYOND)),
    };
    const wanted = tilesIn(camera, size, archive.minZoom, archive.maxZoom);
    for (const tile of wanted) tiles.want(tile, now);
    const pieces = wanted.map((tile) => tiles.piece(tile, archive.minZoom)).filter((piece) => piece !== null);
    stale = false;
    if (pieces.length === 0) {
      sheet = null;
      return;
    }
    const canvas = sheet?.canvas ?? document.createElement('canvas');
    const [width, height] = [Math.round(size.width * ratio), Math.round(size.height * ratio)];
    if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
    const ctx = canvas.getContext('2d', { alpha: false });
    if (!ctx) return;
    const [left, top] = [(size.width - view.size.width) / 2, (size.height - view.size.height) / 2];
    const free = view.free.map(({ x, y, radius }) => ({ x: x + left, y: y + top, radius }));
    paintSheet({ ctx, size, view: view.size, camera, ratio, theme, font: view.font, free }, pieces);
    sheet = { canvas, camera, size, ratio, theme, drawnAt: now };
    firstAt ??= now;
  };

  return {
    source: { name: '© OpenStreetMap', href: 'https://www.openstreetmap.org/copyright' },
    draw: (view) => {
      const { ctx, camera, size, moving, still, now } = view;
      const usable = covers(view);
      if (moving && sheet) {
        if (!usable && now - sheet.drawnAt > ANEW_MS) paint(view);
      } else if (stale || !usable || !isExact(view)) paint(view);
      if (!sheet || firstAt === null) return { shown: 0, again: false };
      const shown = still ? 1 : Math.min(1, (now - firstAt) / FADE_MS);
      const factor = camera.scale / sheet.camera.scale;
      const [width, height] = [sheet.size.width * factor, sheet.size.height * factor];
      let x = size.width / 2 - width / 2 + (sheet.camera.x - camera.x) * camera.scale;
      let y = size.height / 2 - height / 2 + (sheet.camera.y - camera.y) * camera.scale;
      // On whole device pixels nothing is blurred.
      if (factor === 1) [x, y] = [Math.round(x * view.ratio) / view.ratio, Math.round(y * view.ratio) / view.ratio];
      ctx.globalAlpha = shown;
      ctx.drawImage(sheet.canvas, x, y, width, height);
      ctx.globalAlpha = 1;
      return { shown, again: shown < 1 };
    },
    destroy: () => clearTimeout(gathering),
  };
};

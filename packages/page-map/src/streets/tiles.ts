import type { Archive } from './archive.ts';
import { ancestor, inWorld, type Tile } from './cover.ts';
import type { Piece } from './paint.ts';
import { readShapes, type Shapes } from './shapes.ts';

const MOST_TILES = 64;
const RETRY_MS = 30_000;
/** Zoom levels that a coarser tile may be above a missing one that it replaces. */
const COARSER_LEVELS = 5;

type Kept = { state: 'loading' } | { state: 'ready'; shapes: Shapes | null } | { state: 'failed'; at: number };

const keyOf = (tile: Tile): string => {
  const { z, x, y } = inWorld(tile);
  return `${z}/${x}/${y}`;
};

/**
 * Keeps the tiles of an archive as they arrive, and forgets the least used.
 * @param arrived called after each tile, whether it could be read or not
 */
export const createTiles = (archive: Archive, arrived: () => void) => {
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
    /** Loads a tile, unless it is here or was asked for. A failed one is asked for again after a while. */
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
      for (let up = 0; up <= COARSER_LEVELS && tile.z - up >= minZoom; up++) {
        const at = up === 0 ? tile : ancestor(tile, up);
        const shapes = shapesOf(at);
        if (shapes) return { tile: at, shapes, within: tile };
        // Known to be empty: no coarser tile replaces it.
        if (kept.get(keyOf(at))?.state === 'ready') return null;
      }
      return null;
    },
  };
};

export type Tiles = ReturnType<typeof createTiles>;

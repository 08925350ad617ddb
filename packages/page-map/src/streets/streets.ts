import { openArchive } from './archive.ts';
import { copySheet, covers, drawSheet, isExact, type Sheet, type StreetsView } from './sheet.ts';
import { createTiles } from './tiles.ts';

export type StreetsLayer = {
  /** The owner of the data: named, as the licence asks, wherever they are shown. https://www.openstreetmap.org/copyright */
  source: { name: string; href: string };
  /** Draws the streets that are here: from 0, nothing, to 1, in full. `again` when the next frame would look different. */
  draw(view: StreetsView): { shown: number; again: boolean };
  destroy(): void;
};
/** The module as the map loads it, once it has drawn something itself. */
export type StreetsModule = { openStreets(address: string, changed: () => void): Promise<StreetsLayer> };

/** Minimum time between two sheets while the map moves, in ms. */
const REDRAW_MS = 200;
/** Tiles that arrive one after the other are drawn together, in ms. */
const GATHER_MS = 80;
const FADE_MS = 280;

/**
 * Opens the streets of an archive. They are drawn on a sheet somewhat larger than the view, which is then moved along under the
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
  let sheet: Sheet | null = null;
  let firstAt: number | null = null;

  const redraw = (view: StreetsView): void => {
    sheet = drawSheet(view, archive, tiles, sheet);
    stale = false;
    if (sheet) firstAt ??= view.now;
  };
  return {
    source: { name: '© OpenStreetMap', href: 'https://www.openstreetmap.org/copyright' },
    draw: (view) => {
      const { moving, still, now } = view;
      const usable = sheet !== null && covers(sheet, view);
      if (moving && sheet) {
        if (!usable && now - sheet.drawnAt > REDRAW_MS) redraw(view);
      } else if (stale || !usable || !sheet || !isExact(sheet, view)) redraw(view);
      if (!sheet || firstAt === null) return { shown: 0, again: false };
      const shown = still ? 1 : Math.min(1, (now - firstAt) / FADE_MS);
      copySheet(sheet, view, shown);
      return { shown, again: shown < 1 };
    },
    destroy: () => clearTimeout(gathering),
  };
};

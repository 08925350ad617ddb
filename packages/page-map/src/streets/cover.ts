import type { Camera, Size } from '../projection.ts';

/** A tile of the pyramid; `x` counts on beyond the edges of the world, which repeats. */
export type Tile = { z: number; x: number; y: number };

/** CSS pixels that a tile is wide at its own zoom level: half as many details as with 256, as vector tiles are made for. */
export const TILE_PX = 512;

/** The zoom of a camera, as in map styles: at zoom 0 the world is one tile. */
export const zoomOf = ({ scale }: Camera): number => Math.log2(scale / TILE_PX);

/** More tiles than this are not drawn: the camera is too far away for what the archive has. */
const MOST = 36;

/** The tiles that a view needs, from its middle outwards; none when it would be too many. */
export const tilesIn = (camera: Camera, size: Size, minZoom: number, maxZoom: number): Tile[] => {
  const z = Math.max(minZoom, Math.min(maxZoom, Math.floor(zoomOf(camera))));
  const count = 2 ** z;
  const [halfWidth, halfHeight] = [size.width / 2 / camera.scale, size.height / 2 / camera.scale];
  const minX = Math.floor((camera.x - halfWidth) * count);
  const maxX = Math.floor((camera.x + halfWidth) * count);
  const minY = Math.max(0, Math.floor((camera.y - halfHeight) * count));
  const maxY = Math.min(count - 1, Math.floor((camera.y + halfHeight) * count));
  if ((maxX - minX + 1) * (maxY - minY + 1) > MOST) return [];
  const tiles: Tile[] = [];
  for (let y = minY; y <= maxY; y++) for (let x = minX; x <= maxX; x++) tiles.push({ z, x, y });
  const away = ({ x, y }: Tile) => Math.hypot((x + 0.5) / count - camera.x, (y + 0.5) / count - camera.y);
  return tiles.sort((a, b) => away(a) - away(b));
};

/** The tile that holds this one, `up` levels coarser. */
export const ancestor = ({ z, x, y }: Tile, up: number): Tile => ({ z: z - up, x: x >> up, y: y >> up });

/** Returns the tile's address in the archive: within the world. */
export const inWorld = ({ z, x, y }: Tile): Tile => ({ z, x: ((x % 2 ** z) + 2 ** z) % 2 ** z, y });

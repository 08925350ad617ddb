import { createHash } from 'node:crypto';
import { Compression, type Entry, zxyToTileId } from 'pmtiles';
import { addEntry, archiveHead } from '../archive-format.ts';
import type { Box, TileAddress } from '../box.ts';

export type TestTile = TileAddress & { bytes: Uint8Array };

/** A PMTiles archive in memory: each content once. */
export const archiveOf = (
  tiles: readonly TestTile[],
  { box, metadata = {}, compression = Compression.None }: { box: Box; metadata?: unknown; compression?: Compression },
): Buffer => {
  const byId = tiles
    .map(({ z, x, y, bytes }) => ({ tileId: zxyToTileId(z, x, y), bytes }))
    .sort((a, b) => a.tileId - b.tileId);
  const entries: Entry[] = [];
  const contents = new Map<string, number>();
  const data: Uint8Array[] = [];
  let dataBytes = 0;
  for (const { tileId, bytes } of byId) {
    const digest = createHash('sha256').update(bytes).digest('base64');
    let at = contents.get(digest);
    if (at === undefined) {
      at = dataBytes;
      contents.set(digest, at);
      data.push(bytes);
      dataBytes += bytes.length;
    }
    addEntry(entries, tileId, at, bytes.length);
  }
  const zooms = tiles.map(({ z }) => z);
  const head = archiveHead({
    entries,
    dataBytes,
    metadata,
    tileCompression: compression,
    minZoom: Math.min(...zooms),
    maxZoom: Math.max(...zooms),
    box,
  });
  return Buffer.concat([head, ...data]);
};

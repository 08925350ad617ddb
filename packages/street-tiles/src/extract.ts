import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, open, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { type Entry, findTile, type Header, PMTiles, SharedPromiseCache, TileType, zxyToTileId } from 'pmtiles';
import { addEntry, archiveHead } from './archive-format.ts';
import { type ArchiveSource, TilesError } from './archive-source.ts';
import { type Box, countTiles, overviewZoom, tilesOf } from './box.ts';

/** Progress: the bytes of tiles that are here, of all that are wanted. */
export type Progress = { readBytes: number; totalBytes: number };

export type ExtractOptions = {
  source: ArchiveSource;
  box: Box;
  /** Null: the zoom level that shows the box in one tile. */
  minZoom: number | null;
  maxZoom: number;
  /** The file to write; replaced when it is complete, and not before. */
  out: string;
  /** Called before the first tile is read. */
  planned(plan: { tiles: number; bytes: number; minZoom: number; maxZoom: number }): void;
  progress(progress: Progress): void;
};

export type Extracted = { tiles: number; bytes: number; minZoom: number; maxZoom: number };

/** Maximum number of tiles: more than any company's region needs. */
const MOST_TILES = 400_000;
/** Parts of the source closer together than this are read at once, in bytes. */
const GAP_BYTES = 32_768;
/** No part that is read at once is longer, in bytes. */
const PART_BYTES = 4 * 1024 * 1024;
const READERS = 4;
/** Directories below the root, as far as readers follow them. */
const DEEPEST = 3;

type Found = { tileId: number; offset: number; length: number };
/** A stretch of the source's tile data. */
type Part = { offset: number; length: number };

const readHeader = async (source: ArchiveSource, cache: SharedPromiseCache): Promise<Header> => {
  try {
    const header = await cache.getHeader(source);
    if (header.specVersion !== 3) throw new Error(`its version is ${header.specVersion}`);
    if (header.tileType !== TileType.Mvt) throw new Error('its tiles are not vector tiles');
    return header;
  } catch (error) {
    if (error instanceof TilesError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new TilesError(`${source.getKey()} is not a PMTiles archive of vector tiles, version 3 (${reason}).`);
  }
};

/** Finds the wanted tiles in the source; those that it does not have are left out. `wanted` ascends. */
const locate = async (
  source: ArchiveSource,
  cache: SharedPromiseCache,
  header: Header,
  wanted: readonly number[],
): Promise<Found[]> => {
  const look = async (offset: number, length: number, ids: readonly number[], depth: number): Promise<Found[]> => {
    const entries = await cache.getDirectory(source, offset, length, header);
    const found: Found[] = [];
    const leaves: Array<{ entry: Entry; inside: number[] }> = [];
    for (const id of ids) {
      const entry = findTile(entries, id);
      if (!entry) continue;
      const leaf = leaves.at(-1);
      if (entry.runLength > 0) found.push({ tileId: id, offset: entry.offset, length: entry.length });
      else if (leaf?.entry === entry) leaf.inside.push(id);
      else leaves.push({ entry, inside: [id] });
    }
    if (leaves.length > 0 && depth === DEEPEST) {
      throw new TilesError(`${source.getKey()} has directories that point to no tiles. Download it again.`);
    }
    for (const { entry, inside } of leaves) {
      found.push(...(await look(header.leafDirectoryOffset + entry.offset, entry.length, inside, depth + 1)));
    }
    return found;
  };
  const found = await look(header.rootDirectoryOffset, header.rootDirectoryLength, wanted, 0);
  return found.sort((a, b) => a.tileId - b.tileId);
};

/** The stretches to read, so that every tile lies whole within one of them. */
export const partsOf = (found: readonly Part[]): Part[] => {
  const parts: Part[] = [];
  for (const { offset, length } of found.toSorted((a, b) => a.offset - b.offset)) {
    const last = parts.at(-1);
    const end = offset + length;
    if (last && offset <= last.offset + last.length + GAP_BYTES && end - last.offset <= PART_BYTES) {
      last.length = Math.max(last.length, end - last.offset);
    } else parts.push({ offset, length });
  }
  return parts;
};

/** Reads all parts into a folder, where those of an earlier try may be already. */
const download = async (
  source: ArchiveSource,
  header: Header,
  parts: readonly Part[],
  folder: string,
  progress: ExtractOptions['progress'],
): Promise<void> => {
  const totalBytes = parts.reduce((sum, { length }) => sum + length, 0);
  const named = join(folder, 'source');
  const identity = `${source.getKey()} ${source.identity()}`;
  if ((await readFile(named, 'utf8').catch(() => '')) !== identity) await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await writeFile(named, identity);
  let readBytes = 0;
  const waiting = [...parts];
  const failed = { error: null as unknown };
  const read = async () => {
    for (let part = waiting.shift(); part && failed.error === null; part = waiting.shift()) {
      const file = partFile(folder, part);
      const there = await stat(file).catch(() => null);
      if (there?.size !== part.length) {
        const { data } = await source.getBytes(header.tileDataOffset + part.offset, part.length);
        if (data.byteLength !== part.length)
          throw new TilesError(`${source.getKey()} ends before its last tile. Download it again.`);
        await writeFile(`${file}.new`, new Uint8Array(data));
        await rename(`${file}.new`, file);
      }
      readBytes += part.length;
      progress({ readBytes, totalBytes });
    }
  };
  const readers = Array.from({ length: READERS }, () =>
    read().catch((error: unknown) => {
      failed.error ??= error;
    }),
  );
  await Promise.all(readers);
  if (failed.error !== null) throw failed.error;
};

const partFile = (folder: string, { offset, length }: Part): string => join(folder, `${offset}-${length}`);

/** Reads tiles: from the parts that were downloaded, or straight from a file. */
const createReader = (source: ArchiveSource, header: Header, parts: readonly Part[], folder: string) => {
  let open: { part: Part; bytes: Buffer } | null = null;
  const partOf = async (offset: number): Promise<{ part: Part; bytes: Buffer }> => {
    if (open && offset >= open.part.offset && offset < open.part.offset + open.part.length) return open;
    let [low, high] = [0, parts.length - 1];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((parts[middle]?.offset ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    const part = parts[low];
    if (!part) throw new Error('A tile lies outside of what was read');
    open = { part, bytes: await readFile(partFile(folder, part)) };
    return open;
  };
  return async ({ offset, length }: Part): Promise<Buffer> => {
    if (!source.remote) {
      const { data } = await source.getBytes(header.tileDataOffset + offset, length);
      if (data.byteLength !== length)
        throw new TilesError(`${source.getKey()} ends before its last tile. Download it again.`);
      return Buffer.from(data);
    }
    const { part, bytes } = await partOf(offset);
    return bytes.subarray(offset - part.offset, offset - part.offset + length);
  };
};

/** The zoom levels to copy. @throws TilesError when the archive has none of those that were asked for */
const zoomsOf = (header: Header, { box, ...options }: ExtractOptions): { minZoom: number; maxZoom: number } => {
  const maxZoom = Math.min(header.maxZoom, options.maxZoom);
  const minZoom = Math.max(header.minZoom, options.minZoom ?? Math.min(overviewZoom(box), maxZoom));
  if (minZoom > maxZoom) {
    throw new TilesError(
      `The archive has zoom levels ${header.minZoom} to ${header.maxZoom}. Ask for one of them with --maxzoom.`,
    );
  }
  return { minZoom, maxZoom };
};

/** The IDs of the box's tiles, ascending. @throws TilesError when there are too many */
const tileIdsIn = (box: Box, minZoom: number, maxZoom: number): number[] => {
  const zooms = Array.from({ length: maxZoom - minZoom + 1 }, (_, i) => minZoom + i);
  const count = zooms.reduce((sum, z) => sum + countTiles(box, z), 0);
  if (count > MOST_TILES) {
    throw new TilesError(
      `That would be ${count.toLocaleString('en')} tiles; the maximum is ${MOST_TILES.toLocaleString('en')}. Give a smaller --bbox or a lower --maxzoom.`,
    );
  }
  const ids = zooms.flatMap((z) => tilesOf(box, z).map(({ x, y }) => zxyToTileId(z, x, y)));
  return ids.sort((a, b) => a - b);
};

/**
 * Writes the tiles' contents into a file, each content once, in the order of the tiles' IDs.
 * @param copied called for each tile with its number and the bytes written so far
 * @returns the new archive's directory entries, and the length of the file in bytes
 */
const writeTileData = async (
  file: string,
  found: readonly Found[],
  read: (part: Part) => Promise<Buffer>,
  copied: (tile: number, dataBytes: number) => void,
): Promise<{ entries: Entry[]; dataBytes: number }> => {
  const entries: Entry[] = [];
  /** New offsets by offset in the source, and by content. */
  const offsets = new Map<number, number>();
  const contents = new Map<string, number>();
  let dataBytes = 0;
  const data = await open(file, 'w');
  try {
    for (const [i, { tileId, offset, length }] of found.entries()) {
      let at = offsets.get(offset);
      if (at === undefined) {
        const tile = await read({ offset, length });
        const digest = createHash('sha256').update(tile).digest('base64');
        at = contents.get(digest);
        if (at === undefined) {
          at = dataBytes;
          await data.write(tile);
          dataBytes += length;
          contents.set(digest, at);
        }
        offsets.set(offset, at);
      }
      addEntry(entries, tileId, at, length);
      copied(i, dataBytes);
    }
  } finally {
    await data.close();
  }
  return { entries, dataBytes };
};

/**
 * Copies the tiles of a box into an archive of its own, byte for byte: each content once, in the order of the tiles' IDs. A
 * download that was cut off continues from the parts that are here when the same is asked for again.
 *
 * @throws TilesError with a sentence for the person at the terminal; `out` is then as it was
 */
export const extractTiles = async (options: ExtractOptions): Promise<Extracted> => {
  const { source, box, out } = options;
  const cache = new SharedPromiseCache(2_000);
  const header = await readHeader(source, cache);
  const { minZoom, maxZoom } = zoomsOf(header, options);
  const found = await locate(source, cache, header, tileIdsIn(box, minZoom, maxZoom));
  if (found.length === 0) throw new TilesError(`${source.getKey()} has no tiles in that box.`);
  const parts = partsOf(found);
  const bytes = [...new Map(found.map(({ offset, length }) => [offset, length])).values()].reduce((a, b) => a + b, 0);
  options.planned({ tiles: found.length, bytes, minZoom, maxZoom });

  const folder = `${out}.parts`;
  await mkdir(dirname(out), { recursive: true });
  if (source.remote) await download(source, header, parts, folder, options.progress);

  const dataFile = `${out}.data`;
  const newFile = `${out}.new`;
  try {
    const read = createReader(source, header, parts, folder);
    const { entries, dataBytes } = await writeTileData(dataFile, found, read, (tile, readBytes) => {
      if (!source.remote && tile % 100 === 0) options.progress({ readBytes, totalBytes: bytes });
    });
    const metadata = await new PMTiles(source, cache).getMetadata();
    const { tileCompression } = header;
    const head = archiveHead({ entries, dataBytes, metadata, tileCompression, minZoom, maxZoom, box });
    await writeFile(newFile, head);
    await pipeline(createReadStream(dataFile), createWriteStream(newFile, { flags: 'a' }));
    await rename(newFile, out);
    await rm(folder, { recursive: true, force: true });
    return { tiles: found.length, bytes: head.length + dataBytes, minZoom, maxZoom };
  } finally {
    await rm(dataFile, { force: true });
    await rm(newFile, { force: true });
  }
};

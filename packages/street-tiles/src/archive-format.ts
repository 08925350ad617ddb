import { gzipSync } from 'node:zlib';
import { Compression, type Entry, TileType } from 'pmtiles';
import type { Box } from './box.ts';

/*
 * Writes what the `pmtiles` library reads: the header and the directories of a PMTiles archive, version 3.
 * https://github.com/protomaps/PMTiles/blob/main/spec/v3/spec.md
 */

export const HEADER_BYTES = 127;
/** Header and root directory must be in the first 16 KiB, which readers fetch at once. */
const FIRST_FETCH_BYTES = 16_384;
const FIRST_LEAF_ENTRIES = 4096;

const varint = (value: number, into: number[]): void => {
  let rest = value;
  while (rest >= 0x80) {
    into.push((rest % 0x80) + 0x80);
    rest = Math.floor(rest / 0x80);
  }
  into.push(rest);
};

/** Returns a directory as the archive has it, compressed with gzip. Entries ascend by tile ID. */
const directoryBytes = (entries: readonly Entry[]): Buffer => {
  const bytes: number[] = [];
  varint(entries.length, bytes);
  let last = 0;
  for (const { tileId } of entries) {
    varint(tileId - last, bytes);
    last = tileId;
  }
  for (const { runLength } of entries) varint(runLength, bytes);
  for (const { length } of entries) varint(length, bytes);
  for (const [i, { offset }] of entries.entries()) {
    const before = entries[i - 1];
    varint(before && offset === before.offset + before.length ? 0 : offset + 1, bytes);
  }
  return gzipSync(Uint8Array.from(bytes));
};

/** The root directory and, where it would be too large, the leaves that it points to. */
export const directoriesOf = (entries: readonly Entry[]): { root: Buffer; leaves: Buffer } => {
  const whole = directoryBytes(entries);
  if (whole.length <= FIRST_FETCH_BYTES - HEADER_BYTES) return { root: whole, leaves: Buffer.alloc(0) };
  for (let size = FIRST_LEAF_ENTRIES; ; size *= 2) {
    const leaves: Buffer[] = [];
    const pointers: Entry[] = [];
    let offset = 0;
    for (let from = 0; from < entries.length; from += size) {
      const part = entries.slice(from, from + size);
      const leaf = directoryBytes(part);
      pointers.push({ tileId: part[0]?.tileId ?? 0, offset, length: leaf.length, runLength: 0 });
      leaves.push(leaf);
      offset += leaf.length;
    }
    const root = directoryBytes(pointers);
    if (root.length <= FIRST_FETCH_BYTES - HEADER_BYTES) return { root, leaves: Buffer.concat(leaves) };
  }
};

/** Adds a tile to entries that ascend by ID; one that repeats its neighbour lengthens the neighbour's run. */
export const addEntry = (entries: Entry[], tileId: number, offset: number, length: number): void => {
  const last = entries.at(-1);
  if (last && last.offset === offset && last.tileId + last.runLength === tileId) last.runLength++;
  else entries.push({ tileId, offset, length, runLength: 1 });
};

export type ArchiveDescription = {
  entries: readonly Entry[];
  /** Bytes of all tiles, each once. */
  dataBytes: number;
  metadata: unknown;
  tileCompression: Compression;
  minZoom: number;
  maxZoom: number;
  box: Box;
};

/** Everything that stands before the tiles: header, root directory, metadata, leaf directories. */
export const archiveHead = (archive: ArchiveDescription): Buffer => {
  const { entries, box } = archive;
  const { root, leaves } = directoriesOf(entries);
  const metadata = gzipSync(JSON.stringify(archive.metadata));
  const header = Buffer.alloc(HEADER_BYTES);
  header.write('PMTiles', 0, 'latin1');
  header.writeUInt8(3, 7);
  const metadataAt = HEADER_BYTES + root.length;
  const leavesAt = metadataAt + metadata.length;
  const numbers = [
    HEADER_BYTES,
    root.length,
    metadataAt,
    metadata.length,
    leavesAt,
    leaves.length,
    leavesAt + leaves.length,
    archive.dataBytes,
    entries.reduce((sum, { runLength }) => sum + runLength, 0),
    entries.length,
    new Set(entries.map(({ offset }) => offset)).size,
  ];
  for (const [i, number] of numbers.entries()) header.writeBigUInt64LE(BigInt(number), 8 + 8 * i);
  // Clustered: tiles lie in the order of their IDs.
  header.writeUInt8(1, 96);
  header.writeUInt8(Compression.Gzip, 97);
  header.writeUInt8(archive.tileCompression, 98);
  header.writeUInt8(TileType.Mvt, 99);
  header.writeUInt8(archive.minZoom, 100);
  header.writeUInt8(archive.maxZoom, 101);
  const degrees = (value: number, at: number) => header.writeInt32LE(Math.round(value * 1e7), at);
  degrees(box.west, 102);
  degrees(box.south, 106);
  degrees(box.east, 110);
  degrees(box.north, 114);
  header.writeUInt8(archive.minZoom, 118);
  degrees((box.west + box.east) / 2, 119);
  degrees((box.south + box.north) / 2, 123);
  return Buffer.concat([header, root, metadata, leaves]);
};

import { PMTiles, type Source } from 'pmtiles';

/** A tile archive on the site, read by ranges. */
export type Archive = {
  minZoom: number;
  maxZoom: number;
  /** A tile's content, uncompressed; null where the archive has none. */
  tile(z: number, x: number, y: number): Promise<ArrayBuffer | null>;
};

/** Anything but the range that was asked for is refused: a whole archive would be megabytes. */
const ranges = (address: string): Source => ({
  getKey: () => address,
  getBytes: async (offset, length, signal) => {
    const response = await fetch(address, {
      headers: { range: `bytes=${offset}-${offset + length - 1}` },
      credentials: 'omit',
      referrerPolicy: 'no-referrer',
      ...(signal ? { signal } : {}),
    });
    if (response.status !== 206) {
      await response.body?.cancel();
      throw new Error(`${response.status} instead of a part`);
    }
    return { data: await response.arrayBuffer() };
  },
});

/** @throws Error when there is no archive, or its tiles are not vector tiles */
export const openArchive = async (address: string): Promise<Archive> => {
  const archive = new PMTiles(ranges(address));
  const { minZoom, maxZoom, tileType } = await archive.getHeader();
  // MVT
  if (tileType !== 1) throw new Error('No vector tiles');
  return {
    minZoom,
    maxZoom,
    tile: async (z, x, y) => (await archive.getZxy(z, x, y))?.data ?? null,
  };
};

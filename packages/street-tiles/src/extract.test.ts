import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { runs } from '@qdn/test-support/runs';
import fc from 'fast-check';
import { PMTiles, type Source } from 'pmtiles';
import { type Network, openFile, openUrl, TilesError } from './archive-source.ts';
import { type Box, tilesOf } from './box.ts';
import { type ExtractOptions, extractTiles, partsOf } from './extract.ts';
import { archiveOf, type TestTile } from './testing/archive.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tiles-'));
});
afterAll(() => rm(folder, { recursive: true }));

const WORLD: Box = { west: -180, south: -85, east: 180, north: 85 };
const AUSTIN: Box = { west: -97.9, south: 30.15, east: -97.55, north: 30.45 };
const quiet = { planned: () => {}, progress: () => {} };

const inMemory = (archive: Uint8Array): Source => ({
  getKey: () => 'memory',
  getBytes: async (offset, length) => ({ data: new Uint8Array(archive.subarray(offset, offset + length)).buffer }),
});
const extracted = async (options: Pick<ExtractOptions, 'source' | 'box'> & Partial<ExtractOptions>) => {
  const out = join(folder, 'out.pmtiles');
  const result = await extractTiles({ minZoom: 0, maxZoom: 20, out, ...quiet, ...options });
  await options.source.close();
  return { result, archive: new PMTiles(inMemory(await readFile(out))), out };
};
const fileOf = async (archive: Buffer, name = 'source.pmtiles') => {
  const path = join(folder, name);
  await writeFile(path, archive);
  return path;
};

/** A pyramid with a content that tells each tile, but for those that repeat, as the sea does. */
const pyramid = (zooms: readonly number[], box: Box, repeats: (x: number, y: number) => boolean): TestTile[] =>
  zooms.flatMap((z) =>
    tilesOf(box, z).map((tile) => ({
      ...tile,
      bytes: Buffer.from(
        repeats(tile.x, tile.y)
          ? 'sea'
          : `${tile.z}/${tile.x}/${tile.y} `.repeat(1 + ((tile.x * 7919 + tile.y * 104_729) % 211)),
      ),
    })),
  );

/** An archive behind HTTP, in memory. */
const served = (archive: Buffer, between: (offset: number) => Response | Error | null = () => null) => {
  const asked: string[] = [];
  const network: Network = {
    pause: async () => {},
    fetch: async (_, init) => {
      const range = new Headers(init.headers).get('range') ?? '';
      asked.push(range);
      const [, from = '0', to = '0'] = /^bytes=(\d+)-(\d+)$/.exec(range) ?? [];
      const other = between(Number(from));
      if (other instanceof Error) throw other;
      if (other) return other;
      const part = archive.subarray(Number(from), Number(to) + 1);
      return new Response(new Uint8Array(part), {
        status: 206,
        headers: { 'content-range': `bytes ${from}-${Number(from) + part.length - 1}/${archive.length}`, etag: '"1"' },
      });
    },
  };
  return { network, asked };
};

describe('the extract of a region', () => {
  test('has every tile of the box, byte for byte, and none outside', async () => {
    const corner = fc.record({
      lon: fc.double({ min: -179, max: 178, noNaN: true }),
      lat: fc.double({ min: -80, max: 79, noNaN: true }),
    });
    const side = fc.double({ min: 0.5, max: 120, noNaN: true });
    const tiles = pyramid([0, 1, 2, 3, 4], WORLD, (x, y) => (x + y) % 3 === 0);
    const path = await fileOf(archiveOf(tiles, { box: WORLD }));
    await fc.assert(
      fc.asyncProperty(corner, side, side, fc.nat(4), fc.nat(4), async ({ lon, lat }, width, height, a, b) => {
        const box = { west: lon, south: lat, east: Math.min(180, lon + width), north: Math.min(85, lat + height) };
        const [minZoom, maxZoom] = [Math.min(a, b), Math.max(a, b)];
        const { archive, result } = await extracted({ source: await openFile(path), box, minZoom, maxZoom });
        const wanted = new Set<string>();
        for (let z = minZoom; z <= maxZoom; z++) for (const { x, y } of tilesOf(box, z)) wanted.add(`${z}/${x}/${y}`);
        for (const { z, x, y, bytes } of tiles) {
          const copied = await archive.getZxy(z, x, y);
          const expected = wanted.has(`${z}/${x}/${y}`) ? Buffer.from(bytes).toString() : undefined;
          expect(copied && Buffer.from(copied.data).toString()).toBe(expected);
        }
        expect(result.tiles).toBe(wanted.size);
        expect(await archive.getHeader()).toMatchObject({
          minZoom,
          maxZoom,
          clustered: true,
          numAddressedTiles: wanted.size,
        });
      }),
      { numRuns: runs(60) },
    );
  });

  test('has leaf directories once the root would be too large, and each content once', async () => {
    const box: Box = { west: -98.6, south: 29.6, east: -97.2, north: 30.8 };
    const tiles = pyramid([10, 15], box, (x) => x % 2 === 0);
    const { archive, result } = await extracted({
      source: await openFile(await fileOf(archiveOf(tiles, { box }))),
      box,
    });
    const header = await archive.getHeader();
    expect(header.leafDirectoryLength).toBeGreaterThan(0);
    expect(header.rootDirectoryOffset + header.rootDirectoryLength).toBeLessThanOrEqual(16_384);
    expect(header.numTileContents).toBe(new Set(tiles.map(({ bytes }) => Buffer.from(bytes).toString())).size);
    expect(result.tiles).toBe(tiles.length);
    for (const { z, x, y, bytes } of tiles.filter((_, i) => i % 97 === 0)) {
      expect(Buffer.from((await archive.getZxy(z, x, y))?.data ?? new ArrayBuffer()).toString()).toBe(
        Buffer.from(bytes).toString(),
      );
    }
    // An extract can be the source of another one.
    const again = await extracted({
      source: await openFile(await fileOf(await readFile(join(folder, 'out.pmtiles')), 'again.pmtiles')),
      box: AUSTIN,
    });
    expect(again.result.tiles).toBe([10, 15].flatMap((z) => tilesOf(AUSTIN, z)).length);
  }, 60_000);

  test('keeps what the source says of itself', async () => {
    const metadata = { attribution: '© OpenStreetMap', vector_layers: [{ id: 'roads' }] };
    const archive = archiveOf(
      pyramid([3], WORLD, () => false),
      { box: WORLD, metadata },
    );
    const { archive: copy } = await extracted({ source: await openFile(await fileOf(archive)), box: AUSTIN });
    expect(await copy.getMetadata()).toEqual(metadata);
    expect(await copy.getHeader()).toMatchObject({ minLon: AUSTIN.west, maxLat: AUSTIN.north });
  });

  test('begins with the level that shows the whole region', async () => {
    const archive = archiveOf(
      pyramid([0, 4, 9, 12], AUSTIN, () => false),
      { box: AUSTIN },
    );
    const { result } = await extracted({ source: await openFile(await fileOf(archive)), box: AUSTIN, minZoom: null });
    expect(result).toMatchObject({ minZoom: 10, maxZoom: 12 });
  });
});

describe('a source on the network', () => {
  const tiles = pyramid([4, 8, 12], AUSTIN, () => false);
  const archive = archiveOf(tiles, { box: AUSTIN });

  test('is read in few stretches', async () => {
    const { network, asked } = served(archive);
    const { result } = await extracted({ source: openUrl('https://tiles.example/a', network), box: AUSTIN });
    expect(result.tiles).toBe(tiles.length);
    expect(asked.length).toBeLessThan(6);
  });

  test('that falters is asked again', async () => {
    let requests = 0;
    // After the first answer: an address that has never answered is given up sooner.
    const { network } = served(archive, () => {
      requests++;
      if (requests === 1 || requests > 4) return null;
      return requests % 2 ? new Response('', { status: 503 }) : new TypeError('fetch failed');
    });
    const { result } = await extracted({ source: openUrl('https://tiles.example/a', network), box: AUSTIN });
    expect(result.tiles).toBe(tiles.length);
  });

  test('that was never there is reported soon', async () => {
    const { network, asked } = served(archive, () => new TypeError('fetch failed', { cause: new Error('ENOTFOUND') }));
    await expect(extracted({ source: openUrl('https://tiles.example/a', network), box: AUSTIN })).rejects.toThrow(
      'https://tiles.example/a cannot be read (ENOTFOUND). Check the address and the network.',
    );
    expect(asked).toHaveLength(2);
  });

  test('that breaks off is read on from where it stood, when the same is asked for again', async () => {
    const far = pyramid([4, 8, 12, 13], AUSTIN, () => false).map((tile) => ({
      ...tile,
      bytes: Buffer.alloc(100_000, `${tile.z}/${tile.x}/${tile.y}`),
    }));
    const large = archiveOf(far, { box: AUSTIN });
    const middle = Math.floor(large.length / 2);
    const broken = served(large, (offset) => (offset > middle ? new TypeError('connection reset') : null));
    await expect(
      extracted({ source: openUrl('https://tiles.example/a', broken.network), box: AUSTIN }),
    ).rejects.toThrow(
      'https://tiles.example/a cannot be read (connection reset). Run the same command again: it continues with the parts that are here.',
    );
    expect(await readdir(join(folder, 'out.pmtiles.parts'))).not.toEqual([]);
    const whole = served(large);
    const { result } = await extracted({ source: openUrl('https://tiles.example/a', whole.network), box: AUSTIN });
    expect(result.tiles).toBe(far.length);
    const readBytes = whole.asked.reduce((sum, range) => {
      const [, from, to] = /^bytes=(\d+)-(\d+)$/.exec(range) ?? [];
      return sum + Number(to) - Number(from);
    }, 0);
    expect(readBytes).toBeLessThan(0.6 * large.length);
    expect(await readdir(folder)).not.toContain('out.pmtiles.parts');
  });

  test.each([
    ['has no ranges', () => new Response('all', { status: 200 }), 'does not send parts of a file (HTTP Range)'],
    ['is gone', () => new Response('', { status: 404 }), 'answered 404. Look up the address again'],
  ])('that %s is reported at once', async (_, answer, sentence) => {
    const { network, asked } = served(archive, answer);
    await expect(extracted({ source: openUrl('https://tiles.example/a', network), box: AUSTIN })).rejects.toThrow(
      sentence,
    );
    expect(asked).toHaveLength(1);
  });

  test('that was replaced half-way is not mixed with what it was', async () => {
    let answers = 0;
    const { network } = served(archive);
    const changing: Network = {
      ...network,
      fetch: async (url, init) => {
        const response = await network.fetch(url, init);
        answers++;
        return answers < 2
          ? response
          : new Response(response.body, { status: 206, headers: { 'content-range': 'bytes 0-1/2', etag: '"2"' } });
      },
    };
    await expect(extracted({ source: openUrl('https://tiles.example/a', changing), box: AUSTIN })).rejects.toThrow(
      'changed while it was read',
    );
  });
});

test.each([
  [
    'a file that is not an archive',
    Buffer.from('<html>'.repeat(100)),
    AUSTIN,
    'is not a PMTiles archive of vector tiles',
  ],
  [
    'a box without tiles',
    archiveOf(
      pyramid([9], AUSTIN, () => false),
      { box: AUSTIN },
    ),
    { west: 10, south: 50, east: 11, north: 51 },
    'has no tiles in that box',
  ],
  [
    'a box that is half the world',
    archiveOf(
      pyramid([0, 15], AUSTIN, () => false),
      { box: AUSTIN },
    ),
    WORLD,
    'Give a smaller --bbox or a lower --maxzoom',
  ],
])('%s: a sentence, and the file of before stays', async (_, archive, box, sentence) => {
  const out = join(folder, 'kept.pmtiles');
  await writeFile(out, 'before');
  const source = await openFile(await fileOf(archive, 'wrong.pmtiles'));
  const failing = extractTiles({ source, box, minZoom: 0, maxZoom: 15, out, ...quiet });
  await expect(failing).rejects.toThrow(TilesError);
  await expect(failing).rejects.toThrow(sentence);
  await source.close();
  expect(await readFile(out, 'utf8')).toBe('before');
});

test('a missing file is reported with its name', async () => {
  await expect(openFile(join(folder, 'nowhere'))).rejects.toThrow(/nowhere cannot be read/);
});

test('every tile lies whole within one of the stretches that are read', () => {
  const stretch = fc.record({ offset: fc.nat(50_000_000), length: fc.integer({ min: 1, max: 300_000 }) });
  fc.assert(
    fc.property(fc.array(stretch, { maxLength: 100 }), (found) => {
      const parts = partsOf(found);
      for (const { offset, length } of found) {
        const holding = parts.findLast((part) => part.offset <= offset);
        expect(holding && offset + length <= holding.offset + holding.length).toBe(true);
      }
    }),
  );
});

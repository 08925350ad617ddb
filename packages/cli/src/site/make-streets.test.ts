import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { archiveOf } from '@qdn/street-tiles/testing/archive';
import { CommandError } from '../connection.ts';
import { makeStreets, type StreetsOptions } from './make-streets.ts';
import type { ReadJson } from './stops.ts';

const folder = mkdtempSync(join(tmpdir(), 'qdn-streets-'));
afterAll(() => rmSync(folder, { recursive: true }));

const BOX = { west: -180, south: -85, east: 180, north: 85 };
const tiles = Array.from({ length: 64 }, (_, i) => ({
  z: 3,
  x: i % 8,
  y: Math.floor(i / 8),
  bytes: Buffer.from(`${i}`),
}));
const archive = archiveOf(tiles, { box: BOX });
const from = join(folder, 'planet.pmtiles');
writeFileSync(from, archive);

const noApi: ReadJson = () => Promise.reject(new Error('nobody asked for jobs'));
/** An API with jobs at these places, a page each. */
const apiWith =
  (...places: Array<[number, number]>): ReadJson =>
  async (path) => {
    const url = new URL(path, 'http://api');
    const job = /^\/api\/jobs\/J(\d+)$/.exec(url.pathname)?.[1];
    const at = Number(job ?? url.searchParams.get('after') ?? 0);
    const [lat, lon] = places[at] ?? [0, 0];
    const stops = [{ lat, lon }];
    const none = places.length === 0 || url.searchParams.get('status') !== null;
    return JSON.parse(
      JSON.stringify(
        job
          ? { stops }
          : { jobs: none ? [] : [{ id: `J${at}` }], next: !none && at + 1 < places.length ? String(at + 1) : null },
      ),
    );
  };
const make = (options: Partial<StreetsOptions>, read: ReadJson = noApi) => {
  const notes: string[] = [];
  const file = join(folder, 'config', 'streets.pmtiles');
  const all = { from, bbox: null, stops: [], aroundKm: 10, minZoom: null, maxZoom: 14, file, ...options };
  return { notes, file, made: makeStreets(all, read, (line) => notes.push(line)) };
};

describe('./qdn site tiles', () => {
  test('takes the region from the stops of the jobs, and reports its progress', async () => {
    const { made, notes, file } = make({}, apiWith([30.3, -97.7], [30.2, -97.6]));
    expect(await made).toBe(`${file}: 1 KB, 1 tile, zoom 3 to 3.`);
    expect(notes[0]).toBe('Region: -97.804,30.1102,-97.496,30.3898 (30 × 31 km)');
    expect(notes[1]).toBe('1 tile, zoom 3 to 3: 1 KB');
    expect(statSync(file).size).toBeGreaterThan(127);
  });

  test('needs no jobs and no running system for a company with stops', async () => {
    const { made, notes } = make(
      {
        stops: [
          { lat: 30.3, lon: -97.7 },
          { lat: 30.2, lon: -97.6 },
        ],
      },
      () => Promise.reject(new CommandError('does not answer')),
    );
    await made;
    expect(notes[0]).toBe('Region: -97.804,30.1102,-97.496,30.3898 (30 × 31 km)');
  });

  test('takes a box without a call to the API', async () => {
    const { made } = make({ bbox: '-180,-85,180,85' });
    expect(await made).toMatch(/64 tiles/);
  });

  test.each<[string, Partial<StreetsOptions>, ReadJson, string]>([
    ['no job yet', {}, apiWith(), 'The region is unknown, because there are no stops yet. Add --bbox'],
    [
      'a stop at a wrong place',
      {},
      apiWith([30.3, -97.7], [0, 0]),
      /one of them may have a wrong place\. If this is your region: --bbox=-97/.source,
    ],
    ['no box', { bbox: '30,-97' }, noApi, '--bbox 30,-97 is not a valid box. Write west,south,east,north'],
    [
      'no file',
      { from: '/nowhere.pmtiles', bbox: '-98,30,-97,31' },
      noApi,
      '/nowhere.pmtiles cannot be read. Give the path of a PMTiles file',
    ],
  ])('%s: says what to do', async (_, options, read, sentence) => {
    await expect(make(options, read).made).rejects.toThrow(
      new RegExp(sentence.startsWith('one') ? sentence : sentence.replace(/[.()]/g, '\\$&')),
    );
  });

  test('reads an address in parts', async () => {
    const ranges: Array<string | undefined> = [];
    const server = createServer((request, response) => {
      ranges.push(request.headers.range);
      const [, start = '0', end = '0'] = /bytes=(\d+)-(\d+)/.exec(request.headers.range ?? '') ?? [];
      const part = archive.subarray(Number(start), Number(end) + 1);
      response
        .writeHead(206, { 'content-range': `bytes ${start}-${Number(start) + part.length - 1}/${archive.length}` })
        .end(part);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    try {
      const { made, notes } = make({ from: `http://127.0.0.1:${port}/planet.pmtiles`, bbox: '-98,30,-97,31' });
      expect(await made).toMatch(/1 tile/);
      expect(ranges.every((range) => range !== undefined)).toBe(true);
      expect(notes.at(-1)).toMatch(/^\r1 KB of 1 KB \(100 %\)/);
    } finally {
      server.close();
    }
  });
});

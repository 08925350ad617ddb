import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { buildSite } from './build.ts';
import type { Site } from './deploy/publish-site.ts';

let folder: string;
let site: Site;
const contents = new Map<string, string>();

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tracking-site-'));
  site = await buildSite(folder, { streets: null });
  for (const { key, path } of site.files) contents.set(key, await readFile(path, 'utf8'));
}, 30_000);
afterAll(() => rm(folder, { recursive: true }));

const find = (pattern: RegExp): string => {
  const key = site.files.find((file) => pattern.test(file.key))?.key;
  if (!key) throw new Error(`Nothing matches ${pattern}`);
  return key;
};
const text = (pattern: RegExp): string => contents.get(find(pattern)) ?? '';
const gzipped = (...patterns: RegExp[]) => patterns.reduce((sum, pattern) => sum + gzipSync(text(pattern)).length, 0);
const html = () => text(/^track\//);

describe('a company with a brand of its own', () => {
  test('has its logo and its colours on the page, the widget and the icon, and none of ours', async () => {
    const own = await mkdtemp(join(tmpdir(), 'branded-'));
    const company = JSON.parse(
      await readFile(new URL('../../../config/company.example.json', import.meta.url), 'utf8'),
    );
    const brand = { colour: '#1d4ed8', logo: 'ours.svg' };
    await writeFile(join(own, 'company.json'), JSON.stringify({ ...company, name: 'Blue <Bins>', brand }));
    await writeFile(join(own, 'ours.svg'), '<svg xmlns="http://www.w3.org/2000/svg"/>');
    const branded = await buildSite(join(own, 'site'), { streets: null, companyFile: join(own, 'company.json') });
    const all = await Promise.all(
      branded.files.map(async ({ key, path }) => [key, await readFile(path, 'utf8')] as const),
    );
    const page = all.find(([key]) => key.startsWith('track/'))?.[1] ?? '';
    expect(page).toMatch(
      /<img src="\/assets\/logo-[0-9a-f]{10}\.svg" alt="" height="28"><span>Blue &#60;Bins&#62;<\/span>/,
    );
    expect(page).toContain('#1d4ed8');
    // The map's own defaults, for a page without style, are in its code.
    const ours = all.filter(([key, content]) => !key.startsWith('assets/map-') && /#c2410c|#fb923c/.test(content));
    expect(ours.map(([key]) => key)).toEqual([]);
    await rm(own, { recursive: true });
  });
});

describe('the built site', () => {
  test('is the page, its assets and the widget', () => {
    expect(site.version).toBe('index-v2.html');
    expect(site.files.map(({ key }) => key.replace(/-[0-9a-f]{10}\./, '-HASH.')).sort()).toEqual([
      'assets/icon-HASH.svg',
      'assets/map-HASH.js',
      'assets/page-HASH.js',
      'robots.txt',
      'track/index-v2.html',
      'widget/v1.js',
    ]);
  });

  test('hashed files are cached permanently, the page is asked for each time, the widget within minutes', () => {
    const cacheOf = (pattern: RegExp) => site.files.find(({ key }) => pattern.test(key))?.cacheControl;
    for (const { key, cacheControl } of site.files) {
      expect(cacheControl.includes('immutable')).toBe(key.startsWith('assets/'));
    }
    expect(cacheOf(/^track/)).toMatch(/max-age=0, must-revalidate/);
    expect(cacheOf(/^widget/)).toMatch(/max-age=300/);
  });

  test('is the same when built again', async () => {
    const again = await mkdtemp(join(tmpdir(), 'tracking-site-'));
    const second = await buildSite(again, { streets: null });
    for (const { key, path } of second.files) expect(await readFile(path, 'utf8')).toBe(contents.get(key));
    await rm(again, { recursive: true });
  });

  test('fits its budgets', () => {
    // Document, styles and words: what is needed before anything can be read. The limit is 60 KB.
    expect(gzipped(/^track\//, /page-/)).toBeLessThan(20_000);
    // With the map and the icon. The limit is 200 KB.
    expect(gzipped(/^track\//, /page-/, /map-/, /icon-/)).toBeLessThan(30_000);
    expect(gzipped(/^widget\//)).toBeLessThan(18_300);
  });

  test('names no other site', () => {
    const foreign = [...contents.values()].flatMap(
      (content) => content.match(/(https?:)?\/\/[a-z][\w-]*\.[a-z]{2,}/gi) ?? [],
    );
    expect(foreign.filter((address) => address !== 'http://www.w3.org')).toEqual([]);
  });

  test('with streets: the archive under a name of its content, and a module that the map alone loads', async () => {
    const outside = await mkdtemp(join(tmpdir(), 'tracking-site-'));
    try {
      const archive = join(outside, 'region.pmtiles');
      await writeFile(archive, 'PMTiles');
      const { files } = await buildSite(join(outside, 'site'), { streets: archive });
      const keyed = new Map(files.map((file) => [file.key.replace(/-[0-9a-f]{10}\./, '-HASH.'), file]));
      expect([...keyed.keys()].filter((key) => key.includes('streets'))).toEqual([
        'tiles/streets-HASH.pmtiles',
        'assets/streets-HASH.js',
      ]);
      const tiles = keyed.get('tiles/streets-HASH.pmtiles');
      expect(tiles).toMatchObject({
        contentType: 'application/vnd.pmtiles',
        cacheControl: expect.stringMatching(/immutable/),
      });
      const contentOf = async (key: string) => readFile(keyed.get(key)?.path ?? '', 'utf8');
      expect(await contentOf('tiles/streets-HASH.pmtiles')).toBe('PMTiles');
      const [mapCode, streetsCode] = [await contentOf('assets/map-HASH.js'), await contentOf('assets/streets-HASH.js')];
      expect(mapCode).toContain(`../${tiles?.key}`);
      expect(await contentOf('assets/page-HASH.js')).not.toContain('streets-');
      const licenses = await contentOf('licenses.txt');
      for (const name of ['pmtiles', 'pbf', '@mapbox/vector-tile', '@mapbox/point-geometry', 'fflate']) {
        expect(licenses).toMatch(new RegExp(`^${name} [\\d.]+ \\(`, 'm'));
      }
      expect(streetsCode).toMatch(/^\/\*! With software of others: \/licenses\.txt \*\//);
      // All of the page with map and streets; the limit is 200 KB.
      const whole = [mapCode, streetsCode, text(/page-/), html(), text(/icon-/)];
      expect(whole.reduce((sum, code) => sum + gzipSync(code).length, 0)).toBeLessThan(50_000);
      // A link, and an error's text: nothing is fetched from either.
      expect(streetsCode.match(/https?:\/\/[^"'`]+/g)).toEqual([
        'https://github.com/protomaps/PMTiles/tree/main/js for details.',
        'https://www.openstreetmap.org/copyright',
      ]);
    } finally {
      await rm(outside, { recursive: true });
    }
  });

  test('leaves nothing of the template unfilled', () => {
    expect(html()).not.toMatch(/%[A-Z_]+%|<!-- [A-Z_]+ -->/);
    expect(html()).toContain(`src="/${find(/page-/)}"`);
    expect(html()).toContain(`href="/${find(/icon-/)}"`);
  });

  test('says nothing of the backup contacts', () => {
    for (const content of contents.values()) expect(content).not.toMatch(/Dana|Luis|5550171/);
  });

  test('keeps the token out of logs and indexes', () => {
    expect(html()).toContain('<meta name="referrer" content="no-referrer">');
    expect(html()).toContain('<meta name="robots" content="noindex, nofollow">');
  });

  test('a preview of the link is about no job', () => {
    expect(html()).toContain('<meta property="og:title" content="Track your trailer">');
  });

  test('has no inline handler or style attribute, and one inline script', () => {
    expect(html()).not.toMatch(/\s(on[a-z]+|style)=/);
    expect(html().match(/<script>/g)).toHaveLength(1);
  });
});

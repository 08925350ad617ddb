import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, transform } from 'esbuild';
import type { Site, SiteFile } from './deploy/publish-site.ts';

/** The page's version: a new one is rolled out beside it (docs: roll-outs), so old and new keys never collide. */
const VERSION = 'index-v2.html';
const IMMUTABLE = 'public, max-age=31536000, immutable';
/** The page names its assets, so it is asked for anew each time; CloudFront keeps it for a minute. */
const PAGE_CACHE = 'public, max-age=0, s-maxage=60';

const page = (name: string): string => fileURLToPath(new URL(`./page/${name}`, import.meta.url));

/**
 * Builds the tracking page into a folder: hashed assets, which never change, and the page that names them.
 * @returns what to upload, and the page's version
 */
export const buildSite = async (outDirectory: string): Promise<Site> => {
  await rm(outDirectory, { recursive: true, force: true });
  const { metafile } = await build({
    entryPoints: { track: page('main.ts') },
    outdir: join(outDirectory, 'assets'),
    entryNames: '[name]-[hash]',
    chunkNames: '[name]-[hash]',
    bundle: true,
    splitting: true,
    format: 'esm',
    target: ['es2022', 'safari15.4'],
    minify: true,
    metafile: true,
    legalComments: 'none',
    logLevel: 'silent',
  });
  const outputs = Object.entries(metafile.outputs);
  const assets = outputs.map(([path]): SiteFile => {
    const file = join(process.cwd(), path);
    return { key: relative(outDirectory, file), path: file, contentType: 'text/javascript; charset=utf-8', cacheControl: IMMUTABLE };
  });
  const entry = outputs.find(([, { entryPoint }]) => entryPoint?.endsWith('main.ts'))?.[0];
  if (!entry) throw new Error('The page has no script');
  const { code: style } = await transform(await readFile(page('page.css'), 'utf8'), { loader: 'css', minify: true });
  const html = (await readFile(page('index.html'), 'utf8'))
    .replace('{{script}}', `/${relative(outDirectory, join(process.cwd(), entry))}`)
    .replace('{{style}}', style.trim());
  const path = join(outDirectory, 'track', VERSION);
  await mkdir(join(outDirectory, 'track'), { recursive: true });
  await writeFile(path, html);
  return {
    version: VERSION,
    files: [...assets, { key: `track/${VERSION}`, path, contentType: 'text/html; charset=utf-8', cacheControl: PAGE_CACHE }],
  };
};

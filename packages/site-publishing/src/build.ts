import { createHash } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type FoundCompany, findCompany, readCompanyFile } from '@qdn/company';
import { phoneText } from '@qdn/tracking-page/formats';
import { trackingMarkup } from '@qdn/tracking-page/markup';
import type { Company } from '@qdn/tracking-page/tracking';
import { type BuildOptions, build, transform } from 'esbuild';
import { type BrandConfig, brandColours, readLogo } from './brand.ts';
import type { Site, SiteFile } from './deploy/publish-site.ts';
import { licensesOf } from './licenses/licenses.ts';

/** The page's name in a build. Each published version gets a number of its own, so that two can be live at the same time. */
const VERSION = 'index-v2.html';

/** For files named by their content: a cached copy is always the right one. */
const FOREVER = 'public, max-age=31536000, immutable';
/** Browsers ask each time; the edge keeps it until the next publication invalidates it, an hour at most. */
const PAGE = 'public, max-age=0, must-revalidate, s-maxage=3600';
/** The widget keeps its name, which customers' sites contain: the next version must reach them within minutes. */
const WIDGET = 'public, max-age=300, s-maxage=300';
const DAY = 'public, max-age=86400';

/** The syntax of browsers from 2021 on; a phone that is older gets no updates either. */
const TARGETS = ['chrome92', 'firefox91', 'safari15'];

/** Crawlers must be able to read a page to see its noindex, so nothing is disallowed here. */
const ROBOTS = 'User-agent: *\nAllow: /\n';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const require = createRequire(import.meta.url);
const read = (path: string) => readFile(path, 'utf8');

/** The files of the browser packages that the site is made from. */
const SOURCES = {
  page: require.resolve('@qdn/tracking-page/page/page.ts'),
  earlyRequest: require.resolve('@qdn/tracking-page/page/early-request.ts'),
  html: require.resolve('@qdn/tracking-page/page/index.html'),
  pageCss: require.resolve('@qdn/tracking-page/page/page.css'),
  trackingCss: require.resolve('@qdn/tracking-page/tracking.css'),
  mark: require.resolve('@qdn/tracking-page/page/mark.svg'),
  icon: require.resolve('@qdn/tracking-page/page/icon.svg'),
  widget: require.resolve('@qdn/widget/v1'),
  map: require.resolve('@qdn/page-map/map'),
  mapCss: require.resolve('@qdn/page-map/map.css'),
  streets: require.resolve('@qdn/page-map/streets'),
};

const hashOf = (content: string) => createHash('sha256').update(content).digest('hex').slice(0, 10);

/** As `hashOf`, for a file that may be large. */
const hashOfFile = async (path: string): Promise<string> => {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk);
  return hash.digest('hex').slice(0, 10);
};

/** `inputs`: paths of all sources in it. */
type Bundle = { code: string; inputs: string[] };

const bundle = async (
  entry: string,
  options: Pick<BuildOptions, 'define' | 'banner' | 'format' | 'minifyIdentifiers'> = {},
): Promise<Bundle> => {
  const built = await build({
    entryPoints: [entry],
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'browser',
    target: TARGETS,
    minifySyntax: true,
    minifyWhitespace: true,
    minifyIdentifiers: true,
    legalComments: 'none',
    metafile: true,
    absWorkingDir: here('.'),
    logLevel: 'silent',
    ...options,
  });
  return {
    code: built.outputFiles[0]?.text ?? '',
    inputs: Object.keys(built.metafile.inputs).map((path) => here(path)),
  };
};

const style = async (...paths: string[]): Promise<string> => {
  const sheets = await Promise.all(paths.map(read));
  const { code } = await transform(sheets.join('\n'), { loader: 'css', minify: true, target: TARGETS });
  return code.trim();
};

/** The document's one inline script, as the document has it. */
const earlyRequest = async (): Promise<string> => {
  // With its own names: short ones would change, and the policy's hash with them, when a module that it imports changes elsewhere.
  const { code } = await bundle(SOURCES.earlyRequest, { format: 'iife', minifyIdentifiers: false });
  return code.trim();
};

/**
 * Returns the sources that `script-src` of the page's content security policy needs, beside 'self', for the inline script to run. Without it the
 * page works, but starts its first request later.
 */
export const inlineScriptHashes = async (): Promise<string[]> => [
  `'sha256-${createHash('sha256')
    .update(await earlyRequest())
    .digest('base64')}'`,
];

const escapeHtml = (text: string) => text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);

const readCompany = (found: Pick<FoundCompany, 'path' | 'name'>): { company: Company; brand: BrandConfig } => {
  // The backup contacts are not published.
  const { name, phone, textNumber, timeZone, brand = {} } = readCompanyFile(found);
  return { company: { name, phone, textNumber, timeZone }, brand };
};

/** The streets of the company's region, as `./qdn site tiles` writes them. Not in the repository: made once for each company. */
const STREETS_FILE = here('../../../config/streets.pmtiles');

export type BuildSiteOptions = {
  /** A PMTiles archive; null for a map without streets. Left out: config/streets.pmtiles where there is one. */
  streets?: string | null;
  /** In place of the company's own (packages/company says which that is); a logo is beside it. */
  companyFile?: string;
};

const SCRIPT = 'text/javascript; charset=utf-8';

/** A folder that the site is built into, and the files that are in it so far. */
class SiteFolder {
  readonly files: SiteFile[] = [];
  readonly #outDir: string;

  constructor(outDir: string) {
    this.#outDir = outDir;
  }

  async #pathFor(key: string): Promise<string> {
    const path = join(this.#outDir, key);
    await mkdir(dirname(path), { recursive: true });
    return path;
  }

  /** Writes a file and returns its path on the site. */
  async emit(key: string, content: string | Buffer, contentType: string, cacheControl: string): Promise<string> {
    const path = await this.#pathFor(key);
    await writeFile(path, content);
    this.files.push({ key, path, contentType, cacheControl });
    return `/${key}`;
  }

  /** As `emit`, with a file that may be large. */
  async copy(key: string, from: string, contentType: string, cacheControl: string): Promise<void> {
    const path = await this.#pathFor(key);
    await copyFile(from, path);
    this.files.push({ key, path, contentType, cacheControl });
  }

  /** Writes a script under a name of its content and returns that name. */
  async emitScript(name: string, code: string): Promise<string> {
    const file = `${name}-${hashOf(code)}.js`;
    await this.emit(`assets/${file}`, code, SCRIPT, FOREVER);
    return file;
  }
}

/** Writes the streets' archive and module; returns their addresses, relative to the map's module. */
const emitStreets = async (site: SiteFolder, archive: string): Promise<{ script: string; archive: string }> => {
  // Its own name for each content, as with scripts: a page that is open goes on with the streets that it began with.
  const key = `tiles/streets-${await hashOfFile(archive)}.pmtiles`;
  await site.copy(key, archive, 'application/vnd.pmtiles', FOREVER);
  const { code, inputs } = await bundle(SOURCES.streets, {
    banner: { js: '/*! With software of others: /licenses.txt */' },
  });
  await site.emit('licenses.txt', await licensesOf(inputs), 'text/plain; charset=utf-8', DAY);
  return { script: `./${await site.emitScript('streets', code)}`, archive: `../${key}` };
};

/** Writes the company's logo and returns the element that shows it. */
const emitLogo = async (site: SiteFolder, path: string): Promise<string> => {
  const { content, extension, contentType } = await readLogo(path);
  const name = createHash('sha256').update(content).digest('hex').slice(0, 10);
  // A picture, so that nothing in it can run.
  return `<img src="${await site.emit(`assets/logo-${name}${extension}`, content, contentType, FOREVER)}" alt="" height="28">`;
};

/** Puts parts into the page's template, where it has `<!-- NAME -->` or `%NAME%`. */
const fillTemplate = (template: string, parts: Readonly<Record<string, string>>): string =>
  template.replace(/<!-- ([A-Z_]+) -->|%([A-Z_]+)%/g, (whole, element, text) => parts[element ?? text] ?? whole);

/**
 * Builds the page, the widget and their assets into a folder. Every file's `key` is its path on the site; nothing in it asks
 * anything of a third party.
 * @param outDir is made where missing; files of the same names are replaced
 * @throws CompanyError when the company file is not right; Error when a source does not compile
 */
export const buildSite = async (outDir: string, options: BuildSiteOptions = {}): Promise<Site> => {
  const found = options.companyFile
    ? { path: options.companyFile, name: options.companyFile }
    : findCompany(here('../../../'), process.env);
  const { company, brand } = readCompany(found);
  const coloured = brandColours(brand);
  const site = new SiteFolder(outDir);

  const { streets = existsSync(STREETS_FILE) ? STREETS_FILE : null } = options;
  const { code: map } = await bundle(SOURCES.map, {
    define: { QDN_STREETS: JSON.stringify(streets === null ? null : await emitStreets(site, streets)) },
  });
  // Not in `define`: esbuild makes an object there a module that each source imports, about 40 bytes more of each script, gzipped.
  const banner = { js: `const QDN_COMPANY=${JSON.stringify(company)};` };
  const define = {
    QDN_MAP_FILE: JSON.stringify(await site.emitScript('map', map)),
    QDN_TRACKING_CSS: JSON.stringify(coloured(await style(SOURCES.trackingCss, SOURCES.mapCss))),
  };
  const { code: page } = await bundle(SOURCES.page, { banner, define });
  const pageScript = `/assets/${await site.emitScript('page', page)}`;
  const { code: widget } = await bundle(SOURCES.widget, { banner, define });
  await site.emit('widget/v1.js', widget, SCRIPT, WIDGET);

  const icon = coloured(await read(SOURCES.icon));
  const iconFile = await site.emit(`assets/icon-${hashOf(icon)}.svg`, icon, 'image/svg+xml', FOREVER);
  await site.emit('robots.txt', ROBOTS, 'text/plain; charset=utf-8', DAY);

  const html = fillTemplate(await read(SOURCES.html), {
    LOGO:
      brand.logo === undefined
        ? (await read(SOURCES.mark)).trim()
        : await emitLogo(site, join(dirname(found.path), brand.logo)),
    COMPANY: escapeHtml(company.name),
    EARLY_REQUEST: `<script>${await earlyRequest()}</script>`,
    PAGE_SCRIPT: pageScript,
    ICON: iconFile,
    STYLE: `<style>${coloured(await style(SOURCES.trackingCss, SOURCES.mapCss, SOURCES.pageCss))}</style>`,
    TRACKING: trackingMarkup(1),
    TEXT_NUMBER: company.textNumber,
    TEXT_NUMBER_READABLE: phoneText(company.textNumber),
    PHONE: company.phone,
    PHONE_READABLE: phoneText(company.phone),
  });
  await site.emit(`track/${VERSION}`, html, 'text/html; charset=utf-8', PAGE);
  return { version: VERSION, hash: hashOf(html), files: site.files };
};

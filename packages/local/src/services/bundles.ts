import { createHash } from 'node:crypto';
import { globSync, mkdirSync, readFileSync, rmSync, watch, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { handlersOf } from '@qdn/cloudformation/resources';
import type { Template } from '@qdn/cloudformation/template';
import { StartError } from '@qdn/local-server/start-error';
import { type BuildOptions, build, type OutputFile, stop } from 'esbuild';
import { parse } from 'yaml';

/** The bundler's options for functions. */
const SOURCES = ['packages/*/src/**/*.{ts,js,cjs}', 'services/*/src/**/*.{ts,js,cjs}'];
const SETTINGS = ['config/*', 'packages/*/package.json', 'services/*/package.json', 'pnpm-lock.yaml'];
const NOT_BUNDLED = /\.test\.ts$|\.contract\.ts$|\/testing\//;

const FINGERPRINT = 'fingerprint';

/** Returns a source and its output file. `src/functions/get-job/index.handler` of job-api → `job-api/src/functions/get-job/index.mjs`. */
type Entry = { source: string; target: string };

const entriesOf = (repository: string, templates: Readonly<Record<string, Template>>): Entry[] =>
  Object.entries(templates)
    .flatMap(([service, template]) =>
      handlersOf(template).map((handler) => {
        const path = handler.replace(/\.[^./]+$/, '');
        return { source: join(repository, 'services', service, `${path}.ts`), target: join(service, path) };
      }),
    )
    .sort((a, b) => (a.target < b.target ? -1 : 1));

/** Returns the settings of config/esbuild.yml, without those for serverless-esbuild only. */
const readSettings = (repository: string): BuildOptions => {
  const { outputFileExtension, outputWorkFolder, exclude, ...settings } = parse(
    readFileSync(join(repository, 'config', 'esbuild.yml'), 'utf8'),
  );
  return { ...settings, outExtension: { '.js': outputFileExtension } };
};

const fingerprint = (repository: string, entries: readonly Entry[]): string => {
  const hash = createHash('sha256').update(JSON.stringify(entries.map(({ target }) => target)));
  for (const pattern of [...SOURCES, ...SETTINGS]) {
    for (const file of globSync(pattern, { cwd: repository }).sort()) {
      if (NOT_BUNDLED.test(file)) continue;
      const content = readFileSync(join(repository, file));
      hash.update(`${file} ${content.length}\n`).update(content);
    }
  }
  return hash.digest('hex');
};

const contentOf = (file: string): Buffer | null => {
  try {
    return readFileSync(file);
  } catch {
    return null;
  }
};

/** Writes only the changed files, so that the others are not reloaded. */
const write = ({ path, contents }: OutputFile): void => {
  if (contentOf(path)?.equals(contents)) return;
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, contents);
};

const messagesOf = (error: unknown): string => {
  const errors = typeof error === 'object' && error !== null && 'errors' in error ? error.errors : null;
  if (!Array.isArray(errors)) return String(error);
  return errors.map(({ text, location }) => `${location?.file}:${location?.line}: ${text}`).join('\n');
};

/**
 * Bundles every function of the services with the deployed settings, unless nothing changed since the last time. One build of all
 * functions takes a third of the time of single builds, because they share most of their code.
 * @param templates the packaged services, by folder under services/
 * @param folder gets `<service>/<path of the function>.mjs`
 * @returns true when anything was bundled
 * @throws StartError with esbuild's messages
 */
export const bundleFunctions = async (
  repository: string,
  templates: Readonly<Record<string, Template>>,
  folder: string,
): Promise<boolean> => {
  const entries = entriesOf(repository, templates);
  const wanted = fingerprint(repository, entries);
  const marker = join(folder, FINGERPRINT);
  const isThere = ({ target }: Entry) => contentOf(join(folder, `${target}.mjs`)) !== null;
  if (contentOf(marker)?.toString() === wanted && entries.every(isThere)) return false;
  rmSync(marker, { force: true });
  try {
    const { outputFiles } = await build({
      ...readSettings(repository),
      absWorkingDir: repository,
      entryPoints: Object.fromEntries(entries.map(({ source, target }) => [target, source])),
      outdir: folder,
      write: false,
      logLevel: 'silent',
    });
    for (const file of outputFiles) write(file);
  } catch (error) {
    throw new StartError(`The functions cannot be bundled:\n${messagesOf(error)}`);
  } finally {
    // The idle esbuild process would keep 300 MB.
    await stop();
  }
  writeFileSync(marker, wanted);
  return true;
};

/** Delay before a change is reported, because an editor saves in several steps and often several files. */
const SETTLED_MS = 100;

/**
 * Watches the sources of the functions and reports changes.
 * @returns a function that stops the watch
 */
export const watchSources = (repository: string, onChange: () => void): (() => void) => {
  let settled: NodeJS.Timeout | undefined;
  const watchers = globSync(['packages/*/src', 'services/*/src'], { cwd: repository }).map((folder) =>
    watch(join(repository, folder), { recursive: true }, (_, file) => {
      if (file && NOT_BUNDLED.test(`/${file}`)) return;
      clearTimeout(settled);
      settled = setTimeout(onChange, SETTLED_MS);
    }),
  );
  return () => {
    clearTimeout(settled);
    for (const watcher of watchers) watcher.close();
  };
};

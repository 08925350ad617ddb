import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const repository = join(dirname(fileURLToPath(import.meta.url)), '..');

/** The banner of config/esbuild.yml, which CommonJS dependencies need. */
const banner = (): string => {
  const line = /^ {2}js: "(.*)"$/m.exec(readFileSync(join(repository, 'config/esbuild.yml'), 'utf8'))?.[1];
  if (!line) throw new Error('config/esbuild.yml has no banner');
  return line;
};

/** The AWS SDK and the packages that only it depends on. */
const isSdk = (path: string): boolean =>
  /node_modules\/(@aws-sdk|@smithy|@aws-crypto|@aws|mnemonist|obliterator|fast-xml-parser|strnum)\//.test(path);

export type Bundle = { code: string; total: number; withoutSdk: number; modules: string[] };

/** Bundles one function as it is deployed. Sizes in bytes, minified. */
export const bundleFunction = async (entry: string): Promise<Bundle> => {
  const { outputFiles, metafile } = await build({
    entryPoints: [entry],
    bundle: true,
    minify: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    mainFields: ['module', 'main'],
    banner: { js: banner() },
    metafile: true,
    write: false,
    outfile: 'index.mjs',
    absWorkingDir: repository,
    logLevel: 'silent',
  });
  const inputs = Object.entries(Object.values(metafile.outputs)[0]?.inputs ?? {});
  const bytes = (counted: (path: string) => boolean) =>
    inputs.reduce((sum, [path, { bytesInOutput }]) => sum + (counted(path) ? bytesInOutput : 0), 0);
  return {
    code: outputFiles[0]?.text ?? '',
    total: bytes(() => true),
    withoutSdk: bytes((path) => !isSdk(path)),
    modules: inputs.filter(([, { bytesInOutput }]) => bytesInOutput > 0).map(([path]) => path),
  };
};

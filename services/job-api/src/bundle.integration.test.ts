import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';
import { type BuildOptions, build, type Metafile } from 'esbuild';
import { parse } from 'yaml';

const functions = readdirSync(new URL('./functions/', import.meta.url));
/** The bundling options of serverless-esbuild, without those that only it knows. */
const {
  bundle: all,
  minify,
  platform,
  target,
  format,
  mainFields,
  banner,
} = parse(readFileSync(new URL('../../../config/esbuild.yml', import.meta.url), 'utf8'));
const options: BuildOptions = { bundle: all, minify, platform, target, format, mainFields, banner };

const bundle = async (name: string): Promise<Metafile> => {
  const entry = fileURLToPath(new URL(`./functions/${name}/index.ts`, import.meta.url));
  const result = await build({ ...options, entryPoints: [entry], write: false, outdir: 'out', metafile: true });
  return result.metafile;
};
/** True for the AWS SDK and its dependencies: mnemonist and obliterator hold its endpoint lists. */
const isSdk = (path: string) => /node_modules\/(@aws-sdk|@smithy|@aws-crypto|@aws|mnemonist|obliterator)\//.test(path);

test.each(functions)('%s: at most 600 KB, 130 KB without the AWS SDK, and no schema compiler', async (name) => {
  const { outputs } = await bundle(name);
  const inputs = Object.entries(Object.values(outputs)[0]?.inputs ?? {});
  const size = (matches: (path: string) => boolean) =>
    inputs.reduce((bytes, [path, { bytesInOutput }]) => bytes + (matches(path) ? bytesInOutput : 0), 0);
  expect(inputs.length).toBeGreaterThan(50);
  expect(size(() => true)).toBeLessThanOrEqual(600_000);
  expect(size((path) => !isSdk(path))).toBeLessThanOrEqual(130_000);
  expect(inputs.map(([path]) => path).filter((path) => /node_modules\/(ajv|twilio)\//.test(path))).toEqual([]);
});

test('a function’s bundle has the validators that it uses, and no others', async () => {
  const { inputs } = await bundle('create-job');
  const validators = Object.keys(inputs).flatMap((path) => /src\/generated\/(\w+)\.js$/.exec(path)?.[1] ?? []);
  expect(validators.toSorted()).toEqual([
    'createJob',
    'deviceClaims',
    'hubClaims',
    'operatorClaims',
    'tokenKeys',
    'trackClaims',
  ]);
});

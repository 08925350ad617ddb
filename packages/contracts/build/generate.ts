/**
 * Writes everything that is derived from src/schemas.ts: one validator per schema (ajv standalone code, bundled so that it
 * imports nothing: compiling a schema at start costs a function 44 ms) and docs/openapi.yaml.
 *
 *     node packages/contracts/build/generate.ts           writes
 *     node packages/contracts/build/generate.ts --check   exits with 1 when a committed file differs
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { build } from 'esbuild';
import { stringify } from 'yaml';
import { openApi } from '../src/openapi.ts';
import * as schemas from '../src/schemas.ts';

// CommonJS with `exports.default`: Node and TypeScript disagree on what a default import of it is.
const require = createRequire(import.meta.url);
const standaloneCode: typeof import('ajv/dist/standalone/index.js').default = require('ajv/dist/standalone').default;
const addFormats: (ajv: Ajv2020, formats: string[]) => void = require('ajv-formats').default;

const repository = new URL('../../../', import.meta.url);
const generated = new URL('../src/generated/', import.meta.url);

/** The ESM source of one schema's validator: a default-less module that exports `validate`. */
const validatorSource = async (name: string, schema: object): Promise<string> => {
  const ajv = new Ajv2020({
    allErrors: true,
    useDefaults: true,
    allowUnionTypes: true,
    strict: true,
    strictRequired: false,
    strictTypes: false,
    code: { source: true, esm: true, optimize: 2 },
  });
  addFormats(ajv, ['date-time']);
  const validate = ajv.compile({ $id: name, ...schema });
  const bundled = await build({
    stdin: {
      contents: standaloneCode(ajv, validate),
      resolveDir: fileURLToPath(new URL('../', import.meta.url)),
      loader: 'js',
    },
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'neutral',
    target: 'es2023',
    legalComments: 'none',
    minifySyntax: true,
    minifyWhitespace: true,
  });
  const file = bundled.outputFiles[0];
  if (!file) throw new Error(`esbuild made nothing of ${name}`);
  return file.text;
};

/** File URL → content of every generated file. */
export const generate = async (): Promise<Map<string, string>> => {
  const files = new Map<string, string>();
  const note = '// Generated from src/schemas.ts by build/generate.ts. Do not edit.\n';
  for (const [name, schema] of Object.entries(schemas)) {
    const source = await validatorSource(name, schema);
    files.set(new URL(`${name}.js`, generated).href, `${note}${source}`);
    files.set(
      new URL(`${name}.d.ts`, generated).href,
      `${note}import type { Validator } from '../validator.ts';\nexport declare const validate: Validator<'${name}'>;\n`,
    );
  }
  const openApiNote = '# Generated from packages/contracts by build/generate.ts. Do not edit.\n';
  files.set(
    new URL('docs/openapi.yaml', repository).href,
    openApiNote + stringify(openApi(), { lineWidth: 120, aliasDuplicateObjects: false }),
  );
  return files;
};

const committed = (href: string): string | null => {
  try {
    return readFileSync(new URL(href), 'utf8');
  } catch {
    return null;
  }
};

/** Paths, relative to the repository, of generated files that are missing or differ. */
export const drift = async (): Promise<string[]> =>
  [...(await generate())]
    .filter(([href, content]) => committed(href) !== content)
    .map(([href]) => href.replace(repository.href, ''));

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  if (process.argv.includes('--check')) {
    const files = await drift();
    if (files.length > 0) {
      console.error(`Out of date, run "npm run generate":\n  ${files.join('\n  ')}`);
      process.exitCode = 1;
    }
  } else {
    for (const [href, content] of await generate()) writeFileSync(new URL(href), content);
  }
}

/**
 * Writes everything that is derived from src/schemas.ts: one validator per schema (ajv standalone code, bundled so that it
 * imports nothing: compiling a schema at start costs a function 44 ms), docs/openapi.yaml, and config/company.schema.json for
 * the editors of people who write that file.
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

const repository = new URL('../../../', import.meta.url);
const generated = new URL('../src/generated/', import.meta.url);

/** Schemas of bodies and files that people write. Their validators report every error, the others only the first. */
const EXPLAINED = new Set([
  'createJob',
  'patchJob',
  'createTrackingLink',
  'reportLocation',
  'twilioInbound',
  'twilioStatus',
  'companyFile',
]);

/**
 * RFC 3339 with `T`, seconds, and days that exist. In place of ajv-formats' own, which brings 9 KB of other formats along and
 * passes leap seconds, of which Date.parse makes NaN.
 */
export const DATE_TIME = (() => {
  const day = '0[1-9]|[12]\\d';
  const leapYear = '\\d\\d(?:0[48]|[2468][048]|[13579][26])|(?:[02468][048]|[13579][26])00';
  const date = [
    `\\d{4}-(?:(?:0[13578]|1[02])-(?:${day}|3[01])|(?:0[469]|11)-(?:${day}|30)|02-(?:0[1-9]|1\\d|2[0-8]))`,
    `(?:${leapYear})-02-29`,
  ].join('|');
  return new RegExp(
    `^(?:${date})T(?:[01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d(?:\\.\\d{1,9})?(?:Z|[+-](?:[01]\\d|2[0-3]):[0-5]\\d)$`,
  );
})();

type Json = { readonly [key: string]: unknown };
const isJson = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value);
const mapSchemas = (schema: unknown, change: (part: Json) => Json): unknown =>
  Array.isArray(schema)
    ? schema.map((part) => mapSchemas(part, change))
    : isJson(schema)
      ? change(Object.fromEntries(Object.entries(schema).map(([key, part]) => [key, mapSchemas(part, change)])))
      : schema;

/**
 * Returns the schema with parts moved to `$defs`, which ajv compiles to functions: objects that occur more than once, because ajv
 * would repeat their checks; and enumerations, because an error refers to the schema around them, and so the bundle would
 * contain all of it.
 */
const withSharedParts = (schema: object): object => {
  const counts = new Map<string, number>();
  const key = (part: Json) => JSON.stringify(part);
  const isWords = (part: Json) => part['type'] === 'string' && 'enum' in part;
  const isShareable = (part: Json) => isWords(part) || (part['type'] === 'object' && 'properties' in part);
  mapSchemas(schema, (part) => {
    if (isShareable(part)) counts.set(key(part), (counts.get(key(part)) ?? 0) + (isWords(part) ? 2 : 1));
    return part;
  });
  const names = [...counts].filter(([, count]) => count > 1).map(([text]) => text);
  const root = JSON.stringify(schema);
  /** Keys are those of the untouched parts, so a part is looked up before its own parts are replaced. */
  const replace = (part: unknown, isRoot: boolean): unknown => {
    if (Array.isArray(part)) return part.map((one) => replace(one, false));
    if (!isJson(part)) return part;
    const shared = isRoot || !isShareable(part) ? -1 : names.indexOf(key(part));
    return shared >= 0 && key(part) !== root ? { $ref: `#/$defs/part${shared}` } : replaceInside(part);
  };
  const replaceInside = (part: Json): Json =>
    Object.fromEntries(Object.entries(part).map(([name, value]) => [name, replace(value, false)]));
  const definitions = names.map((text, i) => [`part${i}`, replaceInside(JSON.parse(text))]);
  const result = replace(schema, true);
  return isJson(result)
    ? { ...result, ...(names.length > 0 ? { $defs: Object.fromEntries(definitions) } : {}) }
    : schema;
};

/**
 * Leaves of a schema only its names, where the validator looks up nothing else in it: for an object with more than eight properties, ajv
 * asks the schema whether a name is known, and the bundle would contain all of it.
 */
const withoutUnusedParts = (code: string): string =>
  code.replaceAll(
    /const (schema\d+) = (\{[^\n]*?\});(?=(?:const|function|export|\n|$))/g,
    (whole, name: string, json: string) => {
      const uses = code.split(new RegExp(`\\b${name}\\b`)).slice(2);
      const isOnlyNames = uses.length > 0 && uses.every((rest) => /^\.properties, ?key\d+\)/.test(rest));
      if (!isOnlyNames) return whole;
      const { properties }: { properties: object } = JSON.parse(json);
      return `const ${name} = ${JSON.stringify({ properties: Object.fromEntries(Object.keys(properties).map((key) => [key, 0])) })};`;
    },
  );

/** Removes the schema path from errors. No code reads it: the keyword and the place in the value are enough. */
const shortened = (code: string): string =>
  code
    // Counts characters, not UTF-16 units, as ajv's own does in a CommonJS module.
    .replaceAll('require("ajv/dist/runtime/ucs2length").default', '(text) => [...text].length')
    .replaceAll(/^export default \w+;|;export default \w+;/gm, ';')
    .replaceAll(/schemaPath: ?"[^"]*",/g, '')
    .replaceAll(
      /if\(vErrors === null\)\{vErrors = \[(err\d+)\];\}else \{vErrors\.push\(\1\);\}/g,
      '(vErrors ??= []).push($1);',
    )
    // The number of errors is the length of their list.
    .replaceAll(
      /const (err\d+) = (\{.*?\});\n?\(vErrors \?\?= \[\]\)\.push\(\1\);\n?errors\+\+;/g,
      'errors = (vErrors ??= []).push($2);',
    );

/** The ESM source of one schema's validator: a module that exports `validate` and imports nothing. */
const validatorSource = async (name: string, schema: object): Promise<string> => {
  const ajv = new Ajv2020({
    allErrors: EXPLAINED.has(name),
    // The words are in src/explain.ts.
    messages: false,
    useDefaults: true,
    allowUnionTypes: true,
    strict: true,
    strictRequired: false,
    strictTypes: false,
    inlineRefs: false,
    code: { source: true, esm: true, optimize: 2 },
  });
  ajv.addFormat('date-time', DATE_TIME);
  const validate = ajv.compile({ $id: name, ...withSharedParts(schema) });
  const bundled = await build({
    stdin: {
      contents: withoutUnusedParts(shortened(standaloneCode(ajv, validate))),
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
  const { $schema: _, ...properties } = schemas.companyFile.properties;
  files.set(
    new URL('config/company.schema.json', repository).href,
    `${JSON.stringify(
      {
        $schema: 'https://json-schema.org/draft/2020-12/schema',
        $comment: 'Generated from packages/contracts by build/generate.ts. Do not edit.',
        title: 'A company on QDN Relay',
        ...schemas.companyFile,
        // So that an editor does not complain of the line that leads it here.
        properties: { $schema: { type: 'string' }, ...properties },
      },
      null,
      2,
    )}\n`,
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

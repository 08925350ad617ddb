import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import * as facts from '@qdn/contracts/patterns';

const repository = join(import.meta.dirname, '..');

/** The two modules that define shared facts. */
const SOURCES = ['packages/contracts/src/patterns.ts', 'packages/domain/src/patterns.ts'];
/** All code except tests, generated validators and built files. */
const files = globSync(['packages/*/src/**/*.{ts,cjs}', 'services/*/src/**/*.{ts,cjs}'], { cwd: repository })
  .map((file) => file.replaceAll('\\', '/'))
  .filter((file) => !/\.test\.ts$|\.d\.ts$|\/testing\/|\/testing\.ts$|\/generated\//.test(file))
  .filter((file) => !SOURCES.includes(file));
const code = new Map(files.map((file) => [file, readFileSync(join(repository, file), 'utf8')]));

const filesWith = (isCopy: (text: string) => boolean): string[] =>
  [...code].filter(([, text]) => isCopy(text)).map(([file]) => file);

/** Shorter strings, such as QDN, have other meanings too. */
const SHORTEST = 8;
const literals = Object.entries(facts).flatMap(([name, value]: [string, unknown]): [string, string][] =>
  typeof value === 'string' && value.length >= SHORTEST ? [[name, value]] : [],
);

/** An independent measure, which shares nothing with the product: it calls the API as an outside client does. */
const WORLD = 'packages/world/';

/** Files that write paths of the API, with the reason. */
const WRITE_PATHS: Readonly<Record<string, string>> = {
  'packages/contracts/src/route.ts': 'the type of a path',
  'packages/contracts/src/routes.ts': 'the route table',
  'packages/edge-function/src/viewer-request.ts': 'CloudFront’s limit of 10 KB; it needs the prefix only',
  'packages/tracking-page/src/page/early-request.ts': 'bytes in the page; the compiler compares it with the table',
  'packages/tracking-page/src/requests.ts': 'bytes in the page; the compiler compares it with the table',
};

describe('each shared fact is defined once', () => {
  test('the scan reads the code', () => {
    expect(files.length).toBeGreaterThan(200);
    expect(files).toContain('packages/edge-function/src/viewer-request.ts');
    expect(literals.length).toBeGreaterThan(10);
  });

  test.each(literals)('%s', (_, value) => {
    // Matches a regular expression, or a quoted string with doubled backslashes.
    const forms = [
      `/${value}/`,
      ...[value, value.replaceAll('\\', '\\\\')].flatMap((text) => [`'${text}'`, `"${text}"`]),
    ];
    expect(filesWith((text) => forms.some((form) => text.includes(form)))).toEqual([]);
  });

  test('the paths of the API', () => {
    // At the start of a string, after a variable in one, or as a regular expression. Comments have a method before the path.
    const writes = filesWith((text) => /['"`}]\/api\/|\\\/api\\\//.test(text)).filter(
      (file) => !file.startsWith(WORLD),
    );
    expect(writes.toSorted()).toEqual(Object.keys(WRITE_PATHS));
  });

  test.each(Object.keys(WRITE_PATHS).filter((file) => file.startsWith('packages/tracking-page/')))(
    'the path in %s is compared by the compiler',
    (file) => {
      const lines = (code.get(file) ?? '').split('\n').filter((line) => line.includes('`/api/'));
      expect(lines.length).toBeGreaterThan(0);
      for (const line of lines) expect(line).toContain('satisfies FilledPath<');
    },
  );

  test('the maximum length of a token', () => {
    expect(filesWith((text) => /\bMAX_TOKEN\w*\s*=|oken\.length\s*[<>]=?\s*\d{2}/.test(text))).toEqual([]);
  });

  test.each([
    [
      'a regular expression of three parts',
      /\/\^?(?:\(?\[(?:A-Za-z0-9_-|\\w-)\](?:[+*]|\{[\d,]+\})\)?(?:\\\.)?){3}\$?\//,
    ],
    ['a count of the parts', /\.split\(['"]\.['"]\)\.length/],
    ['a function of its own', /\b(?:looksLikeToken|isToken)\s*=|function\s+(?:looksLikeToken|isToken)\b/],
  ])('the form of a token, as %s', (_, copy) => {
    expect(filesWith((text) => copy.test(text))).toEqual([]);
  });
});

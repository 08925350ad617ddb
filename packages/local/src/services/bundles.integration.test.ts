import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Template } from '@qdn/cloudformation/template';
import { bundleFunctions, watchSources } from './bundles.ts';

const config = fileURLToPath(new URL('../../../../config', import.meta.url));
const functions = (...handlers: string[]): Template => ({
  Resources: Object.fromEntries(
    handlers.map((Handler, i) => [`F${i}`, { Type: 'AWS::Lambda::Function', Properties: { Handler } }]),
  ),
});
const TEMPLATES = {
  'job-api': functions('src/functions/get-job/index.handler', 'src/functions/list-jobs/index.handler'),
  relay: functions('src/functions/relay/index.handler'),
};

describe('bundling the functions', () => {
  let repository: string;

  beforeEach(() => {
    repository = mkdtempSync(join(tmpdir(), 'bundles-'));
    cpSync(config, join(repository, 'config'), { recursive: true });
    write('packages/words/src/index.ts', 'export const word: string = "shared";');
    for (const name of ['get-job', 'list-jobs']) {
      write(
        `services/job-api/src/functions/${name}/index.ts`,
        `import { word } from '../../../../../packages/words/src/index.ts';
         export const handler = async () => '${name} ' + word;`,
      );
    }
    write('services/relay/src/functions/relay/index.ts', "export const handler = async () => require('node:os').EOL;");
  });
  afterEach(() => rmSync(repository, { recursive: true }));

  const write = (file: string, content: string): void => {
    mkdirSync(dirname(join(repository, file)), { recursive: true });
    writeFileSync(join(repository, file), content);
  };
  const bundle = () => bundleFunctions(repository, TEMPLATES, join(repository, 'out'));
  const outcome = (path: string) => join(repository, 'out', path);
  const read = (path: string) => readFileSync(outcome(path), 'utf8');
  const GET_JOB = 'job-api/src/functions/get-job/index.mjs';
  const RELAY = 'relay/src/functions/relay/index.mjs';

  test('writes each bundle to the folder of its service, with the deployed settings', async () => {
    expect(await bundle()).toBe(true);
    expect(read(GET_JOB)).toContain('get-job ');
    expect(read(GET_JOB)).toContain('shared');
    expect(read('job-api/src/functions/list-jobs/index.mjs')).toContain('list-jobs ');
    // The banner that defines `require`, and minified code.
    expect(read(RELAY)).toMatch(/^import \{ createRequire/);
    expect(read(GET_JOB).split('\n').length).toBeLessThan(6);
  });

  test('bundles again only when a source, a setting or the list of functions changes', async () => {
    await bundle();
    expect(await bundle()).toBe(false);
    write('packages/words/src/index.test.ts', 'a test');
    expect(await bundle()).toBe(false);
    write('packages/words/src/index.ts', 'export const word = "changed";');
    expect(await bundle()).toBe(true);
    expect(read(GET_JOB)).toContain('changed');
    write('config/esbuild.yml', `${readFileSync(join(config, 'esbuild.yml'), 'utf8')}\nlegalComments: none\n`);
    expect(await bundle()).toBe(true);
    rmSync(outcome(RELAY));
    expect(await bundle()).toBe(true);
  });

  test('does not rewrite an unchanged bundle, so that it is not reloaded', async () => {
    await bundle();
    const before = statSync(outcome(RELAY)).mtimeMs;
    write('packages/words/src/index.ts', 'export const word = "changed";');
    await bundle();
    expect(statSync(outcome(RELAY)).mtimeMs).toBe(before);
  });

  test('reports the place of an error, and bundles again after the next change', async () => {
    await bundle();
    write('packages/words/src/index.ts', 'export const other = 1;');
    await expect(bundle()).rejects.toThrow(
      /^The functions cannot be bundled:\nservices\/job-api\/src\/functions\/.*index\.ts:1: .*"word"/,
    );
    expect(read(GET_JOB)).toContain('shared');
    write('packages/words/src/index.ts', 'export const word = "shared";');
    expect(await bundle()).toBe(true);
  });

  test('reports several changed sources once, and ignores tests', async () => {
    let changes = 0;
    const unwatch = watchSources(repository, () => {
      changes += 1;
    });
    const settle = () => new Promise((resolve) => setTimeout(resolve, 400));
    // A new folder may still report its own creation.
    await settle();
    changes = 0;
    write('packages/words/src/index.ts', 'export const word = "a";');
    write('services/relay/src/functions/relay/index.ts', 'export const handler = async () => 1;');
    await settle();
    expect(changes).toBe(1);
    write('packages/words/src/index.test.ts', 'a test');
    await settle();
    expect(changes).toBe(1);
    unwatch();
    write('packages/words/src/index.ts', 'export const word = "b";');
    await settle();
    expect(changes).toBe(1);
  });
});

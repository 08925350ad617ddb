import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { build } from 'esbuild';

/** Bundled as the functions are. @returns the size in bytes, the files that went in, and how much a package makes of it */
const bundle = async (entry: string) => {
  const { metafile } = await build({
    entryPoints: [fileURLToPath(new URL(entry, import.meta.url))],
    bundle: true,
    minify: true,
    write: false,
    metafile: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    mainFields: ['module', 'main'],
    outfile: 'bundle.mjs',
  });
  const output = metafile.outputs['bundle.mjs'];
  const bytesFrom = (source: string): number =>
    Object.entries(output?.inputs ?? {}).reduce(
      (sum, [path, { bytesInOutput }]) => sum + (path.includes(source) ? bytesInOutput : 0),
      0,
    );
  return { bytes: output?.bytes ?? Number.NaN, inputs: Object.keys(metafile.inputs), bytesFrom };
};
const WHOLE_CLIENT = /twilio\/lib\/(rest\/(Twilio|Api|api\/V2010)|index)\.js$/;

describe('the bundle of a function', () => {
  test('checking a signature costs at most 6 KB', async () => {
    const { bytes, inputs } = await bundle('./twilio-signature.ts');
    expect(bytes).toBeLessThanOrEqual(6_000);
    expect(inputs.filter((input) => input.includes('/twilio/lib/'))).toEqual([
      expect.stringMatching(/webhooks\/webhooks\.js$/),
    ]);
  });

  test('sending costs at most 450 KB, and the whole client is not in it', async () => {
    const { bytes, inputs } = await bundle('./twilio.ts');
    expect(bytes).toBeLessThanOrEqual(450_000);
    expect(inputs.filter((input) => WHOLE_CLIENT.test(input))).toEqual([]);
  });
});

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

describe('the bundle of a function', () => {
  test('the second carrier costs at most 16 KB beside the AWS clients that the worker has anyway', async () => {
    const { bytes, bytesFrom } = await bundle('./aws-sms.ts');
    expect(bytesFrom('client-pinpoint-sms-voice-v2') + bytesFrom('src/aws-sms.ts')).toBeLessThanOrEqual(16_000);
    expect(bytes).toBeLessThanOrEqual(320_000);
  });
});

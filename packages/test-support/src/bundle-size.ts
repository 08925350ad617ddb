import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

export type MeasuredBundle = {
  /** Size of the bundle, in bytes. */
  bytes: number;
  /** Paths of the files that esbuild read. */
  inputs: string[];
  /** Returns the bytes of the bundle that come from files with this text in their path. */
  bytesFrom: (source: string) => number;
};

/** Bundles one module as the functions are bundled, and measures it. */
export const measureBundle = async (entry: URL): Promise<MeasuredBundle> => {
  const { metafile } = await build({
    entryPoints: [fileURLToPath(entry)],
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

import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';

/** CloudFront's quota for a function's code, in bytes. */
export const MAX_FUNCTION_BYTES = 10 * 1024;

/**
 * Syntax that Node takes and `cloudfront-js-2.0` may not. esbuild writes it in older words, or refuses to build.
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/functions-javascript-runtime-20.html
 */
const UNSUPPORTED = [
  'array-spread',
  'async-generator',
  'bigint',
  'class',
  'default-argument',
  'destructuring',
  'for-await',
  'for-of',
  'generator',
  'logical-assignment',
  'nullish-coalescing',
  'object-rest-spread',
  'optional-catch-binding',
  'optional-chain',
  // Lowered so that no `${` is left in the code, which the deployment tool would read as its own variable.
  'template-literal',
];

/**
 * The viewer-request function as the one file that CloudFront takes: plain `handler` at the top level, nothing exported.
 * Names are kept: this is what one reads in the console.
 *
 * @throws Error when the source uses syntax that the runtime lacks, or is larger than the quota
 */
export const buildViewerRequest = (): string => {
  const built = buildSync({
    entryPoints: [fileURLToPath(new URL('./viewer-request.ts', import.meta.url))],
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'neutral',
    target: 'es2017',
    external: ['cloudfront', 'crypto'],
    supported: Object.fromEntries(UNSUPPORTED.map((feature) => [feature, false])),
    minifyWhitespace: true,
    legalComments: 'none',
    logLevel: 'silent',
  });
  const text = built.outputFiles[0]?.text ?? '';
  const code = text.replace(/export\s*\{\s*handler\s*\};?\s*$/, '');
  if (code === text) throw new Error('The viewer-request function must export exactly `handler`.');
  const bytes = Buffer.byteLength(code);
  if (bytes > MAX_FUNCTION_BYTES) {
    throw new Error(`The viewer-request function has ${bytes} bytes; CloudFront takes ${MAX_FUNCTION_BYTES}.`);
  }
  return code;
};

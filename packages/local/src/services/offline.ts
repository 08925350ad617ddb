/*
 * Runs the deployment tool with functions that are bundled already, in the folder QDN_BUNDLES:
 *
 *     QDN_BUNDLES=FOLDER node offline.ts SERVERLESS.js offline start [OPTIONS]       in the service's folder
 *
 * serverless.yml names serverless-esbuild, which bundles each function separately with its AWS SDK, and keeps the parsed code in memory.
 * This script replaces it with a plugin that only gives the paths of the bundles.
 */
import { registerHooks } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';

const plugin = fileURLToPath(new URL('./bundled-functions.cjs', import.meta.url));

registerHooks({
  load: (url, context, nextLoad) =>
    url.endsWith('/serverless-esbuild/dist/index.js')
      ? { format: 'commonjs', shortCircuit: true, source: `module.exports = require(${JSON.stringify(plugin)});` }
      : nextLoad(url, context),
});

process.argv.splice(1, 1);
const [, tool = ''] = process.argv;
await import(pathToFileURL(tool).href);

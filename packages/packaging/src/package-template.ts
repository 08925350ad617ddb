/*
 * Runs `sls package` for the template only, in the service's folder:
 *
 *     node package-template.ts SERVERLESS.js package [OPTIONS]
 *
 * serverless.yml names serverless-esbuild, which bundles and zips every function. That takes three quarters of the time, and
 * the template only names the archives. A plugin that supplies empty archives replaces it here.
 */
import { registerHooks } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';

const plugin = fileURLToPath(new URL('./empty-functions.cjs', import.meta.url));

registerHooks({
  load: (url, context, nextLoad) =>
    url.endsWith('/serverless-esbuild/dist/index.js')
      ? { format: 'commonjs', shortCircuit: true, source: `module.exports = require(${JSON.stringify(plugin)});` }
      : nextLoad(url, context),
});

process.argv.splice(1, 1);
const [, tool = ''] = process.argv;
await import(pathToFileURL(tool).href);

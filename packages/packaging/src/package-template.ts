/*
 * Runs `sls package` for the template only, in the service's folder:
 *
 *     node package-template.ts SERVERLESS.js package [OPTIONS]
 *
 * serverless-esbuild bundles and zips every function. That takes three quarters of the time, and the template only names the archives.
 * A plugin that supplies empty archives replaces it here.
 */
import { runWithPlugin } from './replace-bundler.ts';

await runWithPlugin(new URL('./empty-functions.cjs', import.meta.url));

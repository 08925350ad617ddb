/*
 * Runs the deployment tool with functions that are bundled already, in the folder QDN_BUNDLES:
 *
 *     QDN_BUNDLES=FOLDER node offline.ts SERVERLESS.js offline start [OPTIONS]       in the service's folder
 *
 * serverless-esbuild bundles each function separately with its AWS SDK, and keeps the parsed code in memory. A plugin that only gives the
 * paths of the bundles replaces it here.
 */
import { runWithPlugin } from '@qdn/packaging/replace-bundler';

await runWithPlugin(new URL('./bundled-functions.cjs', import.meta.url));

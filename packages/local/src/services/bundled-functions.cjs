/*
 * A plugin in place of serverless-esbuild: tells serverless-offline where the functions are that were bundled before, and to load
 * them again when they change.
 */
const { watch } = require('node:fs');

/** A build writes several files. */
const SETTLED_MS = 150;

module.exports = class BundledFunctions {
  constructor(serverless) {
    const folder = process.env.QDN_BUNDLES;
    const reload = () => serverless.pluginManager.spawn('offline:functionsUpdated');
    this.hooks = {
      'before:offline:start:init': () => {
        serverless.service.custom['serverless-offline'].location = folder;
        let settled;
        watch(folder, { recursive: true }, () => {
          clearTimeout(settled);
          settled = setTimeout(reload, SETTLED_MS);
        }).unref();
      },
    };
  }
};

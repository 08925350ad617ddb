/*
 * A plugin that replaces serverless-esbuild. It gives serverless-offline the folder of the finished bundles, and reloads them when they
 * change.
 */
const { watch } = require('node:fs');

/** Delay before a reload, because a build writes several files. */
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

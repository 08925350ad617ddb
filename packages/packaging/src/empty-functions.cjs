/* A plugin in place of serverless-esbuild: each function is an empty archive, named after it as the real one is. */
const { mkdirSync, writeFileSync } = require('node:fs');
const { join } = require('node:path');

/** The end-of-central-directory record alone: a ZIP archive without entries. */
const EMPTY_ZIP = Buffer.from('504b0506'.padEnd(44, '0'), 'hex');

module.exports = class EmptyFunctions {
  constructor(serverless, options) {
    this.hooks = {
      'before:package:createDeploymentArtifacts': () => {
        const folder = join(options.package, 'functions');
        mkdirSync(folder, { recursive: true });
        for (const [name, definition] of Object.entries(serverless.service.functions)) {
          const artifact = join(folder, `${name}.zip`);
          writeFileSync(artifact, EMPTY_ZIP);
          definition.package = { artifact };
        }
      },
    };
  }
};

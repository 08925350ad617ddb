/* A plugin that replaces serverless-esbuild: each function becomes an empty archive with the name of the real one. */
const { mkdirSync, writeFileSync } = require('node:fs');
const { join } = require('node:path');

/** A ZIP archive without entries: only the end-of-central-directory record. */
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

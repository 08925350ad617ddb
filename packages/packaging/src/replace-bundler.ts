import { registerHooks } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';

/**
 * Runs the deployment tool with a plugin of ours in the place of serverless-esbuild, which serverless.yml names. For a script that is
 * called as `node SCRIPT SERVERLESS.js COMMAND [OPTIONS]`: the tool sees the arguments without the script.
 * @param plugin a CommonJS module
 */
export const runWithPlugin = async (plugin: URL): Promise<void> => {
  const path = JSON.stringify(fileURLToPath(plugin));
  registerHooks({
    load: (url, context, nextLoad) =>
      url.endsWith('/serverless-esbuild/dist/index.js')
        ? { format: 'commonjs', shortCircuit: true, source: `module.exports = require(${path});` }
        : nextLoad(url, context),
  });
  process.argv.splice(1, 1);
  const [, tool = ''] = process.argv;
  await import(pathToFileURL(tool).href);
};

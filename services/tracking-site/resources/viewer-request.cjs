// The deployment tool would execute a .js file that a template includes; this one builds the function and returns its code.
const { mkdirSync, writeFileSync } = require('node:fs');
const { join } = require('node:path');

module.exports = () => {
  const { buildViewerRequest } = require('@qdn/edge-function');
  const code = buildViewerRequest();
  const folder = join(__dirname, '../dist/edge');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'viewer-request.js'), code);
  return code;
};

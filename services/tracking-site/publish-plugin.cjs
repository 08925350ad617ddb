// The deployment tool loads plugins with require(); the plugin itself is TypeScript. The page is built only when published.
const { createPublishPlugin } = require('./src/deploy/plugin.ts');

module.exports = createPublishPlugin(async (folder) => (await import('./src/build.ts')).buildSite(folder));

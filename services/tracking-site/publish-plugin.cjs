// The deployment tool loads plugins with require(); the plugin itself is TypeScript. The page is built only when published.
const { createPublishPlugin } = require('@qdn/site-publishing/plugin');

module.exports = createPublishPlugin(async (folder) => (await import('@qdn/site-publishing/build')).buildSite(folder));

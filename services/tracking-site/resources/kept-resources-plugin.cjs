module.exports = require('../../../config/kept-resources-plugin.cjs');

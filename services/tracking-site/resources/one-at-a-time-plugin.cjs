module.exports = require('../../../config/one-at-a-time-plugin.cjs');

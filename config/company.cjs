// config/company.json as one line, for the environment variable COMPANY of the functions.
module.exports.json = JSON.stringify(require('./company.json'));

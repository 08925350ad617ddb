/*
 * Who the company is, checked: nothing is packaged or deployed with a file that functions could not work by. Its sentences end
 * the command. Read with Node's own TypeScript, from 22.18 on.
 */
const { join } = require('node:path');
const { CompanyError, findCompany, functionsJson, readCompanyFile } = require('../packages/company/src/index.ts');

const found = findCompany(join(__dirname, '..'), process.env);
if (found.isExample && process.argv[2] === 'deploy' && !process.env['QDN_COMPANY_FILE'])
  throw new CompanyError(found.name, [
    'This is the example; nobody answers its phone numbers. To be asked for your company and have config/company.json written: pnpm qdn init',
  ]);
const company = readCompanyFile(found);

module.exports = {
  company,
  /** As one line, for the environment variable COMPANY of the functions. */
  json: functionsJson(company),
};

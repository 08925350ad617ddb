/*
 * The checked company. Packaging and deploying with an invalid company file end with its mistakes.
 * Node runs the TypeScript of packages/company directly.
 */
const { join } = require('node:path');
const {
  CompanyError,
  EXAMPLE_FILE,
  findCompany,
  functionsJson,
  readCompanyFile,
} = require('../packages/company/src/index.ts');

const repository = join(__dirname, '..');

const read = () => {
  const found = findCompany(repository, process.env);
  if (found.isExample && process.argv[2] === 'deploy' && !process.env.QDN_COMPANY_FILE)
    throw new CompanyError(found.name, [
      'This is the example, and its phone numbers belong to no one. Create config/company.json with: ./qdn init',
    ]);
  return readCompanyFile(found);
};

let company = null;
let refusal = null;
try {
  company = read();
} catch (error) {
  if (!(error instanceof CompanyError)) throw error;
  if (process.argv[2] === 'remove') {
    // A removal does not depend on the company.
    company = readCompanyFile({ path: join(repository, EXAMPLE_FILE), name: EXAMPLE_FILE });
  } else {
    refusal = error;
    // osls prints the stack, which does not help to fix the file.
    refusal.stack = `\n\n${error.message}\n`;
  }
}
const checked = () => {
  if (refusal) throw refusal;
  return company;
};

module.exports = {
  /** Null when it is refused; the properties below throw the reason. Params come from its `deployment`. */
  company,
  name: () => checked().name,
  /** As one line, for the environment variable COMPANY of the functions. */
  json: () => functionsJson(checked()),
};

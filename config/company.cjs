/*
 * Who the company is, checked: nothing is packaged or deployed with a file that functions could not work by; its sentences end the
 * command instead. Read with Node's own TypeScript, which every Node has that the repository runs on.
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
      'This is the example, whose phone numbers nobody answers. To be asked for your company and have config/company.json written: ./qdn init',
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
    // What is removed does not depend on who the company is.
    company = readCompanyFile({ path: join(repository, EXAMPLE_FILE), name: EXAMPLE_FILE });
  } else {
    refusal = error;
    // osls prints the stack, which helps nobody to mend the file.
    refusal.stack = `\n\n${error.message}\n`;
  }
}
const checked = () => {
  if (refusal) throw refusal;
  return company;
};

module.exports = {
  /** Null when it is refused; the properties below say why. Its `deployment` is where params come from. */
  company,
  name: () => checked().name,
  /** As one line, for the environment variable COMPANY of the functions. */
  json: () => functionsJson(checked()),
};

/*
 * Loads and checks the company file. With an invalid file, packaging and deploying fail and list its errors.
 * Node runs the TypeScript of packages/company directly.
 */
const { join } = require('node:path');
const {
  CompanyError,
  EXAMPLE_FILE,
  findCompany,
  functionsLine,
  placesJson,
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
    // A removal does not need a valid company file.
    company = readCompanyFile({ path: join(repository, EXAMPLE_FILE), name: EXAMPLE_FILE });
  } else {
    refusal = error;
    // osls would print the stack trace, which does not help to fix the file.
    refusal.stack = `\n\n${error.message}\n`;
  }
}
const checked = () => {
  if (refusal) throw refusal;
  return company;
};

module.exports = {
  /** Null for an invalid file; the properties below then throw the reason. Params come from its `deployment`. */
  company,
  name: () => checked().name,
  /** The company as one line, for the functions' environment variable COMPANY. */
  json: () => functionsLine(checked()),
  /** Its saved places and geocoder as one line of JSON, for the variable PLACES of the function that finds places. */
  places: () => placesJson(checked()),
};

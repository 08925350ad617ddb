export { checkCompany, parseCompany } from './check.ts';
export { closest } from './closest.ts';
export { channels, contrast, LEAST_CONTRAST, PAPER } from './colour.ts';
export type { CompanyFile } from './company-file.ts';
export {
  COMPANY_FILE,
  CompanyError,
  checkCompanyFile,
  EXAMPLE_FILE,
  type FoundCompany,
  findCompany,
  readCompanyFile,
} from './file.ts';
export { functionsJson } from './for-functions.ts';

export { answerMakesWrong, bodyMistakes, checkCompany, mistakesIn, parseCompany } from './check.ts';
export { closest } from './closest.ts';
export { channels, contrast, LEAST_CONTRAST, PAPER } from './colour.ts';
export type { CompanyFile } from './company-file.ts';
export { companyText } from './company-text.ts';
export {
  COMPANY_FILE,
  CompanyError,
  checkCompanyFile,
  EXAMPLE_FILE,
  type FoundCompany,
  findCompany,
  logoSentences,
  readCompanyFile,
} from './file.ts';
export { functionsJson, functionsLine, placesJson } from './for-functions.ts';
export { idFrom } from './ids.ts';
export { phoneFrom } from './phone-number.ts';
export { isTimeZone, timeZoneMeant } from './time-zone.ts';

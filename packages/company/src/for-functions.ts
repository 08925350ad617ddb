import type { CompanyFile } from './company-file.ts';

/**
 * Sections that functions do not need: `brand` is built into the page, trailers and stops are for the command line, and
 * `deployment` is for deploying.
 */
const NOT_FOR_FUNCTIONS = ['$schema', 'brand', 'trailers', 'stops', 'deployment'];

/**
 * Maximum size in bytes: Lambda allows 4 KB of environment variables in total.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
 */
export const MAX_COMPANY_BYTES = 2800;

/** The company as one line, for the environment variable COMPANY of the functions. */
export const functionsJson = (company: CompanyFile): string =>
  JSON.stringify(Object.fromEntries(Object.entries(company).filter(([name]) => !NOT_FOR_FUNCTIONS.includes(name))));

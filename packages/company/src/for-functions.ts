import type { CompanyFile } from './company-file.ts';

/**
 * What functions work by: how the page looks is built into it, trailers and stops are for the command line, and how it is
 * deployed is for that.
 */
const OF_NO_USE_TO_FUNCTIONS = ['$schema', 'brand', 'trailers', 'stops', 'deployment'];

/**
 * The most of it, in bytes: Lambda takes 4 KB of environment variables in all.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
 */
export const MOST_BYTES = 2800;

/** The company as one line, for the environment variable COMPANY of the functions. */
export const functionsJson = (company: CompanyFile): string =>
  JSON.stringify(
    Object.fromEntries(Object.entries(company).filter(([name]) => !OF_NO_USE_TO_FUNCTIONS.includes(name))),
  );

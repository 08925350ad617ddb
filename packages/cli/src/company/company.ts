import { existsSync } from 'node:fs';
import { CompanyError, type CompanyFile, findCompany, readCompanyFile } from '@qdn/company';
import { CommandError } from '../connection.ts';
import type { Surroundings } from '../surroundings.ts';

type Place = Pick<Surroundings, 'repository' | 'environment'>;

/**
 * Returns the company, or the example when there is no company file.
 * @throws CommandError with all mistakes in the file
 */
export const readCompany = ({ repository, environment }: Place): CompanyFile => {
  try {
    return readCompanyFile(findCompany(repository, environment));
  } catch (error) {
    if (error instanceof CompanyError) throw new CommandError(error.message, { cause: error });
    throw error;
  }
};

/** Returns null for a value that cannot be read: another check reports the cause. */
export const tryToRead = <T>(read: () => T): T | null => {
  try {
    return read();
  } catch (error) {
    if (error instanceof CommandError) return null;
    throw error;
  }
};

export type Known = Required<Pick<CompanyFile, 'trailers' | 'stops'>> & {
  isExample: boolean;
  /** Null when there is no file. */
  company: CompanyFile | null;
};

/**
 * Returns the trailers and stops of the company file.
 * @throws CommandError with all mistakes in the file
 */
export const knownTo = (place: Place): Known => {
  const { isExample, path } = findCompany(place.repository, place.environment);
  if (isExample && !existsSync(path)) return { trailers: [], stops: [], isExample, company: null };
  const company = readCompany(place);
  return { trailers: company.trailers ?? [], stops: company.stops ?? [], isExample, company };
};

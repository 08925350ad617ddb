import { existsSync } from 'node:fs';
import { CompanyError, type CompanyFile, findCompany, readCompanyFile } from '@qdn/company';
import { CommandError } from '../connection.ts';
import type { Surroundings } from '../surroundings.ts';

type Place = Pick<Surroundings, 'repository' | 'environment'>;

/**
 * Who the company is; while there is no file of its own, the example.
 * @throws CommandError with everything that is wrong with the file
 */
export const readCompany = ({ repository, environment }: Place): CompanyFile => {
  try {
    return readCompanyFile(findCompany(repository, environment));
  } catch (error) {
    if (error instanceof CompanyError) throw new CommandError(error.message, { cause: error });
    throw error;
  }
};

export type Known = Required<Pick<CompanyFile, 'trailers' | 'stops'>> & {
  isExample: boolean;
  /** Null where there is no file at all. */
  company: CompanyFile | null;
};

/**
 * The trailers and stops that the company has names for.
 * @throws CommandError with everything that is wrong with its file
 */
export const knownTo = (place: Place): Known => {
  const { isExample, path } = findCompany(place.repository, place.environment);
  if (isExample && !existsSync(path)) return { trailers: [], stops: [], isExample, company: null };
  const company = readCompany(place);
  return { trailers: company.trailers ?? [], stops: company.stops ?? [], isExample, company };
};

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

export type KnownPlaces = {
  trailers: NonNullable<CompanyFile['trailers']>;
  stops: NonNullable<CompanyFile['stops']>;
};

/**
 * The trailers and stops of the company; none while there is only the example, whose places are nobody's.
 * @throws CommandError with everything that is wrong with the file
 */
export const knownPlaces = (place: Place): KnownPlaces => {
  if (findCompany(place.repository, place.environment).isExample) return { trailers: [], stops: [] };
  const { trailers = [], stops = [] } = readCompany(place);
  return { trailers, stops };
};

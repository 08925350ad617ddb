import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readCompany } from '@qdn/lambda';
import { CommandError } from './connection.ts';

/** The number that customers text, E.164, of config/company.json. @throws CommandError when that cannot be read */
export const readTextNumber = (repository: string): string => {
  try {
    return readCompany(readFileSync(join(repository, 'config', 'company.json'), 'utf8')).textNumber;
  } catch (error) {
    throw new CommandError(`config/company.json: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
};

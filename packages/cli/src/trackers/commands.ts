import type { Command } from 'commander';
import { knownTo } from '../company/company.ts';
import { ApiError, CommandError } from '../connection.ts';
import type { OperatorContext } from '../operator-context.ts';
import { printableJson } from '../printable.ts';
import { readTrailers } from './read-trailers.ts';
import { ownTrailerTable, trailerTable } from './trailer-table.ts';

/** True when the system does not run or is out of reach; the company file can be shown all the same. */
const isUnreachable = (error: unknown): error is CommandError =>
  error instanceof ApiError ? error.status === 0 : error instanceof CommandError;

/** Adds the command that lists all trailers: `trailers`. */
export const addTrackerCommands = (program: Command, context: OperatorContext): void => {
  const { print, note, time } = context;
  program
    .command('trailers')
    .description(
      'lists the trailers of config/company.json and those that have reported: job, motion, last place, battery, ignored fixes',
    )
    .option('--json', 'the trailers as the API returns them')
    .addHelpText('after', '\nTo see one tracker’s day: ./qdn trailer T1\n\nExample:\n  ./qdn trailers')
    .action(async ({ json }: { json?: boolean }) => {
      const own = knownTo(context).trailers;
      try {
        const listed = await readTrailers(context);
        print(json ? printableJson(listed) : trailerTable(listed, own, time()));
      } catch (error) {
        if (json || !isUnreachable(error)) throw error;
        print(ownTrailerTable(own));
        note(`Only the names from config/company.json. ${error.message}`);
      }
    });
};

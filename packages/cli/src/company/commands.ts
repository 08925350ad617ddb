import type { Command } from 'commander';
import { spaced, table } from '../format.ts';
import type { Surroundings } from '../surroundings.ts';
import { knownTo } from './company.ts';
import type { InitOptions } from './init.ts';

/** Adds the commands that use the company file: `./qdn init`, `stops`. */
export const addCompanyCommands = (program: Command, surroundings: Surroundings): void => {
  const { form, print } = surroundings;
  program
    .command('init')
    .description('asks for your company’s settings and writes config/company.json; run it again to change them')
    .option(
      '--answers <file>',
      'a JSON file with the sections of config/company.json to set, instead of questions; null removes one',
    )
    .option('--dry-run', 'shows the file without writing it')
    .addHelpText('after', '\nSettings that it does not ask for stay unchanged.\n\nExample:\n  ./qdn init')
    .action(async (options: InitOptions) => {
      const { initCompany } = await import('./init.ts');
      await initCompany(surroundings, options, form ? () => form('Your company on QDN Relay') : null);
    });

  program
    .command('stops')
    .description('lists the stops of config/company.json')
    .addHelpText('after', '\nExample:\n  ./qdn stops')
    .action(() => {
      const { stops } = knownTo(surroundings);
      print(
        stops.length === 0
          ? 'config/company.json has no stops. To add yours: ./qdn init'
          : table([
              ['STOP', 'KIND', 'ADDRESS', 'PLACE'],
              ...stops.map(({ id, kind, address, lat, lon }) => [id, spaced(kind), address, `${lat}, ${lon}`]),
            ]),
      );
    });
};

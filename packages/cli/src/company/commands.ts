import type { Command } from 'commander';
import type { Surroundings } from '../surroundings.ts';
import type { InitOptions } from './init.ts';

/** Adds `qdn init`. */
export const addCompanyCommands = (program: Command, surroundings: Surroundings): void => {
  const { form } = surroundings;
  program
    .command('init')
    .description('asks for your company and writes config/company.json; again, to change it')
    .option(
      '--answers <file>',
      'asks nobody: a JSON file with the parts of config/company.json to set; null removes one',
    )
    .option('--dry-run', 'shows what would be written')
    .addHelpText('after', '\nWhat is not asked for stays as it is.\n\nExample:\n  qdn init')
    .action(async (options: InitOptions) => {
      const { initCompany } = await import('./init.ts');
      await initCompany(surroundings, options, form ? () => form('Your company on QDN Relay') : null);
    });
};

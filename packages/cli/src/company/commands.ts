import { idFrom, phoneFrom } from '@qdn/company';
import { pathTo, type Wire } from '@qdn/contracts';
import * as routes from '@qdn/contracts/routes';
import { DEFAULT_JOB_PREFIX, JOB_KINDS, type JobKind, jobIdOf } from '@qdn/domain';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { CommandError } from '../connection.ts';
import { table } from '../format.ts';
import type { Surroundings } from '../surroundings.ts';
import { knownTo } from './company.ts';
import type { InitOptions } from './init.ts';
import { stopMeant, trailerMeant } from './names.ts';

/** Calls the API as the operator. */
type Api = (method: string, path: string, body?: unknown) => Promise<unknown>;

const each = (value: string, before: string[] = []): string[] => [...before, value];

const moment = (text: string): string => {
  const at = /^\d{4}-\d\d-\d\dT.*(Z|[+-]\d\d:\d\d)$/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(at)) throw new InvalidArgumentError('It must be a time like 2026-11-24T09:00:00-06:00.');
  return new Date(at).toISOString();
};

type JobOptions = {
  kind: JobKind;
  customer: string;
  phone: string;
  stop: string[];
  trailer?: string[];
  account?: string;
  at?: string;
};

/** Adds the commands that use the company file: `./qdn init`, `trailers`, `stops`, `create-job`. */
export const addCompanyCommands = (program: Command, surroundings: Surroundings, api: Api): void => {
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
    .command('trailers')
    .description('lists the trailers of config/company.json')
    .addHelpText('after', '\nTo see the state of a trailer: ./qdn trailer T1\n\nExample:\n  ./qdn trailers')
    .action(() => {
      const { trailers } = knownTo(surroundings);
      print(
        trailers.length === 0
          ? 'config/company.json has no trailers. To add yours: ./qdn init'
          : table([['TRAILER', 'NAME'], ...trailers.map(({ id, name = '' }) => [id, name])]),
      );
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
              ...stops.map(({ id, kind, address, lat, lon }) => [
                id,
                kind.replaceAll('_', ' '),
                address,
                `${lat}, ${lon}`,
              ]),
            ]),
      );
    });
  addCreateJobCommand(program, surroundings, api);
};

const addCreateJobCommand = (program: Command, surroundings: Surroundings, api: Api): void => {
  const { print, note } = surroundings;
  program
    .command('create-job <id>')
    .description(
      'creates a job with an ID or only its number; stops and trailers by their names in config/company.json',
    )
    .addOption(new Option('--kind <kind>', 'kind of job').choices([...JOB_KINDS]).makeOptionMandatory())
    .requiredOption('--customer <name>', 'name of the customer')
    .requiredOption('--phone <number>', 'the customer’s number; texts from it belong to this job')
    .requiredOption(
      '--stop <stop>',
      'a stop, once for each in order: a name from ./qdn stops, or "KIND: ADDRESS @ LATITUDE, LONGITUDE"',
      each,
    )
    .option('--trailer <trailer>', 'ID or name of a trailer, once for each', each)
    .option('--account <id>', 'account of the customer (default: from the customer’s name)')
    .option('--at <time>', 'time of the job, like 2026-11-24T09:00:00-06:00', moment)
    .addHelpText(
      'after',
      '\nExample:\n  ./qdn create-job QDN-2002 --kind dump_and_return --customer "Ann Lee" --phone "512 555 0119" --stop "drop_off: 1100 Congress Ave @ 30.2747, -97.7404" --stop landfill --stop yard --trailer T3',
    )
    .action(async (typed: string, options: JobOptions) => {
      const known = knownTo(surroundings);
      const id = jobIdOf(known.company?.jobPrefix ?? DEFAULT_JOB_PREFIX, typed) ?? typed;
      const trailers = (options.trailer ?? []).map((typed) => trailerMeant(typed, known));
      for (const { doubt } of trailers) if (doubt !== null) note(doubt);
      const accountId = options.account ?? idFrom(options.customer).toLowerCase();
      if (accountId === '')
        throw new CommandError('The customer’s name has no letters from a to z. Add the account: --account ID');
      const job: Wire<'createJob'> = {
        id,
        accountId,
        kind: options.kind,
        customer: { name: options.customer, phone: phoneFrom(options.phone, known.company) },
        stops: options.stop.map((typed) => {
          const { radiusM = 100, ...stop } = stopMeant(typed, known);
          return { ...stop, radiusM };
        }),
        trailers: trailers.map((trailer) => trailer.id),
        ...(options.at === undefined ? {} : { scheduledFor: options.at }),
      };
      await api('POST', pathTo(routes.createJob), job);
      const route = job.stops.map(({ address }) => address).join(' → ');
      print(`Created ${id}: ${options.kind.replaceAll('_', ' ')} for ${options.customer}, ${route}.`);
      note(`A tracking link for the customer: ./qdn link ${id}`);
    });
};

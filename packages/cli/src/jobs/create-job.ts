import { bodyMistakes, idFrom, phoneFrom } from '@qdn/company';
import { pathTo, type Wire } from '@qdn/contracts';
import * as routes from '@qdn/contracts/routes';
import { validate as isCreateJob } from '@qdn/contracts/validators/createJob';
import {
  DEFAULT_JOB_PREFIX,
  JOB_KINDS,
  type JobKind,
  jobIdOf,
  LANGUAGES,
  type Language,
  parsePhoneNumber,
} from '@qdn/domain';
import { type Command, Option } from 'commander';
import { knownTo } from '../company/company.ts';
import { CommandError } from '../connection.ts';
import { spaced } from '../format.ts';
import type { OperatorContext } from '../operator-context.ts';
import { momentMeant } from '../times/moment-meant.ts';
import { each } from './each.ts';
import { stopsOf } from './job-stops.ts';
import { trailersOf } from './job-trailers.ts';

type JobOptions = {
  kind: JobKind;
  customer: string;
  phone: string;
  language?: Language;
  stop: string[];
  trailer?: string[];
  account?: string;
  at?: string;
  notes?: string;
  hired?: boolean;
};

/** Help of the option `--language`. */
export const LANGUAGE_WORDS =
  'language of notices and automatic texts (default: that of the customer’s texts, else English)';

/** Adds `./qdn create-job`. */
export const addCreateJobCommand = (program: Command, context: OperatorContext): void => {
  const { api, print, note, time } = context;
  program
    .command('create-job <id>')
    .description(
      'creates a job with an ID or only its number; stops and trailers by their names in config/company.json',
    )
    .addOption(new Option('--kind <kind>', 'kind of job').choices([...JOB_KINDS]).makeOptionMandatory())
    .requiredOption('--customer <name>', 'name of the customer')
    .requiredOption('--phone <number>', 'the customer’s number; texts from it belong to this job')
    .addOption(new Option('--language <language>', LANGUAGE_WORDS).choices([...LANGUAGES]))
    .requiredOption(
      '--stop <stop>',
      'a stop, once for each in order: a name from ./qdn stops, or "KIND: ADDRESS" (kinds: pickup, drop_off, dump_site, yard); coordinates, a map’s link or a plus code in place of the address',
      each,
    )
    .option('--trailer <trailer>', 'ID or name of a trailer, once for each', each)
    .option('--hired', 'accepts a trailer that config/company.json does not have')
    .option('--notes <text>', 'notes for the team, like a gate code')
    .option('--account <id>', 'account of the customer (default: from the customer’s name)')
    .option(
      '--at <time>',
      'time of the job: "tomorrow 9am", "fri 14:30", 2026-11-24T09:00 (in the company’s time zone)',
    )
    .addHelpText(
      'after',
      '\nExample:\n  ./qdn create-job QDN-2002 --kind delivery --customer "Ann Lee" --phone "512 555 0119" --stop "drop_off: 1100 Congress Ave" --stop yard --trailer T3 --at "tomorrow 9am"\n  ./qdn create-job 2003 --kind final_pickup --customer "Ann Lee" --phone "512 555 0119" --stop "pickup: 1100 Congress Ave" --stop landfill --stop yard --trailer T3',
    )
    .action(async (typed: string, options: JobOptions) => {
      const known = knownTo(context);
      const id = jobIdOf(known.company?.jobPrefix ?? DEFAULT_JOB_PREFIX, typed) ?? typed;
      const trailers = await trailersOf(options.trailer ?? [], options.hired === true, context);
      const accountId = options.account ?? idFrom(options.customer).toLowerCase();
      if (accountId === '')
        throw new CommandError('The customer’s name has no letters from a to z. Add the account: --account ID');
      const at = options.at === undefined ? null : await momentMeant(options.at, context);
      const phone = phoneFrom(options.phone, known.company);
      const job: Wire<'createJob'> = {
        id,
        accountId,
        kind: options.kind,
        customer: { name: options.customer, phone, ...(options.language ? { language: options.language } : {}) },
        stops: await stopsOf(options.stop, parsePhoneNumber(phone), context),
        trailers,
        ...(options.notes === undefined ? {} : { notes: options.notes }),
        ...(at === null ? {} : { scheduledFor: new Date(at).toISOString() }),
      };
      if (!isCreateJob(job))
        throw new CommandError(bodyMistakes('createJob', isCreateJob.errors ?? [], job, known.company).join('\n'));
      await api('POST', pathTo(routes.createJob), job);
      const route = job.stops.map(({ address }) => address).join(' → ');
      print(
        `Created ${id}: ${spaced(options.kind)} for ${options.customer}, ${route}${at === null ? '' : `, ${time().inWords(at)}`}.`,
      );
      note(`A tracking link for the customer: ./qdn link ${id}`);
    });
};

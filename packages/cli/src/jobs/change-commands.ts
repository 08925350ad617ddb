import { phoneFrom } from '@qdn/company';
import { JOB_STATUSES, type JobStatus, LANGUAGES, type Language, phaseOf } from '@qdn/domain';
import { type Command, Option } from 'commander';
import { knownTo } from '../company/company.ts';
import { CommandError } from '../connection.ts';
import type { OperatorContext } from '../operator-context.ts';
import { momentMeant } from '../times/moment-meant.ts';
import { changeJob } from './change-job.ts';
import { LANGUAGE_WORDS } from './create-job.ts';
import { each } from './each.ts';
import { stopsOf } from './job-stops.ts';
import { trailersOf } from './job-trailers.ts';

type Json = { json?: boolean };

const JSON_WORDS = 'the changed job, as the API answers it';

/** Adds the commands that change a job: `complete`, `cancel`, `set-status`, `reschedule`, `assign`, `edit`. Each prints what has changed. */
export const addChangeCommands = (program: Command, context: OperatorContext): void => {
  addEndCommands(program, context);
  addStatusCommand(program, context);
  addScheduleCommands(program, context);
  addEditCommand(program, context);
};

const addEndCommands = (program: Command, context: OperatorContext): void => {
  program
    .command('complete <id>')
    .description('completes a job')
    .option('--at <time>', 'time at which it was done, when that was earlier: "1:15", "8:00 yesterday"')
    .option('--json', JSON_WORDS)
    .addHelpText('after', '\nExample:\n  ./qdn complete QDN-1042\n  ./qdn complete 1042 --at "8:00 yesterday"')
    .action(async (id: string, { at, json }: Json & { at?: string }) => {
      const moment = at === undefined ? null : await momentMeant(at, context, 'back');
      await changeJob(
        id,
        ({ id: known, status }) => {
          if (status === 'cancelled')
            throw new CommandError(
              `${known} is cancelled: its customer would read that it is done. If it was done after all, set it back first: ./qdn set-status ${known} at_site`,
            );
          const at = moment === null ? {} : { at: new Date(moment).toISOString() };
          return status === 'completed' ? null : { status: 'completed', ...at };
        },
        context,
        json,
      );
    });
  program
    .command('cancel <id>')
    .description('cancels a job')
    .option('--json', JSON_WORDS)
    .addHelpText('after', '\nExample:\n  ./qdn cancel QDN-1042')
    .action(async (id: string, { json }: Json) => {
      await changeJob(id, ({ status }) => (status === 'cancelled' ? null : { status: 'cancelled' }), context, json);
    });
};

/** Other words for statuses. "On the way" may be to this stop or to the next, so it is none. */
const STATUS_WORDS: Readonly<Record<string, JobStatus>> = {
  complete: 'completed',
  done: 'completed',
  canceled: 'cancelled',
  cancel: 'cancelled',
  could_not: 'failed',
  couldnt: 'failed',
  cant: 'failed',
  not_done: 'failed',
  dry_run: 'failed',
};

/** Returns the status that was typed: `at site`, `At-Site` and `at_site` are the same. @throws CommandError that names the statuses */
const statusMeant = (typed: string): JobStatus => {
  const word = typed
    .trim()
    .toLowerCase()
    .replace(/[\s-]+/g, '_');
  const status = STATUS_WORDS[word] ?? JOB_STATUSES.find((one) => one === word);
  if (status) return status;
  throw new CommandError(`"${typed}" is not a status. Write one of ${JOB_STATUSES.join(', ')}.`);
};

/** Returns the index of the stop that was typed, which counts from 1. @throws CommandError for a stop that the job does not have */
const stopMeant = (typed: string, count: number): number => {
  const stop = Number(typed);
  if (/^[0-9]{1,3}$/.test(typed) && stop >= 1 && stop <= count) return stop - 1;
  throw new CommandError(`--stop takes a stop from 1 to ${count}, not "${typed}".`);
};

const addStatusCommand = (program: Command, context: OperatorContext): void => {
  program
    .command('set-status <id> <status>')
    .description(`sets a job's status: ${JOB_STATUSES.join(', ')}`)
    .option('--stop <number>', 'stop that the status is about, from 1 on; the present one when left out')
    .option('--json', JSON_WORDS)
    .addHelpText(
      'after',
      '\nExample:\n  ./qdn set-status QDN-1042 at_site --stop 2\n  ./qdn set-status QDN-1042 could-not   the trailer came, and the work was not possible',
    )
    .action(async (id: string, typed: string, { stop, json }: Json & { stop?: string }) => {
      const status = statusMeant(typed);
      await changeJob(
        id,
        (job) => {
          const currentStop = stop === undefined ? job.currentStop : stopMeant(stop, job.stops.length);
          // A drive that is set again answers the question whether the trailer is at its stop already.
          const isDrive = phaseOf(status) === 'driving';
          if (!isDrive && job.status === status && job.currentStop === currentStop) return null;
          return { status, ...(stop === undefined ? {} : { currentStop }) };
        },
        context,
        json,
      );
    });
};

const addScheduleCommands = (program: Command, context: OperatorContext): void => {
  program
    .command('reschedule <id> <time...>')
    .description('gives a job another time: "tomorrow 9am", "fri 14:30", "3/12 8a", "mañana a las 9"')
    .option('--json', JSON_WORDS)
    .addHelpText('after', '\nExample:\n  ./qdn reschedule QDN-1042 tomorrow 9am')
    .action(async (id: string, words: string[], { json }: Json) => {
      const scheduledFor = new Date(await momentMeant(words.join(' '), context, 'ahead', '')).toISOString();
      await changeJob(id, () => ({ scheduledFor }), context, json);
    });
  program
    .command('assign <id> [trailers...]')
    .description('gives a job these trailers in place of its own, by ID or name')
    .option('--none', 'takes all trailers away')
    .option('--hired', 'accepts a trailer that config/company.json does not have')
    .option('--json', JSON_WORDS)
    .addHelpText('after', '\nExample:\n  ./qdn assign QDN-1042 T2\n  ./qdn assign QDN-1042 T2 T3')
    .action(async (id: string, typed: string[], { none, hired, json }: Json & { none?: boolean; hired?: boolean }) => {
      if ((typed.length === 0) !== (none === true))
        throw new CommandError(
          none ? 'Give trailers or --none, not both.' : 'No trailer was given. Write one, like T2, or --none.',
        );
      const trailers = await trailersOf(typed, hired === true, context);
      await changeJob(id, (job) => (job.trailers.join() === trailers.join() ? null : { trailers }), context, json);
    });
};

type EditOptions = Json & { customer?: string; phone?: string; language?: Language; stop?: string[]; notes?: string };

const addEditCommand = (program: Command, context: OperatorContext): void => {
  program
    .command('edit <id>')
    .description('corrects a job: the customer, the stops, the notes')
    .option('--customer <name>', 'name of the customer')
    .option('--phone <number>', 'the customer’s number; texts from it belong to this job')
    .addOption(new Option('--language <language>', LANGUAGE_WORDS).choices([...LANGUAGES]))
    .option('--stop <stop>', 'all stops again, once for each in order, as for create-job', each)
    .option('--notes <text>', 'notes for the team, like a gate code; "" removes them')
    .option('--json', JSON_WORDS)
    .addHelpText(
      'after',
      '\nStops that the trailer has visited must stay.\n\nExample:\n  ./qdn edit QDN-1042 --phone "512 555 0120" --notes "gate code 4411"',
    )
    .action(async (id: string, { customer, phone, language, stop, notes, json }: EditOptions) => {
      if ([customer, phone, language, stop, notes].every((value) => value === undefined))
        throw new CommandError('Nothing to change was given. Add --customer, --phone, --language, --stop or --notes.');
      const number = phone === undefined ? undefined : phoneFrom(phone, knownTo(context).company);
      await changeJob(
        id,
        async (job) => ({
          ...([customer, number, language].every((value) => value === undefined)
            ? {}
            : {
                customer: {
                  ...(customer === undefined ? {} : { name: customer }),
                  ...(number === undefined ? {} : { phone: number }),
                  ...(language === undefined ? {} : { language }),
                },
              }),
          ...(stop ? { stops: await stopsOf(stop, number ?? job.customer.phone, context) } : {}),
          ...(notes === undefined ? {} : { notes }),
        }),
        context,
        json,
      );
    });
};

import { setTimeout } from 'node:timers/promises';
import type { DutySwap } from '@qdn/domain';
import { type Command, Option } from 'commander';
import { CommandError } from '../connection.ts';
import type { Where } from '../deployed.ts';
import type { OperatorContext } from '../operator-context.ts';
import type { LocalTime } from '../times/local-time.ts';
import type { Cloud, CloudOptions } from './cloud.ts';
import { parseTime } from './times.ts';

const common = (command: Command): Command =>
  command
    .option('--bucket <name>', 'bucket of the compliance log (default: by account and region)')
    .option('--table <name>', 'table of the jobs (default: qdn-jobs)');

const withTimes = (command: Command): Command =>
  command
    .option('--from <time>', 'start of the time range: 2026-11-23, 2026-11-23T15:04, or 2h for two hours ago')
    .option('--to <time>', 'end of the time range (default: now)');

type Times = { from?: string; to?: string };

const between = ({ from, to }: Times, now: number, { zone }: LocalTime) => {
  const times = {
    from: from === undefined ? undefined : parseTime(from, now, zone),
    to: to === undefined ? undefined : parseTime(to, now, zone, true),
  };
  if (times.from !== undefined && times.to !== undefined && times.from > times.to)
    throw new CommandError('--from is later than --to. Swap them.');
  return times;
};

type Within = (options: CloudOptions, work: (cloud: Cloud) => Promise<void>) => Promise<void>;

/** Adds `./qdn log …`, `./qdn replay-messages`, `./qdn resolve`, `./qdn consent`, `./qdn rota` and `./qdn trace`. Each loads its dependencies when it is called. */
export const addRelayCommands = (program: Command, context: OperatorContext): void => {
  const within: Within = async (options, work) => {
    const { withCloud } = await import('./cloud.ts');
    await withCloud({ ...options, ...program.opts<Where>() }, context, work);
  };
  addLogCommands(program, within, context);
  addReplayCommand(program, within, context);
  addResolveCommand(program, within, context);
  addConsentCommand(program, context);
  addRotaCommand(program, within, context);
  addTraceCommand(program, within, context);
};

const addLogCommands = (program: Command, within: Within, { print, time }: OperatorContext): void => {
  const log = program.command('log').description('shows or verifies the compliance log');
  withTimes(common(log.command('verify')))
    .description('verifies that no record of the log was removed or changed')
    .option('--expect <hash>', 'hash of a record, noted earlier, that the log must still have')
    .option('--timeline', 'also verifies that the log has every message of the timeline; reads the whole table')
    .addHelpText('after', '\nExample:\n  ./qdn log verify --from 2026-11-01 --to 2026-11-30')
    .action(
      async ({ expect, timeline, ...options }: CloudOptions & Times & { expect?: string; timeline?: boolean }) => {
        const now = Date.now();
        const times = between(options, now, time());
        if (expect !== undefined && !/^[0-9a-f]{64}$/.test(expect))
          throw new CommandError(
            '--expect needs a hash of 64 digits and letters a to f, as ./qdn log verify prints it.',
          );
        await within(options, async (cloud) => {
          const { compareWithTimeline, verify } = await import('./verify-log.ts');
          print(await verify(cloud, { ...times, expect }, now, time()));
          if (timeline) print(await compareWithTimeline(cloud, times, now));
        });
      },
    );
  withTimes(common(log.command('show')))
    .description('shows the log’s records of a time range or of one message, with phone numbers and texts')
    .option('--sid <MessageSid>', 'only the records of this message')
    .option('--json', 'the stored records, one JSON object per line')
    .addHelpText('after', '\nExample:\n  ./qdn log show --from 2h')
    .action(async ({ sid, json, ...options }: CloudOptions & Times & { sid?: string; json?: boolean }) => {
      const times = between(options, Date.now(), time());
      await within(options, async (cloud) => {
        const { showLog } = await import('./show-log.ts');
        await showLog(cloud, { ...times, sid }, json === true, print, time());
      });
    });
};

const addReplayCommand = (program: Command, within: Within, { print, note, time }: OperatorContext): void => {
  withTimes(common(program.command('replay-messages')))
    .description('moves dead letters back into the queue, or relays past messages again; sends nothing twice')
    .addOption(
      new Option('--queue <name>', 'queue whose dead letters are moved back')
        .choices(['inbound', 'unverified'])
        .default('inbound', 'inbound: messages that the worker gave up on'),
    )
    .option('--sid <MessageSid>', 'replays this message from the log')
    .option('--dry-run', 'shows what it would do and changes nothing')
    .addHelpText(
      'after',
      '\nWithout --from, --to and --sid, it moves the dead-letter queue back.\n\nExample:\n  ./qdn replay-messages --from 2026-11-23T15:00 --to 2026-11-23T16:00 --dry-run',
    )
    .action(
      async (options: CloudOptions & Times & { queue: 'inbound' | 'unverified'; sid?: string; dryRun?: boolean }) => {
        const { sid, queue, dryRun = false } = options;
        const times = between(options, Date.now(), time());
        const isPast = sid !== undefined || times.from !== undefined || times.to !== undefined;
        if (isPast && queue !== 'inbound')
          throw new CommandError(
            '--queue does not go with --from, --to or --sid: the log has only admitted messages. Leave --queue out.',
          );
        if (times.to !== undefined && times.from === undefined)
          throw new CommandError('--to needs a start: add --from 2026-11-23.');
        await within(options, async (cloud) => {
          const { replayDeadLetters, replayPast } = await import('./replay-messages.ts');
          print(
            isPast
              ? await replayPast(cloud, { ...times, sid, dryRun }, print, note)
              : await replayDeadLetters(cloud, { queue, dryRun }, async (ms) => setTimeout(ms), note),
          );
        });
      },
    );
};

const addConsentCommand = (program: Command, context: OperatorContext): void => {
  const { print, repository, environment } = context;
  program
    .command('consent [phone]')
    .description(
      'shows whether a number gets texts, with the history, or changes it; without a number, lists those that have opted out',
    )
    .option('--stop', 'the number gets no more texts')
    .option('--start', 'the number gets texts again')
    .option('--why <reason>', 'the reason, for the compliance log')
    .addHelpText(
      'after',
      '\nExample:\n  ./qdn consent +15125550111\n  ./qdn consent +15125550111 --stop --why "asked by phone"',
    )
    .action(
      async (phone: string | undefined, { stop, start, why }: { stop?: boolean; start?: boolean; why?: string }) => {
        if (stop && start) throw new CommandError('Add --stop or --start, not both.');
        const isStopped = stop ? true : start ? false : undefined;
        const { consentOf, optedOutNumbers } = await import('./set-consent.ts');
        if (phone === undefined) {
          if (isStopped !== undefined) throw new CommandError('The number is missing. Write it like +15125550111.');
          return print(await optedOutNumbers(context));
        }
        const { readCompany, tryToRead } = await import('../company/company.ts');
        const company = tryToRead(() => readCompany({ repository, environment }));
        print(await consentOf(context, { phone, isStopped, why }, company));
      },
    );
};

const addRotaCommand = (
  program: Command,
  within: Within,
  { print, repository, environment }: OperatorContext,
): void => {
  program
    .command('rota')
    .description('shows who is on duty in the next seven days, with swaps')
    .addHelpText('after', '\nExample:\n  ./qdn rota --stage prod')
    .action(async () => {
      const { readCompany } = await import('../company/company.ts');
      const { createRelayStore } = await import('@qdn/aws/relay');
      const { rotaReport } = await import('./show-rota.ts');
      const company = readCompany({ repository, environment });
      let swaps: readonly DutySwap[] | null = null;
      try {
        await within({}, async (cloud) => {
          ({ swaps } = await createRelayStore(cloud.table, cloud.tableName).dutySwaps());
        });
      } catch (error) {
        // The rota itself is in the company file.
        if (!(error instanceof CommandError)) throw error;
      }
      print(rotaReport(company, swaps, Date.now()));
    });
};

const addResolveCommand = (program: Command, within: Within, { print }: OperatorContext): void => {
  common(program.command('resolve <MessageSid> [recipient]'))
    .description(
      'resolves an unknown outcome after you have asked the recipient, or an unanswered message after a call',
    )
    .option('--arrived', 'the recipient has the message')
    .option('--called', 'you have called the sender of an unanswered message')
    .option('--not-arrived', 'the recipient does not have it; the next recipient gets it')
    .addHelpText(
      'after',
      '\nExample:\n  ./qdn resolve SM0123456789abcdef0123456789abcdef dana --arrived\n\nTo list unknown outcomes: ./qdn attention',
    )
    .action(
      async (
        sid: string,
        recipient: string | undefined,
        {
          arrived,
          notArrived,
          called,
          ...options
        }: CloudOptions & { arrived?: boolean; notArrived?: boolean; called?: boolean },
      ) => {
        if ([arrived, notArrived, called].filter(Boolean).length !== 1)
          throw new CommandError('The outcome is missing. Add one of --arrived, --not-arrived and --called.');
        await within(options, async (cloud) => {
          const { resolveCalled, resolveOutcome } = await import('./resolve-outcome.ts');
          if (called) return print(await resolveCalled(cloud, sid, Date.now()));
          print(await resolveOutcome(cloud, { sid, recipient, hasArrived: arrived === true }, Date.now()));
        });
      },
    );
};

const addTraceCommand = (program: Command, within: Within, { print, note, time }: OperatorContext): void => {
  common(program.command('trace <MessageSid>'))
    .description('shows the timeline of one message: webhook, plan, outbound messages, receipts, log, functions')
    .addHelpText('after', '\nExample:\n  ./qdn trace SM0123456789abcdef0123456789abcdef')
    .action(async (sid: string, options: CloudOptions) =>
      within(options, async (cloud) => {
        const { trace } = await import('./trace.ts');
        print(await trace(cloud, sid, Date.now(), note, time()));
      }),
    );
};

import { setTimeout } from 'node:timers/promises';
import { type Command, Option } from 'commander';
import { CommandError } from '../connection.ts';
import type { Where } from '../deployed.ts';
import type { Surroundings } from '../surroundings.ts';
import type { Cloud, CloudOptions } from './cloud.ts';
import { parseTime } from './times.ts';

const common = (command: Command): Command =>
  command
    .option('--bucket <name>', 'the bucket of the compliance log (default: by account and region)')
    .option('--table <name>', 'the table of the jobs (default: qdn-jobs)');

const withTimes = (command: Command): Command =>
  command
    .option('--from <time>', 'from then on: 2026-11-23, 2026-11-23T15:04 (UTC), 2h')
    .option('--to <time>', 'until then');

type Times = { from?: string; to?: string };

const between = ({ from, to }: Times, now: number) => {
  const times = {
    from: from === undefined ? undefined : parseTime(from, now),
    to: to === undefined ? undefined : parseTime(to, now, true),
  };
  if (times.from !== undefined && times.to !== undefined && times.from > times.to)
    throw new CommandError('--from is later than --to.');
  return times;
};

/** Adds `./qdn log …`, `./qdn replay-messages`, `./qdn settle` and `./qdn trace`. What they need is loaded when one of them is called. */
export const addRelayCommands = (program: Command, surroundings: Surroundings): void => {
  const { print, note } = surroundings;
  const within = async (options: CloudOptions, work: (cloud: Cloud) => Promise<void>): Promise<void> => {
    const { withCloud } = await import('./cloud.ts');
    await withCloud({ ...options, ...program.opts<Where>() }, surroundings, work);
  };

  const log = program.command('log').description('the compliance log');
  withTimes(common(log.command('verify')))
    .description('proves that nothing was removed from the log or changed in it')
    .option('--expect <hash>', 'a record’s hash, noted down earlier, that must still be there')
    .option('--timeline', 'also that it has every message of the timeline; reads the whole table')
    .addHelpText('after', '\nExample:\n  ./qdn log verify --from 2026-11-01 --to 2026-11-30')
    .action(
      async ({ expect, timeline, ...options }: CloudOptions & Times & { expect?: string; timeline?: boolean }) => {
        const now = Date.now();
        const times = between(options, now);
        if (expect !== undefined && !/^[0-9a-f]{64}$/.test(expect))
          throw new CommandError('--expect takes a hash of 64 digits and letters, as ./qdn log verify prints it.');
        await within(options, async (cloud) => {
          const { compareWithTimeline, verify } = await import('./verify-log.ts');
          print(await verify(cloud, { ...times, expect }, now));
          if (timeline) print(await compareWithTimeline(cloud, times, now));
        });
      },
    );
  withTimes(common(log.command('show')))
    .description('shows what the log says of a time, or of one message: with numbers and words')
    .option('--sid <MessageSid>', 'only of this message')
    .option('--json', 'as it stands in the log, a record a line')
    .addHelpText('after', '\nExample:\n  ./qdn log show --from 2h')
    .action(async ({ sid, json, ...options }: CloudOptions & Times & { sid?: string; json?: boolean }) => {
      const times = between(options, Date.now());
      await within(options, async (cloud) => {
        const { showLog } = await import('./show-log.ts');
        await showLog(cloud, { ...times, sid }, json === true, print);
      });
    });

  withTimes(common(program.command('replay-messages')))
    .description('moves dead letters back into the queue, or relays past messages again; sends nothing twice')
    .addOption(
      new Option('--queue <name>', 'whose dead letters')
        .choices(['inbound', 'unverified'])
        .default('inbound', 'inbound: what the worker gave up'),
    )
    .option('--sid <MessageSid>', 'this message, from the log')
    .option('--dry-run', 'says what it would do, and changes nothing')
    .addHelpText(
      'after',
      '\nWithout --from, --to or --sid it moves the dead-letter queue back.\n\nExample:\n  ./qdn replay-messages --from 2026-11-23T15:00 --to 2026-11-23T16:00 --dry-run',
    )
    .action(
      async (options: CloudOptions & Times & { queue: 'inbound' | 'unverified'; sid?: string; dryRun?: boolean }) => {
        const { sid, queue, dryRun = false } = options;
        const times = between(options, Date.now());
        const isPast = sid !== undefined || times.from !== undefined || times.to !== undefined;
        if (isPast && queue !== 'inbound')
          throw new CommandError('The log holds what was admitted: leave --queue out with --from, --to or --sid.');
        if (times.to !== undefined && times.from === undefined)
          throw new CommandError('Say from when on, too: --from 2026-11-23.');
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

  common(program.command('settle <MessageSid> [recipient]'))
    .description('tells the relay what became of a text of which no carrier knows: you have asked the recipient')
    .option('--arrived', 'the recipient has got it')
    .option('--not-arrived', 'the recipient has not: whoever is next is texted')
    .addHelpText(
      'after',
      '\nExample:\n  ./qdn settle SM0123456789abcdef0123456789abcdef dana --arrived\n\nWhich texts there are: ./qdn attention',
    )
    .action(
      async (
        sid: string,
        recipient: string | undefined,
        { arrived, notArrived, ...options }: CloudOptions & { arrived?: boolean; notArrived?: boolean },
      ) => {
        if (arrived === notArrived) throw new CommandError('Say what became of it: --arrived or --not-arrived.');
        await within(options, async (cloud) => {
          const { settle } = await import('./settle.ts');
          print(await settle(cloud, { sid, recipient, hasArrived: arrived === true }, Date.now()));
        });
      },
    );

  common(program.command('trace <MessageSid>'))
    .description('tells the whole story of one message: webhook, plan, texts, receipts, log, functions')
    .addHelpText('after', '\nExample:\n  ./qdn trace SM0123456789abcdef0123456789abcdef')
    .action(async (sid: string, options: CloudOptions) =>
      within(options, async (cloud) => {
        const { trace } = await import('./trace.ts');
        print(await trace(cloud, sid, Date.now(), note));
      }),
    );
};

import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Wire } from '@qdn/contracts';
import { validate as isOperatorClaims } from '@qdn/contracts/validators/operatorClaims';
import { JOB_STATUSES } from '@qdn/domain';
import { backoffMs, retry } from '@qdn/retry';
import { Command, InvalidArgumentError, Option } from 'commander';
import { addCompanyCommands } from './company/commands.ts';
import { knownTo } from './company/company.ts';
import { trailerMeant } from './company/names.ts';
import { ApiError, addressOf, CommandError, type ConnectionOptions, callApi, tokensOf } from './connection.ts';
import { addCostCommand } from './cost.ts';
import { addDoctorCommand } from './doctor/commands.ts';
import { attentionReport, jobReport, jobTable, trailerReport } from './format.ts';
import { parseGpx } from './gpx.ts';
import { localMetrics } from './metrics.ts';
import { addRelayCommands } from './relay/commands.ts';
import { parseTime } from './relay/times.ts';
import { schedule, takenAt } from './replay.ts';
import { addSiteCommands } from './site/commands.ts';
import type { Surroundings } from './surroundings.ts';
import { addTwilioCommands } from './twilio/commands.ts';

const positive = (text: string): number => {
  const value = Number(text);
  if (!(value > 0)) throw new InvalidArgumentError('It takes a number above 0.');
  return value;
};
/** As the functions read it (`operatorClaims`). */
const operatorLabel = (sub: string): string => {
  if (isOperatorClaims({ iss: 'qdn', aud: 'operator', exp: 0, sub })) return sub;
  throw new CommandError('A label is 1 to 64 characters on one line, without / \\ < >.');
};
const count = (text: string): number => {
  const value = positive(text);
  if (!Number.isInteger(value) || value > 500) throw new InvalidArgumentError('It takes a whole number from 1 to 500.');
  return value;
};

/** The operator's command line. Each command prints its result, or throws a CommandError. */
export const createProgram = (surroundings: Surroundings): Command => {
  const { environment, repository, print, note } = surroundings;
  const program = new Command('./qdn');
  const connection = () => program.opts<ConnectionOptions>();
  // A token is minted by whoever has the keys, not by whoever has a token.
  const { QDN_OPERATOR_TOKEN: _, ...withoutToken } = environment;
  const api = async <T>(method: string, path: string, body?: unknown): Promise<T> =>
    callApi<T>(
      await addressOf(connection(), environment, repository),
      await tokensOf(connection(), environment, repository).operator(),
      method,
      path,
      body,
    );

  /** A trailer's ID, by that or by what the company file calls it. */
  const idOf = (trailer: string): string => {
    const { id, doubt } = trailerMeant(trailer, knownTo(surroundings));
    if (doubt !== null) note(doubt);
    return id;
  };

  program
    .description(
      'Operates QDN Relay: jobs, messages, tokens, tracking links, recorded drives; here, or with --stage where it is deployed.',
    )
    .option('--stage <stage>', 'the deployed system of that stage (default: what npm start runs here)')
    .option('--region <region>', 'its AWS region (default: AWS_REGION, else us-east-1)')
    .option('--url <address>', 'another public address (default: that of the stage; QDN_URL; what npm start runs here)')
    .option('--keys <file>', 'the secret qdn/tokens as a file of mode 600 (default: the stage’s; what npm start made)')
    .configureHelp({ showGlobalOptions: true })
    .option('--debug', 'show stack traces')
    .showHelpAfterError('(./qdn help COMMAND shows how to use it)')
    .addHelpText(
      'after',
      '\nAWS credentials come from where the AWS CLI has them (AWS_PROFILE=… chooses among them). With QDN_OPERATOR_TOKEN set, no keys are needed to read and change jobs.\n\nExamples:\n  ./qdn jobs --stage prod\n  ./qdn job QDN-1042\n  ./qdn replay drive.gpx --job QDN-1044 --trailer T3 --speed 2',
    );

  program
    .command('jobs')
    .description('lists jobs, last changed first')
    .addOption(new Option('--status <status>', 'only these (default: all that are active)').choices([...JOB_STATUSES]))
    .addHelpText('after', '\nExample:\n  ./qdn jobs --status completed')
    .action(async ({ status }: { status?: string }) => {
      print(jobTable(await api<Wire<'jobList'>>('GET', `/api/jobs${status ? `?status=${status}` : ''}`)));
    });

  program
    .command('job <id>')
    .description('shows one job with its timeline: changes of status, texts, and what became of each relay')
    .option('--json', 'as the API answers it')
    .addHelpText('after', '\nExample:\n  ./qdn job QDN-1042')
    .action(async (id: string, { json }: { json?: boolean }) => {
      const job = await api<Wire<'jobState'>>('GET', `/api/jobs/${encodeURIComponent(id)}`);
      print(json ? JSON.stringify(job, null, 2) : jobReport(job));
    });

  program
    .command('attention')
    .description('shows what waits for you: unknown, unanswered and unmatched messages')
    .addHelpText('after', '\nExample:\n  ./qdn attention')
    .action(async () => {
      print(attentionReport(await api<Wire<'attention'>>('GET', '/api/attention')));
    });

  program
    .command('metrics')
    .description('shows what has been counted here, as CloudWatch would: texts, fixes, requests that failed')
    .option('--from <time>', 'from then on: 2026-11-23, 2026-11-23T15:04 (UTC), 2h', '1h')
    .addHelpText('after', '\nExample:\n  ./qdn metrics --from 2h')
    .action(({ from }: { from: string }) => print(localMetrics(repository, parseTime(from, Date.now()))));

  program
    .command('trailer <id>')
    .description(
      'shows whether a trailer’s tracker works: its last fix, what it sent today, and what was ignored and why',
    )
    .option('--json', 'as the API answers it')
    .addHelpText('after', '\nExample:\n  ./qdn trailer T1')
    .action(async (typed: string, { json }: { json?: boolean }) => {
      const id = idOf(typed);
      const trailer = await api<Wire<'trailerState'>>('GET', `/api/trailers/${encodeURIComponent(id)}`);
      print(json ? JSON.stringify(trailer, null, 2) : trailerReport(trailer));
    });

  program
    .command('link <id>')
    .description('makes a tracking link to send to the customer')
    .option('--hours <hours>', 'how long it works', positive, 72)
    .addHelpText('after', '\nExample:\n  ./qdn link QDN-1042 --hours 24')
    .action(async (id: string, { hours }: { hours: number }) => {
      const link = await api<Wire<'trackingLink'>>('POST', `/api/jobs/${encodeURIComponent(id)}/tracking-links`, {
        expiresInHours: hours,
      });
      note(`Works until ${link.expiresAt}. To withdraw it: ./qdn revoke ${id} ${link.linkId}`);
      print(link.url);
    });

  program
    .command('revoke <id> <link>')
    .description('withdraws a tracking link')
    .addHelpText('after', '\nExample:\n  ./qdn revoke QDN-1042 3f9aK2_x')
    .action(async (id: string, link: string) => {
      await api('DELETE', `/api/jobs/${encodeURIComponent(id)}/tracking-links/${encodeURIComponent(link)}`);
      print(`The link ${link} no longer works.`);
    });

  const token = program.command('token').description('mints a token');
  token
    .command('operator')
    .description('for a person or a program that runs jobs')
    .option('--label <name>', 'who it is for; stands on the timeline', 'qdn')
    .option('--hours <hours>', 'how long it works', positive, 12)
    .addHelpText('after', '\nExample:\n  ./qdn token operator --label office --hours 720')
    .action(async ({ label, hours }: { label: string; hours: number }) =>
      print(await tokensOf(connection(), withoutToken, repository).operator(operatorLabel(label), hours)),
    );
  token
    .command('device <trailer>')
    .description('for the GPS unit or phone on a trailer')
    .option('--hours <hours>', 'how long it works (default: a year)', positive, 24 * 365)
    .addHelpText('after', '\nExample:\n  ./qdn token device T1')
    .action(async (trailer: string, { hours }: { hours: number }) =>
      print(await tokensOf(connection(), environment, repository).device(idOf(trailer), hours)),
    );
  token
    .command('track <id>')
    .description('for a customer, as `./qdn link`, but the token alone')
    .option('--hours <hours>', 'how long it works', positive, 72)
    .addHelpText('after', '\nExample:\n  ./qdn token track QDN-1042')
    .action(async (id: string, { hours }: { hours: number }) => {
      print(
        (
          await api<Wire<'trackingLink'>>('POST', `/api/jobs/${encodeURIComponent(id)}/tracking-links`, {
            expiresInHours: hours,
          })
        ).token,
      );
    });

  program
    .command('replay <file>')
    .description('sends a recorded drive (GPX) as a trailer’s telemetry, as if it happened now')
    .requiredOption('--job <id>', 'the job it is driven for')
    .requiredOption('--trailer <id>', 'the trailer, assigned to that job')
    .option('--speed <factor>', 'how many times faster than it was driven', positive, 1)
    .option(
      '--as-recorded',
      'with the times between points as they were driven, ending now: for speeds at which nobody drives',
    )
    .option('--batch <fixes>', 'fixes sent at once, as a device does that was out of reach', count, 1)
    .addHelpText(
      'after',
      '\nExample:\n  ./qdn replay drive.gpx --job QDN-1044 --trailer T3 --speed 2\n  ./qdn replay drive.gpx --job QDN-1044 --trailer T3 --speed 50 --as-recorded\n\nWhat was driven before the job was created or last changed by hand moves its trailer and not its status.',
    )
    .action(async (file: string, options: ReplayOptions) => {
      const url = await addressOf(connection(), environment, repository);
      const device = await tokensOf(connection(), environment, repository).device(idOf(options.trailer), 48);
      const drive = schedule(parseGpx(readGpx(file)), options.speed);
      const send = (fixes: Wire<'fix'>[]) =>
        callApi<Wire<'reportReceipt'>>(url, device, 'POST', `/api/jobs/${encodeURIComponent(options.job)}/location`, {
          fixes,
        });
      const sum = await drivePast(
        drive,
        { batchSize: options.batch, asRecorded: options.asRecorded === true },
        (fixes) => persistently(() => send(fixes), note),
        note,
      );
      const ignored = Object.entries(sum.ignored).map(([reason, n]) => `${n} ${reason}`);
      print(
        `${sum.accepted} fixes accepted${ignored.length > 0 ? `, ignored: ${ignored.join(', ')}` : ''}. ${options.job} is ${sum.status.replaceAll('_', ' ')}.`,
      );
    });

  addCompanyCommands(program, surroundings, api);
  addCostCommand(program, print);
  addRelayCommands(program, surroundings);
  addTwilioCommands(program, surroundings);
  addDoctorCommand(program, surroundings);
  addSiteCommands(program, surroundings, (path) => api('GET', path));
  return program;
};

const readGpx = (file: string): Uint8Array => {
  try {
    return readFileSync(file);
  } catch {
    throw new CommandError(`${file} cannot be read. Give the path of a GPX file.`);
  }
};

type ReplayOptions = { job: string; trailer: string; speed: number; batch: number; asRecorded?: boolean };

type Sum = { accepted: number; ignored: Record<string, number>; status: string };

/** Sends each batch when its last point is passed. */
const drivePast = async (
  drive: ReturnType<typeof schedule>,
  { batchSize, asRecorded }: { batchSize: number; asRecorded: boolean },
  send: (fixes: Wire<'fix'>[]) => Promise<Wire<'reportReceipt'>>,
  note: (text: string) => void,
): Promise<Sum> => {
  const began = Date.now();
  const times = takenAt(drive, began, asRecorded);
  const sum: Sum = { accepted: 0, ignored: {}, status: 'unknown' };
  let batch: Wire<'fix'>[] = [];
  for (const [i, { afterMs, fix }] of drive.entries()) {
    await sleep(Math.max(0, began + afterMs - Date.now()));
    batch.push({ ...fix, at: new Date(times[i] ?? began).toISOString() });
    if (batch.length < batchSize && i < drive.length - 1) continue;
    const receipt = await send(batch);
    batch = [];
    sum.accepted += receipt.accepted;
    for (const [reason, n] of Object.entries(receipt.ignored))
      sum.ignored[reason] = (sum.ignored[reason] ?? 0) + Number(n);
    if (receipt.status !== sum.status)
      note(`${new Date().toISOString().slice(11, 19)}  ${receipt.status.replaceAll('_', ' ')}`);
    sum.status = receipt.status;
    note(`\r${i + 1} of ${drive.length} points`);
  }
  if ((sum.ignored['jump'] ?? 0) > sum.accepted)
    note(
      '\nMost of it was faster than any trailer drives, and does not count. Replay it slower, or with --as-recorded.',
    );
  return sum;
};

/** Maximum attempts to send one batch of fixes. */
const MAX_SEND_ATTEMPTS = 6;
const SEND_BACKOFF = { firstMs: 1000, maxMs: 60_000 };

/** Sends as a device does: again after a transient error, with a growing delay; any other error ends the command. */
const persistently = async <T>(send: () => Promise<T>, note: (text: string) => void): Promise<T> =>
  retry(send, {
    maxAttempts: MAX_SEND_ATTEMPTS,
    isTransient: (error) => error instanceof ApiError && error.mayPass,
    delayMs: (attempts, error) => {
      const asked = error instanceof ApiError ? error.retryAfterS : null;
      const waitMs = asked === null ? backoffMs(attempts, SEND_BACKOFF) : asked * 1000;
      note(`${error instanceof Error ? error.message : ''} Trying again in ${Math.round(waitMs / 1000)} s.`);
      return waitMs;
    },
  });

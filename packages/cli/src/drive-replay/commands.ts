import { readFileSync } from 'node:fs';
import { pathTo, type Wire } from '@qdn/contracts';
import * as routes from '@qdn/contracts/routes';
import { type Command, InvalidArgumentError } from 'commander';
import { CommandError, callApi } from '../connection.ts';
import { spaced } from '../format.ts';
import { jobIdMeant } from '../jobs/change-job.ts';
import type { OperatorContext } from '../operator-context.ts';
import { positiveNumber } from '../positive-number.ts';
import { driveAlong, withRetries } from './drive.ts';
import { parseGpx } from './gpx.ts';
import { schedule } from './schedule.ts';

/** Most fixes that the API accepts in one post. */
const MAX_BATCH_FIXES = 500;

const batchSize = (text: string): number => {
  const value = positiveNumber(text);
  if (!Number.isInteger(value) || value > MAX_BATCH_FIXES)
    throw new InvalidArgumentError(`It must be a whole number from 1 to ${MAX_BATCH_FIXES}.`);
  return value;
};

const readGpx = (file: string): Uint8Array => {
  try {
    return readFileSync(file);
  } catch {
    throw new CommandError(`${file} cannot be read. Give the path of a GPX file.`);
  }
};

type ReplayOptions = { job: string; trailer: string; speed: number; batch: number; asRecorded?: boolean };

const HELP = `
Example:
  ./qdn replay drive.gpx --job QDN-1044 --trailer T3 --speed 2
  ./qdn replay drive.gpx --job QDN-1044 --trailer T3 --speed 50 --as-recorded

Fixes from before the job was created, or last changed by hand, move its trailer but not its status.`;

/** Adds `./qdn replay`, which sends a recorded drive. */
export const addReplayDriveCommand = (program: Command, context: OperatorContext): void => {
  const { address, tokens, trailerId, print, note, time } = context;
  program
    .command('replay <file>')
    .description('sends a recorded drive (GPX) as a trailer’s telemetry, as if it happened now')
    .requiredOption('--job <id>', 'job of the drive')
    .requiredOption('--trailer <id>', 'trailer that is assigned to the job')
    .option('--speed <factor>', 'speed of the replay, as a multiple of the recording', positiveNumber, 1)
    .option('--as-recorded', 'keeps the recorded intervals between points, ending now; for high speeds')
    .option('--batch <fixes>', 'fixes per post, as from a device that was out of reach', batchSize, 1)
    .addHelpText('after', HELP)
    .action(async (file: string, options: ReplayOptions) => {
      const url = await address();
      const device = await tokens().device(trailerId(options.trailer), 48);
      const drive = schedule(parseGpx(readGpx(file)), options.speed);
      const job = jobIdMeant(options.job, context);
      const path = pathTo(routes.reportLocation, { job_id: job });
      const send = (fixes: Wire<'fix'>[]) =>
        withRetries(() => callApi<Wire<'reportReceipt'>>(url, device, 'POST', path, { fixes }), note);
      const total = await driveAlong(
        drive,
        { batchSize: options.batch, asRecorded: options.asRecorded === true },
        send,
        note,
        time(),
      );
      const ignored = Object.entries(total.ignored).map(([reason, n]) => `${n} ${reason}`);
      print(
        `${total.accepted} fixes accepted${ignored.length > 0 ? `, ignored: ${ignored.join(', ')}` : ''}. ${job} is ${spaced(total.status)}.`,
      );
    });
};

import { pathTo, type Wire } from '@qdn/contracts';
import * as routes from '@qdn/contracts/routes';
import { validate as isHubClaims } from '@qdn/contracts/validators/hubClaims';
import { validate as isOperatorClaims } from '@qdn/contracts/validators/operatorClaims';
import type { Command } from 'commander';
import { CommandError } from '../connection.ts';
import { jobIdMeant } from '../jobs/change-job.ts';
import type { OperatorContext } from '../operator-context.ts';
import { positiveNumber } from '../positive-number.ts';
import { trackerSetup } from '../trackers/tracker-setup.ts';

const DEFAULT_LINK_HOURS = 72;
const DEFAULT_DEVICE_HOURS = 24 * 365;

/** Checks a label as the functions do (`operatorClaims`). @throws CommandError */
const operatorLabel = (sub: string): string => {
  if (isOperatorClaims({ iss: 'qdn', aud: 'operator', exp: 0, sub })) return sub;
  throw new CommandError('The label is not valid. Use 1 to 64 characters on one line, without / \\ < >.');
};

/** Checks a hub's name as the functions do (`hubClaims`). @throws CommandError */
const hubLabel = (sub: string): string => {
  if (isHubClaims({ iss: 'qdn', aud: 'hub', exp: 0, sub })) return sub;
  throw new CommandError('The label is not valid. Use 1 to 32 letters, digits, _ or -.');
};

/** Adds the commands for tracking links and tokens: `link`, `revoke`, `token …`. */
export const addLinkCommands = (program: Command, context: OperatorContext): void => {
  const { address, api, print, note, time, tokens, trailerId } = context;
  const setupOf = async (id: string, created: string): Promise<string> =>
    trackerSetup({
      url: await address(),
      trailerId: id,
      token: created,
      ownTracksKey: await tokens().ownTracksKey(id),
    });
  const createLink = (id: string, hours: number) =>
    api<Wire<'trackingLink'>>('POST', pathTo(routes.createTrackingLink, { job_id: id }), { expiresInHours: hours });

  program
    .command('link <id>')
    .description('creates a tracking link for the customer')
    .option('--hours <hours>', 'lifetime in hours', positiveNumber, DEFAULT_LINK_HOURS)
    .addHelpText('after', '\nExample:\n  ./qdn link QDN-1042 --hours 24')
    .action(async (typed: string, { hours }: { hours: number }) => {
      const id = jobIdMeant(typed, context);
      const link = await createLink(id, hours);
      note(`The link works until ${time().inWords(link.expiresAt)}. To revoke it: ./qdn revoke ${id} ${link.linkId}`);
      print(link.url);
    });

  program
    .command('revoke <id> <link>')
    .description('revokes a tracking link')
    .addHelpText('after', '\nExample:\n  ./qdn revoke QDN-1042 3f9aK2_x')
    .action(async (typed: string, link: string) => {
      await api('DELETE', pathTo(routes.revokeTrackingLink, { job_id: jobIdMeant(typed, context), link_id: link }));
      print(`The link ${link} no longer works.`);
    });

  const token = program.command('token').description('creates a token');
  token
    .command('operator')
    .description('creates a token for a person or a program that manages jobs')
    .option('--label <name>', 'name of its owner, shown on timelines', 'qdn')
    .option('--hours <hours>', 'lifetime in hours', positiveNumber, 12)
    .addHelpText('after', '\nExample:\n  ./qdn token operator --label office --hours 720')
    .action(async ({ label, hours }: { label: string; hours: number }) =>
      print(await tokens(true).operator(operatorLabel(label), hours)),
    );
  token
    .command('device <trailer>')
    .description('creates a token for the GPS unit or phone on a trailer')
    .option('--hours <hours>', 'lifetime in hours (default: a year)', positiveNumber, DEFAULT_DEVICE_HOURS)
    .option('--setup', 'prints the setup of the usual apps as well, with codes to scan')
    .addHelpText('after', '\nExample:\n  ./qdn token device T1\n  ./qdn token device T1 --setup')
    .action(async (trailer: string, { hours, setup }: { hours: number; setup?: boolean }) => {
      const id = trailerId(trailer);
      const created = await tokens().device(id, hours);
      print(setup ? await setupOf(id, created) : created);
    });
  token
    .command('hub')
    .description('creates a token for a server that sends the positions of all trailers: Traccar, Samsara, Motive')
    .option('--label <name>', 'name of the server', hubLabel, 'hub')
    .option('--hours <hours>', 'lifetime in hours (default: a year)', positiveNumber, DEFAULT_DEVICE_HOURS)
    .addHelpText('after', '\nExample:\n  ./qdn token hub --label traccar')
    .action(async ({ label, hours }: { label: string; hours: number }) => {
      const created = await tokens().hub(label, hours);
      note(`Forward to: ${await address()}${pathTo(routes.postTrailerLocation, { trailer_id: 'hub' })}`);
      note('Map its units to trailers in the company file: trailers[].externalId.');
      print(created);
    });
  token
    .command('track <id>')
    .description('creates a tracking token for a customer, as `./qdn link` does, without the address')
    .option('--hours <hours>', 'lifetime in hours', positiveNumber, DEFAULT_LINK_HOURS)
    .addHelpText('after', '\nExample:\n  ./qdn token track QDN-1042')
    .action(async (id: string, { hours }: { hours: number }) => print((await createLink(id, hours)).token));
};

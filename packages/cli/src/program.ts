import { Command } from 'commander';
import { addCompanyCommands } from './company/commands.ts';
import type { ConnectionOptions } from './connection.ts';
import { addCostCommand } from './cost.ts';
import { addDoctorCommand } from './doctor/commands.ts';
import { addReplayDriveCommand } from './drive-replay/commands.ts';
import { addChangeCommands } from './jobs/change-commands.ts';
import { addJobCommands } from './jobs/commands.ts';
import { addConversationCommands } from './jobs/conversation-commands.ts';
import { addCreateJobCommand } from './jobs/create-job.ts';
import { addLinkCommands } from './links/commands.ts';
import { createOperatorContext } from './operator-context.ts';
import { printable } from './printable.ts';
import { addRelayCommands } from './relay/commands.ts';
import { addReportCommand } from './reports/commands.ts';
import { addSiteCommands } from './site/commands.ts';
import type { Surroundings } from './surroundings.ts';
import { addTrackerCommands } from './trackers/commands.ts';
import { addTwilioCommands } from './twilio/commands.ts';

const HELP = `
AWS credentials are those of the AWS CLI (AWS_PROFILE=… selects a profile). With QDN_OPERATOR_TOKEN set, reading and changing jobs needs no keys.

Examples:
  ./qdn jobs --stage prod
  ./qdn job QDN-1042
  ./qdn replay drive.gpx --job QDN-1044 --trailer T3 --speed 2`;

/** Returns surroundings in which each line is printed without what a terminal would obey. A note may begin with `\r`. */
const withPrintableOutput = (given: Surroundings): Surroundings => ({
  ...given,
  print: (text) => given.print(printable(text)),
  note: (text) => given.note(text.startsWith('\r') ? `\r${printable(text.slice(1))}` : printable(text)),
});

/** Creates the operator's command line. Each command prints its result, or throws a CommandError. */
export const createProgram = (given: Surroundings): Command => {
  const surroundings = withPrintableOutput(given);
  const program = new Command('./qdn')
    .description(
      'Operates QDN Relay: jobs, messages, tokens, tracking links, recorded drives; on the local system, or with --stage on a deployed one.',
    )
    .option('--stage <stage>', 'the deployed system of that stage (default: the local system)')
    .option('--region <region>', 'AWS region (default: AWS_REGION, else us-east-1)')
    .option('--url <address>', 'another public address (default: that of the stage; QDN_URL; the local system)')
    .option(
      '--keys <file>',
      'a file of mode 600 with the secret qdn/tokens (default: the stage’s secret; the local system’s)',
    )
    .option('--utc', 'times in UTC (default: in the time zone of config/company.json)')
    .configureHelp({ showGlobalOptions: true })
    .option('--debug', 'shows stack traces')
    .showHelpAfterError('(./qdn help COMMAND shows how to use it)')
    .addHelpText('after', HELP);
  const context = createOperatorContext(() => program.opts<ConnectionOptions & { utc?: boolean }>(), surroundings);
  addJobCommands(program, context);
  addConversationCommands(program, context);
  addTrackerCommands(program, context);
  addReportCommand(program, context);
  addLinkCommands(program, context);
  addReplayDriveCommand(program, context);
  addCompanyCommands(program, surroundings);
  addCreateJobCommand(program, context);
  addChangeCommands(program, context);
  addCostCommand(program, surroundings.print);
  addRelayCommands(program, context);
  addTwilioCommands(program, surroundings);
  addDoctorCommand(program, context);
  addSiteCommands(program, context);
  return program;
};

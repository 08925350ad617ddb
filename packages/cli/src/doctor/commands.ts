import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CloudInspection } from '@qdn/aws/operator';
import type { CompanyFile } from '@qdn/company';
import type { Command } from 'commander';
import { CommandError } from '../command-error.ts';
import { awsInWords, readPublicUrl, regionOf, stackOf, type Where } from '../deployed.ts';
import type { OperatorContext } from '../operator-context.ts';
import { printableJson } from '../printable.ts';
import type { Surroundings } from '../surroundings.ts';
import type { LocalTime } from '../times/local-time.ts';
import type { Finding } from './findings.ts';

/** A check has failed; the report is already printed. */
export class UnhealthyError extends CommandError {}

type Machine = Pick<Surroundings, 'repository' | 'environment'> & { nodeVersion: string };

/** Adds `./qdn doctor`, which loads its dependencies when it is called. */
export const addDoctorCommand = (
  program: Command,
  { environment, repository, print, note, time }: OperatorContext,
): void => {
  const machine: Machine = { repository, environment, nodeVersion: process.version };
  program
    .command('doctor')
    .description('checks the installation and shows the next step')
    .option('--json', 'as JSON: the list of checks')
    .addHelpText(
      'after',
      '\nChanges nothing. The exit code is 1 when a check fails.\n\nExample:\n  ./qdn doctor\n  ./qdn doctor --stage prod',
    )
    .action(async ({ json }: { json?: boolean }) => {
      const where = program.opts<Where>();
      if (where.stage !== undefined) note('Checking AWS and the carriers …');
      const findings =
        where.stage === undefined
          ? await localFindings(machine)
          : await deployedFindings(machine, where.stage, regionOf(where, environment), time());
      const { report } = await import('./findings.ts');
      print(json ? printableJson(findings) : report(findings));
      if (findings.some(({ state }) => state === 'bad')) throw new UnhealthyError('');
    });
};

/** Checks this machine and the local system. */
const localFindings = async (machine: Machine): Promise<Finding[]> => {
  const { repository } = machine;
  const { examine } = await import('./findings.ts');
  const { checkLocalSystem, checkMachine } = await import('./machine.ts');
  const file = join(repository, '.local', 'local.json');
  const { edgeUrl = null }: { edgeUrl?: string | null } = existsSync(file)
    ? JSON.parse(readFileSync(file, 'utf8'))
    : {};
  return examine([...checkMachine(machine), checkLocalSystem(edgeUrl)], () => null);
};

/** Checks the AWS credentials. */
const accountFinding = async (cloud: Pick<CloudInspection, 'identity'>, region: string): Promise<Finding> => {
  const { bad, examine, good } = await import('./findings.ts');
  const [who = bad('No AWS account', '')] = await examine(
    [
      {
        name: 'Your AWS account',
        look: async () => {
          const { account, arn } = await cloud.identity();
          return good(`AWS account ${account} in ${region}, as ${arn.split(':').at(-1)}`);
        },
      },
    ],
    awsInWords,
  );
  return who;
};

/** Returns the names, by phone, of the people who must get the company's texts. */
const teamPhones = ({ contacts, operator, trailers = [] }: CompanyFile): Map<string, string> => {
  const drivers = trailers.flatMap((trailer) => trailer.drivers ?? []);
  return new Map([
    ...drivers.map(({ name, phone }) => [phone, `Driver ${name}`] as const),
    ...(operator === undefined ? [] : [[operator, 'The operator'] as const]),
    ...contacts.map(({ name, phone }) => [phone, name] as const),
  ]);
};

/** Checks a deployed stage: this machine, AWS and the carriers. */
const deployedFindings = async (
  machine: Machine,
  stage: string,
  region: string,
  time: LocalTime,
): Promise<Finding[]> => {
  const { repository, environment } = machine;
  const { connectCloud, inspectCloud } = await import('@qdn/aws/operator');
  const { createRelayStore } = await import('@qdn/aws/relay');
  const { createTwilioNumbers } = await import('@qdn/carrier-twilio/numbers');
  const { connectStack } = await import('@qdn/site-publishing/deploy');
  const { readCompany, tryToRead } = await import('../company/company.ts');
  const { accountOf, findInstallation, SENDER_SECRET } = await import('../twilio/installation.ts');
  const { validate: isTwilioSenderSecret } = await import('@qdn/contracts/validators/twilioSenderSecret');
  const { checkCarrierKeys } = await import('./carrier-keys.ts');
  const { checkCloud } = await import('./cloud.ts');
  const { examine } = await import('./findings.ts');
  const { checkOperatorMachine } = await import('./machine.ts');
  const { checkTwilio } = await import('./twilio.ts');

  const cloud = inspectCloud(region);
  try {
    const here = await examine(checkOperatorMachine(machine), awsInWords);
    const who = await accountFinding(cloud, region);
    // Without credentials, all other checks would fail in the same way.
    if (who.state !== 'good') return [...here, who];

    const installation = findInstallation({ stage, region }, environment, repository);
    const { versions, twilioUrl } = installation;
    const deployed = checkCloud({
      region,
      stage,
      time,
      inspection: cloud,
      secrets: versions,
      edgeKeys: async () =>
        (await connectStack({ region }, stackOf('tracking-site', stage), 'qdn/tokens')).keyValues.get('track-keys'),
    });
    const company = tryToRead(() => readCompany({ repository, environment }));
    const { textNumber, deployment } = company ?? {};
    const twilio =
      company === null || textNumber === undefined
        ? []
        : checkTwilio({
            account: () => accountOf(installation),
            sender: async () => {
              const secret = (await versions.read(SENDER_SECRET, 'AWSCURRENT'))?.value;
              return isTwilioSenderSecret(secret) ? secret : null;
            },
            numbers: ({ user }) => createTwilioNumbers({ accountSid: user, apiUrl: twilioUrl }),
            textNumber,
            takesCalls: company.relay?.calls?.answer ?? true,
            team: teamPhones(company),
            stopped: async (phones) => {
              const clients = connectCloud({ region, endpoints: null });
              return createRelayStore(clients.table, 'qdn-jobs')
                .stopped(phones)
                .finally(() => clients.close());
            },
            now: Date.now,
            leastBalance: deployment?.twilioBalanceFloor ?? 10,
            publicUrl: () => readPublicUrl(region, stage),
            configure: `./qdn twilio configure --stage ${stage}`,
          });
    const furtherCarriers = checkCarrierKeys({ carriers: deployment?.carriers ?? [], secrets: versions });
    return [...here, who, ...(await examine([...deployed, ...twilio, ...furtherCarriers], awsInWords))];
  } finally {
    cloud.close();
  }
};

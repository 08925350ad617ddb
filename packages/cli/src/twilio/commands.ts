import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { OWNER_FILE, OWNER_FILE_TEMPLATE } from '@qdn/owner-credentials/owner-file';
import type { Command } from 'commander';
import { readCompany } from '../company/company.ts';
import { CommandError } from '../connection.ts';
import type { Where } from '../deployed.ts';
import type { Surroundings } from '../surroundings.ts';
import { duration } from './rotation.ts';

type RotationOptions = { dryRun?: boolean };
type ConfigureFlags = RotationOptions & { number?: string; defer?: boolean; yes?: boolean };

/**
 * Longest run of a function that uses a secret, in ms: longer than any function's timeout.
 * tests/packaging.integration.test.ts checks the functions.
 */
export const LONGEST_RUN_MS = 30_000;
/** Wait after a promotion, in ms: Twilio advises a minute until all its servers use the token, and ends a webhook after 15 s. */
const IN_FLIGHT_MS = 75_000;

const DRY_RUN = ['--dry-run', 'shows what it would do and changes nothing'] as const;

/** Adds `./qdn secrets …` and `./qdn twilio …`. Each command loads its dependencies when it is called. */
export const addTwilioCommands = (program: Command, surroundings: Surroundings): void => {
  addSecretsCommands(program, surroundings);
  const twilio = program.command('twilio').description('sets up the Twilio number and rotates the credentials');
  addConfigureCommand(program, twilio, surroundings);
  addRotateKeyCommand(program, twilio, surroundings);
  addPromoteTokenCommand(program, twilio, surroundings);
};

const addSecretsCommands = (program: Command, { environment, repository, print }: Surroundings): void => {
  const secrets = program.command('secrets').description('manages the credentials of your carriers');
  secrets
    .command('init')
    .description(`writes ${OWNER_FILE} for you to fill in; only you can read it`)
    .addHelpText('after', '\nExample:\n  ./qdn secrets init')
    .action(() => {
      const file = join(repository, OWNER_FILE);
      if (existsSync(file))
        throw new CommandError(`${file} already exists and is unchanged. Edit it, or delete it first.`);
      mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
      writeFileSync(file, OWNER_FILE_TEMPLATE, { mode: 0o600, flag: 'wx' });
      print(`Fill in ${file}. Git ignores it. Then: npm start, or ./qdn secrets push`);
    });
  secrets
    .command('push')
    .description(
      `stores the credentials of ${OWNER_FILE} in AWS Secrets Manager, after the carriers have accepted them, and creates the signing keys of tokens if there are none`,
    )
    .option(...DRY_RUN)
    .addHelpText(
      'after',
      '\nAWS credentials are those of the AWS CLI (AWS_PROFILE=… selects a profile).\n\nExample:\n  ./qdn secrets push --region us-east-1',
    )
    .action(async ({ dryRun = false }: RotationOptions) => {
      const { findInstallation, inWords } = await import('./installation.ts');
      const { pushSecrets } = await import('./push-secrets.ts');
      // An account has one set of secrets for all stages; the local system has its own.
      const where = { stage: 'prod', ...program.opts<Where>() };
      await inWords(() => pushSecrets(findInstallation(where, environment, repository), dryRun, print));
    });
};

/** Asks for a confirmation of a plan, unless `yes` is set. @throws CommandError without a terminal */
const confirmed = async (plan: string, yes: boolean, { ask, print }: Surroundings): Promise<boolean> => {
  if (yes) {
    print(plan);
    return true;
  }
  const answer = (await ask?.(`${plan}\nChange this? [y/N] `)) ?? null;
  if (answer === null)
    throw new CommandError(
      `${plan}\nThis is not a terminal, so there is no confirmation. If the change is right, add --yes`,
    );
  return /^y(es)?$/i.test(answer.trim());
};

const addConfigureCommand = (program: Command, twilio: Command, surroundings: Surroundings): void => {
  const { environment, repository, print } = surroundings;
  twilio
    .command('configure')
    .description('points the Twilio number at this system: texts and calls')
    .option('--number <number>', 'number of the Twilio account (default: textNumber in config/company.json)')
    .option('--defer', 'makes the number’s Messaging Service use the webhooks of its numbers')
    .option('--yes', 'does not ask for confirmation')
    .option(...DRY_RUN)
    .addHelpText(
      'after',
      '\nCalls ring the contacts on call, unless relay.calls.answer is false in config/company.json. Changes nothing else of the number.\n\nExample:\n  ./qdn twilio configure --stage prod',
    )
    .action(async ({ number, defer = false, yes = false, dryRun = false }: ConfigureFlags) => {
      const { accountOf, findInstallation, inWords } = await import('./installation.ts');
      const { configureNumber, isReachable } = await import('./configure.ts');
      const { createTwilioNumbers } = await import('@qdn/carrier-twilio/numbers');
      await inWords(async () => {
        const installation = findInstallation(program.opts<Where>(), environment, repository);
        const publicUrl = program.opts<{ url?: string }>().url?.replace(/\/+$/, '') ?? (await installation.publicUrl());
        if (installation.twilioUrl === undefined && !isReachable(publicUrl))
          throw new CommandError(
            `Twilio cannot reach ${publicUrl}: it needs a public https address. For the deployed system add --stage prod; for another address: ./qdn twilio configure --url https://…`,
          );
        const { login } = await accountOf(installation);
        const company = readCompany({ repository, environment });
        await configureNumber(
          createTwilioNumbers({ accountSid: login.user, apiUrl: installation.twilioUrl }),
          login,
          {
            number: number ?? company.textNumber,
            publicUrl,
            isDryRun: dryRun,
            takesCalls: company.relay?.calls?.answer ?? true,
            defer,
          },
          (plan) => confirmed(plan, yes, surroundings),
          print,
        );
      });
    });
};

/** Returns the waits and outputs that both rotations use. */
const rotationContext = async ({ print, note, propagationMs, inFlightMs = IN_FLIGHT_MS }: Surroundings) => {
  const { SECRET_AGES } = await import('@qdn/aws/secrets');
  const wait = async (ms: number, why: string): Promise<void> => {
    print(`Waiting ${duration(ms)}: ${why}.`);
    const until = Date.now() + ms;
    for (let left = ms; left > 0; left = until - Date.now()) {
      note(`\r  ${duration(left)} left; Ctrl-C is safe, the same command continues  `);
      await sleep(Math.min(left, 1000));
    }
  };
  return {
    propagationMs: propagationMs ?? SECRET_AGES.maxAgeMs + LONGEST_RUN_MS,
    inFlightMs,
    wait,
    say: print,
    newId: randomUUID,
  };
};

const printPlan = (place: string, plan: readonly string[], print: (text: string) => void): void =>
  print([`In ${place}, this would:`, ...plan.map((step, i) => `  ${i + 1}. ${step}`)].join('\n'));

const addRotateKeyCommand = (program: Command, twilio: Command, context: Surroundings): void => {
  const { environment, repository, print } = context;
  twilio
    .command('rotate-key')
    .description('replaces the API key for sending, without refusing a message')
    .option(...DRY_RUN)
    .addHelpText(
      'after',
      '\nIt takes six minutes. After an interruption, run it again.\n\nExample:\n  ./qdn twilio rotate-key --stage prod --dry-run',
    )
    .action(async ({ dryRun }: RotationOptions) => {
      const { accountOf, findInstallation, inWords, mirrorsOf, SENDER_SECRET, secretOf } = await import(
        './installation.ts'
      );
      const { planKeyRotation, rotateKey } = await import('./rotate-key.ts');
      await inWords(async () => {
        const installation = findInstallation(program.opts<Where>(), environment, repository);
        const rotation = { ...(await rotationContext(context)), secret: secretOf(installation, SENDER_SECRET) };
        if (dryRun) return printPlan(installation.place, await planKeyRotation(rotation), print);
        const { account, login } = await accountOf(installation);
        await rotateKey({ ...rotation, account, login, mirror: mirrorsOf(installation, print).key });
      });
    });
};

const addPromoteTokenCommand = (program: Command, twilio: Command, context: Surroundings): void => {
  const { environment, repository, print } = context;
  twilio
    .command('promote-token')
    .description('replaces the Auth Token that Twilio signs webhooks with, without refusing a webhook')
    .option(...DRY_RUN)
    .addHelpText(
      'after',
      '\nIt takes thirteen minutes. After an interruption, run it again. The old Auth Token stops working for every program that uses this Twilio account.\n\nExample:\n  ./qdn twilio promote-token --stage prod --dry-run',
    )
    .action(async ({ dryRun }: RotationOptions) => {
      const { ADMIN_SECRET, accountOf, findInstallation, inWords, mirrorsOf, secretOf } = await import(
        './installation.ts'
      );
      const { planTokenPromotion, promoteToken } = await import('./promote-token.ts');
      await inWords(async () => {
        const installation = findInstallation(program.opts<Where>(), environment, repository);
        const given = installation.twilioUrl === undefined ? (installation.owner?.secondary ?? null) : null;
        const promotion = { ...(await rotationContext(context)), secret: secretOf(installation, ADMIN_SECRET), given };
        if (dryRun) return printPlan(installation.place, await planTokenPromotion(promotion), print);
        const { account } = await accountOf(installation);
        await promoteToken({ ...promotion, account, mirror: mirrorsOf(installation, print).token });
      });
    });
};

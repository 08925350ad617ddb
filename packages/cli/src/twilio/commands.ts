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
 * A function that reads a secret may go on with it for one run: longer than any function's time-out, in ms.
 * tests/packaging.integration.test.ts holds the functions to it.
 */
export const LONGEST_RUN_MS = 30_000;
/** Twilio advises a minute until a promoted token is in use everywhere, and gives a webhook up after 15 s, in ms. */
const IN_FLIGHT_MS = 75_000;

const DRY_RUN = ['--dry-run', 'says what it would do, and changes nothing'] as const;

/** Adds `./qdn secrets …` and `./qdn twilio …`. What they need is loaded when one of them is called. */
export const addTwilioCommands = (
  program: Command,
  {
    environment,
    repository,
    print,
    note,
    ask,
    propagationMs: chosenPropagationMs,
    inFlightMs = IN_FLIGHT_MS,
  }: Surroundings,
): void => {
  const secrets = program.command('secrets').description('your Twilio credentials');
  secrets
    .command('init')
    .description(`writes ${OWNER_FILE}, readable by you alone, to be filled in`)
    .addHelpText('after', '\nExample:\n  ./qdn secrets init')
    .action(() => {
      const file = join(repository, OWNER_FILE);
      if (existsSync(file)) throw new CommandError(`${file} is there already. It is left as it is.`);
      mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
      writeFileSync(file, OWNER_FILE_TEMPLATE, { mode: 0o600, flag: 'wx' });
      print(`Fill in ${file}. Git ignores it. Then: npm start, or ./qdn secrets push`);
    });
  secrets
    .command('push')
    .description(
      `stores the credentials of ${OWNER_FILE} in AWS Secrets Manager, after Twilio has accepted them, and makes the keys of tokens where there are none`,
    )
    .option(...DRY_RUN)
    .addHelpText(
      'after',
      '\nAWS credentials come from where the AWS CLI has them (AWS_PROFILE=… chooses among them).\n\nExample:\n  ./qdn secrets push --region us-east-1',
    )
    .action(async ({ dryRun = false }: RotationOptions) => {
      const { findInstallation, inWords } = await import('./installation.ts');
      const { pushSecrets } = await import('./push-secrets.ts');
      // An account has one set of secrets, whatever the stage; and what runs here has its own.
      const where = { stage: 'prod', ...program.opts<Where>() };
      await inWords(() => pushSecrets(findInstallation(where, environment, repository), dryRun, print));
    });

  const wait = async (ms: number, why: string): Promise<void> => {
    print(`Waiting ${duration(ms)}: ${why}.`);
    const until = Date.now() + ms;
    for (let left = ms; left > 0; left = until - Date.now()) {
      note(`\r  ${duration(left)} to go; Ctrl-C is safe, the same command goes on  `);
      await sleep(Math.min(left, 1000));
    }
  };
  const surroundings = async () => {
    const { SECRET_AGES } = await import('@qdn/aws/secrets');
    const propagationMs = chosenPropagationMs ?? SECRET_AGES.maxAgeMs + LONGEST_RUN_MS;
    return { propagationMs, inFlightMs, wait, say: print, newId: randomUUID };
  };
  const printPlan = (place: string, plan: readonly string[]): void =>
    print([`In ${place}, this would:`, ...plan.map((step, i) => `  ${i + 1}. ${step}`)].join('\n'));

  const twilio = program.command('twilio').description('sets up the Twilio number, and rotates the credentials');
  twilio
    .command('configure')
    .description('makes Twilio bring the company’s texts here: webhook and fallback of its number')
    .option('--number <number>', 'of the Twilio account (default: textNumber in config/company.json)')
    .option('--defer', 'lets the Messaging Service that the number is in leave texts to its numbers')
    .option('--yes', 'does not ask')
    .option(...DRY_RUN)
    .addHelpText(
      'after',
      '\nChanges nothing else of the number: calls go on as they do.\n\nExample:\n  ./qdn twilio configure --stage prod',
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
            `Twilio cannot reach ${publicUrl}: it needs an address on the internet with https. That of the deployed system: --stage prod, another: qdn --url https://… twilio configure`,
          );
        const { login } = await accountOf(installation);
        await configureNumber(
          createTwilioNumbers({ accountSid: login.user, apiUrl: installation.twilioUrl }),
          login,
          { number: number ?? readCompany({ repository, environment }).textNumber, publicUrl, isDryRun: dryRun, defer },
          async (plan) => {
            if (yes) {
              print(plan);
              return true;
            }
            const answer = (await ask?.(`${plan}\nChange this? [y/N] `)) ?? null;
            if (answer === null) throw new CommandError(`${plan}\nNobody is here to ask. If it is right: --yes`);
            return /^y(es)?$/i.test(answer.trim());
          },
          print,
        );
      });
    });
  twilio
    .command('rotate-key')
    .description('replaces the API key that texts are sent with; no text is refused meanwhile')
    .option(...DRY_RUN)
    .addHelpText(
      'after',
      '\nTakes six minutes. When it is cut off, run it again.\n\nExample:\n  ./qdn twilio rotate-key --stage prod --dry-run',
    )
    .action(async ({ dryRun }: RotationOptions) => {
      const { accountOf, findInstallation, inWords, mirrorsOf, SENDER_SECRET, secretOf } = await import(
        './installation.ts'
      );
      const { planKeyRotation, rotateKey } = await import('./rotate-key.ts');
      await inWords(async () => {
        const installation = findInstallation(program.opts<Where>(), environment, repository);
        const rotation = { ...(await surroundings()), secret: secretOf(installation, SENDER_SECRET) };
        if (dryRun) return printPlan(installation.place, await planKeyRotation(rotation));
        const { account, login } = await accountOf(installation);
        await rotateKey({ ...rotation, account, login, mirror: mirrorsOf(installation, print).key });
      });
    });
  twilio
    .command('promote-token')
    .description('replaces the Auth Token that Twilio signs webhooks with; no webhook is refused meanwhile')
    .option(...DRY_RUN)
    .addHelpText(
      'after',
      '\nTakes thirteen minutes. When it is cut off, run it again. The old Auth Token is dead afterwards for every program that uses this Twilio account.\n\nExample:\n  ./qdn twilio promote-token --stage prod --dry-run',
    )
    .action(async ({ dryRun }: RotationOptions) => {
      const { ADMIN_SECRET, accountOf, findInstallation, inWords, mirrorsOf, secretOf } = await import(
        './installation.ts'
      );
      const { planTokenPromotion, promoteToken } = await import('./promote-token.ts');
      await inWords(async () => {
        const installation = findInstallation(program.opts<Where>(), environment, repository);
        const given = installation.twilioUrl === undefined ? (installation.owner?.secondary ?? null) : null;
        const promotion = { ...(await surroundings()), secret: secretOf(installation, ADMIN_SECRET), given };
        if (dryRun) return printPlan(installation.place, await planTokenPromotion(promotion));
        const { account } = await accountOf(installation);
        await promoteToken({ ...promotion, account, mirror: mirrorsOf(installation, print).token });
      });
    });
};

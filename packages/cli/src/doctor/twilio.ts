import type { TwilioAccount, TwilioLogin } from '@qdn/carrier-twilio/account';
import type { TwilioNumber, TwilioNumbers } from '@qdn/carrier-twilio/numbers';
import { checkNumber, type Setting } from '../twilio/configure.ts';
import type { SenderSecret } from '../twilio/rotation.ts';
import { bad, type Check, type Finding, good, open } from './findings.ts';

export type TwilioSetup = {
  /** Reads the secrets and returns the Auth Token that Twilio accepts. @throws CommandError when it accepts none */
  account: () => Promise<{ account: TwilioAccount; login: TwilioLogin }>;
  sender: () => Promise<SenderSecret | null>;
  numbers: (login: TwilioLogin) => TwilioNumbers;
  textNumber: string;
  /** True when the company file lets the number ring the contacts on call. */
  takesCalls: boolean;
  /** Names, by phone, of the people who must get our texts: contacts, operator, drivers. */
  team: ReadonlyMap<string, string>;
  /** Reads which numbers have opted out of our texts. */
  stopped: (phones: readonly string[]) => Promise<ReadonlySet<string>>;
  /** Epoch ms. */
  now: () => number;
  /** Minimum in the account's currency; an alarm fires below it as well. */
  leastBalance: number;
  publicUrl: () => Promise<string>;
  configure: string;
};

const PUSH = 'Correct .secrets/qdn.env, then: ./qdn secrets push';

const DAY_MS = 24 * 3_600_000;

/** Errors of texts that a person has to fix, by Twilio's code. https://www.twilio.com/docs/api/errors */
const UNDELIVERABLE: Readonly<Record<number, { why: string; todo: string }>> = {
  30034: {
    why: 'the number is not registered for A2P 10DLC',
    todo: 'Twilio Console, Messaging, Regulatory Compliance: register a brand and a campaign, and add the number to it (docs/deploy.md).',
  },
  30032: {
    why: 'the toll-free number is not verified',
    todo: 'Twilio Console, Phone Numbers, Regulatory Compliance, Toll-Free Verification: verify the number.',
  },
  30007: {
    why: 'carriers filtered them as spam',
    todo: 'Twilio Console, Monitor, Logs, Errors: read the texts, and compare them with the registered campaign.',
  },
};

const namesOf = (settings: readonly Setting[]): string => settings.map(({ name }) => `"${name.trim()}"`).join(', ');

/** Returns the finding about calls to the number. */
const callFinding = (
  textNumber: string,
  { takesCalls: hasVoice, trunkSid }: TwilioNumber,
  changes: readonly Setting[],
  takesCalls: boolean,
  configure: string,
): Finding => {
  if (changes.length > 0 && takesCalls)
    return bad(`Calls to ${textNumber} do not ring the contacts on call: ${namesOf(changes)} at Twilio`, configure);
  if (changes.length > 0)
    return bad(
      `Calls are switched off in the company file, but ${textNumber} still has our addresses at Twilio`,
      configure,
    );
  if (!takesCalls) return open('Calls: switched off in the company file');
  if (!hasVoice) return open(`Calls: ${textNumber} has no voice`);
  return trunkSid === ''
    ? good(`Calls to ${textNumber} ring the contacts on call`)
    : open(`Calls to ${textNumber} go to the SIP trunk ${trunkSid}`);
};

/** Returns the checks of the account, the sending key, and the settings of the number. */
export const checkTwilio = ({
  account,
  sender,
  numbers,
  textNumber,
  takesCalls,
  team,
  stopped,
  now,
  leastBalance,
  publicUrl,
  configure,
}: TwilioSetup): Check[] => {
  const connected = account();
  // Each check reports this itself.
  connected.catch(() => {});
  return [
    {
      name: 'Twilio',
      look: async () => {
        try {
          const { login } = await connected;
          return good(`Twilio accepts the Auth Token of account ${login.user}`);
        } catch (error) {
          return bad(error instanceof Error ? error.message : String(error), PUSH);
        }
      },
    },
    {
      name: 'Twilio’s API key',
      look: async () => {
        const key = await sender();
        if (!key) return open('Twilio’s API key: not checked without the secret qdn/twilio-sender');
        const found = await connected.catch(() => null);
        if (!found) return open('Twilio’s API key: not checked without the Auth Token');
        return (await found.account.acceptsKey(key))
          ? good('Twilio accepts the API key for sending')
          : bad('Twilio refuses the API key for sending', PUSH);
      },
    },
    {
      name: 'Twilio’s balance',
      look: async () => {
        const found = await connected.catch(() => null);
        if (!found) return open('Twilio’s balance: not checked without the Auth Token');
        const { amount, currency } = await found.account.balance(found.login);
        const left = `${amount.toFixed(2)} ${currency}`;
        return amount >= leastBalance
          ? good(`The balance at Twilio is ${left}`)
          : bad(
              `The balance at Twilio is low: ${left}. At zero, sending stops`,
              'Twilio Console, Billing: add funds, and switch auto-recharge on.',
            );
      },
    },
    {
      name: `The number ${textNumber}`,
      look: async () => {
        const found = await connected.catch(() => null);
        if (!found) return open(`The number ${textNumber}: not checked without the Auth Token`);
        const url = await publicUrl().catch(() => null);
        if (url === null) return open(`The number ${textNumber}: not checked without the site’s address`);
        const { changes, callChanges, isOverruled, service, number } = await checkNumber(
          numbers(found.login),
          found.login,
          textNumber,
          url,
          takesCalls,
        );
        const ofTexts = changes.filter((change) => !callChanges.includes(change));
        const texts = isOverruled
          ? bad(
              `Texts to ${textNumber} go to the address of its Messaging Service "${service?.name}", not here`,
              configure,
            )
          : ofTexts.length === 0
            ? good(`Texts to ${textNumber} arrive here, and at the fallback when that fails`)
            : bad(`Texts to ${textNumber} do not arrive here: ${namesOf(ofTexts)} at Twilio`, configure);
        return [texts, callFinding(textNumber, number, callChanges, takesCalls, configure)];
      },
    },
    {
      name: 'Deliveries of the last day',
      look: async () => {
        const found = await connected.catch(() => null);
        if (!found) return open('Deliveries of the last day: not checked without the Auth Token');
        const day = new Date(now() - DAY_MS).toISOString().slice(0, 10);
        const errors = await numbers(found.login).errorsSince(found.login, textNumber, day);
        const findings = Object.entries(UNDELIVERABLE).flatMap(([code, { why, todo }]) => {
          const count = errors.get(Number(code)) ?? 0;
          return count > 0
            ? [bad(`${count === 1 ? 'One text was' : `${count} texts were`} not delivered: ${why} (${code})`, todo)]
            : [];
        });
        return findings.length > 0 ? findings : good('No carrier blocked our texts since yesterday');
      },
    },
    {
      name: 'The team’s phones',
      look: async () => {
        const phones = [...team.keys()];
        const out = await stopped(phones);
        const findings = phones
          .filter((phone) => out.has(phone))
          .map((phone) =>
            bad(
              `${team.get(phone)} gets no texts: the phone has texted STOP, QUIT, END, CANCEL or the like`,
              `From that phone, text START to ${textNumber}.`,
            ),
          );
        return findings.length > 0 ? findings : good('No phone of the team has opted out of our texts');
      },
    },
  ];
};

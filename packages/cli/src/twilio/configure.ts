import type { TwilioLogin } from '@qdn/carrier-twilio/account';
import type { MessagingService, TwilioNumber, TwilioNumbers } from '@qdn/carrier-twilio/numbers';
import { type InboundWebhooks, inboundWebhooks } from '@qdn/carrier-twilio/webhook-addresses';
import { CommandError } from '../connection.ts';

/** A setting of a number, with its name in the Twilio Console. */
export type Setting = { name: string; now: string; wanted: string };

/** The settings of a number at Twilio, and the changes that bring its texts to this system. */
export type NumberCheck = {
  number: TwilioNumber;
  service: MessagingService | null;
  wanted: InboundWebhooks;
  changes: Setting[];
  /** True when its Messaging Service overrides the number's webhook. */
  isOverruled: boolean;
};

const NOTHING = '(nothing)';
const APPLICATION = (sid: string) => `the TwiML application ${sid} instead of these addresses`;

/** Returns whether Twilio can call an address: a public one over TLS. The emulator can call any address. */
export const isReachable = (publicUrl: string): boolean => {
  const { protocol, hostname } = new URL(publicUrl);
  return protocol === 'https:' && !/^(localhost|127\.|10\.|192\.168\.|\[)/.test(hostname);
};

/**
 * Reads the settings of a number.
 * @param number E.164
 * @param publicUrl of the site
 * @throws CommandError when the account does not have the number, or the number has no SMS
 */
export const checkNumber = async (
  numbers: TwilioNumbers,
  login: TwilioLogin,
  number: string,
  publicUrl: string,
): Promise<NumberCheck> => {
  const found = await numbers.find(login, number);
  if (!found) {
    const others = (await numbers.list(login)).map((one) => one.number);
    const has =
      others.length > 0 ? `It has ${others.join(', ')}` : 'It has no number with SMS: buy one in the Twilio Console';
    throw new CommandError(
      `The Twilio account ${login.user} has no number ${number}. ${has}. Correct textNumber in config/company.json, or add --number.`,
    );
  }
  if (!found.takesTexts)
    throw new CommandError(`${number} has no SMS. Choose a number with SMS in the Twilio Console.`);
  const service = await numbers.serviceOf(login, found.sid);
  const wanted = inboundWebhooks(publicUrl);
  const settings: Setting[] = [
    { name: 'A message comes in', now: found.smsUrl, wanted: wanted.smsUrl },
    { name: '  by', now: found.smsMethod, wanted: 'POST' },
    { name: 'Primary handler fails', now: found.smsFallbackUrl, wanted: wanted.smsFallbackUrl },
    { name: '  by', now: found.smsFallbackMethod, wanted: 'POST' },
    { name: 'Configure with', now: found.smsApplicationSid && APPLICATION(found.smsApplicationSid), wanted: '' },
  ];
  return {
    number: found,
    service,
    wanted,
    changes: settings.filter((setting) => setting.now !== setting.wanted),
    isOverruled: service !== null && !service.defersToNumber,
  };
};

const overruled = ({ number, service }: NumberCheck): string =>
  `${number.number} is in the Messaging Service "${service?.name}", which ${service?.inboundUrl ? `sends its texts to ${service.inboundUrl}` : 'drops its texts'} and overrides the number’s webhook.`;

/** Returns the settings before and after, for the confirmation. */
export const describeChanges = (check: NumberCheck): string => {
  const { number, changes, service, isOverruled } = check;
  const width = Math.max(...changes.map(({ name }) => name.length), 0);
  return [
    `${number.number} at Twilio:`,
    ...changes.flatMap(({ name, now, wanted }) => [
      `  ${name.padEnd(width)}  ${now || NOTHING}`,
      `  ${' '.repeat(width)}  → ${wanted || NOTHING}`,
    ]),
    ...(isOverruled
      ? [
          `  The Messaging Service "${service?.name}", for every number in it:`,
          `    ${service?.inboundUrl || 'drops inbound texts'}`,
          '  → defers to the sender’s webhook: the webhook of each number',
        ]
      : []),
  ].join('\n');
};

export type ConfigureOptions = {
  number: string;
  publicUrl: string;
  isDryRun: boolean;
  /** Allows changing a Messaging Service so that it uses the webhooks of its numbers. */
  defer: boolean;
};

/**
 * Sets webhook and fallback of the company's number at Twilio. The status callback is not a setting of
 * the number: each outbound message names its own.
 * @param confirm asked once, with everything that would change
 * @throws CommandError in a sentence; nothing is changed then
 */
export const configureNumber = async (
  numbers: TwilioNumbers,
  login: TwilioLogin,
  { number, publicUrl, isDryRun, defer }: ConfigureOptions,
  confirm: (plan: string) => Promise<boolean>,
  say: (sentence: string) => void,
): Promise<void> => {
  const check = await checkNumber(numbers, login, number, publicUrl);
  if (check.isOverruled && !defer)
    throw new CommandError(
      `${overruled(check)} Make it defer: Twilio Console, Messaging, Services, "${check.service?.name}", Integration, "Defer to sender's webhook". Or add --defer to change it for every number in that service.`,
    );
  if (check.changes.length === 0 && !check.isOverruled)
    return say(`Texts to ${number} already arrive here. Nothing to change.`);
  const plan = describeChanges(check);
  if (isDryRun) return say(`${plan}\nNothing was changed.`);
  if (!(await confirm(plan))) return say('Nothing was changed.');
  if (check.changes.length > 0) await numbers.configure(login, check.number, check.wanted);
  if (check.isOverruled && check.service) await numbers.deferToNumbers(login, check.service.sid);
  const after = await checkNumber(numbers, login, number, publicUrl);
  if (after.changes.length > 0 || after.isOverruled)
    throw new CommandError(
      `Twilio accepted the change, but reports other settings now. Check with: ./qdn twilio configure --dry-run`,
    );
  say(`Texts to ${number} arrive here now. To test, text the number, then: ./qdn jobs, ./qdn attention`);
};

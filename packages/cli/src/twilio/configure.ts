import type { TwilioLogin } from '@qdn/carrier-twilio/account';
import type { MessagingService, TwilioNumber, TwilioNumbers } from '@qdn/carrier-twilio/numbers';
import { type InboundWebhooks, inboundWebhooks } from '@qdn/carrier-twilio/webhooks';
import { CommandError } from '../connection.ts';

/** One setting of a number, as the Twilio Console calls it. */
export type Setting = { name: string; now: string; wanted: string };

/** A number as it is set up at Twilio, and what has to change for its texts to reach this system. */
export type NumberCheck = {
  number: TwilioNumber;
  service: MessagingService | null;
  wanted: InboundWebhooks;
  changes: Setting[];
  /** Its Messaging Service takes the texts to another place, whatever the number says. */
  isOverruled: boolean;
};

const NOTHING = '(nothing)';
const APPLICATION = (sid: string) => `the TwiML application ${sid}, in place of these addresses`;

/** Twilio calls addresses that the internet can reach, over TLS. A stand-in on this machine calls everything. */
export const isReachable = (publicUrl: string): boolean => {
  const { protocol, hostname } = new URL(publicUrl);
  return protocol === 'https:' && !/^(localhost|127\.|10\.|192\.168\.|\[)/.test(hostname);
};

/**
 * Looks at a number without changing anything.
 * @param number E.164
 * @param publicUrl of the site
 * @throws CommandError when the account has no such number, or it takes no texts
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
      others.length > 0 ? `It has ${others.join(', ')}` : 'It has none that takes texts: buy one in its Console';
    throw new CommandError(
      `The Twilio account ${login.user} has no number ${number}. ${has}. The number is textNumber in config/company.json, or --number.`,
    );
  }
  if (!found.takesTexts)
    throw new CommandError(
      `${number} is a number for calls: it takes no texts. Choose one with SMS in the Twilio Console.`,
    );
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
  `${number.number} is in the Messaging Service "${service?.name}", which takes its texts ${service?.inboundUrl ? `to ${service.inboundUrl}` : 'nowhere'}, whatever the number says.`;

/** Before and after, for the person who is asked. */
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
          `    ${service?.inboundUrl || 'drops texts that come in'}`,
          '  → defers to the sender’s webhook: what each number says',
        ]
      : []),
  ].join('\n');
};

export type ConfigureOptions = {
  number: string;
  publicUrl: string;
  isDryRun: boolean;
  /** May change a Messaging Service so that it leaves texts to its numbers. */
  defer: boolean;
};

/**
 * Sets where Twilio brings texts to the company's number: webhook and fallback. The address for delivery statuses is no setting of
 * the number: each text that is sent names its own.
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
      `${overruled(check)} Let it defer: Twilio Console, Messaging, Services, "${check.service?.name}", Integration, "Defer to sender's webhook". Or let this command do it, for every number in that service: --defer`,
    );
  if (check.changes.length === 0 && !check.isOverruled)
    return say(`${number} brings its texts here already: nothing to change.`);
  const plan = describeChanges(check);
  if (isDryRun) return say(`${plan}\nNothing has been changed.`);
  if (!(await confirm(plan))) return say('Nothing has been changed.');
  if (check.changes.length > 0) await numbers.configure(login, check.number, check.wanted);
  if (check.isOverruled && check.service) await numbers.deferToNumbers(login, check.service.sid);
  const after = await checkNumber(numbers, login, number, publicUrl);
  if (after.changes.length > 0 || after.isOverruled)
    throw new CommandError(
      `Twilio took the change, but says otherwise now. Look again: ./qdn twilio configure --dry-run`,
    );
  say(`${number} brings its texts here now. Text it, and watch: ./qdn jobs, ./qdn attention`);
};

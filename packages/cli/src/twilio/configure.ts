import type { TwilioLogin } from '@qdn/carrier-twilio/account';
import type { MessagingService, TwilioNumber, TwilioNumbers } from '@qdn/carrier-twilio/numbers';
import {
  type CallWebhooks,
  callWebhooks,
  type InboundWebhooks,
  inboundWebhooks,
} from '@qdn/carrier-twilio/webhook-addresses';
import { CommandError } from '../connection.ts';
import { keywordAdvice } from './keyword-advice.ts';

/** A setting of a number, with its name in the Twilio Console. */
export type Setting = { name: string; now: string; wanted: string };

/** The settings of a number at Twilio, and the changes that bring its texts to this system. */
export type NumberCheck = {
  number: TwilioNumber;
  service: MessagingService | null;
  wanted: InboundWebhooks;
  /** The addresses for calls; null leaves calls as they are. */
  wantedCalls: CallWebhooks | null;
  changes: Setting[];
  /** Those of the changes that are about calls. */
  callChanges: Setting[];
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

/** No addresses for calls: Twilio then tells callers that the number takes none. */
const NO_CALLS: CallWebhooks = { voiceUrl: '', voiceFallbackUrl: '', statusCallback: '' };

/**
 * Returns the addresses for calls that a number should have; null leaves them alone: those of a telephone system (SIP trunk), of a number
 * without voice, and, where calls are switched off, of another program.
 */
const callsWanted = (
  { takesCalls: hasVoice, trunkSid, voiceUrl }: TwilioNumber,
  publicUrl: string,
  takesCalls: boolean,
): CallWebhooks | null => {
  if (!hasVoice || trunkSid !== '') return null;
  if (takesCalls) return callWebhooks(publicUrl);
  return voiceUrl === callWebhooks(publicUrl).voiceUrl ? NO_CALLS : null;
};

const callSettings = (found: TwilioNumber, wanted: CallWebhooks): Setting[] => [
  { name: 'A call comes in', now: found.voiceUrl, wanted: wanted.voiceUrl },
  { name: '  by', now: found.voiceMethod, wanted: 'POST' },
  { name: 'Primary handler of calls fails', now: found.voiceFallbackUrl, wanted: wanted.voiceFallbackUrl },
  { name: '  by', now: found.voiceFallbackMethod, wanted: 'POST' },
  { name: 'Call status changes', now: found.statusCallback, wanted: wanted.statusCallback },
  { name: '  by', now: found.statusCallbackMethod, wanted: 'POST' },
  {
    name: 'Configure calls with',
    now: found.voiceApplicationSid && APPLICATION(found.voiceApplicationSid),
    wanted: '',
  },
];

/**
 * Reads the settings of a number.
 * @param number E.164
 * @param publicUrl of the site
 * @param takesCalls whether the company file lets the number ring the contacts on call
 * @throws CommandError when the account does not have the number, or the number has no SMS
 */
export const checkNumber = async (
  numbers: TwilioNumbers,
  login: TwilioLogin,
  number: string,
  publicUrl: string,
  takesCalls: boolean,
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
  const wantedCalls = callsWanted(found, publicUrl, takesCalls);
  const isOther = (setting: Setting) => setting.now !== setting.wanted;
  const callChanges = wantedCalls ? callSettings(found, wantedCalls).filter(isOther) : [];
  return {
    number: found,
    service,
    wanted,
    wantedCalls,
    callChanges,
    changes: [...settings.filter(isOther), ...callChanges],
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
  /** Lets the number ring the contacts on call (`relay.calls.answer` of the company file). */
  takesCalls: boolean;
  /** Allows changing a Messaging Service so that it uses the webhooks of its numbers. */
  defer: boolean;
};

/**
 * Sets the webhooks of the company's number at Twilio, for texts and calls. The status callback of the number is for calls: each
 * outbound message names its own.
 * @param confirm asked once, with everything that would change
 * @throws CommandError in a sentence; nothing is changed then
 */
export const configureNumber = async (
  numbers: TwilioNumbers,
  login: TwilioLogin,
  { number, publicUrl, isDryRun, takesCalls, defer }: ConfigureOptions,
  confirm: (plan: string) => Promise<boolean>,
  say: (sentence: string) => void,
): Promise<void> => {
  const check = await checkNumber(numbers, login, number, publicUrl, takesCalls);
  if (check.isOverruled && !defer)
    throw new CommandError(
      `${overruled(check)} Make it defer: Twilio Console, Messaging, Services, "${check.service?.name}", Integration, "Defer to sender's webhook". Or add --defer to change it for every number in that service.`,
    );
  if (check.changes.length === 0 && !check.isOverruled)
    return say(
      `Texts to ${number} already arrive here. Nothing to change.\n\n${keywordAdvice(check.service?.name ?? null)}`,
    );
  const plan = describeChanges(check);
  if (isDryRun) return say(`${plan}\nNothing was changed.`);
  if (!(await confirm(plan))) return say('Nothing was changed.');
  if (check.changes.length > 0) await numbers.configure(login, check.number, check.wanted, check.wantedCalls);
  if (check.isOverruled && check.service) await numbers.deferToNumbers(login, check.service.sid);
  const after = await checkNumber(numbers, login, number, publicUrl, takesCalls);
  if (after.changes.length > 0 || after.isOverruled)
    throw new CommandError(
      `Twilio accepted the change, but reports other settings now. Check with: ./qdn twilio configure --dry-run`,
    );
  const calls = check.wantedCalls?.voiceUrl
    ? ' Calls ring the contacts on call, which costs extra (docs/calls.md).'
    : '';
  say(
    `Texts to ${number} arrive here now.${calls} To test, text the number, then: ./qdn jobs, ./qdn attention\n\n${keywordAdvice(check.service?.name ?? null)}`,
  );
};

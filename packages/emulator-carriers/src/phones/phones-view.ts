import { AWS_FAULTS } from '../aws-sms/faults.ts';
import type { AccountNumber } from '../twilio/network.ts';
import { CARRIER_FAULTS, FAULTS, type Fault } from './faults.ts';
import type { Memory, StoredMessage, StoredPhone } from './memory.ts';
import type { Choice, Message, Phone, View } from './page/view.ts';

const choiceOf = (fault: Fault): Choice => ({ value: fault, label: FAULTS[fault].label, hint: FAULTS[fault].hint });

export const NONE = 'none';
export const OPTED_OUT = 'opted-out';

const CONDITIONS: readonly Choice[] = [
  { value: NONE, label: 'Works', hint: 'Texts arrive and are receipted.' },
  { value: OPTED_OUT, label: 'Opted out (21610)', hint: 'Has texted STOP; START ends it.' },
  ...Object.keys(FAULTS).map((name) => choiceOf(name as Fault)),
];
const CARRIER_CHOICES: readonly Choice[] = [
  { value: NONE, label: 'Works', hint: 'Every text is taken and delivered.' },
  ...CARRIER_FAULTS.map(choiceOf),
];

const SECOND_CARRIER_CHOICES: Choice[] = [
  { value: NONE, label: 'Works', hint: 'Every text is taken and delivered.' },
  ...Object.entries(AWS_FAULTS).map(([value, words]) => ({ value, ...words })),
];

const toPhone = (phone: StoredPhone, suggestions: ReadonlyMap<string, readonly string[]>): Phone => ({
  number: phone.number,
  name: phone.name,
  role: phone.role,
  suggestions: [...(suggestions.get(phone.number) ?? [])],
  condition: phone.optedOutOf.length > 0 ? OPTED_OUT : (phone.fault ?? NONE),
  revision: phone.revision,
});

const toMessage = (message: StoredMessage): Message => {
  const { statusCallback: _1, sentAt: _2, updatedAt: _3, fault: _4, unreported: _5, done: _6, ...told } = message;
  const { context: _7, isUntold: _8, ...shown } = told;
  return shown;
};

/** What a page that knows everything up to `revision` has to be told; 0 for a page that knows nothing. */
export const viewSince = (
  revision: number,
  memory: Memory,
  numbers: readonly AccountNumber[],
  suggestions: ReadonlyMap<string, readonly string[]>,
  second: { number: string; name: string } | null = null,
): View => {
  const isNews = (thing: { revision: number }): boolean => thing.revision > revision;
  return {
    identity: memory.identity,
    revision: memory.revision,
    numbers: [...numbers, ...(second ? [second] : [])].map(({ number, name }) => ({ number, name })),
    conditions: [...CONDITIONS],
    carrierFaults: [...CARRIER_CHOICES],
    carrier: memory.carrier,
    secondCarrier: second
      ? { number: second.number, faults: SECOND_CARRIER_CHOICES, state: memory.secondCarrier }
      : null,
    phones: memory.phones.filter(isNews).map((phone) => toPhone(phone, suggestions)),
    messages: memory.messages.filter(isNews).map(toMessage),
    exchanges: memory.exchanges.filter(isNews),
  };
};

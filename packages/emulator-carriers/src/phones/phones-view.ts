import type { EmulatedCarrier } from './emulated-carrier.ts';
import { FAULTS } from './faults.ts';
import type { Memory, StoredMessage, StoredPhone } from './memory.ts';
import type { Choice, Message, Phone, View } from './page/view.ts';

export const NONE = 'none';
export const OPTED_OUT = 'opted-out';

const choicesOf = (faults: EmulatedCarrier['faults']): Choice[] =>
  Object.entries(faults).map(([value, { label, hint }]) => ({ value, label, hint }));

const CONDITIONS: readonly Choice[] = [
  { value: NONE, label: 'Works', hint: 'Texts arrive and are receipted.' },
  { value: OPTED_OUT, label: 'Opted out (21610)', hint: 'Has texted STOP; START ends it.' },
  ...choicesOf(FAULTS),
];
const WORKS: Choice = { value: NONE, label: 'Works', hint: 'Every text is accepted and delivered.' };

/** The ways to take calls that the page offers. */
export const ANSWERINGS: readonly Choice[] = [
  { value: 'answers', label: 'Answers calls', hint: 'Picks up, and presses 1 when it is asked to.' },
  { value: 'voicemail', label: 'Voicemail answers', hint: 'A machine picks up, and presses no key.' },
  { value: 'no-answer', label: 'Does not answer', hint: 'It rings until the caller gives up.' },
  { value: 'busy', label: 'Line is busy', hint: 'The caller hears a busy tone.' },
];

/** Suggested first texts of each phone, by number. */
export type Suggestions = ReadonlyMap<string, readonly string[]>;

const toPhone = (phone: StoredPhone, suggestions: Suggestions): Phone => ({
  number: phone.number,
  name: phone.name,
  role: phone.role,
  suggestions: [...(suggestions.get(phone.number) ?? [])],
  condition: phone.optedOutOf.length > 0 ? OPTED_OUT : (phone.fault ?? NONE),
  answering: phone.answering ?? 'answers',
  revision: phone.revision,
});

const toMessage = (message: StoredMessage): Message => {
  const { statusCallback: _1, sentAt: _2, updatedAt: _3, fault: _4, unreported: _5, done: _6, ...rest } = message;
  const { context: _7, isUnreported: _8, ...shown } = rest;
  return shown;
};

/** Returns the changes since `revision`, for a page that has everything up to it; 0 for a new page. */
export const viewSince = (
  revision: number,
  memory: Memory,
  carriers: readonly EmulatedCarrier[],
  suggestions: Suggestions,
  timeZone: string | null = null,
): View => {
  const isNew = (thing: { revision: number }): boolean => thing.revision > revision;
  return {
    identity: memory.identity,
    revision: memory.revision,
    timeZone,
    numbers: carriers.flatMap(({ numbers, call }) =>
      numbers.map(({ number, name }) => ({ number, name, takesCalls: call !== undefined })),
    ),
    answerings: [...ANSWERINGS],
    conditions: [...CONDITIONS],
    carriers: carriers.map(({ id, name, faults }) => ({
      id,
      name,
      faults: [WORKS, ...choicesOf(faults)],
      state: memory.carrierFault(id),
    })),
    phones: memory.phones.filter(isNew).map((phone) => toPhone(phone, suggestions)),
    messages: memory.messages.filter(isNew).map(toMessage),
    calls: memory.calls.filter(isNew),
    exchanges: memory.exchanges.filter(isNew),
  };
};

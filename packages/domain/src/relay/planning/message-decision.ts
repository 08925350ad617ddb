import { decisionTable } from './decision-table.ts';
import type { Sender } from './sender.ts';

/**
 * The facts that decide who handles a message. `isDriverCommand`: a dispatcher who is a driver too gives a driver's command.
 * `isConsentCommand`: a dispatcher decides about a person's consent. `isAboutDuty`: a dispatcher asks who is on duty, or asks for or answers a
 * swap.
 */
export type MessageFacts = {
  sender: Sender['kind'];
  isKeyword: boolean;
  isDriverCommand: boolean;
  isConsentCommand: boolean;
  isAboutDuty: boolean;
};

/** The first decision about every message. */
export const MESSAGE_DECISION = decisionTable<MessageFacts>()({
  title: 'Every message',
  conditions: {
    isFromUs: { label: 'the sender is one of our own numbers', holds: ({ sender }) => sender === 'ourselves' },
    isKeyword: {
      label: 'the whole text is a carrier’s keyword such as STOP, CANCEL, HELP or START',
      holds: ({ isKeyword }) => isKeyword,
    },
    isFromTeam: {
      label: 'the sender is a dispatcher, a driver or the operator',
      holds: ({ sender }) => sender === 'contact' || sender === 'driver',
    },
    isFromDriver: { label: 'the sender is a driver', holds: ({ sender }) => sender === 'driver' },
    isDriverCommand: {
      label: 'it is a driver’s command that addresses no one, and the dispatcher is a driver too',
      holds: ({ isDriverCommand }) => isDriverCommand,
    },
    isConsentCommand: {
      label: 'it only addresses someone and says “stop” or “start”',
      holds: ({ isConsentCommand }) => isConsentCommand,
    },
    isAboutDuty: {
      label: 'it asks who is on duty, or asks for or answers a swap of the rota',
      holds: ({ isAboutDuty }) => isAboutDuty,
    },
    isFromDispatcher: { label: 'the sender is a dispatcher', holds: ({ sender }) => sender === 'contact' },
  },
  outcomes: {
    'cut-loop': 'text no one: an answer would be a loop',
    'report-keyword': 'tell colleagues and operator at once what the carrier did to that phone, and how to undo it',
    consent: 'set that person’s consent, and confirm it to the dispatcher',
    duty: 'answer who is on duty, ask a colleague about the swap, or tell both what was decided',
    driver: 'handle it as a driver’s message',
    dispatcher: 'handle it as a dispatcher’s message',
    customer: 'handle it as a customer’s message',
  },
  rows: [
    { when: ['isFromUs'], outcome: 'cut-loop' },
    { when: ['isKeyword', 'isFromTeam'], outcome: 'report-keyword' },
    { when: ['isFromDriver'], outcome: 'driver' },
    { when: ['isFromDispatcher', 'isAboutDuty'], outcome: 'duty' },
    { when: ['isFromDispatcher', 'isDriverCommand'], outcome: 'driver' },
    { when: ['isFromDispatcher', 'isConsentCommand'], outcome: 'consent' },
    { when: ['isFromDispatcher'], outcome: 'dispatcher' },
    { when: [], outcome: 'customer' },
  ],
});

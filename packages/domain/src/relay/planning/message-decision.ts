import { decisionTable } from './decision-table.ts';
import type { Sender } from './sender.ts';

/** The facts that decide who handles a message. `isStop`: the keyword opts out. `isDriverCommand`: a dispatcher who is a driver too gives a driver's command. */
export type MessageFacts = { sender: Sender['kind']; isKeyword: boolean; isStop: boolean; isDriverCommand: boolean };

/** The first decision about every message. */
export const MESSAGE_DECISION = decisionTable<MessageFacts>()({
  title: 'Every message',
  conditions: {
    isFromUs: { label: 'the sender is one of our own numbers', holds: ({ sender }) => sender === 'ourselves' },
    isKeyword: { label: 'the whole text is a keyword such as STOP or HELP', holds: ({ isKeyword }) => isKeyword },
    isDriversStop: {
      label: 'a driver’s whole text is STOP, END, CANCEL or another keyword that opts out',
      holds: ({ sender, isStop }) => sender === 'driver' && isStop,
    },
    isFromDriver: { label: 'the sender is a driver', holds: ({ sender }) => sender === 'driver' },
    isDriverCommand: {
      label: 'it is a driver’s command that addresses no one, and the dispatcher is a driver too',
      holds: ({ isDriverCommand }) => isDriverCommand,
    },
    isFromDispatcher: { label: 'the sender is a dispatcher', holds: ({ sender }) => sender === 'contact' },
  },
  outcomes: {
    'cut-loop': 'text no one: an answer would be a loop',
    'leave-to-carrier': 'text no one: the carrier answers',
    'report-opt-out': 'tell the team that the driver gets no more texts',
    driver: 'handle it as a driver’s message',
    dispatcher: 'handle it as a dispatcher’s message',
    customer: 'handle it as a customer’s message',
  },
  rows: [
    { when: ['isFromUs'], outcome: 'cut-loop' },
    { when: ['isDriversStop'], outcome: 'report-opt-out' },
    { when: ['isKeyword'], outcome: 'leave-to-carrier' },
    { when: ['isFromDriver'], outcome: 'driver' },
    { when: ['isFromDispatcher', 'isDriverCommand'], outcome: 'driver' },
    { when: ['isFromDispatcher'], outcome: 'dispatcher' },
    { when: [], outcome: 'customer' },
  ],
});

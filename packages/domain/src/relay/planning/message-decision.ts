import { decisionTable } from './decision-table.ts';
import type { Sender } from './sender.ts';

/** The facts that decide who handles a message. */
export type MessageFacts = { sender: Sender['kind']; isKeyword: boolean };

/** The first decision about every message. */
export const MESSAGE_DECISION = decisionTable<MessageFacts>()({
  title: 'Every message',
  conditions: {
    isFromUs: { label: 'the sender is one of our own numbers', holds: ({ sender }) => sender === 'ourselves' },
    isKeyword: { label: 'the whole text is a keyword such as STOP or HELP', holds: ({ isKeyword }) => isKeyword },
    isFromDispatcher: { label: 'the sender is a dispatcher', holds: ({ sender }) => sender === 'contact' },
  },
  outcomes: {
    'cut-loop': 'text no one: an answer would be a loop',
    'leave-to-carrier': 'text no one: the carrier answers',
    dispatcher: 'handle it as a dispatcher’s message',
    customer: 'handle it as a customer’s message',
  },
  rows: [
    { when: ['isFromUs'], outcome: 'cut-loop' },
    { when: ['isKeyword'], outcome: 'leave-to-carrier' },
    { when: ['isFromDispatcher'], outcome: 'dispatcher' },
    { when: [], outcome: 'customer' },
  ],
});

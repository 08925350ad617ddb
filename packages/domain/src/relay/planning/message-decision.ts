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
    ignore: 'text no one: answering it would be a loop, or the carrier answers it',
    dispatcher: 'handle it as a dispatcher’s message',
    customer: 'handle it as a customer’s message',
  },
  rows: [
    { when: ['isFromUs'], outcome: 'ignore' },
    { when: ['isKeyword'], outcome: 'ignore' },
    { when: ['isFromDispatcher'], outcome: 'dispatcher' },
    { when: [], outcome: 'customer' },
  ],
});

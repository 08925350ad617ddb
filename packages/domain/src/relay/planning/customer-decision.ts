import { decisionTable } from './decision-table.ts';

/**
 * The facts about a customer's or guest's message. `isForNoOne`: a phone wrote it, or it only ends the talk. `isUrgent`: the first urgent
 * one of its sender in the budget's window.
 */
export type CustomerFacts = {
  isForNoOne: boolean;
  isOverBudget: boolean;
  isUrgent: boolean;
  isQuestionOfCustomer: boolean;
};

/** The decision about a message from outside the team. */
export const CUSTOMER_DECISION = decisionTable<CustomerFacts>()({
  title: 'A customer’s or guest’s message',
  conditions: {
    isForNoOne: {
      label: 'a phone wrote it, or it is only a reaction, thanks or OK that answers no question',
      holds: ({ isForNoOne }) => isForNoOne,
    },
    isOverBudget: { label: 'it is over the budget of its sender or job', holds: ({ isOverBudget }) => isOverBudget },
    isNotUrgent: {
      label: 'it is not the sender’s first text with an urgent word in that time',
      holds: ({ isUrgent }) => !isUrgent,
    },
    isQuestion: {
      label: 'the job’s customer asks for status, arrival or place, without a picture',
      holds: ({ isQuestionOfCustomer }) => isQuestionOfCustomer,
    },
  },
  outcomes: {
    keep: 'keep it on the timeline, and text no one',
    hold: 'hold it for the summary',
    answer: 'answer it from the job',
    relay: 'relay it to the team; when the whole team has quiet hours, tell the customer',
  },
  rows: [
    { when: ['isForNoOne'], outcome: 'keep' },
    { when: ['isOverBudget', 'isNotUrgent'], outcome: 'hold' },
    { when: ['isQuestion'], outcome: 'answer' },
    { when: [], outcome: 'relay' },
  ],
});

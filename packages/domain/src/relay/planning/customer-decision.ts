import { decisionTable } from './decision-table.ts';

/**
 * The facts about a customer's or guest's message.
 *  - `isForNoOne`: a phone wrote it, or it only ends the talk
 *  - `isUrgent`: the first urgent one of its sender in the budget's window, or the first keyword or opt-out
 *  - `keyword`: the carrier's keyword that the whole text is
 *  - `optOut`: its wish for no more texts in other words: `certain`, or `possible`, which a person decides
 *  - `isComplaint`: it threatens with a lawyer or an authority
 *  - `isAnswerable`: the job's customer asks for status, arrival or place, without a picture, and there is a fact about their own stop
 *  - `isInTalk`: a dispatcher has written to them in the last hours, or they have just asked
 */
export type CustomerFacts = {
  isForNoOne: boolean;
  isOverBudget: boolean;
  isUrgent: boolean;
  keyword: 'stop' | 'start' | 'help' | null;
  optOut: 'certain' | 'possible' | null;
  isComplaint: boolean;
  isAnswerable: boolean;
  isInTalk: boolean;
};

/** The decision about a message from outside the team. */
export const CUSTOMER_DECISION = decisionTable<CustomerFacts>()({
  title: 'A customer’s or guest’s message',
  conditions: {
    isForNoOne: {
      label: 'a phone wrote it, or it is only a reaction, thanks or OK that answers no question',
      holds: ({ isForNoOne }) => isForNoOne,
    },
    isOverBudget: {
      label: 'it is over the budget of its sender, or of strangers on this job',
      holds: ({ isOverBudget }) => isOverBudget,
    },
    isNotUrgent: {
      label: 'it is not the sender’s first text with an urgent word, a keyword or an opt-out in that time',
      holds: ({ isUrgent }) => !isUrgent,
    },
    isStop: {
      label: 'the whole text is STOP, CANCEL, END or another keyword that opts out',
      holds: ({ keyword }) => keyword === 'stop',
    },
    isStart: { label: 'the whole text is START or UNSTOP', holds: ({ keyword }) => keyword === 'start' },
    isHelp: { label: 'the whole text is HELP or INFO', holds: ({ keyword }) => keyword === 'help' },
    isCertainOptOut: {
      label: 'it asks for no more texts, without doubt',
      holds: ({ optOut }) => optOut === 'certain',
    },
    isComplaint: { label: 'it threatens with a lawyer or an authority', holds: ({ isComplaint }) => isComplaint },
    isPossibleOptOut: { label: 'it may ask for no more texts', holds: ({ optOut }) => optOut === 'possible' },
    isAnswerable: {
      label: 'the job’s customer asks for status, arrival or place, and there is a fact about their own stop',
      holds: ({ isAnswerable }) => isAnswerable,
    },
    isNotInTalk: {
      label: 'no dispatcher has written for some hours, and they have not just asked',
      holds: ({ isInTalk }) => !isInTalk,
    },
  },
  outcomes: {
    keep: 'keep it on the timeline, and text no one',
    hold: 'hold it for the summary, and tell the sender once',
    'report-stop': 'tell the team that the carrier has opted the sender out, and how to call',
    'report-start': 'tell the team that the sender can be texted again',
    'relay-help': 'relay it to the team as urgent',
    'opt-out':
      'opt the sender out, confirm that once, and tell the team; of a complaint tell the operator too, and confirm nothing',
    'relay-complaint': 'relay it to team and operator at once; the sender gets nothing automatic',
    'flag-opt-out': 'relay it to the team with the reply that opts the sender out',
    answer: 'answer it from the job, with the way to reach a person',
    relay: 'relay it to the team; when the whole team has quiet hours, tell the customer',
  },
  rows: [
    { when: ['isForNoOne'], outcome: 'keep' },
    { when: ['isOverBudget', 'isNotUrgent'], outcome: 'hold' },
    { when: ['isStop'], outcome: 'report-stop' },
    { when: ['isStart'], outcome: 'report-start' },
    { when: ['isHelp'], outcome: 'relay-help' },
    { when: ['isCertainOptOut'], outcome: 'opt-out' },
    { when: ['isComplaint'], outcome: 'relay-complaint' },
    { when: ['isPossibleOptOut'], outcome: 'flag-opt-out' },
    { when: ['isAnswerable', 'isNotInTalk'], outcome: 'answer' },
    { when: [], outcome: 'relay' },
  ],
});

import type { DriverCommand } from '../recognition/driver-words.ts';
import { decisionTable } from './decision-table.ts';

/**
 * The facts about a driver's text.
 *  - `isRepeated`: the text has changed its job before, and the worker died before it answered
 *  - `isLate`: it was received more than half an hour ago, so that the trailer may be elsewhere now
 *  - `isDispatcherInConversation`: the driver is also a dispatcher, names no job, and a customer may be waiting for an answer
 *  - `namesOtherJob`: it names a job that is not on the driver's trailers
 *  - `possibleJobs`: the number of jobs that it may be about
 *  - `isAlreadySo`: the job shows that already; for an undo, someone has taken the change back
 *  - `isDoubtful`: the trailer's position, or the state of the job, contradicts it, and no job's number confirms it
 */
export type DriverFacts = {
  command: DriverCommand | null;
  isRepeated: boolean;
  isAutomaticReply: boolean;
  isLate: boolean;
  isDispatcherInConversation: boolean;
  namesOtherJob: boolean;
  possibleJobs: number;
  isAlreadySo: boolean;
  isDoubtful: boolean;
};

const isUndo = ({ command }: DriverFacts): boolean => command === 'undo' || command === 'oops' || command === 'no';

/** The decision about a driver's text. A command in doubt is asked about, and words go to people. */
export const DRIVER_DECISION = decisionTable<DriverFacts>()({
  title: 'A driver’s text',
  conditions: {
    isRepeated: { label: 'it has been obeyed before', holds: ({ isRepeated }) => isRepeated },
    isAutomaticReply: {
      label: 'the phone answered by itself',
      holds: ({ isAutomaticReply }) => isAutomaticReply,
    },
    isNoCommand: { label: 'it is not a command alone', holds: ({ command }) => command === null },
    isLate: { label: 'it was received more than half an hour ago', holds: ({ isLate }) => isLate },
    isDispatcherInConversation: {
      label: 'the driver is also a dispatcher, names no job, and has a customer to answer',
      holds: ({ isDispatcherInConversation }) => isDispatcherInConversation,
    },
    namesOtherJob: {
      label: 'it names a job of another trailer, or one that is not open',
      holds: ({ namesOtherJob }) => namesOtherJob,
    },
    isUndo: { label: 'it takes something back', holds: isUndo },
    isAlreadySo: {
      label: 'that is so already, or the driver has just said it',
      holds: ({ isAlreadySo }) => isAlreadySo,
    },
    isNothingPossible: { label: 'no job fits', holds: ({ possibleJobs }) => possibleJobs === 0 },
    areSeveralPossible: { label: 'several jobs fit', holds: ({ possibleJobs }) => possibleJobs > 1 },
    isDoubtful: {
      label: 'place or state of the job contradict it, and no job’s number confirms it',
      holds: ({ isDoubtful }) => isDoubtful,
    },
  },
  outcomes: {
    repeat: 'give the same answer again',
    ignore: 'do nothing',
    relay: 'relay it to the team, and tell the driver',
    'ask-role': 'ask whether it is about the trailer or for the customer',
    'say-other-trailer': 'relay it to the team, and tell the driver that the job is not on the trailer',
    'say-already': 'tell the driver that it is so already',
    'ask-undo': 'say that nothing of the driver’s is left to take back, and offer the newest automatic change',
    undo: 'take back the driver’s last change, or the last automatic one',
    'ask-which': 'ask which job is meant',
    'ask-sure': 'ask the driver to confirm with the job’s number',
    change: 'change the job, and read it back with the way to undo it',
  },
  rows: [
    { when: ['isRepeated'], outcome: 'repeat' },
    { when: ['isAutomaticReply'], outcome: 'ignore' },
    { when: ['isNoCommand'], outcome: 'relay' },
    { when: ['isLate'], outcome: 'relay' },
    { when: ['isDispatcherInConversation'], outcome: 'ask-role' },
    { when: ['namesOtherJob'], outcome: 'say-other-trailer' },
    { when: ['isAlreadySo'], outcome: 'say-already' },
    { when: ['isUndo', 'isNothingPossible'], outcome: 'ask-undo' },
    { when: ['isUndo'], outcome: 'undo' },
    { when: ['areSeveralPossible'], outcome: 'ask-which' },
    { when: ['isNothingPossible'], outcome: 'relay' },
    { when: ['isDoubtful'], outcome: 'ask-sure' },
    { when: [], outcome: 'change' },
  ],
});

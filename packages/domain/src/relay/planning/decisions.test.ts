import { describe, expect, test } from '@jest/globals';
import { CUSTOMER_DECISION, type CustomerFacts } from './customer-decision.ts';
import { type DecisionTable, decide, decidingRow } from './decision-table.ts';
import {
  DISPATCHER_DECISION,
  type DispatcherFacts,
  RECIPIENT_DECISION,
  REPLY_DECISION,
  type RecipientFacts,
  type ReplyFacts,
} from './dispatcher-decision.ts';
import { DRIVER_DECISION, type DriverFacts } from './driver-decision.ts';
import { MESSAGE_DECISION, type MessageFacts } from './message-decision.ts';

type Values<Facts> = { [Name in keyof Facts]: ReadonlyArray<Facts[Name]> };

/** All combinations of the values of facts. */
const combinations = <Facts extends object>(values: Values<Facts>): Facts[] =>
  Object.entries<readonly unknown[]>(values).reduce<object[]>(
    (all, [name, options]) => all.flatMap((facts) => options.map((value) => ({ ...facts, [name]: value }))),
    [{}],
  ) as Facts[];

const EITHER = [false, true];
const MESSAGES = combinations<MessageFacts>({
  sender: ['ourselves', 'customer', 'contact', 'driver', 'stranger'],
  isKeyword: EITHER,
  isDriverCommand: EITHER,
  isConsentCommand: EITHER,
  isAboutDuty: EITHER,
});
const CUSTOMERS = combinations<CustomerFacts>({
  isForNoOne: EITHER,
  isOverBudget: EITHER,
  isUrgent: EITHER,
  keyword: [null, 'stop', 'start', 'help'],
  optOut: [null, 'certain', 'possible'],
  isAnswerable: EITHER,
  isComplaint: EITHER,
  isInTalk: EITHER,
});
const DISPATCHERS = combinations<DispatcherFacts>({
  isAutomaticReply: EITHER,
  reaction: [null, 'approving', 'doubting', 'disputing', 'other'],
  command: [null, 'undo', 'mine', 'claim', 'release', 'close', 'yes', 'no'],
  isAddressed: EITHER,
  isAcknowledgement: EITHER,
  conversations: [0, 1, 2],
  isQuestionOpen: EITHER,
  isQuestionOfOurs: EITHER,
  asksAboutJob: EITHER,
  isWithoutWords: EITHER,
});
const RECIPIENTS = combinations<RecipientFacts>({
  addressee: ['none', 'person', 'colleagues', 'unknown', 'several'],
  isOnlyOpen: EITHER,
  isOnDesk: EITHER,
  isAnotherWaiting: EITHER,
  likelyConversations: [0, 1, 2],
  isCrossing: EITHER,
  mentionedJobs: [0, 1, 2],
  otherMentionedJobs: [0, 1, 2],
});
const REPLIES = combinations<ReplyFacts>({
  recipient: ['known', 'with-undo', 'to-confirm', 'colleagues', 'not-found', 'unclear'],
  isAddressed: EITHER,
  asksForCall: EITHER,
  isEmpty: EITHER,
  isForColleagues: EITHER,
  isTheirOwnWords: EITHER,
  isSecondAnswer: EITHER,
});

const DRIVERS = combinations<DriverFacts>({
  command: [null, 'arrived', 'done', 'undo'],
  isRepeated: EITHER,
  isAutomaticReply: EITHER,
  isLate: EITHER,
  isDispatcherInConversation: EITHER,
  namesOtherJob: EITHER,
  possibleJobs: [0, 1, 2],
  isAlreadySo: EITHER,
  isDoubtful: EITHER,
});

describe.each<[string, DecisionTable<never, string, string>, readonly object[]]>([
  ['message', MESSAGE_DECISION, MESSAGES],
  ['customer', CUSTOMER_DECISION, CUSTOMERS],
  ['dispatcher', DISPATCHER_DECISION, DISPATCHERS],
  ['recipient', RECIPIENT_DECISION, RECIPIENTS],
  ['reply', REPLY_DECISION, REPLIES],
  ['driver', DRIVER_DECISION, DRIVERS],
])('the %s table', (_, table, facts) => {
  const rows = table.rows.map((_row, i) => i);

  test('has a row for all facts, and facts for each row', () => {
    const deciding = new Set(facts.map((one) => decidingRow(table, one as never)));
    expect([...deciding].toSorted((a, b) => a - b)).toEqual(rows);
  });

  test('uses each condition and each outcome', () => {
    expect(new Set(table.rows.flatMap(({ when }) => when))).toEqual(new Set(Object.keys(table.conditions)));
    expect(new Set(table.rows.map(({ outcome }) => outcome))).toEqual(new Set(Object.keys(table.outcomes)));
  });
});

describe('a dispatcher’s message', () => {
  /** Outcomes by which a person outside the team gets words, at once or later. */
  const SENT: readonly string[] = ['send', 'send-with-undo'];

  test('is sent only to a known recipient, and never empty or as a request for a call', () => {
    for (const facts of REPLIES.filter((one) => SENT.includes(decide(REPLY_DECISION, one)))) {
      expect(['known', 'with-undo']).toContain(facts.recipient);
      expect(facts).toMatchObject({
        isEmpty: false,
        asksForCall: false,
        isTheirOwnWords: false,
        isSecondAnswer: false,
      });
    }
  });

  test('that names no one and sounds like talk among colleagues is asked about', () => {
    for (const facts of REPLIES.filter(
      (one) => one.isForColleagues && !one.isAddressed && one.recipient !== 'not-found',
    ))
      expect(decide(REPLY_DECISION, facts)).toBe('ask-team-or-person');
  });

  test('is passed on whenever it is addressed and no order', () => {
    const addressed = DISPATCHERS.filter(
      (one) =>
        one.isAddressed &&
        one.reaction === null &&
        !one.isAutomaticReply &&
        !one.asksAboutJob &&
        (one.command === null || one.command === 'claim'),
    );
    for (const facts of addressed) expect(decide(DISPATCHER_DECISION, facts)).toBe('pass-on');
  });

  test('is never ignored, unless a phone sent it by itself', () => {
    for (const facts of DISPATCHERS.filter((one) => !one.isAutomaticReply && one.reaction === null))
      expect(decide(DISPATCHER_DECISION, facts)).not.toBe('ignore');
  });

  test('leaves a question open when it only reacts or claims', () => {
    for (const facts of DISPATCHERS.filter((one) => one.isQuestionOpen))
      expect(decide(DISPATCHER_DECISION, facts)).not.toBe('acknowledge');
  });
});

describe('the recipient of a dispatcher’s message', () => {
  test('is never a conversation while another job is mentioned', () => {
    for (const facts of RECIPIENTS.filter((one) => decide(RECIPIENT_DECISION, one) === 'conversation'))
      expect(facts).toMatchObject({ likelyConversations: 1, otherMentionedJobs: 0 });
  });

  test('is never a conversation whose text crossed with it', () => {
    for (const facts of RECIPIENTS.filter((one) => decide(RECIPIENT_DECISION, one) === 'conversation'))
      expect(facts).toMatchObject({ isCrossing: false });
  });

  test('is never a mentioned job while a conversation is likely', () => {
    for (const facts of RECIPIENTS.filter((one) => decide(RECIPIENT_DECISION, one) === 'mentioned-job'))
      expect(facts).toMatchObject({ likelyConversations: 0, mentionedJobs: 1 });
  });
});

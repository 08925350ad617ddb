import { describe, expect, test } from '@jest/globals';
import { CUSTOMER_DECISION, type CustomerFacts } from './customer-decision.ts';
import { type DecisionTable, decide, decidingRow } from './decision-table.ts';
import {
  DISPATCHER_DECISION,
  type DispatcherFacts,
  RECIPIENT_DECISION,
  type RecipientFacts,
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
});
const CUSTOMERS = combinations<CustomerFacts>({
  isForNoOne: EITHER,
  isOverBudget: EITHER,
  isUrgent: EITHER,
  keyword: [null, 'stop', 'start', 'help'],
  optOut: [null, 'certain', 'possible'],
  isAnswerable: EITHER,
  isInTalk: EITHER,
});
const DISPATCHERS = combinations<DispatcherFacts>({
  isAutomaticReply: EITHER,
  reaction: [null, 'approving', 'other'],
  isAcknowledgement: EITHER,
  isAboutOneJob: EITHER,
  unansweredConversations: [0, 1, 2],
  asksAboutJob: EITHER,
  asksForCall: EITHER,
  recipient: ['known', 'not-found', 'unclear'],
  isEmpty: EITHER,
});
const RECIPIENTS = combinations<RecipientFacts>({
  namesGuest: EITHER,
  isGuestKnown: EITHER,
  namesJob: EITHER,
  namesUnknownJob: EITHER,
  likelyConversations: [0, 1, 2],
  mentionedJobs: [0, 1, 2],
  otherMentionedJobs: [0, 1, 2],
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
  /** Outcomes that need the recipient. */
  const TO_RECIPIENT: readonly string[] = ['send', 'place-call'];

  test('reaches only a known recipient, and never when it acknowledges or is automatic', () => {
    for (const facts of DISPATCHERS.filter((one) => TO_RECIPIENT.includes(decide(DISPATCHER_DECISION, one))))
      expect(facts).toMatchObject({
        isAutomaticReply: false,
        isAcknowledgement: false,
        recipient: 'known',
      });
  });

  test('is not sent when it is empty or asks for a call', () => {
    for (const facts of DISPATCHERS.filter((one) => decide(DISPATCHER_DECISION, one) === 'send'))
      expect(facts).toMatchObject({ isEmpty: false, asksForCall: false });
  });

  test('acknowledges one conversation only, unless it names a job', () => {
    for (const facts of DISPATCHERS.filter((one) => decide(DISPATCHER_DECISION, one) === 'acknowledge-job'))
      expect(facts.isAboutOneJob).toBe(true);
  });

  test('does not need its recipient before the rows about the recipient', () => {
    const beforeRecipient = DISPATCHERS.filter(
      (one) => !TO_RECIPIENT.includes(decide(DISPATCHER_DECISION, { ...one, recipient: 'known', isEmpty: false })),
    );
    for (const facts of beforeRecipient)
      for (const recipient of ['known', 'not-found', 'unclear'] as const)
        expect(decide(DISPATCHER_DECISION, { ...facts, recipient })).toBe(decide(DISPATCHER_DECISION, facts));
  });
});

describe('the recipient of a dispatcher’s message', () => {
  test('is never a conversation while another job is mentioned', () => {
    for (const facts of RECIPIENTS.filter((one) => decide(RECIPIENT_DECISION, one) === 'conversation'))
      expect(facts).toMatchObject({ likelyConversations: 1, otherMentionedJobs: 0 });
  });

  test('is never a mentioned job while a conversation is likely', () => {
    for (const facts of RECIPIENTS.filter((one) => decide(RECIPIENT_DECISION, one) === 'mentioned-job'))
      expect(facts).toMatchObject({ likelyConversations: 0, mentionedJobs: 1 });
  });
});

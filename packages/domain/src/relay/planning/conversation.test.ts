import { describe, expect, test } from '@jest/globals';
import type { MessageSid } from '../../ids.ts';
import type { RelayPlan } from '../plan.ts';
import {
  conversationsOf,
  likelyConversations,
  type RelayedMessage,
  replyHandle,
  unansweredMessages,
} from './conversation.ts';

const NOW = Date.UTC(2026, 10, 23, 15);
const MINUTE = 60_000;
const MARIA = '+15125550111';
const STRANGER = '+15125550199';
let count = 0;
const relayed = (
  scope: string,
  from: string,
  minutesAgo: number,
  changes: Partial<RelayPlan> = {},
): RelayedMessage => ({
  messageSid: `SM${++count}` as MessageSid,
  at: NOW - minutesAgo * MINUTE,
  plan: {
    kind: 'team',
    scope,
    sender: 'customer',
    from,
    receivedAt: NOW,
    begunAt: NOW,
    recipients: [],
    body: '',
    acknowledges: [],
    notice: null,
    bounce: null,
    heldUntil: null,
    answeredBy: null,
    ...changes,
  },
});
const answered = { answeredBy: 'Dana' };
const likely = (...all: RelayedMessage[]) =>
  likelyConversations(conversationsOf(all), NOW).map(({ scope, from }) => `${scope} ${from}`);

describe('whom a dispatcher’s text without a name may be for', () => {
  test('is the one who waits, however old other talks of the day are', () => {
    expect(likely(relayed('QDN-1', MARIA, 40), relayed('QDN-2', '+1', 60, answered))).toEqual([`QDN-1 ${MARIA}`]);
  });

  test('is the only one of the day when nobody waits', () => {
    expect(likely(relayed('QDN-1', MARIA, 300, answered))).toEqual([`QDN-1 ${MARIA}`]);
    expect(likely(relayed('QDN-1', MARIA, 25 * 60, answered))).toEqual([]);
  });

  test('is not certain when several wait, nor when one waits while another is talked to', () => {
    expect(likely(relayed('QDN-1', MARIA, 40), relayed('QDN-2', '+1', 60))).toHaveLength(2);
    expect(likely(relayed('QDN-1', MARIA, 40), relayed('QDN-2', '+1', 5, answered))).toHaveLength(2);
  });

  test('is whoever wrote, not the job: a stranger on a job is somebody else than its customer', () => {
    expect(likely(relayed('QDN-1', MARIA, 5), relayed('QDN-1', STRANGER, 5))).toHaveLength(2);
    expect(likely(relayed('QDN-1', MARIA, 5), relayed('QDN-1', MARIA, 7))).toHaveLength(1);
  });

  test('is nobody whom the dispatcher was only answered about by us', () => {
    expect(likely(relayed('UNMATCHED', MARIA, 5, { kind: 'answer' }))).toEqual([]);
  });
});

test('what waits for an answer are the messages that nobody has answered', () => {
  const [open, closed] = [relayed('QDN-1', MARIA, 5), relayed('QDN-1', MARIA, 6, answered)];
  expect(unansweredMessages(conversationsOf([open, closed]))).toEqual([open.messageSid]);
});

test('somebody is named by the job, or by their last digits, and a sender without a number not at all', () => {
  expect(replyHandle('QDN-1042', MARIA, MARIA, 'QDN')).toBe('@1042');
  expect(replyHandle('QDN-1042', STRANGER, MARIA, 'QDN')).toBe('@u0199');
  expect(replyHandle('UNMATCHED', STRANGER, null, 'QDN')).toBe('@u0199');
  expect(replyHandle('UNMATCHED', 'BANK', null, 'QDN')).toBeNull();
});

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
  timelineId: string,
  from: string,
  minutesAgo: number,
  changes: Partial<RelayPlan> = {},
): RelayedMessage => ({
  messageSid: `SM${++count}` as MessageSid,
  at: NOW - minutesAgo * MINUTE,
  plan: {
    kind: 'team',
    timelineId,
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
  likelyConversations(conversationsOf(all), NOW).map(({ timelineId, from }) => `${timelineId} ${from}`);

describe('the likely conversations of a text that names none', () => {
  test('are the unanswered one, when the others of the day are answered', () => {
    expect(likely(relayed('QDN-1', MARIA, 40), relayed('QDN-2', '+1', 60, answered))).toEqual([`QDN-1 ${MARIA}`]);
  });

  test('are the only one of the day when none is unanswered', () => {
    expect(likely(relayed('QDN-1', MARIA, 300, answered))).toEqual([`QDN-1 ${MARIA}`]);
    expect(likely(relayed('QDN-1', MARIA, 25 * 60, answered))).toEqual([]);
  });

  test('are several when several are unanswered, or when one is unanswered and another is active', () => {
    expect(likely(relayed('QDN-1', MARIA, 40), relayed('QDN-2', '+1', 60))).toHaveLength(2);
    expect(likely(relayed('QDN-1', MARIA, 40), relayed('QDN-2', '+1', 5, answered))).toHaveLength(2);
  });

  test('are separate for a job’s customer and a guest on the same job', () => {
    expect(likely(relayed('QDN-1', MARIA, 5), relayed('QDN-1', STRANGER, 5))).toHaveLength(2);
    expect(likely(relayed('QDN-1', MARIA, 5), relayed('QDN-1', MARIA, 7))).toHaveLength(1);
  });

  test('do not come from an automatic answer', () => {
    expect(likely(relayed('UNMATCHED', MARIA, 5, { kind: 'answer' }))).toEqual([]);
  });
});

test('a message is unanswered until a dispatcher answers it', () => {
  const [open, closed] = [relayed('QDN-1', MARIA, 5), relayed('QDN-1', MARIA, 6, answered)];
  expect(unansweredMessages(conversationsOf([open, closed]))).toEqual([open.messageSid]);
});

test('a sender has the job’s handle, a guest’s handle, or none without a number', () => {
  expect(replyHandle('QDN-1042', MARIA, MARIA, 'QDN')).toBe('@1042');
  expect(replyHandle('QDN-1042', STRANGER, MARIA, 'QDN')).toBe('@u0199');
  expect(replyHandle('UNMATCHED', STRANGER, null, 'QDN')).toBe('@u0199');
  expect(replyHandle('UNMATCHED', 'BANK', null, 'QDN')).toBeNull();
});

import { describe, expect, test } from '@jest/globals';
import type { MessageSid } from '../ids.ts';
import { candidatesFor, conversationsOf, handleOf, jobHandle, openMessages, type Told } from './conversation.ts';
import type { RelayPlan } from './plan.ts';

const NOW = Date.UTC(2026, 10, 23, 15);
const MINUTE = 60_000;
const MARIA = '+15125550111';
const STRANGER = '+15125550199';
let count = 0;
const told = (scope: string, from: string, minutesAgo: number, changes: Partial<RelayPlan> = {}): Told => ({
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
const candidates = (...all: Told[]) =>
  candidatesFor(conversationsOf(all), NOW).map(({ scope, from }) => `${scope} ${from}`);

describe('whom a dispatcher’s text without a name may be for', () => {
  test('is the one who waits, however old other talks of the day are', () => {
    expect(candidates(told('QDN-1', MARIA, 40), told('QDN-2', '+1', 60, answered))).toEqual([`QDN-1 ${MARIA}`]);
  });

  test('is the only one of the day when nobody waits', () => {
    expect(candidates(told('QDN-1', MARIA, 300, answered))).toEqual([`QDN-1 ${MARIA}`]);
    expect(candidates(told('QDN-1', MARIA, 25 * 60, answered))).toEqual([]);
  });

  test('is not certain when several wait, nor when one waits while another is talked to', () => {
    expect(candidates(told('QDN-1', MARIA, 40), told('QDN-2', '+1', 60))).toHaveLength(2);
    expect(candidates(told('QDN-1', MARIA, 40), told('QDN-2', '+1', 5, answered))).toHaveLength(2);
  });

  test('is whoever wrote, not the job: a stranger on a job is somebody else than its customer', () => {
    expect(candidates(told('QDN-1', MARIA, 5), told('QDN-1', STRANGER, 5))).toHaveLength(2);
    expect(candidates(told('QDN-1', MARIA, 5), told('QDN-1', MARIA, 7))).toHaveLength(1);
  });

  test('is nobody whom the dispatcher was only answered about by us', () => {
    expect(candidates(told('UNMATCHED', MARIA, 5, { kind: 'answer' }))).toEqual([]);
  });
});

test('what waits for an answer are the messages that nobody has answered', () => {
  const [open, closed] = [told('QDN-1', MARIA, 5), told('QDN-1', MARIA, 6, answered)];
  expect(openMessages(conversationsOf([open, closed]))).toEqual([open.messageSid]);
});

test('somebody is named by the job, or by their last digits, and a sender without a number not at all', () => {
  expect(jobHandle('QDN-1042')).toBe('@1042');
  expect(jobHandle('ACME-7')).toBe('@ACME-7');
  expect(handleOf('QDN-1042', MARIA, MARIA)).toBe('@1042');
  expect(handleOf('QDN-1042', STRANGER, MARIA)).toBe('@u0199');
  expect(handleOf('UNMATCHED', STRANGER, null)).toBe('@u0199');
  expect(handleOf('UNMATCHED', 'BANK', null)).toBeNull();
});

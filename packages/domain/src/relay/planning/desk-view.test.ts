import { describe, expect, test } from '@jest/globals';
import type { JobId, MessageSid } from '../../ids.ts';
import { newConversation } from '../conversation/conversation.ts';
import { newDesk } from '../conversation/desk.ts';
import { likelyTalks, offeredTalks, type Talk } from './desk-view.ts';

const NOW = Date.UTC(2026, 10, 23, 15);
const MINUTE_MS = 60_000;
const SID = `SM${'1'.padStart(32, '0')}` as MessageSid;
const MARIA = '+15125550111';
const BOB = '+15125550112';

const talk = (timelineId: string, phone: string, minutesAgo: number, waits = true): Talk => ({
  ...{ phone, timelineId, at: NOW - minutesAgo * MINUTE_MS, conversation: null },
  waiting: waits ? [{ messageSid: SID, timelineId, since: NOW - minutesAgo * MINUTE_MS, isQuestion: false }] : [],
});
/** A conversation that the team has answered, or not. */
const known = (phone: string, jobs: string[], isAnswered: boolean): Talk['conversation'] => ({
  ...newConversation(phone, SID, NOW),
  jobs: jobs as JobId[],
  lastOfTeam: isAnswered
    ? { messageSid: SID, timelineId: 'UNMATCHED', at: NOW - 60 * MINUTE_MS, by: 'luis', body: 'yes', isQuestion: false }
    : null,
});
const likely = (...talks: Talk[]) =>
  likelyTalks({ desk: newDesk('+15125550171'), talks }, NOW).map(({ timelineId, phone }) => `${timelineId} ${phone}`);

describe('the likely conversations of a text that names none', () => {
  test('are the unanswered one, when the others of the day are answered', () => {
    expect(likely(talk('QDN-1', MARIA, 40), talk('QDN-2', BOB, 60, false))).toEqual([`QDN-1 ${MARIA}`]);
  });

  test('are the only one of the day when none is unanswered', () => {
    expect(likely(talk('QDN-1', MARIA, 300, false))).toEqual([`QDN-1 ${MARIA}`]);
    expect(likely(talk('QDN-1', MARIA, 25 * 60, false))).toEqual([]);
  });

  test('are several when several are unanswered, or when one is unanswered and another is active', () => {
    expect(likely(talk('QDN-1', MARIA, 40), talk('QDN-2', BOB, 60))).toHaveLength(2);
    expect(likely(talk('QDN-1', MARIA, 40), talk('QDN-2', BOB, 5, false))).toHaveLength(2);
  });

  test('are separate for a job’s customer and a guest on the same job', () => {
    expect(likely(talk('QDN-1', MARIA, 5), talk('QDN-1', '+15125550199', 5))).toHaveLength(2);
  });

  test('are also one that a colleague has answered in the last minutes', () => {
    const shown = (minutesAgo: number): Talk => ({
      ...talk('QDN-2', BOB, 40, false),
      answerShownAt: NOW - minutesAgo * MINUTE_MS,
    });
    expect(likely(talk('QDN-1', MARIA, 2), shown(10))).toHaveLength(2);
    expect(likely(talk('QDN-1', MARIA, 2), shown(20))).toHaveLength(1);
  });

  test('are also one of the last hour that no one has ever answered, although its text needs no answer', () => {
    const statement = (minutesAgo: number, isAnswered: boolean): Talk => ({
      ...talk('QDN-2', BOB, minutesAgo, false),
      conversation: known(BOB, [], isAnswered),
    });
    expect(likely(talk('QDN-1', MARIA, 2), statement(40, false))).toHaveLength(2);
    expect(likely(talk('QDN-1', MARIA, 2), statement(40, true))).toHaveLength(1);
    expect(likely(talk('QDN-1', MARIA, 2), statement(70, false))).toHaveLength(1);
  });
});

describe('the conversations that a dispatcher is offered', () => {
  const of = (phone: string, minutesAgo: number, jobs: string[]): Talk => ({
    ...talk(jobs[0] ?? 'UNMATCHED', phone, minutesAgo),
    conversation: known(phone, jobs, false),
  });
  const guests = [1, 2, 3].map((n) => of(`+1512555019${n}`, n, []));

  test('are three, and a customer before guests who wrote later', () => {
    expect(offeredTalks(guests)).toEqual(guests);
    const customer = of(MARIA, 9, ['QDN-1']);
    expect(offeredTalks([...guests, customer])).toEqual([guests[0], guests[1], customer]);
  });

  test('are the newest one and those that wait, before customers who have their answer', () => {
    const answered = [1, 2, 3].map((n) => ({ ...of(`+1512555012${n}`, 20 + n, [`QDN-${n}`]), waiting: [] }));
    expect(offeredTalks([of(BOB, 1, []), ...answered, of(MARIA, 40, ['QDN-9'])])).toMatchObject([
      { phone: BOB },
      { timelineId: 'QDN-1' },
      { phone: MARIA },
    ]);
  });
});

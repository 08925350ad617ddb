import { describe, expect, test } from '@jest/globals';
import type { MessageSid } from '../../ids.ts';
import { newDesk } from '../conversation/desk.ts';
import { likelyTalks, type Talk } from './desk-view.ts';

const NOW = Date.UTC(2026, 10, 23, 15);
const MINUTE_MS = 60_000;
const SID = `SM${'1'.padStart(32, '0')}` as MessageSid;
const MARIA = '+15125550111';
const BOB = '+15125550112';

const talk = (timelineId: string, phone: string, minutesAgo: number, waits = true): Talk => ({
  ...{ phone, timelineId, at: NOW - minutesAgo * MINUTE_MS, conversation: null },
  waiting: waits ? [{ messageSid: SID, timelineId, since: NOW - minutesAgo * MINUTE_MS, isQuestion: false }] : [],
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
});

import { describe, expect, test } from '@jest/globals';
import type { JobId, MessageSid } from '../../ids.ts';
import {
  activeClaim,
  answered,
  applyOnce,
  CLAIM_MS,
  type Conversation,
  claimedBy,
  closed,
  companySaid,
  heard,
  isQuiet,
  type LastText,
  lastTextAt,
  MAX_KEPT_CHARS,
  newConversation,
  type PersonText,
  released,
  waitingSince,
  withJob,
} from './conversation.ts';

const NOW = Date.UTC(2026, 10, 23, 15);
const sid = (n: number) => `SM${String(n).padStart(32, '0')}` as MessageSid;
const fresh = () => newConversation('+15125550111', sid(0), NOW);
const said = (n: number, changes: Partial<LastText> = {}): LastText => ({
  messageSid: sid(n),
  timelineId: 'QDN-1',
  at: NOW + n,
  by: 'customer',
  body: `words ${n}`,
  isQuestion: false,
  ...changes,
});
const personText = (n: number, changes: Partial<PersonText> = {}): PersonText => ({
  ...said(n),
  channel: 'sms',
  waits: true,
  isCounted: true,
  ...changes,
});
const after = (...texts: PersonText[]): Conversation => texts.reduce(heard, fresh());

describe('a conversation', () => {
  test('waits since its oldest text without an answer, whatever the order of processing', () => {
    const both = after(personText(2), personText(1, { isQuestion: true }));
    expect(both.waiting).toEqual([
      { messageSid: sid(1), timelineId: 'QDN-1', since: NOW + 1, isQuestion: true },
      { messageSid: sid(2), timelineId: 'QDN-1', since: NOW + 2, isQuestion: false },
    ]);
    expect(waitingSince(both)).toBe(NOW + 1);
    expect(both.lastOfPerson).toMatchObject({ messageSid: sid(2) });
    const one = answered(both, said(3, { by: 'Dana' }), [sid(1)]);
    expect(waitingSince(one)).toBe(NOW + 2);
    expect(one.lastOfTeam).toMatchObject({ by: 'Dana', body: 'words 3' });
    expect(waitingSince(answered(one, said(4), [sid(2)]))).toBeNull();
  });

  test('keeps a bounded number of texts, times and characters', () => {
    const many = after(...Array.from({ length: 100 }, (_, n) => personText(n, { body: 'x'.repeat(2000) })));
    expect(many.waiting).toHaveLength(20);
    expect(many.waiting.at(-1)?.messageSid).toBe(sid(99));
    expect(many.textTimes).toHaveLength(60);
    expect(many.lastOfPerson?.body).toHaveLength(MAX_KEPT_CHARS);
    const jobs = Array.from({ length: 30 }, (_, n) => ({ id: `QDN-${n}` as JobId, name: `Ann ${n}` }));
    expect(jobs.reduce(withJob, fresh())).toMatchObject({ name: 'Ann 29', jobs: { length: 10, 0: 'QDN-29' } });
  });

  test('never cuts a character in half', () => {
    const body = `${'x'.repeat(MAX_KEPT_CHARS - 1)}🚚`;
    expect(after(personText(1, { body })).lastOfPerson?.body).toBe('x'.repeat(MAX_KEPT_CHARS - 1));
  });

  test('answers on the channel of the person’s last text', () => {
    expect(after(personText(1, { channel: 'whatsapp' })).channel).toBe('whatsapp');
    expect(after(personText(2, { channel: 'whatsapp' }), personText(1)).channel).toBe('whatsapp');
    expect(after(personText(1, { channel: 'whatsapp' }), personText(2)).channel).toBe('sms');
  });

  test('applies a message once', () => {
    const once = applyOnce(fresh(), sid(1), NOW + 1, (before) => heard(before, personText(1)));
    expect(applyOnce(once, sid(1), NOW + 1, (before) => heard(before, personText(1)))).toBe(once);
    expect(once).toMatchObject({ applied: [sid(1)], updatedAt: NOW + 1 });
  });

  test('is closed until the person writes a text that waits', () => {
    const before = closed(claimedBy(after(personText(1)), { by: 'dana', name: 'Dana', at: NOW + 2 }), NOW + 3);
    expect(before).toMatchObject({ closedAt: NOW + 3, waiting: [], claim: null });
    expect(closed(before, NOW + 4)).toBe(before);
    expect(isQuiet(before)).toBe(false);
    expect(heard(before, personText(5, { waits: false })).closedAt).toBe(NOW + 3);
    expect(heard(before, personText(6)).closedAt).toBeNull();
  });

  test('releases a claim by itself after some hours', () => {
    const claim = { by: 'dana', name: 'Dana', at: NOW };
    const claimed = claimedBy(fresh(), claim);
    expect(activeClaim(claimed, NOW + CLAIM_MS - 1)).toEqual(claim);
    expect(activeClaim(claimed, NOW + CLAIM_MS)).toBeNull();
    expect(activeClaim(released(claimed, NOW), NOW)).toBeNull();
    const unclaimed = fresh();
    expect(released(unclaimed, NOW)).toBe(unclaimed);
  });

  test('was used last when anyone, the company too, wrote last', () => {
    expect(lastTextAt(fresh())).toBe(NOW);
    expect(lastTextAt(companySaid(after(personText(1)), said(5)))).toBe(NOW + 5);
  });
});

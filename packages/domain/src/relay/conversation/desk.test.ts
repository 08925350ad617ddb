import { describe, expect, test } from '@jest/globals';
import type { MessageSid } from '../../ids.ts';
import {
  answerShown,
  type Desk,
  type DeskQuestion,
  type DeskText,
  newDesk,
  relayedToDesk,
  spokenAtDesk,
} from './desk.ts';

const NOW = Date.UTC(2026, 10, 23, 15);
const MINUTE_MS = 60_000;
const sid = (n: number) => `SM${String(n).padStart(32, '0')}` as MessageSid;
const ann = { phone: '+15125550111', timelineId: 'QDN-1' };
const bob = { phone: '+15125550112', timelineId: 'QDN-2' };
const empty = () => newDesk('+15125550171');
const question: DeskQuestion = { kind: 'recipient', text: 'yes at 3', media: [], choices: [ann, bob] };
const text = (n: number, changes: Partial<DeskText> = {}): DeskText => ({
  messageSid: sid(n),
  at: NOW + n,
  sent: null,
  asked: null,
  told: null,
  ...changes,
});
const phones = ({ conversations }: Desk) => conversations.map(({ phone }) => phone);

describe('a desk', () => {
  test('has the conversations that were relayed to it, each once, newest first', () => {
    const both = relayedToDesk(relayedToDesk(empty(), ann, NOW), bob, NOW + 1);
    expect(phones(both)).toEqual([bob.phone, ann.phone]);
    const again = relayedToDesk(both, { ...ann, timelineId: 'QDN-9' }, NOW + 2);
    expect(again.conversations).toEqual([
      { phone: ann.phone, timelineId: 'QDN-9', at: NOW + 2, answerShownAt: null },
      { ...bob, at: NOW + 1, answerShownAt: null },
    ]);
  });

  test('does not change for a further line of the newest conversation in the same minute', () => {
    const one = relayedToDesk(empty(), ann, NOW);
    expect(relayedToDesk(one, ann, NOW + MINUTE_MS - 1)).toBe(one);
    expect(relayedToDesk(one, ann, NOW + MINUTE_MS).conversations[0]?.at).toBe(NOW + MINUTE_MS);
    const two = relayedToDesk(one, bob, NOW + 1);
    expect(phones(relayedToDesk(two, ann, NOW + 2))).toEqual([ann.phone, bob.phone]);
  });

  test('keeps twenty conversations', () => {
    const full = Array.from({ length: 50 }, (_, n) => `+151255502${n}`).reduce(
      (desk, phone, n) => relayedToDesk(desk, { phone, timelineId: 'UNMATCHED' }, NOW + n),
      empty(),
    );
    expect(phones(full)).toHaveLength(20);
    expect(phones(full)[0]).toBe('+15125550249');
  });

  test('knows which answers of colleagues the phone was shown', () => {
    const shown = answerShown(relayedToDesk(empty(), ann, NOW), ann, NOW + 5);
    expect(shown.conversations).toEqual([{ ...ann, at: NOW, answerShownAt: NOW + 5 }]);
    expect(answerShown(shown, ann, NOW + 4)).toBe(shown);
    expect(relayedToDesk(shown, ann, NOW + MINUTE_MS).conversations[0]?.answerShownAt).toBe(NOW + 5);
    expect(phones(answerShown(empty(), bob, NOW))).toEqual([bob.phone]);
  });

  test('opens the conversation that the dispatcher writes to', () => {
    const desk = spokenAtDesk(empty(), text(1, { sent: { ...ann, body: 'yes at 3' } }));
    expect(desk.open).toEqual({ ...ann, at: NOW + 1 });
    expect(desk.lastSent).toEqual({ ...ann, messageSid: sid(1), at: NOW + 1, body: 'yes at 3' });
  });

  test('holds a question until the dispatcher’s next text', () => {
    const asked = spokenAtDesk(empty(), text(1, { asked: question, told: 'Who is this for?' }));
    expect(asked.question).toEqual({ ...question, messageSid: sid(1), at: NOW + 1 });
    expect(spokenAtDesk(asked, text(2, { sent: { ...ann, body: 'yes at 3' } })).question).toBeNull();
  });

  test('is not turned back by a text that is processed late', () => {
    const sent = spokenAtDesk(empty(), text(5, { sent: { ...ann, body: 'yes' } }));
    const late = spokenAtDesk(sent, text(2, { sent: { ...bob, body: 'no' }, asked: question, told: 'Who?' }));
    expect(late).toMatchObject({ open: sent.open, lastSent: sent.lastSent, question: null });
    expect(late.ownTexts).toEqual([{ at: NOW + 2, body: 'Who?' }]);
  });

  test('applies a text once, and keeps the last twelve of our answers', () => {
    const once = spokenAtDesk(empty(), text(1, { told: 'Not sent.' }));
    expect(spokenAtDesk(once, text(1, { told: 'Not sent.' }))).toBe(once);
    const many = Array.from({ length: 20 }, (_, n) => text(n, { told: `answer ${n}` })).reduce(spokenAtDesk, empty());
    expect(many.ownTexts).toHaveLength(12);
    expect(many.ownTexts[0]).toEqual({ at: NOW + 19, body: 'answer 19' });
  });
});

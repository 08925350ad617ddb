import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  type Conversation,
  type ConversationText,
  type Desk,
  type DutySwap,
  type JobId,
  MAX_SWAPS,
  type MessageSid,
  newConversation,
  newDesk,
  type RelayStore,
} from '@qdn/domain';

type Opened = { store: RelayStore; close: () => Promise<void> };

const NOW = Date.UTC(2026, 10, 23, 15);
const sid = (n: number) => `SM${n.toString(16).padStart(32, '0')}` as MessageSid;
const phoneOf = (n: number) => `+1512555${String(n).padStart(4, '0')}`;

/** A conversation in which every attribute has a value. */
const full = (n: number, changes: Partial<Conversation> = {}): Conversation => {
  const text = {
    messageSid: sid(n),
    timelineId: 'QDN-1',
    at: NOW + n,
    by: 'customer',
    body: 'Can you come?',
    isQuestion: true,
  };
  return {
    ...newConversation(phoneOf(n), sid(n), NOW),
    name: 'Maria Lopez',
    jobs: ['QDN-2' as JobId, 'QDN-1' as JobId],
    channel: 'whatsapp',
    handle: '@u0001',
    waiting: [{ messageSid: sid(n), timelineId: 'QDN-1', since: NOW + n, isQuestion: true }],
    lastOfPerson: text,
    lastOfTeam: { ...text, by: 'Dana', at: NOW - 1 },
    lastOfCompany: { ...text, by: 'company', at: NOW - 2 },
    claim: { by: 'dana', name: 'Dana', at: NOW },
    textTimes: [NOW, NOW + n],
    applied: [sid(n)],
    updatedAt: NOW + n,
    version: 1,
    ...changes,
  };
};

const desk = (phone: string, changes: Partial<Desk> = {}): Desk => ({
  ...newDesk(phone),
  conversations: [{ phone: phoneOf(1), timelineId: 'QDN-1', at: NOW, answerShownAt: null }],
  open: { phone: phoneOf(1), timelineId: 'QDN-1', at: NOW },
  question: {
    kind: 'recipient',
    text: 'yes at 3',
    media: ['https://x.example/m/1'],
    choices: [{ phone: phoneOf(1), timelineId: 'QDN-1' }],
    messageSid: sid(1),
    at: NOW,
  },
  lastSent: { messageSid: sid(1), phone: phoneOf(1), timelineId: 'QDN-1', at: NOW, body: 'yes' },
  ownTexts: [{ at: NOW, body: 'Who is this for?' }],
  applied: [sid(1)],
  updatedAt: NOW,
  version: 1,
  ...changes,
});

/** Contract of every store of conversations and desks, in memory or in a table. Each test uses its own numbers. */
export const conversationStoreContract = (name: string, open: () => Promise<Opened>): void => {
  describe(`a store of conversations (${name})`, () => {
    let opened: Opened;
    beforeAll(async () => {
      opened = await open();
    }, 60_000);
    afterAll(async () => opened.close());
    const store = () => opened.store;

    test('returns a conversation as it was written, and null for a number without one', async () => {
      expect(await store().conversation(phoneOf(10))).toBeNull();
      expect(await store().writeConversation(full(10))).toBe(true);
      expect(await store().conversation(phoneOf(10))).toEqual(full(10));
      expect(await store().writeConversation(newConversation(phoneOf(11), sid(11), NOW))).toBe(false);
      const empty = { ...newConversation(phoneOf(11), sid(11), NOW), version: 1 };
      expect(await store().writeConversation(empty)).toBe(true);
      expect(await store().conversations([phoneOf(11), phoneOf(12), phoneOf(10)])).toEqual([empty, full(10)]);
      expect(await store().conversations([])).toEqual([]);
    });

    test('takes the change of one worker of two', async () => {
      await store().writeConversation(full(20));
      const [a, b] = [full(20, { version: 2, name: 'A' }), full(20, { version: 2, name: 'B' })];
      const isWritten = await Promise.all([store().writeConversation(a), store().writeConversation(b)]);
      expect(isWritten.toSorted()).toEqual([false, true]);
      expect(await store().conversation(phoneOf(20))).toEqual(isWritten[0] ? a : b);
      expect(await store().writeConversation(full(20))).toBe(false);
      expect(await store().writeConversation(full(20, { version: 4 }))).toBe(false);
    });

    test('lists waiting conversations by their oldest text, others by their last text, and no closed ones', async () => {
      const own = new Set(Array.from({ length: 8 }, (_, i) => phoneOf(30 + i)));
      const all = async (list: 'waiting' | 'quiet', count: number): Promise<string[]> => {
        const phones: string[] = [];
        for (let after: string | null = null; ; ) {
          const page = await store().listConversations(list, after, count);
          expect(page.items.length).toBeLessThanOrEqual(count);
          phones.push(...page.items.map(({ phone }) => phone));
          if (page.next === null) return phones.filter((phone) => own.has(phone));
          expect(`${page.next} ${Buffer.from(page.next, 'base64url')}`).not.toMatch(/555/);
          after = page.next;
        }
      };
      const waits = (n: number, since: number) =>
        full(n, { waiting: [{ messageSid: sid(n), timelineId: 'QDN-1', since, isQuestion: false }] });
      for (const [n, since] of [
        [32, 5],
        [30, 7],
        [31, 6],
        [33, 5],
      ] as const)
        await store().writeConversation(waits(n, NOW + since));
      const quiet = (n: number) => full(n, { waiting: [], lastOfTeam: null, lastOfCompany: null });
      for (const n of [34, 36, 35]) await store().writeConversation(quiet(n));
      await store().writeConversation({ ...quiet(37), closedAt: NOW });
      for (const count of [1, 2, 50]) {
        const waiting = await all('waiting', count);
        expect(waiting.toSorted()).toEqual([30, 31, 32, 33].map(phoneOf));
        expect(waiting.slice(2)).toEqual([31, 30].map(phoneOf));
        expect(await all('quiet', count)).toEqual([36, 35, 34].map(phoneOf));
      }
      await store().writeConversation({ ...waits(31, NOW + 6), waiting: [], closedAt: NOW, version: 2 });
      expect(await all('waiting', 3)).not.toContain(phoneOf(31));
      const error = { code: 'schema-violation', violations: [{ pointer: '/after' }] };
      await expect(store().listConversations('waiting', 'x', 1)).rejects.toMatchObject(error);
      await expect(store().conversationTexts(phoneOf(30), 'x', 1)).rejects.toMatchObject(error);
    });

    test('keeps each text of a conversation once, and lists them newest first in pages', async () => {
      const text = (n: number, side: ConversationText['side'] = 'person'): ConversationText => ({
        messageSid: sid(n),
        timelineId: 'QDN-1',
        at: NOW + n,
        side,
        sender: side === 'person' ? 'customer' : 'company',
        body: `words ${n}`,
      });
      const phone = phoneOf(40);
      for (const n of [2, 1, 3, 1]) await store().addConversationText(phone, text(n));
      await store().addConversationText(phone, { ...text(3), body: 'other words' });
      await store().addConversationText(phone, text(4, 'company'));
      await store().addConversationText(phoneOf(41), text(5));
      const first = await store().conversationTexts(phone, null, 3);
      expect(first.items).toEqual([text(4, 'company'), text(3), text(2)]);
      const second = await store().conversationTexts(phone, first.next, 3);
      expect(second).toEqual({ items: [text(1)], next: null });
      expect(await store().conversationTexts(phoneOf(42), null, 3)).toEqual({ items: [], next: null });
      expect((await store().conversationTexts(phone, null, 4)).next).toBeNull();
    });

    test('keeps desks under the same condition', async () => {
      const phone = phoneOf(50);
      expect(await store().desk(phone)).toBeNull();
      expect(await store().writeDesk(desk(phone))).toBe(true);
      expect(await store().desk(phone)).toEqual(desk(phone));
      expect(await store().writeDesk(desk(phone))).toBe(false);
      const empty = { ...newDesk(phone), version: 2 };
      expect(await store().writeDesk(empty)).toBe(true);
      expect(await store().desk(phone)).toEqual(empty);
    });

    test('knows the strangers whose numbers end in the same digits, of the last time', async () => {
      await store().noteGuest('+15125557711', NOW);
      await store().noteGuest('+13125557711', NOW + 1);
      await store().noteGuest('+13125557712', NOW + 1);
      await store().noteGuest('+14125557711', NOW - 5);
      expect((await store().guestsEndingIn('7711', NOW)).toSorted()).toEqual(['+13125557711', '+15125557711']);
      await store().noteGuest('+14125557711', NOW + 2);
      expect(await store().guestsEndingIn('7711', NOW + 2)).toEqual(['+14125557711']);
      expect(await store().guestsEndingIn('7713', 0)).toEqual([]);
    });

    test('keeps the swaps of the rota, and writes them only over the version that was read', async () => {
      const before = await store().dutySwaps();
      expect(before).toEqual({ swaps: [], version: 0 });
      const swap: DutySwap = {
        id: sid(1),
        date: '2026-12-05',
        giver: 'dana',
        taker: 'luis',
        asker: 'luis',
        askedAt: NOW,
        endsAt: NOW + 1,
        language: 'es',
        state: 'asked',
      };
      const asked = { swaps: Array.from({ length: MAX_SWAPS }, () => swap), version: 1 };
      expect(await store().writeDutySwaps(asked)).toBe(true);
      expect(await store().dutySwaps()).toEqual(asked);
      expect(await store().writeDutySwaps(asked)).toBe(false);
      const agreed = { swaps: [{ ...swap, state: 'agreed' as const }], version: 2 };
      expect(await store().writeDutySwaps({ ...agreed, version: 3 })).toBe(false);
      expect(await store().writeDutySwaps(agreed)).toBe(true);
      expect(await store().dutySwaps()).toEqual(agreed);
    });
  });
};

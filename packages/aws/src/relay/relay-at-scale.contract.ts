import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  opened as asOpened,
  type InboundMessage,
  ItemTooLarge,
  type MessageSid,
  type RecipientId,
  type RelayStore,
  type TimelinePage,
} from '@qdn/domain';

/** Time for storing the items: an engine on a busy machine takes 20 ms for each of 5,000. */
const PREPARING_MS = 600_000;

type Opened = { store: RelayStore; close: () => Promise<void> };

const NOW = Date.UTC(2026, 10, 23, 15);
const CUSTOMER = '+15125550111';
const DANA = '+15125550171';
const TIMELINE = 'QDN-1';
const sid = (n: number) => `SM${n.toString(16).padStart(32, '0')}` as MessageSid;

/**
 * Contract of every relay store that has many messages on one timeline.
 * @param bodyChars of a message: 60 messages of 20,000 characters do not fit into one answer of DynamoDB
 */
export const relayAtScaleContract = (
  name: string,
  { count, bodyChars }: { count: number; bodyChars: number },
  open: () => Promise<Opened>,
): void => {
  describe(`a relay store with ${count} messages on a timeline (${name})`, () => {
    let opened: Opened;
    const sids = Array.from({ length: count }, (_, i) => sid(i));
    const message = (i: number): InboundMessage => ({
      messageSid: sid(i),
      pathJob: null,
      receivedAt: NOW + i,
      from: CUSTOMER,
      to: '+15125550142',
      body: `${i} `.padEnd(bodyChars, 'x'),
      optOutType: null,
      media: [],
    });
    const add = async (i: number): Promise<void> => {
      await opened.store.record({ timelineId: TIMELINE, sender: 'customer', heldUntil: null }, message(i));
      const text = { timelineId: TIMELINE, messageSid: sid(i), recipient: 'dana' as RecipientId, attempt: 1, to: DANA };
      await opened.store.open(asOpened({ ...text, body: 'words', carrier: 'twilio' }, 'run-1', NOW + i));
    };
    beforeAll(async () => {
      opened = await open();
      for (let i = 0; i < count; i += 50) await Promise.all(sids.slice(i, i + 50).map((_, offset) => add(i + offset)));
    }, PREPARING_MS);
    afterAll(async () => opened.close());

    test('shows all of them, oldest first, each with its outbound message', async () => {
      const timeline = await opened.store.timeline(TIMELINE);
      expect(timeline.map((entry) => entry.message.messageSid)).toEqual(sids);
      expect(timeline.every(({ outboundMessages }) => outboundMessages.length === 1)).toBe(true);
    });

    test('lists all of them since a time, oldest first', async () => {
      const since = Math.floor(count / 3);
      const recent = await opened.store.recent(TIMELINE, NOW + since, NOW + count);
      expect(recent.map(({ messageSid }) => messageSid)).toEqual(sids.slice(since));
    });

    test('lists all texts to a number, newest first', async () => {
      const sent = await opened.store.sentTo(DANA, NOW);
      expect(sent.map(({ messageSid }) => messageSid)).toEqual(sids.toReversed());
    });

    test('finds all open outbound messages, oldest first', async () => {
      const unresolved = await opened.store.unresolved(NOW + count, count);
      expect(unresolved.map(({ messageSid }) => messageSid)).toEqual(sids);
    });

    test('reads the newest open outbound messages for the attention list, and counts the others', async () => {
      const { unresolved, counts } = await opened.store.attention(NOW + count);
      expect(unresolved.map(({ messageSid }) => messageSid)).toEqual(sids.slice(-50));
      expect(counts).toEqual({ unresolved: Math.min(1000, count), unanswered: 0 });
    });

    test('shows the timeline in pages, the newest first, each page oldest first', async () => {
      const seen: MessageSid[][] = [];
      for (let before: string | null = null, isMore = true; isMore; ) {
        const { entries, next }: TimelinePage = await opened.store.timelinePage(TIMELINE, before, 7);
        expect(entries.every(({ outboundMessages }) => outboundMessages.length === 1)).toBe(true);
        seen.unshift(entries.map(({ message }) => message.messageSid));
        before = next;
        isMore = next !== null && seen.length < 12;
      }
      const pages = Math.ceil(count / 7);
      expect(seen.flat()).toEqual(sids.slice(-7 * Math.min(12, pages)));
      await expect(opened.store.timelinePage(TIMELINE, 'x', 7)).rejects.toMatchObject({ code: 'schema-violation' });
    });
  });
};

/** Contract of every relay store about items that are too large for the table. */
export const relaySizeContract = (name: string, open: () => Promise<Opened>): void => {
  test(`refuses a message of over 400 KB (${name})`, async () => {
    const { store, close } = await open();
    const large = {
      messageSid: sid(1),
      pathJob: null,
      receivedAt: NOW,
      from: CUSTOMER,
      to: CUSTOMER,
      optOutType: null,
    };
    const recorded = store.record(
      { timelineId: TIMELINE, sender: 'customer', heldUntil: null },
      { ...large, body: 'x'.repeat(401 * 1024), media: [] },
    );
    await expect(recorded).rejects.toThrow(ItemTooLarge);
    expect(await store.timeline(TIMELINE)).toEqual([]);
    await close();
  }, 60_000);
};

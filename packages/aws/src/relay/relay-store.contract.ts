import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  type Effect,
  type InboundMessage,
  type JobId,
  type MessageSid,
  type RecipientId,
  type RelayStore,
  UNMATCHED,
} from '@qdn/domain';

type Opened = { store: RelayStore; close: () => Promise<void> };

const NOW = Date.UTC(2026, 10, 23, 15);
const sid = (n: number) => `SM${n.toString(16).padStart(32, '0')}` as MessageSid;
const message = (n: number, receivedAt = NOW): InboundMessage => ({
  messageSid: sid(n),
  pathJob: null,
  receivedAt,
  from: '+15125550111',
  to: '+15125550142',
  body: `words ${n}`,
  optOutType: null,
  media: [],
});
const anEffect = (n: number, changes: Partial<Effect> = {}): Effect => ({
  scope: 'QDN-1',
  messageSid: sid(n),
  recipient: 'dana' as RecipientId,
  to: '+15125550171',
  body: 'QDN-1 Maria: words',
  state: 'CLAIMED',
  owner: 'worker-1',
  fence: 1,
  leaseUntil: NOW + 45_000,
  attempts: 1,
  claimedAt: NOW,
  carrierSid: null,
  errorCode: null,
  delivery: null,
  updatedAt: NOW,
  ...changes,
});
const accepted = { state: 'ACCEPTED', carrierSid: 'SM-out', errorCode: null } as const;

/** What the relay's memory does, in memory or in a table. Each test uses messages of its own. */
export const relayStoreContract = (name: string, open: () => Promise<Opened>): void => {
  describe(`a relay store (${name})`, () => {
    let opened: Opened;
    beforeAll(async () => {
      opened = await open();
    }, 60_000);
    afterAll(async () => opened.close());
    const store = () => opened.store;

    test('pins the first resolution of a message for good, also when two workers pin at once', async () => {
      const one = { scope: 'QDN-1', jobIsNamed: true, note: null, receivedAt: NOW };
      const two = { scope: UNMATCHED, jobIsNamed: false, note: 'newest of 2 jobs', receivedAt: NOW + 1 };
      expect(await store().resolution(sid(1))).toBeNull();
      const [a, b] = await Promise.all([store().pin(sid(1), one), store().pin(sid(1), two)]);
      expect(a).toEqual(b);
      expect(await store().resolution(sid(1))).toEqual(a);
      expect(await store().pin(sid(1), two)).toEqual(a);
    });

    test('shows a scope’s messages with their effects, oldest first; a message put twice stands there once', async () => {
      const scope = 'QDN-2' as JobId;
      await store().record(scope, message(22, NOW + 1), 'Dana');
      await store().record(scope, message(21, NOW), 'customer');
      await store().record(scope, message(21, NOW), 'somebody else');
      await store().open(anEffect(21, { scope }));
      await store().open(anEffect(21, { scope, recipient: 'luis' as RecipientId }));
      expect(await store().timeline(scope)).toMatchObject([
        {
          message: { messageSid: sid(21), receivedAt: NOW, body: 'words 21' },
          sender: 'customer',
          effects: [{ recipient: 'dana' }, { recipient: 'luis' }],
        },
        { message: { messageSid: sid(22) }, sender: 'Dana', effects: [] },
      ]);
      expect(await store().timeline('QDN-20')).toEqual([]);
    });

    test('keeps the messages of no job in a scope of their own', async () => {
      await store().record(UNMATCHED, message(30), '+15125550199');
      await store().open(anEffect(30, { scope: UNMATCHED }));
      expect(await store().timeline(UNMATCHED)).toMatchObject([{ effects: [{ scope: UNMATCHED, recipient: 'dana' }] }]);
    });

    test('of two workers that open an effect, one does', async () => {
      const outcomes = await Promise.all([store().open(anEffect(4)), store().open(anEffect(4, { owner: 'worker-2' }))]);
      expect(outcomes.toSorted()).toEqual([false, true]);
      const winner = outcomes[0] ? 'worker-1' : 'worker-2';
      expect(await store().findEffect(anEffect(4))).toEqual(anEffect(4, { owner: winner }));
    });

    test('of two workers that take an effect over, one does, and the loser’s fence settles nothing', async () => {
      const first = anEffect(5);
      await store().open(first);
      const later = NOW + 60_000;
      const claims = await Promise.all(
        ['worker-2', 'worker-3'].map((owner) => store().claim(first, owner, later, later + 45_000)),
      );
      const [won, ...more] = claims.filter((claim) => claim !== null);
      expect(more).toEqual([]);
      expect(won).toMatchObject({
        state: 'CLAIMED',
        fence: 2,
        attempts: 2,
        claimedAt: NOW,
        leaseUntil: later + 45_000,
      });
      expect(await store().findEffect(first)).toEqual(won);
      // The first worker wakes up again.
      expect(await store().settle(first, accepted, later)).toBe(false);
      expect(won && (await store().settle(won, accepted, later + 1))).toBe(true);
      expect(await store().findEffect(first)).toMatchObject({ ...accepted, fence: 2, updatedAt: later + 1 });
    });

    test('is settled once', async () => {
      await store().open(anEffect(6));
      expect(await store().settle(anEffect(6), { state: 'REJECTED', carrierSid: null, errorCode: 21610 }, NOW)).toBe(
        true,
      );
      expect(await store().settle(anEffect(6), accepted, NOW)).toBe(false);
      expect(await store().findEffect(anEffect(6))).toMatchObject({ state: 'REJECTED', errorCode: 21610 });
    });

    test('is not taken over by somebody who saw it before it was settled', async () => {
      const seen = anEffect(7);
      await store().open(seen);
      await store().settle(seen, accepted, NOW);
      expect(await store().claim(seen, 'worker-2', NOW, NOW)).toBeNull();
    });

    test('may be taken over again after it is known not to have gone out', async () => {
      await store().open(anEffect(8));
      await store().settle(anEffect(8), { state: 'PENDING', carrierSid: null, errorCode: null }, NOW);
      const seen = await store().findEffect(anEffect(8));
      expect(seen && (await store().claim(seen, 'worker-2', NOW, NOW))).toMatchObject({ fence: 2, attempts: 2 });
    });

    const receipt = (delivery: Effect['delivery'], errorCode: number | null = null) => ({
      carrierSid: 'SM-out',
      delivery,
      errorCode,
    });

    test('a receipt proves that an unknown effect went out', async () => {
      await store().open(anEffect(9));
      await store().settle(anEffect(9), { state: 'UNKNOWN', carrierSid: null, errorCode: null }, NOW);
      await store().recordDelivery(anEffect(9), receipt(null), NOW + 5);
      expect(await store().findEffect(anEffect(9))).toMatchObject({ ...accepted, delivery: null, updatedAt: NOW + 5 });
    });

    test('receipts move forward only, in whatever order and however often they come', async () => {
      await store().open(anEffect(10));
      await store().settle(anEffect(10), accepted, NOW);
      await store().recordDelivery(anEffect(10), receipt('undelivered', 30003), NOW + 1);
      await store().recordDelivery(anEffect(10), receipt('sent'), NOW + 2);
      await store().recordDelivery(anEffect(10), receipt('delivered'), NOW + 3);
      await store().recordDelivery(anEffect(10), receipt(null), NOW + 4);
      expect(await store().findEffect(anEffect(10))).toMatchObject({
        delivery: 'undelivered',
        errorCode: 30003,
        updatedAt: NOW + 1,
      });
    });

    test('a receipt that comes before its sender has settled is not undone by it', async () => {
      await store().open(anEffect(11));
      await store().recordDelivery(anEffect(11), receipt('delivered'), NOW + 1);
      await store().settle(anEffect(11), { state: 'UNKNOWN', carrierSid: null, errorCode: null }, NOW + 2);
      expect(await store().findEffect(anEffect(11))).toMatchObject({ state: 'ACCEPTED', delivery: 'delivered' });
    });

    test('a receipt for what was never sent makes nothing', async () => {
      await store().recordDelivery(anEffect(12), receipt('delivered'), NOW);
      expect(await store().findEffect(anEffect(12))).toBeNull();
    });
  });
};

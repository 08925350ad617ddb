import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  claimed,
  DELIVERY_STATES,
  type Effect,
  type InboundMessage,
  type JobId,
  LEASE_MS,
  type MessageSid,
  opened,
  type RecipientId,
  type RelayPlan,
  type RelayStore,
  settled,
  UNMATCHED,
  withReceipt,
} from '@qdn/domain';
import fc from 'fast-check';

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
  ...opened(
    {
      scope: 'QDN-1',
      messageSid: sid(n),
      recipient: 'dana' as RecipientId,
      to: '+15125550171',
      body: 'QDN-1 Maria: words',
    },
    'run-1',
    NOW,
  ),
  ...changes,
});
const aPlan = (changes: Partial<RelayPlan> = {}): RelayPlan => ({
  scope: 'QDN-1',
  sender: 'customer',
  receivedAt: NOW,
  recipients: [
    { recipient: 'dana' as RecipientId, to: '+15125550171' },
    { recipient: 'luis' as RecipientId, to: '+15125550172' },
  ],
  body: 'QDN-1 Maria:\n"words 🚚"',
  ...changes,
});
const accepted = { state: 'ACCEPTED', carrierSid: 'SM-out', errorCode: null } as const;
const unknown = { state: 'UNKNOWN', carrierSid: null, errorCode: null } as const;
const notProcessed = { state: 'PENDING', carrierSid: null, errorCode: 20003 } as const;
const receipt = (delivery: Effect['delivery'], errorCode: number | null = null) => ({
  carrierSid: 'SM-out',
  delivery,
  errorCode,
});

/** What the relay's memory does, in memory or in a table. Each test uses messages of its own. */
export const relayStoreContract = (name: string, open: () => Promise<Opened>): void => {
  describe(`a relay store (${name})`, () => {
    let opened: Opened;
    beforeAll(async () => {
      opened = await open();
    }, 60_000);
    afterAll(async () => opened.close());
    const store = () => opened.store;

    test('pins the first plan of a message for good, also when two workers pin at once', async () => {
      const one = aPlan();
      const two = aPlan({ scope: UNMATCHED, sender: '+*********99', receivedAt: NOW + 1, recipients: [], body: '' });
      expect(await store().plan(sid(1))).toBeNull();
      const [a, b] = await Promise.all([store().pin(sid(1), one), store().pin(sid(1), two)]);
      expect([one, two]).toContainEqual(a);
      expect(a).toEqual(b);
      expect(await store().plan(sid(1))).toEqual(a);
      expect(await store().pin(sid(1), two)).toEqual(a);
    });

    test('shows a scope’s messages with their effects, oldest first; a message put twice stands there once', async () => {
      const scope = 'QDN-2' as JobId;
      await store().record({ scope, sender: 'Dana' }, message(22, NOW + 1));
      await store().record({ scope, sender: 'customer' }, message(21, NOW));
      await store().record({ scope, sender: 'somebody else' }, message(21, NOW));
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
      await store().record({ scope: UNMATCHED, sender: '+*********99' }, message(30));
      await store().open(anEffect(30, { scope: UNMATCHED }));
      expect(await store().timeline(UNMATCHED)).toMatchObject([{ effects: [{ scope: UNMATCHED, recipient: 'dana' }] }]);
    });

    test('of two workers that open an effect, one does, and is told so again when it asks again', async () => {
      const runs = ['run-1', 'run-2'];
      const outcomes = await Promise.all(runs.map((owner) => store().open(anEffect(4, { owner }))));
      expect(outcomes.toSorted()).toEqual([false, true]);
      const winner = outcomes[0] ? 'run-1' : 'run-2';
      expect(await store().findEffect(anEffect(4))).toEqual(anEffect(4, { owner: winner }));
      expect(await Promise.all(runs.map((owner) => store().open(anEffect(4, { owner }))))).toEqual(outcomes);
    });

    test('of two workers that take an effect over, one does, and the loser’s fence settles nothing', async () => {
      const first = anEffect(5);
      await store().open(first);
      const later = NOW + LEASE_MS + 1;
      const claim = (owner: string) => store().claim(first, owner, later);
      const claims = await Promise.all(['run-2', 'run-3'].map(claim));
      const [won, ...more] = claims.filter((one) => one !== null);
      expect(more).toEqual([]);
      expect(won).toMatchObject({ state: 'CLAIMED', fence: 2, attempts: 2, claimedAt: NOW });
      expect(await store().findEffect(first)).toEqual(won);
      // The answer was lost, and the winner asks again.
      expect(await Promise.all(['run-2', 'run-3'].map(claim))).toEqual(claims);
      // The first worker wakes up again.
      expect(await store().settle(first, accepted, later)).toBe(false);
      expect(won && (await store().settle(won, accepted, later + 1))).toBe(true);
      expect(await store().findEffect(first)).toMatchObject({ ...accepted, fence: 2, updatedAt: later + 1 });
    });

    test('gives nobody what another holds, or what is final', async () => {
      await store().open(anEffect(7));
      expect(await store().claim(anEffect(7), 'run-2', NOW + LEASE_MS)).toBeNull();
      await store().settle(anEffect(7), accepted, NOW);
      // Seen before it was settled, and as it is now.
      expect(await store().claim(anEffect(7), 'run-2', NOW + LEASE_MS + 1)).toBeNull();
      expect(await store().claim(anEffect(7, accepted), 'run-2', NOW + LEASE_MS + 1)).toBeNull();
      expect(await store().findEffect(anEffect(7))).toMatchObject(accepted);
    });

    test('is settled once', async () => {
      await store().open(anEffect(6));
      expect(await store().settle(anEffect(6), { state: 'REJECTED', carrierSid: null, errorCode: 21610 }, NOW)).toBe(
        true,
      );
      expect(await store().settle(anEffect(6), accepted, NOW)).toBe(false);
      expect(await store().findEffect(anEffect(6))).toMatchObject({ state: 'REJECTED', errorCode: 21610 });
    });

    test('may be taken over again after it is known not to have gone out', async () => {
      await store().open(anEffect(8));
      await store().settle(anEffect(8), notProcessed, NOW);
      const seen = await store().findEffect(anEffect(8));
      expect(seen).toMatchObject(notProcessed);
      expect(seen && (await store().claim(seen, 'run-2', NOW))).toMatchObject({ fence: 2, attempts: 2 });
    });

    test('a receipt proves that an unknown effect went out', async () => {
      await store().open(anEffect(9));
      await store().settle(anEffect(9), unknown, NOW);
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
      await store().settle(anEffect(11), unknown, NOW + 2);
      expect(await store().findEffect(anEffect(11))).toMatchObject({ state: 'ACCEPTED', delivery: 'delivered' });
    });

    test('a receipt for what was never sent makes nothing', async () => {
      await store().recordDelivery(anEffect(12), receipt('delivered'), NOW);
      expect(await store().findEffect(anEffect(12))).toBeNull();
    });

    /** A step against the store, and the same as the domain has it: both from what a worker saw some steps before. */
    type Step = (
      seen: Effect,
      now: number,
    ) => { ask: () => Promise<unknown>; answer: (current: Effect) => [unknown, Effect] };
    const claimStep =
      (owner: string): Step =>
      (seen, now) => ({
        ask: () => store().claim(seen, owner, now),
        answer: (current) => {
          const next = claimed(seen, owner, now);
          const isAsSeen = current.fence === seen.fence && current.state === seen.state;
          return next && isAsSeen ? [next, next] : [null, current];
        },
      });
    const settleStep =
      (result: Parameters<RelayStore['settle']>[1]): Step =>
      (seen, now) => ({
        ask: () => store().settle(seen, result, now),
        answer: (current) => {
          const next = settled(current, seen.fence, result, now);
          return [next !== null, next ?? current];
        },
      });
    const receiptStep =
      (delivery: Effect['delivery']): Step =>
      (seen, now) => ({
        ask: () => store().recordDelivery(seen, receipt(delivery, 30008), now),
        answer: (current) => [undefined, withReceipt(current, receipt(delivery, 30008), now) ?? current],
      });
    const anyStep = fc.oneof(
      fc.uuid().map(claimStep),
      fc.constantFrom(accepted, unknown, notProcessed, unknown, notProcessed).map(settleStep),
      fc.constantFrom(null, ...DELIVERY_STATES).map(receiptStep),
    );

    test('does in any order what the domain’s transitions do', async () => {
      let n = 1000;
      await fc.assert(
        fc.asyncProperty(
          fc.array(
            fc.record({
              step: anyStep,
              ago: fc.integer({ min: 0, max: 2 }),
              laterMs: fc.integer({ min: 0, max: 60_000 }),
            }),
            { minLength: 1, maxLength: 12 },
          ),
          async (steps) => {
            n += 1;
            let now = NOW;
            const states = [anEffect(n)];
            expect(await store().open(anEffect(n))).toBe(true);
            for (const { step, ago, laterMs } of steps) {
              now += laterMs;
              const current = states.at(-1) ?? anEffect(n);
              const { ask, answer } = step(states.at(-1 - ago) ?? current, now);
              const [expected, next] = answer(current);
              expect(await ask()).toEqual(expected);
              expect(await store().findEffect(current)).toEqual(next);
              states.push(next);
            }
          },
        ),
        { numRuns: 60 },
      );
    }, 60_000);
  });
};

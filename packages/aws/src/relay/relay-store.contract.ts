import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  claimed,
  DELIVERY_STATES,
  type InboundMessage,
  type JobId,
  LEASE_MS,
  type MessageSid,
  type OutboundMessage,
  opened,
  type Receipt,
  type RecipientId,
  type RelayPlan,
  type RelayStore,
  resolved,
  suppressed,
  UNMATCHED,
  withReceipt,
} from '@qdn/domain';
import { runs } from '@qdn/test-support/runs';
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
const anOutboundMessage = (n: number, changes: Partial<OutboundMessage> = {}): OutboundMessage => ({
  ...opened(
    {
      timelineId: 'QDN-1',
      messageSid: sid(n),
      recipient: 'dana' as RecipientId,
      attempt: 1,
      to: '+15125550171',
      body: 'QDN-1 Maria: words',
      carrier: 'twilio',
    },
    'run-1',
    NOW,
  ),
  ...changes,
});
const aPlan = (changes: Partial<RelayPlan> = {}): RelayPlan => ({
  kind: 'team',
  timelineId: 'QDN-1',
  sender: 'customer',
  from: '+15125550111',
  receivedAt: NOW,
  begunAt: NOW + 1,
  recipients: [
    { recipient: 'dana' as RecipientId, to: '+15125550171', notBefore: NOW },
    { recipient: 'luis' as RecipientId, to: '+15125550172', notBefore: NOW + 5 },
  ],
  body: 'QDN-1 Maria:\n"words 🚚"',
  acknowledges: [sid(900)],
  notice: null,
  bounce: { recipient: 'dana' as RecipientId, to: '+15125550171' },
  heldUntil: null,
  answeredBy: null,
  ...changes,
});
const accepted = { state: 'ACCEPTED', carrierSid: 'SM-out', errorCode: null, errorClass: null } as const;
const unknown = { state: 'UNKNOWN', carrierSid: null, errorCode: null, errorClass: null } as const;
const notProcessed = { state: 'PENDING', carrierSid: null, errorCode: 20003, errorClass: 'setup' } as const;
const receipt = (delivery: OutboundMessage['delivery'], errorCode: string | number | null = null): Receipt => ({
  carrierSid: 'SM-out',
  delivery,
  errorCode,
  errorClass: errorCode === null ? null : 'elsewhere',
});

/** Contract of the relay's store, in memory or in a table. Each test uses its own messages. */
export const relayStoreContract = (name: string, open: () => Promise<Opened>): void => {
  describe(`a relay store (${name})`, () => {
    let opened: Opened;
    beforeAll(async () => {
      opened = await open();
    }, 60_000);
    afterAll(async () => opened.close());
    const store = () => opened.store;

    describe('a carrier’s trouble', () => {
      test('begins once, is probed by one worker, and ends', async () => {
        expect(await store().trouble('c1')).toBeNull();
        await store().noteTrouble('c1', null);
        await store().noteTrouble('c1', NOW);
        await store().noteTrouble('c1', NOW + 5);
        const seen = { since: NOW, triedAt: NOW };
        expect(await store().trouble('c1')).toEqual(seen);
        expect(await store().trouble('c2')).toBeNull();
        expect(await store().tryAgain('c1', seen, NOW + 10)).toBe(true);
        expect(await store().tryAgain('c1', seen, NOW + 11)).toBe(false);
        expect(await store().trouble('c1')).toEqual({ since: NOW, triedAt: NOW + 10 });
        await store().noteTrouble('c1', null);
        expect(await store().trouble('c1')).toBeNull();
        expect(await store().tryAgain('c1', seen, NOW + 12)).toBe(false);
        await store().noteTrouble('c1', NOW + 20);
        expect(await store().trouble('c1')).toEqual({ since: NOW + 20, triedAt: NOW + 20 });
      });
    });

    describe('turns of notices', () => {
      test('are apart, also for workers that ask at the same time, and begin now after a rest', async () => {
        const take = (now: number) => store().takeNoticeTurn('n1', now, 2000);
        const turns = await Promise.all([take(NOW), take(NOW), take(NOW)]);
        expect(turns.map(({ at }) => at).toSorted()).toEqual([NOW, NOW + 2000, NOW + 4000]);
        expect(await take(NOW + 100)).toEqual({ at: NOW + 6000, pausedUntil: 0 });
        expect(await take(NOW + 60_000)).toEqual({ at: NOW + 60_000, pausedUntil: 0 });
        expect(await store().takeNoticeTurn('n2', NOW, 2000)).toEqual({ at: NOW, pausedUntil: 0 });
      });

      test('are paused until the latest end', async () => {
        expect(await store().noticesPausedUntil('n3')).toBe(0);
        await store().pauseNotices('n3', NOW + 5000);
        await store().pauseNotices('n3', NOW + 1000);
        expect(await store().noticesPausedUntil('n3')).toBe(NOW + 5000);
        expect(await store().takeNoticeTurn('n3', NOW, 2000)).toEqual({ at: NOW, pausedUntil: NOW + 5000 });
      });
    });

    test('notes the first text that a number has not asked for, once', async () => {
      const phone = '+15125550731';
      const [a, b] = await Promise.all([store().introduce(phone, sid(741)), store().introduce(phone, sid(742))]);
      expect([a, b].filter(Boolean)).toHaveLength(1);
      expect(await store().introduce(phone, sid(741))).toBe(a);
      expect(await store().introduce(phone, sid(742))).toBe(b);
      expect(await store().introduce(phone, sid(743))).toBe(false);
      expect(await store().introduce('+15125550732', sid(743))).toBe(true);
    });

    test('pins the first plan of a message permanently, also when two workers pin at once', async () => {
      const one = aPlan();
      const two = aPlan({
        timelineId: UNMATCHED,
        sender: '+*********99',
        receivedAt: NOW + 1,
        recipients: [],
        body: '',
      });
      expect(await store().plan(sid(1))).toBeNull();
      const [a, b] = await Promise.all([store().pin(sid(1), one), store().pin(sid(1), two)]);
      expect([one, two]).toContainEqual(a);
      expect(a).toEqual(b);
      expect(await store().plan(sid(1))).toEqual(a);
      expect(await store().pin(sid(1), two)).toEqual(a);
    });

    test('shows the messages of a timeline with their outbound messages, oldest first, each once', async () => {
      const timelineId = 'QDN-2' as JobId;
      await store().record({ timelineId, sender: 'Dana', heldUntil: null }, message(22, NOW + 1));
      await store().record({ timelineId, sender: 'customer', heldUntil: null }, message(21, NOW));
      await store().record({ timelineId, sender: 'another sender', heldUntil: null }, message(21, NOW));
      await store().open(anOutboundMessage(21, { timelineId }));
      await store().open(anOutboundMessage(21, { timelineId, recipient: 'luis' as RecipientId }));
      expect(await store().timeline(timelineId)).toMatchObject([
        {
          message: { messageSid: sid(21), receivedAt: NOW, body: 'words 21' },
          sender: 'customer',
          outboundMessages: [{ recipient: 'dana' }, { recipient: 'luis' }],
        },
        { message: { messageSid: sid(22) }, sender: 'Dana', outboundMessages: [] },
      ]);
      expect(await store().timeline('QDN-20')).toEqual([]);
    });

    test('keeps messages without a job on a separate timeline', async () => {
      await store().record({ timelineId: UNMATCHED, sender: '+*********99', heldUntil: null }, message(30));
      await store().open(anOutboundMessage(30, { timelineId: UNMATCHED }));
      expect(await store().recent(UNMATCHED, NOW, NOW)).toMatchObject([{ messageSid: sid(30) }]);
      expect(await store().message(UNMATCHED, NOW, sid(30))).toMatchObject({ body: 'words 30' });
      expect(await store().outboundMessagesOf(UNMATCHED, sid(30))).toMatchObject([
        { timelineId: UNMATCHED, messageSid: sid(30), recipient: 'dana' },
      ]);
      expect((await store().recent('QDN-1', NOW, NOW)).map(({ messageSid }) => messageSid)).not.toContain(sid(30));
    });

    test('reads messages without a job over several days, and not those of more than a month ago', async () => {
      const [today, dayMs] = [Date.UTC(2027, 2, 10, 0, 0, 1), 24 * 3_600_000];
      const daysAgo = [0, 1, 6, 30, 33];
      for (const [i, days] of daysAgo.entries())
        await store().record(
          { timelineId: UNMATCHED, sender: '+*********99', heldUntil: null },
          message(810 + i, today - days * dayMs),
        );
      const sidsOf = (found: readonly { messageSid: string }[]) => found.map(({ messageSid }) => messageSid);
      const recent = async (since: number) => sidsOf(await store().recent(UNMATCHED, since, today));
      expect(await recent(today - dayMs)).toEqual([sid(811), sid(810)]);
      expect(await recent(today - dayMs + 1)).toEqual([sid(810)]);
      expect(await recent(0)).toEqual([sid(813), sid(812), sid(811), sid(810)]);
      const newest = async (since: number, count: number, isWanted: (one: { body: string }) => boolean = () => true) =>
        sidsOf(await store().unmatched(since, today, count, isWanted));
      expect(await newest(today - 7 * dayMs, 50)).toEqual([sid(810), sid(811), sid(812)]);
      expect(await newest(today - 7 * dayMs, 2)).toEqual([sid(810), sid(811)]);
      expect(await newest(0, 2, ({ body }) => body !== 'words 810')).toEqual([sid(811), sid(812)]);
      expect(await newest(0, 50)).not.toContain(sid(814));
    });

    test('lets one of two workers open an outbound message, also when it repeats the request', async () => {
      const runs = ['run-1', 'run-2'];
      const outcomes = await Promise.all(runs.map((owner) => store().open(anOutboundMessage(4, { owner }))));
      expect(outcomes.toSorted()).toEqual([false, true]);
      const winner = outcomes[0] ? 'run-1' : 'run-2';
      expect(await store().findOutboundMessage(anOutboundMessage(4))).toEqual(anOutboundMessage(4, { owner: winner }));
      expect(await Promise.all(runs.map((owner) => store().open(anOutboundMessage(4, { owner }))))).toEqual(outcomes);
    });

    test('lets one of two workers take over an outbound message, and the loser’s fence resolves nothing', async () => {
      const first = anOutboundMessage(5);
      await store().open(first);
      const later = NOW + LEASE_MS + 1;
      const claim = (owner: string) => store().claim(first, owner, 'twilio', later);
      const claims = await Promise.all(['run-2', 'run-3'].map(claim));
      const [won, ...more] = claims.filter((one) => one !== null);
      expect(more).toEqual([]);
      expect(won).toMatchObject({ state: 'CLAIMED', fence: 2, claims: 2, claimedAt: NOW });
      expect(await store().findOutboundMessage(first)).toEqual(won);
      // The answer was lost, and the winner repeats the request.
      expect(await Promise.all(['run-2', 'run-3'].map(claim))).toEqual(claims);
      // The first worker continues after a pause.
      expect(await store().resolve(first, accepted, later)).toBe(false);
      expect(won && (await store().resolve(won, accepted, later + 1))).toBe(true);
      expect(await store().findOutboundMessage(first)).toMatchObject({ ...accepted, fence: 2, updatedAt: later + 1 });
    });

    test('refuses to claim an outbound message that another worker holds, or that is final', async () => {
      await store().open(anOutboundMessage(7));
      expect(await store().claim(anOutboundMessage(7), 'run-2', 'twilio', NOW + LEASE_MS)).toBeNull();
      await store().resolve(anOutboundMessage(7), accepted, NOW);
      // As seen before it was resolved, and as it is now.
      expect(await store().claim(anOutboundMessage(7), 'run-2', 'twilio', NOW + LEASE_MS + 1)).toBeNull();
      expect(await store().claim(anOutboundMessage(7, accepted), 'run-2', 'twilio', NOW + LEASE_MS + 1)).toBeNull();
      expect(await store().findOutboundMessage(anOutboundMessage(7))).toMatchObject(accepted);
    });

    test('resolves an outbound message once', async () => {
      await store().open(anOutboundMessage(6));
      expect(
        await store().resolve(
          anOutboundMessage(6),
          { state: 'REJECTED', carrierSid: null, errorCode: 21610, errorClass: 'opted-out' },
          NOW,
        ),
      ).toBe(true);
      expect(await store().resolve(anOutboundMessage(6), accepted, NOW)).toBe(false);
      expect(await store().findOutboundMessage(anOutboundMessage(6))).toMatchObject({
        state: 'REJECTED',
        errorCode: 21610,
      });
    });

    test('lets an outbound message be claimed again when it certainly was not sent', async () => {
      await store().open(anOutboundMessage(8));
      await store().resolve(anOutboundMessage(8), notProcessed, NOW);
      const seen = await store().findOutboundMessage(anOutboundMessage(8));
      expect(seen).toMatchObject(notProcessed);
      expect(seen && (await store().claim(seen, 'run-2', 'twilio', NOW))).toMatchObject({ fence: 2, claims: 2 });
    });

    test('gives new words to an outbound message that certainly was not sent, and to no other', async () => {
      const written = anOutboundMessage(731);
      await store().open(written);
      await store().resolve(written, notProcessed, NOW);
      const seen = await store().findOutboundMessage(written);
      const claim = seen && (await store().claim(seen, 'run-2', 'twilio', NOW, 'words of now'));
      expect(claim).toMatchObject({ body: 'words of now', fence: 2 });
      expect(await store().findOutboundMessage(written)).toMatchObject({ body: 'words of now', fence: 2 });
      const later = NOW + LEASE_MS + 1;
      const next = claim && (await store().claim(claim, 'run-3', 'twilio', later, 'words of later'));
      expect(next).toMatchObject({ body: 'words of now', isDoubtful: true, fence: 3 });
      expect(await store().findOutboundMessage(written)).toMatchObject({ body: 'words of now', fence: 3 });
    });

    test('a receipt proves that an unknown outbound message was sent', async () => {
      await store().open(anOutboundMessage(9));
      await store().resolve(anOutboundMessage(9), unknown, NOW);
      await store().recordDelivery(anOutboundMessage(9), receipt(null), NOW + 5);
      expect(await store().findOutboundMessage(anOutboundMessage(9))).toMatchObject({
        ...accepted,
        delivery: null,
        updatedAt: NOW + 5,
      });
    });

    test('receipts only move forward, in any order and any number', async () => {
      await store().open(anOutboundMessage(10));
      await store().resolve(anOutboundMessage(10), accepted, NOW);
      await store().recordDelivery(anOutboundMessage(10), receipt('undelivered', '40006'), NOW + 1);
      await store().recordDelivery(anOutboundMessage(10), receipt('sent'), NOW + 2);
      await store().recordDelivery(anOutboundMessage(10), receipt('delivered'), NOW + 3);
      await store().recordDelivery(anOutboundMessage(10), receipt(null), NOW + 4);
      expect(await store().findOutboundMessage(anOutboundMessage(10))).toMatchObject({
        delivery: 'undelivered',
        errorCode: '40006',
        errorClass: 'elsewhere',
        updatedAt: NOW + 1,
      });
    });

    test('a receipt that arrives before its sender’s result is not undone by that', async () => {
      await store().open(anOutboundMessage(11));
      await store().recordDelivery(anOutboundMessage(11), receipt('delivered'), NOW + 1);
      await store().resolve(anOutboundMessage(11), unknown, NOW + 2);
      expect(await store().findOutboundMessage(anOutboundMessage(11))).toMatchObject({
        state: 'ACCEPTED',
        delivery: 'delivered',
      });
    });

    test('a receipt for an unknown outbound message creates nothing', async () => {
      await store().recordDelivery(anOutboundMessage(12), receipt('delivered'), NOW);
      expect(await store().findOutboundMessage(anOutboundMessage(12))).toBeNull();
    });

    test('moves a claim to another carrier under the next fence, once', async () => {
      await store().open(anOutboundMessage(13));
      const next = await store().handOver(anOutboundMessage(13), 'aws', NOW + 1);
      expect(next).toMatchObject({ state: 'CLAIMED', carrier: 'aws', fence: 2, claims: 1 });
      expect(await store().findOutboundMessage(anOutboundMessage(13))).toEqual(next);
      expect(await store().resolve(anOutboundMessage(13), accepted, NOW)).toBe(false);
      await store().open(anOutboundMessage(14, { isDoubtful: true }));
      expect(await store().handOver(anOutboundMessage(14, { isDoubtful: true }), 'aws', NOW)).toBeNull();
    });

    test('keeps a message that may have been sent with its carrier', async () => {
      await store().open(anOutboundMessage(15));
      const taken = await store().claim(anOutboundMessage(15), 'run-2', 'aws', NOW + LEASE_MS + 1);
      expect(taken).toMatchObject({ carrier: 'twilio', isDoubtful: true });
      expect(await store().findOutboundMessage(anOutboundMessage(15))).toEqual(taken);
    });

    test('a message that is never sent is final from the start, and needs no attention', async () => {
      const outbound = suppressed({ ...anOutboundMessage(16), carrier: 'twilio' }, 'run-1', NOW);
      expect(await store().open(outbound)).toBe(true);
      expect(await store().open(outbound)).toBe(true);
      expect(await store().findOutboundMessage(outbound)).toMatchObject({
        state: 'REJECTED',
        errorClass: 'opted-out',
        claims: 0,
      });
      expect((await store().attention(NOW + 1e9)).unresolved.map(({ messageSid }) => messageSid)).not.toContain(
        sid(16),
      );
    });

    test('finds all outbound messages of one message, and of no other', async () => {
      const timelineId = 'QDN-3';
      for (const [n, recipient] of [
        [17, 'dana'],
        [17, 'luis'],
        [18, 'dana'],
      ] as const)
        await store().open(anOutboundMessage(n, { timelineId, recipient: recipient as RecipientId }));
      expect((await store().outboundMessagesOf(timelineId, sid(17))).map(({ recipient }) => recipient)).toEqual([
        'dana',
        'luis',
      ]);
      expect(await store().outboundMessagesOf('QDN-4', sid(17))).toEqual([]);
    });

    test('records the first answer in the plan', async () => {
      await store().pin(sid(40), aPlan());
      const outcomes = await Promise.all(['Dana', 'Luis'].map((who) => store().acknowledge(sid(40), who, NOW)));
      expect(outcomes.toSorted()).toEqual([false, true]);
      expect(await store().plan(sid(40))).toEqual(aPlan({ answeredBy: outcomes[0] ? 'Dana' : 'Luis' }));
      expect(await store().acknowledge(sid(41), 'Dana', NOW)).toBe(false);
      expect(await store().plan(sid(41))).toBeNull();
    });

    test('notes who has taken a message that waits, and keeps the time of the first claim', async () => {
      const claim = { name: 'Dana', at: NOW };
      expect(await store().claimMessage(sid(45), claim)).toBe(false);
      await store().pin(sid(45), aPlan());
      expect(await store().claimMessage(sid(45), null)).toBe(false);
      expect(await store().claimMessage(sid(45), claim)).toBe(true);
      expect(await store().claimMessage(sid(45), { ...claim, at: NOW + 1 })).toBe(false);
      expect(await store().plan(sid(45))).toEqual(aPlan({ claim }));
      expect(await store().claimMessage(sid(45), { name: 'Luis', at: NOW + 2 })).toBe(true);
      expect(await store().plan(sid(45))).toEqual(aPlan({ claim: { name: 'Luis', at: NOW + 2 } }));
      expect(await store().claimMessage(sid(45), null)).toBe(true);
      expect(await store().plan(sid(45))).toEqual(aPlan());
      await store().acknowledge(sid(45), 'Dana', NOW);
      expect(await store().claimMessage(sid(45), claim)).toBe(false);
      await store().pin(sid(46), aPlan({ claim }));
      expect(await store().plan(sid(46))).toEqual(aPlan({ claim }));
      expect(await store().claimMessage(sid(46), { ...claim, at: NOW + 1 })).toBe(false);
    });

    test('shows unanswered messages until they are answered, and open outbound messages until they are resolved', async () => {
      const open = async () => {
        const { unanswered, unresolved } = await store().attention(NOW + 100);
        expect(await store().unresolved(NOW + 100, 50)).toEqual(unresolved);
        return {
          unanswered: unanswered
            .filter(({ timelineId }) => timelineId === 'QDN-6')
            .map(({ messageSid, since }) => [messageSid, since]),
          unresolved: unresolved
            .filter(({ timelineId }) => timelineId === 'QDN-6')
            .map(({ messageSid, state }) => [messageSid, state])
            .toSorted(),
        };
      };
      const outbound = (n: number) => anOutboundMessage(n, { timelineId: 'QDN-6' });
      await store().pin(sid(50), aPlan({ timelineId: 'QDN-6' }));
      expect(await store().flagUnanswered(sid(50), NOW + 10)).toBe(true);
      // The answer was lost, and the request is repeated.
      expect(await store().flagUnanswered(sid(50), NOW + 10)).toBe(true);
      expect(await store().flagUnanswered(sid(50), NOW + 20)).toBe(false);
      expect(await store().flagUnanswered(sid(59), NOW + 20)).toBe(false);
      for (const n of [51, 52, 53]) await store().open(outbound(n));
      await store().resolve(outbound(52), unknown, NOW);
      await store().resolve(outbound(53), accepted, NOW);
      expect(await open()).toEqual({
        unanswered: [[sid(50), NOW + 10]],
        unresolved: [
          [sid(51), 'CLAIMED'],
          [sid(52), 'UNKNOWN'],
        ],
      });
      expect((await store().attention(NOW)).unanswered).toEqual([]);
      await store().acknowledge(sid(50), 'Dana', NOW + 30);
      expect(await store().flagUnanswered(sid(50), NOW + 40)).toBe(false);
      await store().recordDelivery(outbound(52), receipt('sent'), NOW);
      await store().resolve(
        outbound(51),
        { state: 'REJECTED', carrierSid: null, errorCode: 21211, errorClass: 'unreachable' },
        NOW,
      );
      expect(await open()).toEqual({ unanswered: [], unresolved: [] });
    });

    test('lists the messages on a timeline since a time, oldest first, including held ones', async () => {
      const timelineId = 'QDN-7';
      await store().record({ timelineId, sender: 'customer', heldUntil: null }, message(62, NOW + 2));
      await store().record({ timelineId, sender: 'customer', heldUntil: NOW + 99 }, message(61, NOW + 1));
      await store().record({ timelineId, sender: 'customer', heldUntil: null }, message(60, NOW));
      await store().record({ timelineId: 'QDN-8', sender: 'customer', heldUntil: null }, message(63, NOW));
      expect(await store().recent(timelineId, NOW + 1, NOW + 99)).toEqual([
        { messageSid: sid(61), from: '+15125550111', body: 'words 61', receivedAt: NOW + 1, heldUntil: NOW + 99 },
        { messageSid: sid(62), from: '+15125550111', body: 'words 62', receivedAt: NOW + 2, heldUntil: null },
      ]);
    });

    test('finds one message of a timeline', async () => {
      const timelineId = 'QDN-7';
      await store().record({ timelineId, sender: 'customer', heldUntil: NOW + 9 }, message(65, NOW));
      const known = {
        messageSid: sid(65),
        from: '+15125550111',
        body: 'words 65',
        receivedAt: NOW,
        heldUntil: NOW + 9,
      };
      expect(await store().message(timelineId, NOW, sid(65))).toEqual(known);
      expect(await store().message(timelineId, NOW + 1, sid(65))).toBeNull();
      expect(await store().message('QDN-8', NOW, sid(65))).toBeNull();
    });

    test('lists the texts to a number since a time, newest first', async () => {
      const to = '+15125550179';
      await store().open(anOutboundMessage(70, { timelineId: UNMATCHED, to, claimedAt: NOW }));
      await store().open(anOutboundMessage(71, { to, claimedAt: NOW + 1 }));
      await store().open(anOutboundMessage(72, { to, claimedAt: NOW + 2 }));
      expect(await store().sentTo(to, NOW + 1)).toEqual([
        { timelineId: 'QDN-1', messageSid: sid(72), recipient: 'dana', attempt: 1, at: NOW + 2 },
        { timelineId: 'QDN-1', messageSid: sid(71), recipient: 'dana', attempt: 1, at: NOW + 1 },
      ]);
      expect((await store().sentTo(to, 0)).at(-1)).toMatchObject({ timelineId: UNMATCHED });
    });

    test('knows the numbers that have opted out, by their newest message', async () => {
      const [a, b, c] = ['+15125550901', '+15125550902', '+15125550903'];
      const say = (phone: string, isStopped: boolean, at: number) =>
        store().setConsent({ phone, isStopped, by: isStopped ? 'stop' : 'start', why: null, at });
      await say(a, true, NOW);
      await say(b, true, NOW);
      await say(b, false, NOW + 1);
      await say(b, true, NOW);
      expect(await store().stopped([a, b, c, a])).toEqual(new Set([a]));
      expect(await store().stopped([])).toEqual(new Set());
    });

    test('knows the consent of a number on each of its channels', async () => {
      const phone = '+15125550904';
      await store().setConsent({ phone: `whatsapp:${phone}`, isStopped: true, by: 'words', why: 'no more', at: NOW });
      expect(await store().stopped([phone, `rcs:${phone}`])).toEqual(new Set([phone, `rcs:${phone}`]));
      expect(await store().consents(`whatsapp:${phone}`)).toEqual([
        { phone, isStopped: true, by: 'words', why: 'no more', at: NOW },
      ]);
    });

    test('keeps the history of a consent, newest first, and each entry once', async () => {
      const phone = '+15125550905';
      const stop = { phone, isStopped: true, by: 'words', why: 'who dis', at: NOW } as const;
      const start = { phone, isStopped: false, by: 'operator', why: 'asked by phone', at: NOW + 5 } as const;
      for (const consent of [start, stop, start, stop]) await store().setConsent(consent);
      expect(await store().consents(phone)).toEqual([start, stop]);
      expect(await store().stopped([phone])).toEqual(new Set());
      expect(await store().consents('+15125550906')).toEqual([]);
    });

    test('lists the numbers that are opted out', async () => {
      const [a, b] = ['+15125550907', '+15125550908'];
      const at = NOW - 1000;
      await store().setConsent({ phone: a, isStopped: true, by: 'carrier', why: null, at });
      await store().setConsent({ phone: b, isStopped: true, by: 'stop', why: 'STOP', at });
      await store().setConsent({ phone: b, isStopped: false, by: 'start', why: 'START', at: at + 1 });
      const listed = await store().optedOut(NOW);
      expect(listed).toContainEqual({ phone: a, isStopped: true, by: 'carrier', why: null, at });
      expect(listed.some(({ phone }) => phone === b)).toBe(false);
      expect((await store().optedOut(at)).some(({ phone }) => phone === a)).toBe(false);
    });

    /**
     * A step against the store, and the same in the domain: both start from the outbound message as a worker saw it some steps
     * before.
     */
    type Step = (
      seen: OutboundMessage,
      now: number,
    ) => { ask: () => Promise<unknown>; answer: (current: OutboundMessage) => [unknown, OutboundMessage] };
    const claimStep =
      (owner: string): Step =>
      (seen, now) => ({
        ask: () => store().claim(seen, owner, 'twilio', now),
        answer: (current) => {
          const next = claimed(seen, owner, 'twilio', now);
          const isAsSeen = current.fence === seen.fence && current.state === seen.state;
          return next && isAsSeen ? [next, next] : [null, current];
        },
      });
    const resolveStep =
      (result: Parameters<RelayStore['resolve']>[1]): Step =>
      (seen, now) => ({
        ask: () => store().resolve(seen, result, now),
        answer: (current) => {
          const next = resolved(current, seen.fence, result, now);
          return [next !== null, next ?? current];
        },
      });
    const receiptStep =
      (delivery: OutboundMessage['delivery']): Step =>
      (seen, now) => ({
        ask: () => store().recordDelivery(seen, receipt(delivery, 30008), now),
        answer: (current) => {
          const next = withReceipt(current, receipt(delivery, 30008), now);
          return [next, next ?? current];
        },
      });
    const anyStep = fc.oneof(
      fc.uuid().map(claimStep),
      fc.constantFrom(accepted, unknown, notProcessed, unknown, notProcessed).map(resolveStep),
      fc.constantFrom(null, ...DELIVERY_STATES).map(receiptStep),
    );

    test('matches the domain’s transitions in any order', async () => {
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
            const states = [anOutboundMessage(n)];
            expect(await store().open(anOutboundMessage(n))).toBe(true);
            for (const { step, ago, laterMs } of steps) {
              now += laterMs;
              const current = states.at(-1) ?? anOutboundMessage(n);
              const { ask, answer } = step(states.at(-1 - ago) ?? current, now);
              const [expected, next] = answer(current);
              expect(await ask()).toEqual(expected);
              expect(await store().findOutboundMessage(current)).toEqual(next);
              states.push(next);
            }
          },
        ),
        { numRuns: runs(60) },
      );
    }, 60_000);
  });
};

import { beforeEach, describe, expect, test } from '@jest/globals';
import type { RecipientId } from '../ids.ts';
import { aJob } from '../testing/index.ts';
import { followUp, recordReceipt } from './relay-message.ts';
import {
  accepted,
  aWorld,
  dana,
  luis,
  MARIA,
  OPERATOR,
  type RelayWorld,
  receiptOf,
  refused,
  STRANGER,
  sidOf,
  text,
} from './testing/relay-world.ts';

let world: RelayWorld;
beforeEach(() => {
  world = aWorld();
});

describe('the cascade', () => {
  const inOrder = { cascade: { order: 'in-order', minutes: 5 } } as const;

  test('all at once: the operator gets one text when there is no answer', async () => {
    await world.receive();
    await world.wait(14);
    expect(world.sentTo(OPERATOR)).toEqual([]);
    await world.wait(2);
    await world.wait(120);
    expect(world.sentTo(OPERATOR)).toEqual([
      'No one has answered Maria Lopez @1042, written 9:00 AM: "Can you come after 3? QDN-1042"',
    ]);
    expect(world.reports.filter(({ kind }) => kind === 'unanswered')).toHaveLength(1);
    expect((await world.relay.attention(world.now)).unanswered).toMatchObject([{ messageSid: sidOf(1) }]);
    // A late answer removes it from the list.
    await world.receive(text({ messageSid: sidOf(2), from: dana.phone, body: '@1042 sorry, yes' }));
    expect((await world.relay.attention(world.now)).unanswered).toEqual([]);
  });

  test('the operator gets one alarm for the texts of a conversation that were written before it', async () => {
    await world.receive();
    for (const n of [2, 3, 4]) {
      await world.wait(2);
      await world.receive(text({ messageSid: sidOf(n), body: `Hello? ${n}`, receivedAt: world.now }));
    }
    await world.wait(30);
    expect(world.sentTo(OPERATOR)).toHaveLength(1);
    // A text after the alarm has its own.
    await world.receive(text({ messageSid: sidOf(5), body: 'Are you there?', receivedAt: world.now }));
    await world.wait(16);
    expect(world.sentTo(OPERATOR)).toHaveLength(2);
    expect(world.sentTo(OPERATOR)[1]).toContain('Are you there?');
    // Each of them waits in the list until it is answered.
    expect((await world.relay.attention(world.now)).unanswered).toHaveLength(5);
  });

  test('an alarm that did not reach the operator does not count, nor one about another sender', async () => {
    let isFirst = true;
    world.behave = ({ to }) => {
      if (to !== OPERATOR || !isFirst) return accepted;
      isFirst = false;
      return refused(21614);
    };
    await world.receive();
    await world.receive(text({ messageSid: sidOf(2), from: STRANGER, body: 'QDN-1042 hello' }));
    await world.receive(text({ messageSid: sidOf(3), body: 'Hello?' }));
    await world.wait(30);
    expect(world.sentTo(OPERATOR).map((body) => body.replace(/.*: "/, ''))).toEqual(['QDN-1042 hello"', 'Hello?"']);
  });

  test('in order: the next contact is texted after the minutes without an answer', async () => {
    world = aWorld(undefined, inOrder);
    await world.receive();
    expect(world.taken.map(({ to }) => to)).toEqual([dana.phone]);
    await world.wait(4);
    expect(world.taken).toHaveLength(1);
    await world.wait(2);
    expect(world.taken.map(({ to }) => to)).toEqual([dana.phone, luis.phone]);
    await world.wait(6);
    expect(world.taken.map(({ to }) => to)).toEqual([dana.phone, luis.phone, OPERATOR]);
  });

  test('in order: an answer ends it', async () => {
    world = aWorld(undefined, inOrder);
    await world.receive();
    await world.wait(2);
    await world.receive(text({ messageSid: sidOf(2), from: dana.phone, body: 'at 4' }));
    await world.wait(60);
    expect(world.taken.map(({ to }) => to)).toEqual([dana.phone, MARIA]);
  });

  test('in order: the next contact is texted at once after a refusal or a failed receipt', async () => {
    world = aWorld(undefined, inOrder);
    world.behave = ({ to }) => (to === dana.phone ? refused(21614) : accepted);
    await world.receive();
    expect(world.taken.map(({ to }) => to)).toEqual([luis.phone]);

    world = aWorld(undefined, inOrder);
    await world.receive();
    const key = { timelineId: 'QDN-1042', messageSid: sidOf(1), recipient: 'dana' as RecipientId, attempt: 1 };
    await recordReceipt(world.dependencies(), key, receiptOf('fake0', 'undelivered', 30003), world.now);
    expect(world.taken.map(({ to }) => to)).toEqual([dana.phone, luis.phone]);
  });

  test('a follow-up that comes early is scheduled again, and one that comes twice acts once', async () => {
    world = aWorld(undefined, inOrder);
    await world.receive();
    const [task] = world.waiting;
    if (!task) throw new Error('Nothing is scheduled');
    await followUp(world.dependencies(), task);
    expect(world.waiting).toEqual([task, task]);
    await world.wait(60);
    expect(world.taken.map(({ to }) => to)).toEqual([dana.phone, luis.phone, OPERATOR]);
  });

  test('a customer’s receipt counts the phones that have confirmed the text', async () => {
    world = aWorld(undefined, { receipt: true });
    await world.receive();
    for (const recipient of ['dana', 'luis'] as RecipientId[]) {
      const key = { timelineId: 'QDN-1042', messageSid: sidOf(1), recipient, attempt: 1 };
      await recordReceipt(world.dependencies(), key, receiptOf(recipient, 'delivered'), world.now);
    }
    expect(world.sentTo(MARIA)).toEqual([]);
    await world.wait(1);
    expect(world.sentTo(MARIA)).toEqual(['QuickDumpNow: Two of our dispatchers have your message.']);
    await world.wait(60);
    expect(world.sentTo(MARIA)).toHaveLength(1);
  });

  test('a customer’s receipt claims no more than is known, and is not sent when every text failed', async () => {
    world = aWorld(undefined, { receipt: true });
    await world.receive();
    await world.wait(1);
    expect(world.sentTo(MARIA)).toEqual(['QuickDumpNow: We got your message and are passing it to our dispatchers.']);

    world = aWorld(undefined, { receipt: true });
    world.behave = ({ to }) => (to === MARIA ? accepted : refused(21614));
    await world.receive();
    await world.wait(60);
    expect(world.sentTo(MARIA)).toEqual([]);
  });
});

describe('quiet hours', () => {
  // START is 09:00 in Chicago.
  const asleep = { ...dana, quietHours: { from: '20:00', to: '10:00' } };
  const asleepToo = { ...luis, quietHours: { from: '20:00', to: '11:00' } };

  test('delay a text until they end, unless it is urgent', async () => {
    world = aWorld([aJob({ contacts: [asleep, luis] })]);
    await world.receive();
    expect(world.taken.map(({ to }) => to)).toEqual([luis.phone]);
    await world.receive(text({ messageSid: sidOf(2), body: 'URGENT the gate is closed' }));
    expect(world.sentTo(dana.phone)).toHaveLength(1);
    await world.wait(61);
    expect(world.sentTo(dana.phone)).toHaveLength(2);
  });

  test('of one contact do not keep the operator from learning that the others have not answered', async () => {
    world = aWorld([aJob({ contacts: [asleepToo, dana] })]);
    await world.receive();
    await world.wait(16);
    expect(world.taken.map(({ to }) => to)).toEqual([dana.phone, OPERATOR]);
    await world.wait(200);
    // The contact who slept gets the text after all, and the alarm is not repeated.
    expect(world.taken.map(({ to }) => to)).toEqual([dana.phone, OPERATOR, luis.phone]);
    expect(world.reports.filter(({ kind }) => kind === 'unanswered')).toHaveLength(1);
  });

  test('of the whole team: the customer gets the time and the urgent word at once', async () => {
    world = aWorld([aJob({ contacts: [asleep, asleepToo] })]);
    await world.receive();
    expect(world.taken).toMatchObject([
      {
        to: MARIA,
        body: 'QuickDumpNow: We will see your message at 10:00 AM. If it cannot wait, start your text with URGENT.',
      },
    ]);
    world.now += 1000;
    await world.receive(text({ messageSid: sidOf(2), body: 'ok, use the side gate', receivedAt: world.now }));
    expect(world.sentTo(MARIA)).toHaveLength(1);
    await world.wait(61);
    expect(world.sentTo(dana.phone)).toHaveLength(2);
    expect(world.sentTo(luis.phone)).toEqual([]);
    expect(world.sentTo(OPERATOR)).toEqual([]);
    await world.wait(61);
    expect(world.sentTo(luis.phone)).toHaveLength(2);
    // Dana, who could be texted from 10:00 on, had her time.
    expect(world.sentTo(OPERATOR)).toHaveLength(1);
  });
});

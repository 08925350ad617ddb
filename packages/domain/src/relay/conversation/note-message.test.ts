import { describe, expect, test } from '@jest/globals';
import type { JobId } from '../../ids.ts';
import { aJob } from '../../testing/index.ts';
import type { RelayDependencies } from '../dependencies.ts';
import { aWorld, dana, luis, MARIA, type RelayWorld, START, STRANGER, sidOf, text } from '../testing/relay-world.ts';
import { newConversation } from './conversation.ts';
import { relayedToDesk } from './desk.ts';
import { changeConversation, changeDesk } from './note-message.ts';

const conversation = (world: RelayWorld, phone = MARIA) => world.relay.conversation(phone);
const desk = (world: RelayWorld, phone: string) => world.relay.desk(phone);

describe('a customer’s text', () => {
  test('waits in the customer’s conversation, and lies on the desks of those who got it', async () => {
    const world = aWorld();
    await world.receive();
    const id = sidOf(1);
    expect(await conversation(world)).toMatchObject({
      id,
      name: 'Maria Lopez',
      jobs: ['QDN-1042'],
      handle: null,
      waiting: [{ messageSid: id, timelineId: 'QDN-1042', since: START, isQuestion: true }],
      lastOfPerson: { by: 'customer', body: 'Can you come after 3? QDN-1042', isQuestion: true },
      version: 1,
    });
    for (const { phone } of [dana, luis])
      expect((await desk(world, phone))?.conversations).toEqual([
        { phone: MARIA, timelineId: 'QDN-1042', at: START, answerShownAt: null },
      ]);
  });

  test('lies only on the desks of those who have been texted, before they are', async () => {
    const world = aWorld(undefined, { cascade: { order: 'in-order', minutes: 15 } });
    const onDesk: Array<[string, boolean]> = [];
    const { carrier } = world;
    const send: typeof carrier.send = async (sms) => {
      onDesk.push([sms.to, (await desk(world, sms.to)) !== null]);
      return carrier.send(sms);
    };
    await world.receive(text(), { carriers: [{ ...carrier, send }] });
    expect(onDesk).toEqual([[dana.phone, true]]);
    expect(await desk(world, luis.phone)).toBeNull();
    await world.wait(16);
    expect((await desk(world, luis.phone))?.conversations).toHaveLength(1);
  });

  test('that is answered from the job does not wait, and the answer is in the conversation', async () => {
    const world = aWorld();
    await world.receive(text({ body: 'status' }));
    const known = await conversation(world);
    expect(known).toMatchObject({ waiting: [], lastOfPerson: { isQuestion: true } });
    expect(known?.lastOfCompany?.body).toBe(world.taken[0]?.body.slice(0, 160));
    const { items } = await world.relay.conversationTexts(MARIA, null, 10);
    expect(items.map(({ side }) => side)).toEqual(['company', 'person']);
  });

  test('over WhatsApp belongs to the same person', async () => {
    const world = aWorld();
    await world.receive();
    await world.receive(text({ messageSid: sidOf(2), receivedAt: START + 1, from: `whatsapp:${MARIA}` }));
    expect(await conversation(world)).toMatchObject({ channel: 'whatsapp', waiting: { length: 2 } });
  });

  test('of a second job joins the same conversation', async () => {
    const world = aWorld([aJob({ contacts: [dana] }), aJob({ id: 'QDN-1043' as JobId, contacts: [dana] })]);
    await world.receive();
    await world.receive(text({ messageSid: sidOf(2), body: 'And for QDN-1043?' }));
    expect(await conversation(world)).toMatchObject({ jobs: ['QDN-1043', 'QDN-1042'], waiting: { length: 2 } });
  });
});

describe('a stranger’s text', () => {
  test('makes a conversation with a handle that no other stranger shares', async () => {
    const world = aWorld([]);
    await world.receive(text({ from: STRANGER, body: 'Do you rent dumpsters?' }));
    const other = '+13127640199';
    await world.receive(text({ from: other, body: 'Price?', messageSid: sidOf(2) }));
    expect(await conversation(world, STRANGER)).toMatchObject({ handle: '@u0199', name: null, jobs: [] });
    expect(await conversation(world, other)).toMatchObject({ handle: '@u40199' });
  });
});

describe('a dispatcher’s text', () => {
  test('answers what waits, and opens the conversation on the dispatcher’s desk', async () => {
    const world = aWorld();
    await world.receive();
    await world.receive(text({ messageSid: sidOf(2), from: dana.phone, body: 'yes, 3:30', receivedAt: START + 5 }));
    expect(await conversation(world)).toMatchObject({
      waiting: [],
      lastOfTeam: { by: 'dana', at: START + 5, timelineId: 'QDN-1042' },
    });
    expect(await desk(world, dana.phone)).toMatchObject({
      open: { phone: MARIA, timelineId: 'QDN-1042', at: START + 5 },
      lastSent: { messageSid: sidOf(2), phone: MARIA },
    });
    expect(await conversation(world, dana.phone)).toBeNull();
  });

  test('that only acknowledges takes the texts off the waiting ones', async () => {
    const world = aWorld();
    await world.receive(text({ body: 'Use the side gate QDN-1042' }));
    await world.receive(text({ messageSid: sidOf(2), from: dana.phone, body: 'ok' }));
    expect(await conversation(world)).toMatchObject({ waiting: [], lastOfTeam: null });
  });

  test('that is asked back about leaves our answer on the desk', async () => {
    const world = aWorld();
    await world.receive(text({ from: dana.phone, body: 'on my way' }));
    expect(await desk(world, dana.phone)).toMatchObject({ open: null, ownTexts: { length: 1 } });
  });
});

/** Everything that is stored about conversations. */
const stored = async ({ relay }: RelayWorld) => ({
  maria: await relay.conversation(MARIA),
  texts: await relay.conversationTexts(MARIA, null, 50),
  desks: await Promise.all([dana, luis].map(({ phone }) => relay.desk(phone))),
});
/** Removes the parts that a different order of writes may change: the number of writes, and the time at which a worker relays. */
const facts = ({ maria, texts, desks }: Awaited<ReturnType<typeof stored>>) => ({
  maria: { ...maria, version: 0 },
  texts,
  desks: desks.map((one) => ({
    ...one,
    version: 0,
    updatedAt: 0,
    conversations: one?.conversations.map(({ phone }) => phone),
  })),
});

describe('a worker that dies', () => {
  const texts = [
    text(),
    text({ messageSid: sidOf(2), from: dana.phone, body: 'yes, 3:30', receivedAt: START + 5 }),
    text({ messageSid: sidOf(3), body: 'Thanks! Which gate?', receivedAt: START + 9 }),
    text({ messageSid: sidOf(4), from: luis.phone, body: '@1042', receivedAt: START + 12 }),
  ];
  const run = async (dieAt: number | null, dieAfter: boolean) => {
    const world = aWorld();
    let calls = 0;
    const dying = (of: RelayDependencies['relay']): RelayDependencies['relay'] =>
      new Proxy(of, {
        get: (target, key, receiver) => {
          const method: unknown = Reflect.get(target, key, receiver);
          if (typeof method !== 'function') return method;
          return async (...args: unknown[]) => {
            calls += 1;
            const dies = calls === dieAt;
            if (dies && !dieAfter) throw new Error('died');
            const result: unknown = await method.apply(target, args);
            if (dies) throw new Error('died');
            return result;
          };
        },
      });
    // The queue delivers a message again until a worker completes it.
    for (const one of texts)
      for (let isDone = false; !isDone; ) {
        isDone = await world.receive(one, { relay: dying(world.relay) }).then(
          () => true,
          () => false,
        );
        if (!isDone) world.now += 60_000;
      }
    return { calls, facts: facts(await stored(world)), sent: world.taken.map(({ to }) => to) };
  };

  test('between any two steps leaves nothing behind that its successor does not complete', async () => {
    const whole = await run(null, false);
    for (let step = 1; step <= whole.calls; step += 1)
      for (const dieAfter of [false, true]) {
        const { facts: found } = await run(step, dieAfter);
        expect({ step, dieAfter, found }).toEqual({ step, dieAfter, found: whole.facts });
      }
  });
});

describe('a dispatcher’s order', () => {
  const say = async (world: RelayWorld, n: number, body: string) => {
    world.now += 60_000;
    await world.receive(text({ messageSid: sidOf(n), from: dana.phone, body, receivedAt: world.now }));
  };

  test.each([
    ['colleagues', [dana, luis]],
    ['no colleagues', [dana]],
  ])('changes the conversation of a team with %s', async (_, contacts) => {
    const world = aWorld([aJob({ contacts })]);
    world.company = { ...world.company, contacts };
    await world.receive();
    await say(world, 2, 'mine');
    expect(await conversation(world)).toMatchObject({ claim: { by: 'dana', at: world.now }, waiting: { length: 1 } });
    await say(world, 3, 'release');
    expect((await conversation(world))?.claim).toBeNull();
    await say(world, 4, '@1042 close');
    expect(await conversation(world)).toMatchObject({ closedAt: world.now, waiting: [] });
    // A worker that repeats the first order changes nothing.
    await world.receive(text({ messageSid: sidOf(2), from: dana.phone, body: 'mine' }));
    expect((await conversation(world))?.claim).toBeNull();
  });
});

describe('workers at the same time', () => {
  test('lose no change of a conversation or a desk', async () => {
    const world = aWorld();
    const messages = Array.from({ length: 10 }, (_, i) => text({ messageSid: sidOf(i + 1), receivedAt: START + i }));
    await Promise.all(messages.map((message) => world.receive(message)));
    expect((await conversation(world))?.waiting).toHaveLength(10);
    const phones = Array.from({ length: 10 }, (_, i) => `+1512555030${i}`);
    await Promise.all(
      phones.map((phone) =>
        changeDesk(world.dependencies(), dana.phone, (one) => relayedToDesk(one, { phone, timelineId: 'X' }, START)),
      ),
    );
    expect((await desk(world, dana.phone))?.conversations).toHaveLength(11);
  });

  test('give up with a conflict that the queue retries', async () => {
    const world = aWorld();
    const relay = { ...world.relay, writeConversation: async () => false };
    const change = changeConversation({ relay }, MARIA, () => newConversation(MARIA, sidOf(1), START));
    await expect(change).rejects.toMatchObject({ code: 'conflict', retryAfterS: 1 });
  });
});

describe('data of before conversations were kept', () => {
  test('becomes desk and conversation with the first text after it', async () => {
    const world = aWorld();
    const none = async () => null;
    const done = async () => true;
    // The version before wrote neither.
    const before = { writeConversation: done, writeDesk: done, desk: none, addConversationText: async () => {} };
    await world.receive(text(), { relay: { ...world.relay, ...before } });
    expect(await conversation(world)).toBeNull();
    world.now += 60_000;
    await world.receive(text({ messageSid: sidOf(2), receivedAt: world.now, body: 'Hello?? QDN-1042' }));
    expect((await conversation(world))?.waiting.map(({ messageSid }) => messageSid)).toEqual([sidOf(1), sidOf(2)]);
  });
});

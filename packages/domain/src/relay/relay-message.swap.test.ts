import { beforeEach, describe, expect, test } from '@jest/globals';
import { aJob } from '../testing/index.ts';
import type { Rota } from './rota/rota.ts';
import { aWorld, contact, dana, luis, MARIA, OPERATOR, type RelayWorld, sidOf, text } from './testing/relay-world.ts';

/*
 * Swaps by text, as people arrange them. The clock stands at Monday, 23 November 2026, 9:00 in Chicago.
 */

const ana = contact('ana', '+15125550173');
const ROTA: Rota = {
  shifts: [
    { days: ['mon', 'tue', 'wed', 'thu', 'fri'], from: '08:00', to: '18:00', contacts: ['dana'] },
    { days: ['sat'], from: '08:00', to: '18:00', contacts: ['dana'] },
    { days: ['sat', 'sun'], from: '18:00', to: '08:00', contacts: ['ana', 'luis'] },
  ],
  others: 'after',
};
const SATURDAY = Date.UTC(2026, 10, 28, 16);
let world: RelayWorld;
let count: number;
beforeEach(() => {
  world = aWorld([aJob({ contacts: [] })], { rota: ROTA, cascade: { order: 'in-order', minutes: 5 } });
  world.company = { ...world.company, contacts: [dana, luis, ana] };
  count = 100;
});
const say = (from: string, body: string) => {
  count += 1;
  return world.receive(text({ messageSid: sidOf(count), from, body, receivedAt: world.now }));
};
const last = (phone: string): string | undefined => world.sentTo(phone).at(-1);
/** The phone that gets a customer's text at a moment. */
const texted = async (at: number): Promise<string | undefined> => {
  world.now = at;
  const before = world.taken.length;
  await say(MARIA, 'Can you come today?');
  return world.taken[before]?.to;
};

describe('a swap by text', () => {
  test('is asked, counts after a yes, and both and the operator get a text', async () => {
    await say(dana.phone, 'swap sat luis');
    expect(last(luis.phone)).toBe('dana asks you to take a duty: Sat, Nov 28, 8:00 AM to 6:00 PM. Reply YES or NO.');
    expect(last(dana.phone)).toBe('Asked luis: Sat, Nov 28, 8:00 AM to 6:00 PM. Until luis says yes, dana is on duty.');
    expect(world.sentTo(OPERATOR)).toEqual([]);
    await say(luis.phone, 'Yes');
    const agreed = 'Agreed: luis has the duty of dana: Sat, Nov 28, 8:00 AM to 6:00 PM.';
    expect([dana.phone, luis.phone, OPERATOR].map(last)).toEqual([agreed, agreed, agreed]);
    expect(await texted(SATURDAY)).toBe(luis.phone);
  });

  test('in Spanish', async () => {
    await say(dana.phone, 'cubre luis el sábado');
    expect(last(luis.phone)).toMatch(
      /^dana le pide cubrir su guardia: sab, .*28.*, 8:00 a\.m\. a 6:00 p\.m\. Responda SI o NO\.$/,
    );
    await say(luis.phone, 'sí');
    expect(last(dana.phone)).toMatch(/^Acordado: luis tiene la guardia de dana: /);
  });

  test('that no one confirms changes nothing, and its asker learns that', async () => {
    await say(dana.phone, 'swap sat luis');
    await world.wait(12 * 60 + 1);
    expect(last(dana.phone)).toBe('luis has not answered. The duty stays with dana: Sat, Nov 28, 8:00 AM to 6:00 PM.');
    expect(await texted(SATURDAY)).toBe(dana.phone);
  });

  test('that is confirmed late, but before its end, counts', async () => {
    await say(dana.phone, 'swap sat luis');
    await world.wait(3 * 24 * 60);
    await say(luis.phone, 'yes swap');
    expect(last(dana.phone)).toContain('Agreed');
    expect(await texted(SATURDAY)).toBe(luis.phone);
  });

  test('that is declined leaves the duty where it was', async () => {
    await say(dana.phone, 'swap sat luis');
    await say(luis.phone, 'no');
    expect(last(dana.phone)).toBe('luis said no. The duty stays with dana: Sat, Nov 28, 8:00 AM to 6:00 PM.');
    expect(world.sentTo(OPERATOR)).toEqual([]);
    await say(luis.phone, 'yes swap');
    expect(last(luis.phone)).toBe('No swap is waiting for your answer.');
    expect(await texted(SATURDAY)).toBe(dana.phone);
  });

  test('can be taken back by its asker before the answer', async () => {
    await say(dana.phone, 'swap sat luis');
    await say(dana.phone, 'no swap');
    await say(luis.phone, 'yes swap');
    expect(last(luis.phone)).toBe('No swap is waiting for your answer.');
    expect(await texted(SATURDAY)).toBe(dana.phone);
  });

  test('can be offered, and whoever is on duty decides', async () => {
    await say(luis.phone, "I'll cover Dana on Saturday");
    expect(last(dana.phone)).toBe('luis offers to take your duty: Sat, Nov 28, 8:00 AM to 6:00 PM. Reply YES or NO.');
    await say(dana.phone, 'yes');
    expect(await texted(SATURDAY)).toBe(luis.phone);
  });

  test('of a shift that is running counts from the yes on', async () => {
    await say(dana.phone, 'swap now luis');
    expect(await texted(world.now)).toBe(dana.phone);
    await say(dana.phone, '@1042 yes, at noon');
    await world.wait(20);
    await say(luis.phone, 'yes swap');
    expect(await texted(world.now)).toBe(luis.phone);
  });

  test.each([
    [
      'someone without a duty',
      luis.phone,
      'swap tue dana',
      /^luis has no duty on Tue, Nov 24\.\nTue, Nov 24, 8:00 AM to 6:00 PM: dana$/,
    ],
    [
      'for someone who is on duty then',
      ana.phone,
      'swap sun luis',
      /^luis is already on duty: Sun, Nov 29, 6:00 PM to Mon 8:00 AM\.$/,
    ],
  ])('of %s is answered, and no one is asked', async (_, from, body, answer) => {
    await say(from, body);
    expect(last(from)).toMatch(answer);
    expect(world.taken).toHaveLength(1);
  });

  test('asks no phone that gets no texts', async () => {
    await say(luis.phone, 'STOP');
    await say(dana.phone, 'swap sat luis');
    expect(last(dana.phone)).toBe('Not asked: the phone of luis gets no texts from us. Please call.');
  });

  test('a bare yes while a customer waits is asked about, and goes to neither', async () => {
    await say(dana.phone, 'swap sat luis');
    await say(MARIA, 'Are you coming today?');
    await world.wait(6);
    await say(luis.phone, 'yes');
    expect(last(luis.phone)).toBe('Is that for the swap with dana or for Maria Lopez? Reply YES SWAP or @1042.');
    expect(world.sentTo(MARIA)).toEqual([]);
    await say(luis.phone, 'YES SWAP');
    expect(last(dana.phone)).toContain('Agreed');
    expect(world.sentTo(MARIA)).toEqual([]);
  });

  test('a yes of someone who was not asked is an answer to the customer, as before', async () => {
    await say(MARIA, 'Are you coming today?');
    await say(dana.phone, 'yes');
    expect(world.sentTo(MARIA)).toEqual(['QuickDumpNow: yes']);
  });

  test('a worker that repeats the messages changes nothing', async () => {
    await say(dana.phone, 'swap sat luis');
    await say(luis.phone, 'yes');
    const before = world.taken.length;
    for (const [n, from, body] of [
      [101, dana.phone, 'swap sat luis'],
      [102, luis.phone, 'yes'],
    ] as const)
      await world.receive(text({ messageSid: sidOf(n), from, body, receivedAt: world.now }));
    expect(world.taken).toHaveLength(before);
    expect((await world.relay.dutySwaps()).swaps).toMatchObject([{ giver: 'dana', taker: 'luis', state: 'agreed' }]);
  });

  test('words about dumpsters change no duty', async () => {
    await say(MARIA, 'Which day?');
    await say(dana.phone, 'we can swap it saturday');
    expect(world.sentTo(MARIA)).toEqual(['QuickDumpNow: we can swap it saturday']);
  });
});

describe('the question about duty', () => {
  test.each([
    ['who is on', 'On duty until Mon 6:00 PM: dana.'],
    [
      'who is on saturday?',
      'Sat, Nov 28, 8:00 AM to 6:00 PM: dana\nSat, Nov 28, 6:00 PM to Sun 8:00 AM: ana, then luis',
    ],
    ['¿quién está de guardia?', 'De guardia hasta lun 6:00 p.m.: dana.'],
  ])('%s', async (body, answer) => {
    await say(luis.phone, body);
    expect(last(luis.phone)).toBe(answer);
    expect(world.taken).toHaveLength(1);
  });

  test('in an empty slot, and without a rota, everyone', async () => {
    world.now += 12 * 3_600_000;
    await say(luis.phone, 'who is on');
    expect(last(luis.phone)).toBe('No one is on duty: texts go to dana, then luis, then ana.');
    world.company = { ...world.company, policy: { ...world.company.policy, rota: null } };
    await say(luis.phone, 'quien esta de guardia');
    expect(last(luis.phone)).toBe('Nadie tiene la guardia: los mensajes van a dana, luego luis, luego ana.');
  });
});

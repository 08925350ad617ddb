import { beforeEach, describe, expect, test } from '@jest/globals';
import { aJob } from '../testing/index.ts';
import type { DutySwap, Rota } from './rota/rota.ts';
import { aWorld, contact, dana, luis, OPERATOR, type RelayWorld, START, sidOf, text } from './testing/relay-world.ts';

/** 23 November 2026 is a Monday. */
const MONDAY: Rota = { shifts: [{ days: ['mon'], from: '08:00', to: '18:00', contacts: ['luis'] }], others: 'after' };
const ana = contact('ana', '+15125550173');
const inOrder = { order: 'in-order', minutes: 5 } as const;
const all = { order: 'all', minutes: 5 } as const;

let world: RelayWorld;
const start = (rota: Rota, cascade: typeof all | typeof inOrder = inOrder): void => {
  world = aWorld([aJob({ contacts: [] })], { rota, cascade });
  world.company = { ...world.company, contacts: [dana, luis, ana] };
};
/** Names of the phones that have been texted, in order. */
const texted = (): string[] => {
  const names = new Map([
    [OPERATOR, 'operator'],
    ...[dana, luis, ana].map(({ phone, id }) => [phone as string, id] as const),
  ]);
  return world.taken.flatMap(({ to }) => names.get(to) ?? []);
};
const agreed: DutySwap = {
  id: sidOf(90),
  date: '2026-11-23',
  giver: 'luis',
  taker: 'ana',
  asker: 'luis',
  askedAt: START,
  endsAt: START + 9 * 3_600_000,
  language: 'en',
  state: 'agreed',
};
beforeEach(() => start(MONDAY));

describe('a text to a company with a rota', () => {
  test('goes to whoever is on duty, then to the others, then to the operator', async () => {
    await world.receive();
    expect(texted()).toEqual(['luis']);
    await world.wait(16);
    expect(texted()).toEqual(['luis', 'dana', 'ana', 'operator']);
  });

  test('all at once: to those on duty; to all others when no answer comes; then to the operator', async () => {
    start(MONDAY, all);
    await world.receive();
    expect(texted()).toEqual(['luis']);
    await world.wait(6);
    expect(texted().toSorted()).toEqual(['ana', 'dana', 'luis']);
    await world.wait(5);
    expect(texted().at(-1)).toBe('operator');
  });

  test('leaves the others out where they are never texted', async () => {
    start({ ...MONDAY, others: 'never' });
    await world.receive();
    await world.wait(30);
    expect(texted()).toEqual(['luis', 'operator']);
  });

  test('goes to everyone, as without a rota, in an empty slot', async () => {
    start({ ...MONDAY, others: 'never' });
    world.now += 10 * 3_600_000;
    await world.receive(text({ receivedAt: world.now }));
    await world.wait(16);
    expect(texted()).toEqual(['dana', 'luis', 'ana', 'operator']);
  });

  test('follows an agreed swap', async () => {
    await world.relay.writeDutySwaps({ swaps: [agreed], version: 1 });
    await world.receive();
    expect(texted()).toEqual(['ana']);
  });

  test('a swap does not change a message that is under way', async () => {
    await world.receive();
    await world.relay.writeDutySwaps({ swaps: [agreed], version: 1 });
    await world.wait(6);
    await world.receive(text({ messageSid: sidOf(2), receivedAt: world.now, body: 'Anyone there?' }));
    expect(texted()).toEqual(['luis', 'dana', 'ana']);
  });

  test('an answer of someone who is not on duty counts', async () => {
    await world.receive();
    await world.receive(
      text({ messageSid: sidOf(2), from: ana.phone, body: '@1042 yes, at 3', receivedAt: world.now }),
    );
    await world.wait(30);
    expect(texted()).toEqual(['luis']);
  });
});

test('fifty contacts: in order each one once, and the operator after the last', async () => {
  const crew = Array.from({ length: 50 }, (_, i) => contact(`c${i}`, `+1512555${2000 + i}`));
  world = aWorld([aJob({ contacts: [] })], { cascade: inOrder });
  world.company = { ...world.company, contacts: crew };
  await world.receive();
  await world.wait(50 * 5 + 1);
  expect(world.taken.map(({ to }) => to)).toEqual([...crew.map(({ phone }) => phone), OPERATOR]);
});

test('fifty contacts at once: each gets one text, and an answer reaches the other 49', async () => {
  const crew = Array.from({ length: 50 }, (_, i) => contact(`c${i}`, `+1512555${2000 + i}`));
  world = aWorld([aJob({ contacts: [] })], { cascade: all, team: { copies: true, undoSeconds: 0 } });
  world.company = { ...world.company, contacts: crew };
  await world.receive();
  expect(new Set(world.taken.map(({ to }) => to)).size).toBe(50);
  const from = crew[7]?.phone ?? '';
  await world.receive(text({ messageSid: sidOf(2), from, body: '@1042 yes, at 3', receivedAt: world.now }));
  await world.wait(1);
  expect(world.taken).toHaveLength(50 + 1 + 49);
});

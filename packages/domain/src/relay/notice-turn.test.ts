import { beforeEach, expect, test } from '@jest/globals';
import type { JobId } from '../ids.ts';
import { aJob } from '../testing/index.ts';
import { giveNotice } from './give-notice.ts';
import type { NoticeOrder } from './notice.ts';
import { recordReceipt } from './relay-message.ts';
import { aWorld, dana, type RelayWorld, receiptOf, START, text } from './testing/relay-world.ts';

const notice = { what: 'on-the-way', stop: 0, at: START, promised: START + 1_800_000 } as const;
const orderOf = (n: number): NoticeOrder => ({ jobId: `QDN-${2000 + n}` as JobId, notice, eta: null });
const COUNT = 12;

let world: RelayWorld;
beforeEach(() => {
  world = aWorld(
    Array.from({ length: COUNT }, (_, n) =>
      aJob({
        id: orderOf(n).jobId,
        contacts: [dana],
        customer: { name: `C${n}`, phone: `+1512555${3000 + n}` as never },
        notices: [notice],
      }),
    ),
  );
});

/** Returns the text to the dispatcher because of the first customer's message. */
const sentText = async () => {
  const [outbound] = (await world.relay.timeline('QDN-2000')).flatMap((entry) => entry.outboundMessages);
  if (!outbound) throw new Error('No text was sent');
  return outbound;
};

/** Gives all orders, and then those that went back to the queue, each when it is due. */
const giveAll = async (orders: NoticeOrder[]): Promise<void> => {
  const due = orders.map((order) => ({ order, at: world.now }));
  for (let next = due.shift(); next; next = due.sort((a, b) => a.at - b.at).shift()) {
    world.now = Math.max(world.now, next.at);
    await giveNotice(world.dependencies(), next.order);
    for (const order of world.orders.splice(0)) due.push({ order, at: order.turnAt ?? world.now + 60_000 });
  }
};

test('many notices at once take turns at half the rate of the number, and each is sent once', async () => {
  await giveAll(Array.from({ length: COUNT }, (_, n) => orderOf(n)));
  expect(world.taken).toHaveLength(COUNT);
  expect(new Set(world.taken.map(({ to }) => to)).size).toBe(COUNT);
  // A notice of one segment has two seconds; the first ones may be five ahead.
  expect(world.now - START).toBeGreaterThanOrEqual((COUNT - 1) * 2000 - 5000);
});

test('a pool of numbers gives as many turns as it has numbers', async () => {
  world.company = { ...world.company, sendingNumbers: 12 };
  await giveAll(Array.from({ length: COUNT }, (_, n) => orderOf(n)));
  expect(world.taken).toHaveLength(COUNT);
  expect(world.now).toBe(START);
});

test('a person’s text never takes a turn', async () => {
  const turns: string[] = [];
  const relay = {
    ...world.relay,
    takeNoticeTurn: async (carrier: string, now: number) => {
      turns.push(carrier);
      return { at: now, pausedUntil: 0 };
    },
  };
  await world.receive(text({ from: '+15125553000' }), { relay });
  expect(world.taken.length).toBeGreaterThan(0);
  expect(turns).toEqual([]);
});

test('notices pause when a receipt shows a long queue at the carrier, and go afterwards', async () => {
  world.company = {
    ...world.company,
    policy: { ...world.company.policy, notices: { ...world.company.policy.notices, kinds: ['on-the-way'] } },
  };
  await world.receive(text({ from: '+15125553000' }));
  const outbound = await sentText();
  world.taken.length = 0;
  world.now += 40_000;
  await recordReceipt(world.dependencies(), outbound, receiptOf(outbound.carrierSid ?? 'SMx', 'sent'), world.now);
  await giveNotice(world.dependencies(), orderOf(1));
  expect(world.taken).toEqual([]);
  const [again] = world.orders.splice(0);
  if (!again) throw new Error('The notice was dropped');
  expect(again.turnAt).toBeUndefined();
  world.now += 60_000;
  await giveNotice(world.dependencies(), again);
  expect(world.taken).toHaveLength(1);
});

test('a receipt without notices in the company’s settings, or without delay, writes nothing', async () => {
  await world.receive(text({ from: '+15125553000' }));
  const outbound = await sentText();
  world.now += 40_000;
  await recordReceipt(world.dependencies(), outbound, receiptOf(outbound.carrierSid ?? 'SMx', 'sent'), world.now);
  expect(await world.relay.noticesPausedUntil(outbound.carrier)).toBe(0);
});

test('a notice whose turn has come is sent although the clock goes on while it is looked up', async () => {
  const order = { ...orderOf(0), turnAt: START };
  const dependencies = world.dependencies();
  const ticking = (): number => {
    world.now += 5;
    return world.now;
  };
  await giveNotice({ ...dependencies, now: ticking }, order);
  expect(world.taken).toHaveLength(1);
  expect(world.orders).toEqual([]);
});

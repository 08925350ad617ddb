import { beforeEach, expect, test } from '@jest/globals';
import type { RecipientId } from '../ids.ts';
import { followUp, recordReceipt } from './relay-message.ts';
import {
  accepted,
  aWorld,
  dana,
  luis,
  MARIA,
  type RelayWorld,
  receiptOf,
  refused,
  sidOf,
  text,
} from './testing/relay-world.ts';

let world: RelayWorld;
beforeEach(() => {
  world = aWorld();
});

/** A dispatcher's answer to the customer. */
const answer = (n: number, body = `@1042 yes ${n}`) =>
  world.receive(text({ messageSid: sidOf(n), from: dana.phone, body, receivedAt: world.now }));
const toldTo = (phone: string) => world.sentTo(phone).filter((body) => body.includes('cannot get texts'));
const failed = (n: number, code: number) =>
  recordReceipt(
    world.dependencies(),
    { timelineId: 'QDN-1042', messageSid: sidOf(n), recipient: 'customer' as RecipientId, attempt: 1 },
    receiptOf(`fake${n}`, 'undelivered', code),
    world.now,
  );

test.each([
  ['refused by the carrier', 21614],
  ['undelivered after it was accepted', 30004],
])('the team learns once per job that a customer’s number takes no texts: %s', async (_, code) => {
  const isRefused = code === 21614;
  world.behave = ({ to }) => (isRefused && to === MARIA ? refused(code) : accepted);
  for (const n of [1, 2, 3]) {
    await answer(n);
    if (!isRefused) await failed(n, code);
    await world.wait(1);
  }
  const said = 'Maria Lopez (@1042) cannot get texts: the number is a landline or not in use. Please call.';
  expect(toldTo(dana.phone)).toEqual([said]);
  expect(toldTo(luis.phone)).toEqual([said]);
  // No one needs to answer it.
  await world.wait(60);
  expect(world.reports.filter(({ kind }) => kind === 'unanswered')).toEqual([]);
});

test('a phone that is off counts only after three texts in a row', async () => {
  const said = () => world.sentTo(luis.phone).filter((body) => body.includes('does not get our texts'));
  for (const n of [1, 2]) {
    await answer(n);
    await failed(n, 30003);
    await world.wait(1);
  }
  expect(said()).toEqual([]);
  for (const n of [3, 4]) {
    await answer(n);
    await failed(n, 30003);
    await world.wait(1);
  }
  expect(said()).toEqual(['Maria Lopez (@1042) does not get our texts: the last ones did not arrive. Please call.']);
});

test('a notice that was begun is completed, although a later text has arrived since', async () => {
  for (const n of [1, 2, 3]) {
    await answer(n);
    await failed(n, 30003);
    if (n < 3) await world.wait(1);
  }
  const { record } = world.relay;
  world.relay.record = async () => {
    throw new Error('throttled');
  };
  const [task] = world.waiting.filter(({ what }) => what === 'unreachable').slice(-1);
  if (!task) throw new Error('The third failure schedules a look at the phone');
  await expect(followUp(world.dependencies(), task)).rejects.toThrow('throttled');
  world.relay.record = record;
  await answer(4);
  await followUp(world.dependencies(), task);
  const said = 'Maria Lopez (@1042) does not get our texts: the last ones did not arrive. Please call.';
  expect(world.sentTo(luis.phone).filter((body) => body.includes('does not get our texts'))).toEqual([said]);
});

test('receipts are counted, with the class of the error', async () => {
  await answer(1);
  await failed(1, 30007);
  await failed(1, 30007);
  expect(world.counted.filter(({ kind }) => kind === 'undelivered')).toMatchObject([
    { class: 'setup', code: 30007, isEscalation: false },
  ]);
});

import { setTimeout as sleep } from 'node:timers/promises';
import { beforeEach, expect, test } from '@jest/globals';
import { aWorld, dana, type RelayWorld, START, sidOf, text } from './testing/relay-world.ts';

/** One hundredth of a second of the test stands for a second. */
const FASTER = 100;
const LINES = ['hey', 'its ann', 'the gate code', 'changed', 'it is', '4471', 'not the old one', 'thx for asking?'];

let world: RelayWorld;
beforeEach(() => {
  world = aWorld();
});

/** Lets several workers take lines in this order, each with the delay of its queue, in ms of the test. */
const takenBy = (order: readonly number[], changes: { pause?: (ms: number) => Promise<void> } = {}): Promise<unknown> =>
  Promise.all(
    order.map(async (n, place) => {
      await sleep(place * 2);
      const message = text({ messageSid: sidOf(n), body: `${LINES[n - 1]}`, receivedAt: START + n * 750 });
      await world.receive(message, { pause: (ms) => sleep(ms / FASTER), ...changes });
    }),
  );
const readByDana = (): string[] =>
  world.sentTo(dana.phone).map((body) => LINES.find((line) => body.includes(`"${line}"`)) ?? body);

test('eight short lines arrive in order, whichever worker takes which line when', async () => {
  world.behave = () => ({ kind: 'accepted', carrierSid: '' });
  await takenBy([1, 5, 2, 3, 6, 4, 8, 7]);
  expect(readByDana()).toEqual(LINES);
});

test('a line waits for an earlier one that no worker has recorded yet', async () => {
  const [first, second] = [sidOf(1), sidOf(2)];
  const late = async (): Promise<void> => {
    // The first invocation of a cold worker.
    await sleep(40);
    await world.receive(text({ messageSid: first, body: 'hey', receivedAt: START }), {
      pause: (ms) => sleep(ms / FASTER),
    });
  };
  const message = text({ messageSid: second, body: 'its ann', receivedAt: START + 1500 });
  const prompt = world.receive({ ...message, follows: [first] }, { pause: (ms) => sleep(ms / FASTER) });
  await Promise.all([late(), prompt]);
  expect(readByDana()).toEqual(['hey', 'its ann']);
});

test('a single message does not wait', async () => {
  const pauses: number[] = [];
  await world.receive(text(), { pause: async (ms) => void pauses.push(ms) });
  expect(pauses).toEqual([]);
});

test('a line waits for seconds at most when the one before is not sent', async () => {
  await world.receive(text({ messageSid: sidOf(1), body: 'hey', receivedAt: START })).catch(() => {});
  const waits: number[] = [];
  const pause = async (ms: number): Promise<void> => void waits.push(ms);
  const relay = { ...world.relay, outboundMessagesOf: async () => [] };
  await world.receive(text({ messageSid: sidOf(2), body: 'its ann', receivedAt: START + 1000 }), { pause, relay });
  expect(world.sentTo(dana.phone)).toHaveLength(2);
  expect(waits.reduce((all, ms) => all + ms, 0)).toBeLessThanOrEqual(10_000);
  expect(waits.length).toBeGreaterThan(5);
});

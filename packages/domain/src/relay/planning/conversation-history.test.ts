import { beforeEach, expect, test } from '@jest/globals';
import { aWorld, dana, luis, MARIA, type RelayWorld, STRANGER, sidOf, text } from '../testing/relay-world.ts';
import { conversationsOf } from './conversation.ts';
import { labelOf, messagesRelayedTo, textHeldForRecipient, unansweredMessagesFrom } from './conversation-history.ts';

const WEEK_MS = 7 * 24 * 3_600_000;
let world: RelayWorld;
beforeEach(() => {
  world = aWorld();
});

test('the messages relayed to a phone are read for a week, without our own answers', async () => {
  await world.receive();
  await world.receive(text({ messageSid: sidOf(2), from: dana.phone, body: 'status 1042' }));
  const relayed = await messagesRelayedTo(world.dependencies(), dana.phone, world.now);
  expect(relayed.map(({ messageSid }) => messageSid)).toEqual([sidOf(1)]);
  expect(await messagesRelayedTo(world.dependencies(), dana.phone, world.now + WEEK_MS + 1)).toEqual([]);
});

test('a sender’s unanswered messages are those that no dispatcher has answered', async () => {
  await world.receive();
  await world.receive(text({ messageSid: sidOf(2), body: 'hello? QDN-1042' }));
  await world.relay.acknowledge(sidOf(1), 'luis', world.now);
  const recent = await world.relay.recent('QDN-1042', 0);
  expect(await unansweredMessagesFrom(world.dependencies(), recent, MARIA)).toEqual([sidOf(2)]);
});

test('a text without a recipient is held for a quarter of an hour', async () => {
  await world.receive(text({ from: dana.phone, body: 'see you at 3' }));
  const recipient = text({ messageSid: sidOf(2), from: dana.phone, body: '@1042' });
  const held = (now: number) => textHeldForRecipient(world.dependencies(), recipient, now);
  expect(await held(world.now + 14 * 60_000)).toBe('see you at 3');
  expect(await held(world.now + 16 * 60_000)).toBeNull();
});

test('a conversation has the customer’s name, or none, and the handle that answers it', async () => {
  const labels = async () => {
    const conversations = conversationsOf(await messagesRelayedTo(world.dependencies(), luis.phone, world.now));
    return Promise.all(conversations.map((one) => labelOf(world.dependencies(), one)));
  };
  await world.receive();
  expect(await labels()).toEqual([{ handle: '@1042', name: 'Maria Lopez' }]);
  await world.receive(text({ messageSid: sidOf(2), from: STRANGER, body: 'hello' }));
  expect(await labels()).toContainEqual({ handle: '@u0199', name: 'no job' });
});

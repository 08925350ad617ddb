import { beforeEach, describe, expect, test } from '@jest/globals';
import { RelayIncomplete } from './dependencies.ts';
import { sweep } from './relay-message.ts';
import {
  accepted,
  aWorld,
  dana,
  luis,
  type RelayWorld,
  sidOf,
  takenTimeOut,
  text,
  timeout,
} from './testing/relay-world.ts';

let world: RelayWorld;
beforeEach(() => {
  world = aWorld();
});

/** Relays a message again and again, as the queue does after an unfinished text. */
const effort = async (message = text()): Promise<void> => {
  for (const seconds of [0, 20, 70, 190, 700, 1300]) {
    world.now += seconds * 1000;
    const left = await world.receive(message).catch((error: unknown) => error);
    if (!(left instanceof RelayIncomplete)) return;
  }
};
const toDana = async () =>
  (await world.outboundMessages()).find(({ messageSid, recipient }) => messageSid === sidOf(1) && recipient === 'dana');
const indistinct = () => world.counted.filter(({ kind }) => kind === 'indistinct');

describe('a text without an answer, at a carrier whose list has other words', () => {
  test('is not sent again when the account redacts: it stays unknown, and is counted', async () => {
    world.shows = () => '';
    world.behave = ({ to }) => (to === dana.phone ? takenTimeOut : accepted);
    await effort();
    expect(world.sentTo(dana.phone)).toHaveLength(1);
    expect(await toDana()).toMatchObject({ state: 'UNKNOWN' });
    expect(indistinct()).not.toEqual([]);
    expect((await world.relay.attention(world.now)).unresolved).toMatchObject([{ recipient: 'dana' }]);
  });

  test('is not sent again when the account alters words', async () => {
    world.shows = (body) => body.replaceAll('’', "'").replaceAll('?', '.');
    world.behave = ({ to }) => (to === dana.phone ? takenTimeOut : accepted);
    await effort();
    expect(world.sentTo(dana.phone)).toHaveLength(1);
  });

  test('is looked for among the texts until then, not among those that follow', async () => {
    world.shows = () => '';
    world.behave = ({ to }) => (to === dana.phone ? takenTimeOut : accepted);
    await effort();
    world.behave = () => accepted;
    for (let n = 10; n < 40; n += 1) {
      world.now += 10 * 60_000;
      await world.receive(text({ messageSid: sidOf(n), body: `line ${n} QDN-1042`, receivedAt: world.now }));
    }
    let reads = 0;
    const { findOutboundMessage } = world.relay;
    world.relay.findOutboundMessage = async (key) => {
      reads += 1;
      return findOutboundMessage(key);
    };
    await sweep(world.dependencies());
    expect(await toDana()).toMatchObject({ state: 'UNKNOWN' });
    expect(reads).toBe(0);
  });

  test('is sent again when every listed text is another one', async () => {
    world.shows = () => '';
    await world.receive(text({ messageSid: sidOf(9), body: 'Are you there? QDN-1042' }));
    expect(world.sentTo(dana.phone)).toHaveLength(1);
    let isFirst = true;
    world.behave = ({ to }) => {
      if (to !== dana.phone || !isFirst) return accepted;
      isFirst = false;
      return timeout;
    };
    await effort();
    expect(world.sentTo(dana.phone)).toHaveLength(2);
    expect(await toDana()).toMatchObject({ state: 'ACCEPTED' });
    expect(indistinct()).toEqual([]);
  });

  test('is sent again when the words are those of another text without an answer', async () => {
    world.behave = ({ to }) => (to === dana.phone ? takenTimeOut : accepted);
    await world.receive(text({ messageSid: sidOf(9), body: 'Are you there? QDN-1042' })).catch(() => {});
    let isFirst = true;
    world.behave = ({ to }) => {
      if (to !== dana.phone || !isFirst) return accepted;
      isFirst = false;
      return timeout;
    };
    await effort();
    expect(world.sentTo(dana.phone)).toHaveLength(2);
    expect(world.sentTo(luis.phone)).toHaveLength(2);
  });
});

test('a carrier that answers with other words is counted', async () => {
  world.behave = () => ({ kind: 'accepted', carrierSid: '', isAltered: true });
  await world.receive();
  expect(world.counted.filter(({ kind }) => kind === 'altered')).toHaveLength(2);
});

import { beforeEach, describe, expect, test } from '@jest/globals';
import { DEFAULT_POLICY } from './policy.ts';
import { aWorld, dana, luis, MARIA, OPERATOR, type RelayWorld, STRANGER, sidOf, text } from './testing/relay-world.ts';

let world: RelayWorld;
beforeEach(() => {
  world = aWorld();
});

describe('messages over the budget', () => {
  const flood = async (count: number, from = MARIA) => {
    for (let n = 1; n <= count; n++)
      await world.receive(text({ messageSid: sidOf(n), from, body: `flood ${n}`, receivedAt: world.now++ }));
  };

  test('are held and summed up in one text, and none is lost', async () => {
    await flood(20);
    expect(world.sentTo(dana.phone)).toHaveLength(DEFAULT_POLICY.budgets.perSender);
    expect(await world.relay.timeline('QDN-1042')).toHaveLength(20);
    expect(world.entries('message')).toHaveLength(20);
    await world.wait(12);
    const summary = world.sentTo(dana.phone).slice(DEFAULT_POLICY.budgets.perSender);
    expect(summary).toEqual([
      'QDN-1042 Maria Lopez: 8 more texts in a short time. First: "flood 13" Latest: "flood 20" All of them are saved.\nReply: @1042 ...',
    ]);
    await world.wait(12);
    expect(world.sentTo(luis.phone)).toHaveLength(DEFAULT_POLICY.budgets.perSender + 1);
  });

  test('of senders without a job are held too', async () => {
    await flood(20, STRANGER);
    await world.wait(12);
    expect(world.sentTo(dana.phone).at(-1)).toContain('Senders without a job: 8 more texts');
  });

  test('raise no alarm, and get no answer, when they are a flood of advertising', async () => {
    const spam = 'QDN-1042 your deck account needs new drywall today';
    for (let n = 1; n <= 40; n++)
      await world.receive(
        text({ messageSid: sidOf(n), from: STRANGER, body: `${spam} ${n}`, receivedAt: world.now++ }),
      );
    await world.wait(60);
    expect(world.sentTo(dana.phone).at(-1)).toContain('more texts');
    expect(world.sentTo(OPERATOR)).toEqual([]);
    expect(world.sentTo(STRANGER)).toEqual([]);
  });

  test('raise an alarm when one of them asks something', async () => {
    await flood(20, STRANGER);
    await world.wait(60);
    expect(world.sentTo(OPERATOR).join('\n')).toContain('more texts');
    expect(world.sentTo(STRANGER)).toHaveLength(1);
  });

  test('do not hold other senders, nor the same sender later', async () => {
    await flood(20);
    await world.receive(text({ messageSid: sidOf(90), from: STRANGER, body: 'QDN-1042 hello', receivedAt: world.now }));
    expect(world.sentTo(dana.phone).at(-1)).toContain('"QDN-1042 hello"');
    await world.wait(25);
    await world.receive(text({ messageSid: sidOf(91), body: 'again', receivedAt: world.now }));
    expect(world.sentTo(dana.phone).at(-1)).toContain('"again"');
  });

  test('do not include the answers of the team', async () => {
    for (let n = 1; n <= 30; n++)
      await world.receive(
        text({ messageSid: sidOf(n), from: dana.phone, body: `@1042 answer ${n}`, receivedAt: world.now++ }),
      );
    await world.receive(text({ messageSid: sidOf(90), receivedAt: world.now }));
    expect(world.sentTo(luis.phone)).toHaveLength(1);
  });

  test('do not include the first urgent text of a sender', async () => {
    for (let n = 1; n <= 30; n++) await world.receive(text({ messageSid: sidOf(n), body: `line ${n} QDN-1042` }));
    for (let n = 31; n <= 33; n++)
      await world.receive(
        text({ messageSid: sidOf(n), body: 'URGENT: the trailer is rolling', receivedAt: world.now + n }),
      );
    expect(world.sentTo(dana.phone).filter((body) => body.includes('rolling'))).toHaveLength(1);
  });

  test('do not include STOP', async () => {
    await flood(20);
    await world.receive(text({ messageSid: sidOf(90), body: 'STOP', receivedAt: world.now }));
    expect(await world.relay.stopped([MARIA])).toEqual(new Set([MARIA]));
  });
});

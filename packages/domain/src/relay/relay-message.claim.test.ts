import { beforeEach, describe, expect, test } from '@jest/globals';
import { aJob } from '../testing/index.ts';
import { commandConversation } from './conversation/conversation-commands.ts';
import { aWorld, contact, dana, luis, OPERATOR, type RelayWorld, sidOf, text } from './testing/relay-world.ts';

const ana = contact('ana', '+15125550173');
const inOrder = { order: 'in-order', minutes: 3 } as const;
let world: RelayWorld;
const start = (order: 'all' | 'in-order' = 'in-order'): void => {
  world = aWorld([aJob({ contacts: [] })], { cascade: { ...inOrder, order } });
  world.company = { ...world.company, contacts: [dana, luis, ana] };
};
beforeEach(() => start());

/** A dispatcher's text, some minutes after the start. */
const say = async (n: number, from: string, body: string): Promise<void> => {
  await world.receive(text({ messageSid: sidOf(n), from, body, receivedAt: world.now }));
};
/** The texts to the cascade's contacts after the first one, and to the operator. */
const escalated = (): string[] => [luis.phone, ana.phone, OPERATOR].flatMap((phone) => world.sentTo(phone));

describe('a claim', () => {
  test('holds the cascade for ten minutes, and then the next one learns who took it', async () => {
    await world.receive();
    await world.wait(2);
    await say(2, dana.phone, 'mine');
    expect(world.sentTo(dana.phone).at(-1)).toContain('You have Maria Lopez (@1042).');
    await world.wait(9);
    expect(escalated()).toEqual([]);
    await world.wait(2);
    expect(world.sentTo(luis.phone)).toEqual([expect.stringContaining('dana took it at 9:02 AM and has not answered')]);
    expect(world.sentTo(luis.phone)[0]).toMatch(/^Maria Lopez @1042, written 9:00 AM: /);
    await world.wait(7);
    expect(world.sentTo(OPERATOR)).toEqual([
      'No one has answered Maria Lopez @1042, written 9:00 AM: "Can you come after 3? QDN-1042"\ndana took it at 9:02 AM and has not answered.',
    ]);
  });

  test('ends the cascade with an answer', async () => {
    await world.receive();
    await say(2, dana.phone, 'mine');
    await world.wait(8);
    await say(3, dana.phone, 'yes, at 3:30');
    await world.wait(60);
    expect(escalated()).toEqual([]);
  });

  test('holds the operator’s alarm as well, when all were texted at once', async () => {
    start('all');
    await world.receive();
    await world.wait(1);
    await say(2, luis.phone, 'mine');
    await world.wait(9);
    expect(world.sentTo(OPERATOR)).toEqual([]);
    await world.wait(2);
    expect(world.sentTo(OPERATOR)).toEqual([expect.stringContaining('luis took it at 9:01 AM')]);
  });

  test('that is repeated does not begin the time again; another dispatcher’s does', async () => {
    await world.receive();
    await say(2, dana.phone, 'mine');
    await world.wait(8);
    await say(3, dana.phone, 'mine');
    await world.wait(3);
    expect(world.sentTo(luis.phone)).toHaveLength(1);
    await say(4, luis.phone, '@1042 mine');
    await world.wait(9);
    expect(world.sentTo(ana.phone)).toEqual([]);
    await world.wait(2);
    expect(world.sentTo(ana.phone)).toEqual([expect.stringContaining('luis took it at 9:11 AM')]);
  });

  test('that is released lets the cascade go on', async () => {
    await world.receive();
    await say(2, dana.phone, 'mine');
    await world.wait(4);
    await say(3, dana.phone, 'release');
    await world.wait(7);
    expect(world.sentTo(luis.phone)).toHaveLength(1);
    expect(world.sentTo(luis.phone)[0]).not.toContain('took it');
  });

  test('from the office holds it too', async () => {
    await world.receive();
    const by = { id: 'dana', name: 'dana' };
    const ports = { relay: world.relay, jobs: world.jobs };
    await commandConversation(ports, 'QDN-1042', { command: 'claim', by, text: null }, world.now);
    await world.wait(9);
    expect(escalated()).toEqual([]);
    await commandConversation(ports, 'QDN-1042', { command: 'release', by, text: null }, world.now);
    await world.wait(2);
    expect(world.sentTo(luis.phone)).toHaveLength(1);
  });

  test('sends the customer’s next line to whoever took it, and holds its cascade for the rest of the time', async () => {
    await world.receive();
    await world.wait(4);
    await say(2, luis.phone, '@1042 mine');
    await world.wait(2);
    await world.receive(text({ messageSid: sidOf(3), body: 'And bring the small one', receivedAt: world.now }));
    expect(world.sentTo(luis.phone).at(-1)).toContain('And bring the small one');
    expect(world.sentTo(dana.phone).join()).not.toContain('And bring');
    await world.wait(7);
    expect(world.sentTo(dana.phone).join()).not.toContain('And bring');
    await world.wait(2);
    expect(world.sentTo(dana.phone).at(-1)).toContain('luis took it at 9:04 AM and has not answered');
  });
});

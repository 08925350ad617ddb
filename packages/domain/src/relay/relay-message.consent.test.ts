import { beforeEach, describe, expect, test } from '@jest/globals';
import type { RecipientId } from '../ids.ts';
import { recordReceipt } from './relay-message.ts';
import {
  accepted,
  aWorld,
  dana,
  luis,
  MARIA,
  OPERATOR,
  type RelayWorld,
  receiptOf,
  refused,
  START,
  sidOf,
  text,
} from './testing/relay-world.ts';

let world: RelayWorld;
beforeEach(() => {
  world = aWorld();
});

describe('a threat with a lawyer or an authority', () => {
  const THREAT = 'You tore up my lawn, I will sue you';
  const OPT_OUT = 'Texts without consent are $500 each under the TCPA. Do not text me again';

  test.each([THREAT, OPT_OUT])('reaches team and operator at once, and its writer gets nothing: %s', async (body) => {
    world = aWorld(undefined, { receipt: true });
    await world.receive(text({ body }));
    for (const phone of [dana.phone, luis.phone, OPERATOR]) {
      expect(world.sentTo(phone)).toHaveLength(1);
      expect(world.sentTo(phone)[0]).toContain(body);
    }
    await world.wait(2);
    expect(world.sentTo(MARIA)).toEqual([]);
  });

  test.each([THREAT, OPT_OUT])('reaches the operator at once where the cascade is in order: %s', async (body) => {
    world = aWorld(undefined, { cascade: { order: 'in-order', minutes: 5 } });
    await world.receive(text({ body }));
    expect(world.sentTo(luis.phone)).toEqual([]);
    expect(world.sentTo(OPERATOR)).toHaveLength(1);
  });

  test('is never answered by itself, nor held', async () => {
    await world.receive(text({ body: 'ETA? My lawyer will call you' }));
    expect(world.sentTo(MARIA)).toEqual([]);
    expect(world.sentTo(dana.phone).at(-1)).toContain('(may be a legal matter; nothing automatic was sent)');
  });

  test('does not keep the operator from the alarm about the next text', async () => {
    await world.receive(text({ body: THREAT }));
    await world.wait(1);
    await world.receive(text({ messageSid: sidOf(2), body: 'is he still coming at all' }));
    await world.wait(60);
    expect(world.sentTo(OPERATOR).at(-1)).toContain('is he still coming at all');
  });
});

describe('a number that has opted out', () => {
  const reply = (n: number) => text({ messageSid: sidOf(n), from: dana.phone, body: '@1042 yes' });

  test.each([
    ['STOP', []],
    [
      'please stop texting me',
      [
        'QuickDumpNow: You get no more texts from us. To get them again, text START. To reach a person, call +15125550100.',
      ],
    ],
  ])(
    'with %j gets no text but one confirmation of its own words, and the dispatcher gets a notice',
    async (body, confirmations) => {
      await world.receive(text({ body }));
      await world.receive(reply(2));
      expect(world.sentTo(MARIA)).toEqual(confirmations);
      expect(world.sentTo(dana.phone).at(-1)).toBe(
        'Not sent: Maria Lopez @1042 has opted out of texts. Please call +15125550111.',
      );
      expect(
        (await world.outboundMessages()).find(
          ({ messageSid, recipient }) => messageSid === sidOf(2) && recipient === 'customer',
        ),
      ).toMatchObject({
        state: 'REJECTED',
        errorClass: 'opted-out',
        claims: 0,
      });
      expect(world.entries('consent')).toMatchObject([{ data: { phone: MARIA, isStopped: true } }]);
    },
  );

  test('in words that Twilio does not know is shown to the team too', async () => {
    await world.receive(text({ body: 'Please stop texting me' }));
    expect(world.sentTo(dana.phone)[0]).toContain('(gets no more texts now, as asked; please call)');
  });

  test('gets texts again after START, even when an older STOP arrives later', async () => {
    await world.receive(text({ body: 'STOP' }));
    await world.receive(text({ messageSid: sidOf(2), body: 'START', receivedAt: START + 2 }));
    await world.receive(text({ messageSid: sidOf(3), body: 'STOP', receivedAt: START + 1 }));
    await world.receive(reply(4));
    expect(world.sentTo(MARIA)).toHaveLength(1);
  });

  test('is known from the carrier’s refusal, and not texted again', async () => {
    let asked = 0;
    world.behave = ({ to }) => (to === MARIA && ++asked > 0 ? refused(21610) : accepted);
    await world.receive(reply(1));
    await world.receive(reply(2));
    expect(asked).toBe(1);
  });

  test('is known from a receipt', async () => {
    await world.receive(reply(1));
    const key = { timelineId: 'QDN-1042', messageSid: sidOf(1), recipient: 'customer' as RecipientId, attempt: 1 };
    await recordReceipt(world.dependencies(), key, receiptOf('fake0', 'failed', 21610), world.now);
    await world.receive(reply(2));
    expect(world.sentTo(MARIA)).toHaveLength(1);
  });

  test('of a dispatcher gets no texts, and the other dispatchers do', async () => {
    await world.receive(text({ from: dana.phone, body: 'STOP' }));
    await world.receive(text({ messageSid: sidOf(2) }));
    expect(world.sentTo(dana.phone)).toEqual([]);
    expect(world.sentTo(luis.phone).filter((body) => body.includes('Can you come after 3?'))).toHaveLength(1);
  });
});

import { beforeEach, describe, expect, test } from '@jest/globals';
import type { PhoneNumber } from '../ids.ts';
import { aJob } from '../testing/index.ts';
import { RelayIncomplete } from './dependencies.ts';
import { giveMissedCall, giveUnansweredCall } from './give-missed-call.ts';
import { segments } from './segments.ts';
import {
  aWorld,
  dana,
  luis,
  MARIA,
  OPERATOR,
  type RelayWorld,
  START,
  STRANGER,
  sidOf,
  text,
} from './testing/relay-world.ts';

let world: RelayWorld;
beforeEach(() => {
  world = aWorld();
});

const ask = (body: string, n = 1) => world.receive(text({ messageSid: sidOf(n), from: dana.phone, body }));
const sentToDana = () => world.sentTo(dana.phone);

describe('a dispatcher who asks for a call', () => {
  test.each(['@1042 call', '@1042 Call her', 'call @1042', '@1042 CALL!', 'QDN-1042 llamar'])(
    'is rung, to be connected with the customer: %s',
    async (body) => {
      const plan = await ask(body);
      expect(plan.call).toEqual({ ring: dana.phone, connect: MARIA, who: 'Maria Lopez', handle: '@1042' });
      expect(world.placed).toMatchObject([{ to: dana.phone, messageSid: sidOf(1) }]);
      expect(world.taken).toEqual([]);
    },
  );

  test.each(['@1042 call me', '@1042 call the gate when you are there', '@1042 I will call'])(
    'is not meant by words to the customer: %s',
    async (body) => {
      await ask(body);
      expect(world.placed).toEqual([]);
      expect(world.sentTo(MARIA)).toHaveLength(1);
    },
  );

  test('is not meant by "call" without a handle', async () => {
    await world.receive();
    await ask('call', 2);
    expect(world.placed).toEqual([]);
    // The word goes to no customer: the dispatcher learns how a call begins.
    expect(world.sentTo(MARIA)).toEqual([]);
    expect(sentToDana().at(-1)).toBe('To ring Maria Lopez, reply @1042 call.');
  });

  test('reaches a stranger by the handle of the team’s text', async () => {
    await world.receive(text({ from: STRANGER, body: 'Do you rent for a week?' }));
    await ask('@u0199 call', 2);
    expect(world.placed).toHaveLength(1);
    expect(await world.relay.plan(sidOf(2))).toMatchObject({ call: { connect: STRANGER } });
  });

  test('answers the customer’s question with it', async () => {
    await world.receive();
    await ask('@1042 call', 2);
    expect(await world.relay.plan(sidOf(1))).toMatchObject({ answeredBy: 'dana' });
  });

  test('can call a customer who has opted out of texts', async () => {
    await world.relay.setConsent({ phone: MARIA, isStopped: true, by: 'stop', why: null, at: START });
    await ask('@1042 call');
    expect(world.placed).toHaveLength(1);
  });

  test('is called once when the queue delivers the message again', async () => {
    await ask('@1042 call');
    world.now += 60_000;
    await ask('@1042 call');
    expect(world.placed).toHaveLength(1);
    expect(sentToDana()).toEqual([]);
  });

  test('waits while another run may be placing the call', async () => {
    await ask('@1042 call');
    world.now += 5_000;
    await expect(ask('@1042 call')).rejects.toBeInstanceOf(RelayIncomplete);
    expect(world.placed).toHaveLength(1);
  });

  test('learns of a call that a run claimed and never placed', async () => {
    const dies = { place: () => Promise.reject(new Error('the process died')), hasPlaced: async () => false };
    const run = () => world.receive(text({ from: dana.phone, body: '@1042 call' }), { calls: dies });
    await expect(run()).rejects.toThrow('died');
    world.now += 60_000;
    await run();
    expect(sentToDana()).toEqual(['The call to Maria Lopez (@1042) did not go out. Call +15125550111.']);
    await run();
    expect(sentToDana()).toHaveLength(1);
  });

  test.each([
    [{ kind: 'rejected', code: 21215, detail: 'no' }, /did not go out/],
    [{ kind: 'not-processed', detail: '429' }, /did not go out/],
    [{ kind: 'unknown', detail: 'timeout' }, /may not have gone out/],
  ] as const)('learns that the carrier did not take it: %j', async (outcome, words) => {
    world.placing = () => outcome;
    await ask('@1042 call');
    expect(sentToDana()).toEqual([expect.stringMatching(words)]);
    expect(sentToDana()[0]).toContain(MARIA);
  });

  test('learns that calls are switched off', async () => {
    world = aWorld(undefined, { calls: { answer: false, ringSeconds: 20 } });
    await ask('@1042 call');
    expect(world.placed).toEqual([]);
    expect(sentToDana()).toEqual([expect.stringContaining('Calls are switched off')]);
  });

  test.each(['+19005550123', '+15129765012', '+15125550142'])('cannot call %s', async (phone) => {
    const customer = { name: 'Maria Lopez', phone: phone as PhoneNumber };
    world = aWorld([aJob({ contacts: [dana, luis], customer })]);
    await ask('@1042 call');
    expect(world.placed).toEqual([]);
    expect(sentToDana()).toHaveLength(1);
  });

  test('learns that no one picked up her own phone, once', async () => {
    await ask('@1042 call');
    await giveUnansweredCall(world.dependencies(), sidOf(1));
    await giveUnansweredCall(world.dependencies(), sidOf(1));
    expect(sentToDana()).toEqual([
      'You did not pick up, so Maria Lopez (@1042) was not called. To try again, reply: @1042 call',
    ]);
  });

  test('is asked back for an unknown handle', async () => {
    await ask('@77 call');
    expect(world.placed).toEqual([]);
    expect(sentToDana()).toEqual([expect.stringContaining('No job matches @77')]);
  });
});

describe('a missed call', () => {
  const missed = (from: string, callSid = 'CA1', at = world.now) =>
    giveMissedCall(world.dependencies(), { callSid, from, to: '+15125550142', at });

  test('of a customer tells the team her name and job, and her that the team knows', async () => {
    await missed(MARIA);
    const [body = ''] = sentToDana();
    expect(body.split('\n')[0]).toBe('Maria Lopez @1042: missed call at 9:00 AM. To call back, reply: @1042 call');
    expect(body).toContain('QDN-1042');
    expect(world.sentTo(luis.phone)).toEqual([body]);
    expect(world.sentTo(MARIA)).toEqual([
      'QuickDumpNow: Sorry we missed your call. Our team knows. You can text us at this number.',
    ]);
    expect(segments(world.sentTo(MARIA)[0] ?? '')).toBe(1);
  });

  test('answers in Spanish to a customer who asked in Spanish', async () => {
    await world.receive(text({ body: '¿Dónde está?' }));
    await missed(MARIA);
    expect(world.sentTo(MARIA).at(-1)).toContain('no pudimos contestar su llamada');
  });

  test('that is reported twice is one', async () => {
    await missed(MARIA);
    await missed(MARIA);
    expect(sentToDana()).toHaveLength(1);
    expect(world.sentTo(MARIA)).toHaveLength(1);
  });

  test('of a customer who opted out tells the team only', async () => {
    await world.relay.setConsent({ phone: MARIA, isStopped: true, by: 'stop', why: null, at: START });
    await missed(MARIA);
    expect(sentToDana()).toHaveLength(1);
    expect(world.sentTo(MARIA)).toEqual([]);
  });

  test('that no one answers goes to the operator, as a text does', async () => {
    await missed(MARIA);
    await world.wait(20);
    expect(world.sentTo(OPERATOR)).toEqual([
      expect.stringMatching(/^No one has answered:\n> Maria Lopez @1042: missed call at 9:00 AM\. /),
    ]);
  });

  test('is answered by a text, or by a call', async () => {
    await missed(MARIA);
    await ask('@1042 call');
    await world.wait(20);
    expect(world.sentTo(OPERATOR)).toEqual([]);
  });

  test('of a stranger names STOP, escalates nothing, and is texted about once in twelve hours', async () => {
    await missed(STRANGER);
    world.now += 3_600_000;
    await missed(STRANGER, 'CA2');
    expect(world.sentTo(STRANGER)).toEqual([expect.stringContaining('Reply STOP')]);
    expect(sentToDana()).toHaveLength(2);
    expect(sentToDana()[0]).toMatch(/^a number ending in 0199 @u0199: missed call/i);
    await world.wait(60);
    expect(world.sentTo(OPERATOR)).toEqual([]);
  });

  test.each(['anonymous', '+266696687', '+7378742833', 'sip:joe@example.com', 'Restricted'])(
    'of %s is for the team alone',
    async (from) => {
      await missed(from);
      expect(sentToDana()).toEqual(['Missed call at 9:00 AM from a hidden number. There is no number to call back.']);
      expect(world.taken.map(({ to }) => to).sort()).toEqual([dana.phone, luis.phone].sort());
    },
  );

  test.each(['+442071838750', '+19005550123'])('of a stranger at %s costs no text to there', async (from) => {
    await missed(from);
    expect(sentToDana()).toHaveLength(1);
    expect(world.sentTo(from)).toEqual([]);
  });

  test('of a customer abroad gets a text', async () => {
    const customer = { name: 'Ana', phone: '+525512345678' as PhoneNumber };
    world = aWorld([aJob({ contacts: [dana, luis], customer })]);
    await missed(customer.phone);
    expect(world.sentTo(customer.phone)).toHaveLength(1);
  });

  test('of a dispatcher or of our own number is for no one', async () => {
    await missed(dana.phone);
    await missed('+15125550142', 'CA2');
    expect(world.taken).toEqual([]);
  });

  test('of a driver names the driver and the trailers', async () => {
    world.company = {
      ...world.company,
      drivers: [{ name: 'Ray', phone: '+15125550131' as PhoneNumber, trailers: [] }],
    };
    await missed('+15125550131');
    expect(sentToDana()[0]).toContain('driver Ray');
    expect(world.sentTo('+15125550131')).toHaveLength(1);
  });

  test('by a machine that calls on and on is texted about three times, then summed up', async () => {
    for (let n = 0; n < 8; n++) await missed(STRANGER, `CA${n}`);
    expect(sentToDana()).toHaveLength(3);
    await world.wait(15);
    expect(sentToDana()).toEqual([...Array(3).fill(expect.anything()), expect.stringContaining('5 more texts')]);
  });

  test('in the team’s quiet hours waits until they end, and the caller learns at once', async () => {
    const asleep = { from: '08:00', to: '10:00' };
    world.company = { ...world.company, contacts: [] };
    world.jobs = aWorld([aJob({ contacts: [{ ...dana, quietHours: asleep }] })]).jobs;
    await missed(MARIA);
    expect(sentToDana()).toEqual([]);
    expect(world.sentTo(MARIA)).toHaveLength(1);
    await world.wait(61);
    expect(sentToDana()).toHaveLength(1);
  });
});

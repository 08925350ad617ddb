import { beforeEach, describe, expect, test } from '@jest/globals';
import type { JobId, PhoneNumber, RecipientId } from '../ids.ts';
import { aJob } from '../testing/index.ts';
import type { InboundMessage } from './inbound-message.ts';
import { DEFAULT_POLICY } from './policy.ts';
import { recordReceipt } from './relay-message.ts';
import {
  accepted,
  aWorld,
  contact,
  dana,
  luis,
  MARIA,
  OPERATOR,
  type RelayWorld,
  receiptOf,
  refused,
  START,
  STRANGER,
  sidOf,
  text,
} from './testing/relay-world.ts';

let world: RelayWorld;
beforeEach(() => {
  world = aWorld();
});

describe('a dispatcher’s text', () => {
  test('goes to the customer of the job it names, under the company’s name', async () => {
    await world.receive(text({ from: dana.phone, body: '@1042 yes, 3:30 works' }));
    expect(world.taken).toMatchObject([{ to: MARIA, body: 'QuickDumpNow: yes, 3:30 works' }]);
    expect(JSON.stringify(world.taken)).not.toContain(dana.phone);
  });

  test('goes to the one customer who is waiting when it names no job', async () => {
    await world.receive();
    await world.receive(text({ messageSid: sidOf(2), from: dana.phone, body: 'yes, at 3:30' }));
    expect(world.sentTo(MARIA)).toEqual(['QuickDumpNow: yes, at 3:30']);
    expect(await world.relay.plan(sidOf(1))).toMatchObject({ answeredBy: 'dana' });
    expect(world.entries('acknowledgement')).toMatchObject([{ sid: sidOf(1), data: { by: 'dana', with: sidOf(2) } }]);
  });

  test('goes to a guest who wrote without a job, also by the last digits', async () => {
    await world.receive(text({ from: STRANGER, body: 'do you rent by the day?' }));
    await world.receive(text({ messageSid: sidOf(2), from: dana.phone, body: 'we do' }));
    await world.receive(text({ messageSid: sidOf(3), from: luis.phone, body: '@u0199 from 90 dollars' }));
    expect(world.sentTo(luis.phone).at(-1)).toMatch(
      /^dana answered new number \(@u0199\) at .+: "we do"\. Send yours too\?/,
    );
    await world.receive(text({ messageSid: sidOf(5), from: luis.phone, body: 'yes', receivedAt: START + 1 }));
    expect(world.sentTo(STRANGER)).toEqual(['QuickDumpNow: we do', 'QuickDumpNow: from 90 dollars']);
    await world.receive(text({ messageSid: sidOf(4), from: luis.phone, body: '@u0000 hello' }));
    expect(world.sentTo(luis.phone).at(-1)).toContain('No recent sender matches @u0000.');
  });

  describe('to someone who is getting an answer from a colleague', () => {
    const bob = aJob({
      id: 'QDN-5' as JobId,
      customer: { name: 'Bob', phone: '+15125550112' as PhoneNumber },
      contacts: [dana, luis],
    });
    const from = (n: number, phone: string, body: string) =>
      world.receive(text({ messageSid: sidOf(n), from: phone, body, receivedAt: world.now }));
    /** Maria and Bob wait; Dana answers Maria, and her text waits for UNDO. */
    beforeEach(async () => {
      world = aWorld([aJob({ contacts: [dana, luis] }), bob], { team: { copies: true, undoSeconds: 30 } });
      await from(1, MARIA, 'Can you come after 3?');
      await from(2, '+15125550112', 'and to me?');
      await from(3, dana.phone, '@1042 yes, 3:30 works');
      world.now += 10_000;
    });

    test('is asked about while the colleague’s text waits for UNDO', async () => {
      await from(4, luis.phone, '@1042 no, at 5');
      expect(world.sentTo(luis.phone).at(-1)).toMatch(
        /^dana answered Maria Lopez \(@1042\) at .+: "yes, 3:30 works"\. Send yours too\? Reply YES\.$/,
      );
      await world.wait(5);
      expect(world.sentTo(MARIA)).toEqual(['QuickDumpNow: yes, 3:30 works']);
    });

    test('goes out when the colleague took that text back, or wrote to someone else', async () => {
      await from(4, luis.phone, '@5 yes, at 5');
      expect(world.sentTo(luis.phone).at(-1)).toMatch(/^To Bob, 5: "yes, at 5"/);
      await from(5, dana.phone, 'UNDO');
      await from(6, luis.phone, '@1042 no, at 5');
      expect(world.sentTo(luis.phone).at(-1)).toMatch(/^To Maria Lopez, 1042: "no, at 5"/);
      await world.wait(5);
      expect(world.sentTo(MARIA)).toEqual(['QuickDumpNow: no, at 5']);
    });
  });

  test('is asked about in one line, and not sent, when it may be for several customers', async () => {
    const sams = aJob({
      id: 'QDN-5' as JobId,
      customer: { name: 'Sam Carter', phone: '+15125550112' as PhoneNumber },
      contacts: [dana],
    });
    world = aWorld([aJob({ contacts: [dana] }), sams]);
    await world.receive();
    world.now += 60_000;
    await world.receive(text({ messageSid: sidOf(2), from: '+15125550112', body: 'and mine?' }));
    await world.receive(text({ messageSid: sidOf(3), from: dana.phone, body: 'on my way' }));
    expect(world.sentTo(dana.phone).at(-1)).toBe('Who is this for? Reply @5 (Sam Carter) or @1042 (Maria Lopez).');
    expect(world.sentTo(MARIA)).toEqual([]);
    // The handle alone is enough: the text itself was already sent.
    await world.receive(text({ messageSid: sidOf(4), from: dana.phone, body: '@5', receivedAt: world.now + 1000 }));
    expect(world.sentTo('+15125550112')).toEqual(['QuickDumpNow: on my way']);
    expect(await world.relay.plan(sidOf(1))).toMatchObject({ answeredBy: null });
    expect(await world.relay.plan(sidOf(2))).toMatchObject({ answeredBy: 'dana' });
  });

  test.each(['OK', '1', '👍', 'k'])('%j is passed on after a question', async (body) => {
    await world.receive();
    await world.receive(text({ messageSid: sidOf(2), from: luis.phone, body }));
    expect(world.sentTo(MARIA)).toEqual([`QuickDumpNow: ${body}`]);
    expect(await world.relay.plan(sidOf(1))).toMatchObject({ answeredBy: 'luis' });
  });

  test.each(['OK', 'got it', '1', '👍', 'gracias'])('%j acknowledges a statement, and is not sent on', async (body) => {
    await world.receive(text({ body: 'Please use the side gate' }));
    await world.receive(text({ messageSid: sidOf(2), from: luis.phone, body }));
    expect(world.sentTo(MARIA)).toEqual([]);
    expect(world.sentTo(luis.phone).at(-1)).toBe('Noted for the team. Maria Lopez (@1042) was not texted.');
    expect(await world.relay.timeline('QDN-1042')).toMatchObject([{}, { sender: 'luis', message: { body } }]);
    expect(await world.relay.plan(sidOf(1))).toMatchObject({ answeredBy: 'luis' });
    await world.wait(60);
    expect(world.sentTo(OPERATOR)).toEqual([]);
  });

  test('is answered, and not sent on, when it asks for a job’s status', async () => {
    await world.receive(text({ from: dana.phone, body: 'status 1042' }));
    await world.receive(text({ messageSid: sidOf(2), from: dana.phone, body: 'ETA #1042?' }));
    expect(world.taken.map(({ to }) => to)).toEqual([dana.phone, dana.phone]);
    expect(world.taken[0]?.body).toMatch(/^QDN-1042 Maria Lopez: on the way\.\nhttps:/);
  });

  test('is answered about the customer’s site, not about the dispatcher’s', async () => {
    const history = [{ status: 'at_site', at: Date.UTC(2026, 10, 23, 15), by: 'operator', reason: '' }] as const;
    world = aWorld([aJob({ status: 'at_site', history: [...history] })]);
    await world.receive(text({ from: dana.phone, body: 'status 1042' }));
    expect(world.taken[0]?.body).toMatch(/^QDN-1042 Maria Lopez: at the site since .+\.\nhttps:/);
  });

  test('is asked about when it names no job and no one has written, even if the dispatcher is a customer', async () => {
    world = aWorld([aJob({ customer: { name: 'Dana', phone: dana.phone } })]);
    await world.receive(text({ from: dana.phone, body: 'on my way' }));
    expect(world.taken).toMatchObject([{ to: dana.phone, body: expect.stringMatching(/^Which job.*@1042/) }]);
  });

  test('is answered when it names a job that does not exist', async () => {
    await world.receive(text({ from: dana.phone, body: '@9999 ok' }));
    expect(world.taken).toMatchObject([{ to: dana.phone, body: expect.stringContaining('No job matches @9999.') }]);
  });

  test('is answered when it has no message', async () => {
    await world.receive(text({ from: dana.phone, body: '@1042' }));
    expect(world.taken).toMatchObject([
      { to: dana.phone, body: expect.stringMatching(/^Not sent\. Type your message/) },
    ]);
  });

  test('is reported to the dispatcher once when it cannot be delivered', async () => {
    world.behave = ({ to }) => (to === MARIA ? refused(21211) : accepted);
    const reply = text({ from: dana.phone, body: '@1042 yes' });
    await world.receive(reply);
    await world.receive(reply);
    expect(world.sentTo(dana.phone)).toEqual(['Your text to Maria Lopez (@1042) was not delivered. Please call.']);
  });

  test('is reported to the dispatcher when a receipt says later that it failed', async () => {
    await world.receive(text({ from: dana.phone, body: '@1042 yes' }));
    const key = { timelineId: 'QDN-1042', messageSid: sidOf(1), recipient: 'customer' as RecipientId, attempt: 1 };
    const receipt = receiptOf('fake0', 'undelivered', 30005);
    await recordReceipt(world.dependencies(), key, receipt, world.now);
    await recordReceipt(world.dependencies(), key, receipt, world.now);
    expect(world.sentTo(dana.phone)).toHaveLength(1);
  });

  test('is answered until a row of equal answers at a machine’s pace, which ends with a line that says so', async () => {
    for (let n = 1; n <= 40; n++) {
      await world.receive(
        text({ messageSid: sidOf(n), from: dana.phone, body: 'Back at my desk on Monday', receivedAt: world.now }),
      );
      world.now += 1000;
    }
    expect(world.sentTo(dana.phone)).toHaveLength(4);
    expect(world.sentTo(dana.phone).at(-1)).toMatch(/^This keeps coming from your phone within seconds/);
    const { unanswered } = await world.relay.attention(world.now + 1);
    expect(unanswered).toMatchObject([{ messageSid: sidOf(4) }]);
  });

  test('is answered each time when a person mistypes twelve handles in ten minutes', async () => {
    for (let n = 1; n <= 12; n++) {
      const body = n % 2 ? '@1O3 at three' : `@MHD${n} at three`;
      await world.receive(text({ messageSid: sidOf(n), from: dana.phone, body, receivedAt: world.now }));
      world.now += 50_000;
    }
    expect(world.sentTo(dana.phone)).toHaveLength(12);
  });
});

describe('a dispatcher’s text never goes to a customer by a guess:', () => {
  const ADA = '+15125550117';
  const adas = aJob({
    id: 'QDN-77' as JobId,
    customer: { name: 'Ada', phone: ADA as PhoneNumber },
    contacts: [dana],
  });
  beforeEach(async () => {
    world = aWorld([aJob({ contacts: [dana] }), adas]);
    await world.receive();
  });
  const says = (body: string, changes: Partial<InboundMessage> = {}) =>
    world.receive(text({ messageSid: sidOf(2), from: dana.phone, body, ...changes }));

  test('the job that it begins with decides over later mentions', async () => {
    await says('@1042 after QDN-77 is done we come to you');
    expect([world.sentTo(MARIA), world.sentTo(ADA)]).toEqual([
      ['QuickDumpNow: after QDN-77 is done we come to you'],
      [],
    ]);
  });

  test('the job that it begins with decides over the webhook’s path', async () => {
    await says('@77 ten minutes', { pathJob: 'QDN-1042' as JobId });
    expect(world.sentTo(dana.phone).at(-1)).toBe(
      'To Ada, 77: "ten minutes"? Maria Lopez is the one waiting. Reply YES to send it, or @1042.',
    );
    await says('yes', { messageSid: sidOf(3) });
    expect([world.sentTo(MARIA), world.sentTo(ADA)]).toEqual([[], ['QuickDumpNow: ten minutes']]);
  });

  test('another job in the middle of a sentence is asked about', async () => {
    await says('after QDN-77 is done we come to you');
    expect([world.sentTo(MARIA), world.sentTo(ADA)]).toEqual([[], []]);
    expect(world.sentTo(dana.phone).at(-1)).toBe('Who is this for? Reply @1042 (Maria Lopez) or @77 (Ada).');
  });

  test.each(['use gate #77 please', 'the gate code is #4412', 'we are on FM-1431'])(
    '%j goes to the customer who is waiting',
    async (body) => {
      await says(body);
      expect([world.sentTo(MARIA), world.sentTo(ADA)]).toEqual([[`QuickDumpNow: ${body}`], []]);
    },
  );

  test('a job in the middle of a sentence counts when no one is waiting', async () => {
    world = aWorld([aJob({ contacts: [dana] }), adas]);
    await says('tell QDN-77 that we are late');
    expect(world.sentTo(ADA)).toEqual(['QuickDumpNow: tell QDN-77 that we are late']);
  });

  test('"ok" is asked about when two are waiting', async () => {
    world.now += 600_000;
    await world.receive(text({ messageSid: sidOf(3), from: ADA, body: 'hello?', receivedAt: world.now }));
    await says('ok', { receivedAt: world.now });
    expect(world.sentTo(dana.phone).at(-1)).toBe('Who is this for? Reply @77 (Ada) or @1042 (Maria Lopez).');
    expect([world.sentTo(MARIA), world.sentTo(ADA)]).toEqual([[], []]);
    await says('@77', { messageSid: sidOf(4), receivedAt: world.now + 1 });
    expect([world.sentTo(MARIA), world.sentTo(ADA)]).toEqual([[], ['QuickDumpNow: ok']]);
    await world.wait(30);
    expect(world.sentTo(OPERATOR)).toEqual([expect.stringContaining('No one has answered Maria Lopez @1042')]);
  });
});

describe('everyone who gets a message may answer it:', () => {
  const nina = contact('nina', '+15125550173');

  test.each(['ok', 'we will be there at 3'])('a contact of the job alone, with %j', async (body) => {
    world = aWorld([aJob({ contacts: [nina] })]);
    await world.receive();
    await world.receive(text({ messageSid: sidOf(2), from: nina.phone, body }));
    expect(world.sentTo(dana.phone)).toEqual([]);
    expect(world.sentTo(MARIA)).toEqual([`QuickDumpNow: ${body}`]);
    expect(await world.relay.plan(sidOf(1))).toMatchObject({ answeredBy: 'nina' });
  });

  test.each(['ok', '@1042 we are on our way'])('the operator, with %j', async (body) => {
    await world.receive();
    await world.wait(60);
    expect(world.sentTo(OPERATOR)).toHaveLength(1);
    await world.receive(text({ messageSid: sidOf(2), from: OPERATOR, body, receivedAt: world.now }));
    expect(world.sentTo(MARIA)).toEqual([`QuickDumpNow: ${body.replace('@1042 ', '')}`]);
    expect(await world.relay.plan(sidOf(1))).toMatchObject({ answeredBy: 'operator' });
  });

  test('a dispatcher who did not get it', async () => {
    world = aWorld(undefined, { cascade: { order: 'in-order', minutes: 5 } });
    await world.receive();
    await world.receive(text({ messageSid: sidOf(2), from: luis.phone, body: '@1042 yes, at 3' }));
    expect(await world.relay.plan(sidOf(1))).toMatchObject({ answeredBy: 'luis' });
    await world.wait(60);
    expect(world.sentTo(luis.phone)).toEqual([]);
    expect(world.sentTo(OPERATOR)).toEqual([]);
  });

  test('a dispatcher who got many automatic answers since', async () => {
    await world.receive();
    for (let n = 2; n < 12; n++)
      await world.receive(
        text({ messageSid: sidOf(n), from: dana.phone, body: 'status 1042', receivedAt: world.now + n }),
      );
    for (let n = 12; n < 22; n++)
      await world.receive(
        text({ messageSid: sidOf(n), from: dana.phone, body: 'eta 1042', receivedAt: world.now + n }),
      );
    await world.receive(text({ messageSid: sidOf(30), from: dana.phone, body: 'yes', receivedAt: world.now + 30 }));
    expect(world.sentTo(MARIA)).toEqual(['QuickDumpNow: yes']);
  });
});

describe('an automatic text of a phone', () => {
  test('does not answer or acknowledge anything', async () => {
    await world.receive();
    const body = 'I’m driving with Do Not Disturb While Driving turned on. I’ll see your message later.';
    await world.receive(text({ messageSid: sidOf(2), from: dana.phone, body }));
    expect(world.sentTo(MARIA)).toEqual([]);
    expect(await world.relay.plan(sidOf(1))).toMatchObject({ answeredBy: null });
  });

  test('acknowledges when it is an approving reaction, and is not sent on', async () => {
    await world.receive();
    const [relayed = ''] = world.sentTo(dana.phone);
    await world.receive(text({ messageSid: sidOf(2), from: dana.phone, body: `Questioned “${relayed}”` }));
    expect(await world.relay.plan(sidOf(1))).toMatchObject({ answeredBy: null });
    await world.receive(text({ messageSid: sidOf(3), from: dana.phone, body: `Liked “${relayed}”` }));
    expect(world.sentTo(MARIA)).toEqual([]);
    // It says that the question was seen. An answer it is not.
    expect(world.sentTo(luis.phone).at(-1)).toMatch(/^dana has seen Maria Lopez \(1042\)/);
    expect(await world.relay.plan(sidOf(1))).toMatchObject({ answeredBy: null });
  });

  test('asks colleagues when it is a reaction that doubts the answer of one of them', async () => {
    const copy = 'luis to Maria Lopez (1042): yes, at 3';
    await world.receive(text({ messageSid: sidOf(3), from: dana.phone, body: `Questioned “${copy}”` }));
    expect(world.sentTo(luis.phone)).toEqual([`dana to the team: Is this right? "${copy}"`]);
    expect(world.sentTo(MARIA)).toEqual([]);
  });

  test('acknowledges the conversation of our text, not a job that the customer names in it', async () => {
    const newer = aJob({ id: 'QDN-1050' as JobId, contacts: [dana] });
    world = aWorld([aJob({ contacts: [dana] }), newer]);
    await world.receive(text({ body: 'the gate is open before QDN-1050', pathJob: 'QDN-1042' as JobId }));
    const [relayed = ''] = world.sentTo(dana.phone);
    await world.receive(text({ messageSid: sidOf(2), from: dana.phone, body: `Liked “${relayed}”` }));
    expect(await world.relay.plan(sidOf(2))).toMatchObject({ timelineId: 'QDN-1042', acknowledges: [sidOf(1)] });
  });

  test('in unknown words does not cause failure notices forever', async () => {
    await world.receive();
    await world.receive(text({ messageSid: sidOf(2), body: 'STOP' }));
    for (let n = 3; n < 63; n++) {
      await world.receive(
        text({ messageSid: sidOf(n), from: dana.phone, body: '@1042 I am at lunch', receivedAt: world.now }),
      );
      world.now += 5_000;
    }
    const bounced = world.sentTo(dana.phone).filter((body) => body.startsWith('Not sent'));
    expect(bounced.length).toBeLessThanOrEqual(DEFAULT_POLICY.budgets.perSender);
    expect(bounced.length).toBeGreaterThan(0);
  });
});

describe('pictures', () => {
  const media = [{ url: 'https://m.example/1', contentType: 'image/jpeg' }];

  test('of a dispatcher go to the customer, with and without text', async () => {
    await world.receive();
    await world.receive(text({ messageSid: sidOf(2), from: dana.phone, body: '@1042 here', media }));
    await world.receive(text({ messageSid: sidOf(3), from: dana.phone, body: '', media }));
    await world.receive(text({ messageSid: sidOf(4), from: dana.phone, body: 'ok', media }));
    expect(world.sentTo(MARIA)).toEqual([
      'QuickDumpNow: here\nhttps://x.example/m/0002.0',
      'QuickDumpNow: https://x.example/m/0003.0',
      'QuickDumpNow: ok\nhttps://x.example/m/0004.0',
    ]);
  });
});

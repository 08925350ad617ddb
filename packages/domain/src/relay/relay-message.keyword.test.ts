import { beforeEach, describe, expect, test } from '@jest/globals';
import type { JobId, PhoneNumber, TrailerId } from '../ids.ts';
import { aJob } from '../testing/index.ts';
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

describe('a customer’s keyword', () => {
  test('CANCEL tells the team what the carrier did and how to call, and raises the alarm when no one answers', async () => {
    await world.receive(text({ body: 'Cancel' }));
    expect(world.sentTo(dana.phone)).toEqual([
      'Maria Lopez @1042: "CANCEL"\nThe carrier takes CANCEL as an opt-out and has blocked our texts to this phone. The trailer or the order may be meant.\nPlease call +15125550111. Texting START undoes it.',
    ]);
    expect(await world.relay.stopped([MARIA])).toEqual(new Set([MARIA]));
    await world.wait(20);
    expect(world.sentTo(OPERATOR)).toHaveLength(1);
  });

  test.each(['STOP', 'END', 'quit', 'START', 'INFO'])('%s raises no alarm', async (body) => {
    await world.receive(text({ body }));
    await world.wait(60);
    expect(world.sentTo(dana.phone)).toHaveLength(1);
    expect(world.sentTo(OPERATOR)).toEqual([]);
  });

  test('HELP wakes the team, and raises the alarm when no one answers', async () => {
    const asleep = { ...dana, quietHours: { from: '00:00', to: '23:00' } };
    world = aWorld([aJob({ contacts: [asleep] })]);
    await world.receive(text({ body: 'HELP' }));
    expect(world.sentTo(dana.phone)[0]).toContain('(the carrier has answered with its own text)');
    await world.wait(20);
    expect(world.sentTo(OPERATOR)).toHaveLength(1);
  });

  test('of a stranger names the digits of the number', async () => {
    await world.receive(text({ from: STRANGER, body: 'STOP' }));
    expect(world.sentTo(dana.phone)[0]).toMatch(/^A number ending in 0199 @u0199: "STOP"\n/);
  });

  test('in an ordinary sentence is ordinary words', async () => {
    await world.receive(text({ body: 'stop by at 3 please' }));
    expect(world.sentTo(dana.phone)[0]).toContain('"stop by at 3 please"');
    expect(await world.relay.consents(MARIA)).toEqual([]);
  });
});

describe('a dispatcher’s keyword', () => {
  test.each(['STOP', 'Quit'])('%s tells colleagues and operator at once how to undo it', async (body) => {
    world = aWorld([], { cascade: { order: 'in-order', minutes: 15 } });
    await world.receive(text({ from: dana.phone, body }));
    const told = `dana texted ${body.toUpperCase()}, so the carrier blocks all our texts to that phone: dana gets no customer messages now. To undo, text START from that phone to +15125550142.`;
    expect(world.taken.map((sms) => [sms.to, sms.body])).toEqual([
      [luis.phone, told],
      [OPERATOR, told],
    ]);
    expect(world.reports).toEqual([{ kind: 'team-phone-stopped', messageSid: sidOf(1) }]);
    await world.wait(60);
    expect(world.taken).toHaveLength(2);
  });

  test('START tells them that the phone gets texts again', async () => {
    await world.receive(text({ from: dana.phone, body: 'STOP' }));
    await world.receive(text({ messageSid: sidOf(2), receivedAt: START + 1, from: dana.phone, body: 'UNSTOP' }));
    expect(world.sentTo(OPERATOR)[1]).toBe('dana texted UNSTOP: that phone gets our texts again.');
    expect(await world.relay.stopped([dana.phone])).toEqual(new Set());
  });

  test('HELP reaches the colleagues and not the customer', async () => {
    await world.receive();
    await world.receive(text({ messageSid: sidOf(2), from: dana.phone, body: 'help' }));
    expect(world.sentTo(luis.phone)[1]).toContain('dana texted HELP.');
    expect(world.sentTo(MARIA)).toEqual([]);
  });

  test('of the operator reaches the dispatchers', async () => {
    await world.receive(text({ from: OPERATOR, body: 'end' }));
    expect(world.taken.map(({ to }) => to)).toEqual([dana.phone, luis.phone]);
  });
});

describe('a dispatcher’s decision about consent', () => {
  const decide = (n: number, body: string) =>
    world.receive(text({ messageSid: sidOf(n), receivedAt: START + n, from: dana.phone, body }));

  test('ends the texts to a customer, and begins them again', async () => {
    await decide(2, '@1042 stop');
    expect(world.sentTo(dana.phone)).toEqual(['Maria Lopez @1042 gets no more texts. To undo, reply @1042 start.']);
    await decide(3, '@1042 we come at 3');
    expect(world.sentTo(MARIA)).toEqual([]);
    await decide(4, '@1042 Start.');
    await decide(5, '@1042 we come at 4');
    expect(world.sentTo(MARIA)).toEqual(['QuickDumpNow: we come at 4']);
    expect((await world.relay.consents(MARIA)).map(({ by, why, isStopped }) => [by, why, isStopped])).toEqual([
      ['dispatcher', 'dana', false],
      ['dispatcher', 'dana', true],
    ]);
  });

  test('cannot undo the person’s own opt-out', async () => {
    await world.receive(text({ body: 'STOP' }));
    await decide(2, '@1042 start');
    expect(world.sentTo(dana.phone)[1]).toBe(
      'Maria Lopez @1042 has opted out, and only that phone can undo it, by texting START. Please call +15125550111.',
    );
    await decide(3, '@1042 stop');
    expect((await world.relay.consents(MARIA)).map(({ by }) => by)).toEqual(['stop']);
  });

  test('is about a stranger, by their handle', async () => {
    await world.receive(text({ from: STRANGER, body: 'who are you' }));
    await decide(2, '@u0199 stop');
    expect(await world.relay.stopped([STRANGER])).toEqual(new Set([STRANGER]));
  });

  test('is not made by other words with a handle', async () => {
    await decide(2, '@1042 stop at the gate');
    expect(world.sentTo(MARIA)).toHaveLength(1);
    expect(await world.relay.consents(MARIA)).toEqual([]);
  });
});

describe('a question', () => {
  const scheduled = aJob({
    id: 'QDN-9' as JobId,
    status: 'scheduled',
    history: [],
    scheduledFor: START + 24 * 3_600_000,
    contacts: [dana, luis],
    trailers: ['T1' as TrailerId],
    customer: { name: 'Maria Lopez', phone: MARIA as PhoneNumber },
  });
  const ask = (n: number, minutes: number) =>
    world.receive(text({ messageSid: sidOf(n), body: 'What time?', receivedAt: START + minutes * 60_000 }));
  const at = async (minutes: number) => {
    world.now = START + minutes * 60_000;
  };
  beforeEach(() => {
    world = aWorld([scheduled]);
  });

  test('is answered once, and goes to the team when it is asked again', async () => {
    await ask(1, 0);
    expect(world.sentTo(MARIA)).toHaveLength(1);
    expect(world.sentTo(dana.phone)).toEqual([]);
    await at(5);
    await ask(2, 5);
    expect(world.sentTo(MARIA)).toHaveLength(1);
    expect(world.sentTo(dana.phone)[0]).toContain('"What time?"');
  });

  test('goes to the team for some hours after a dispatcher has written', async () => {
    await world.receive(text({ from: dana.phone, body: '@9 Yes, Tuesday works' }));
    await at(60);
    await ask(2, 60);
    expect(world.sentTo(dana.phone)[0]).toContain('"What time?"');
    await at(6 * 60);
    await ask(3, 6 * 60);
    expect(world.sentTo(MARIA).at(-1)).toMatch(/^QDN-9 is scheduled for Nov 24, 9:00 AM\.\n/);
  });
});

describe('a customer whose job has ended', () => {
  test('has a name and a job for some months, and not forever', async () => {
    const ended = (days: number) =>
      aWorld([aJob({ status: 'completed', contacts: [dana], updatedAt: START - days * 24 * 3_600_000 })]);
    for (const [days, isKnown] of [
      [1, true],
      [100, true],
      [200, false],
    ] as const) {
      world = ended(days);
      await world.receive(text({ body: 'You broke my fence!!' }));
      expect(world.sentTo(dana.phone)[0]?.includes('Maria Lopez')).toBe(isKnown);
    }
  });

  test('is known on WhatsApp too', async () => {
    await world.receive(text({ from: `whatsapp:${MARIA}`, body: 'hello' }));
    expect(world.sentTo(dana.phone)[0]).toContain('Reply: @1042 ...');
  });

  test('cannot be texted on any channel after an opt-out on one', async () => {
    await world.receive(text({ from: `whatsapp:${MARIA}`, body: 'STOP' }));
    await world.receive(text({ messageSid: sidOf(2), from: dana.phone, body: '@1042 hello Maria' }));
    // No carrier confirms the opt-out there, so we do, once.
    expect([...world.sentTo(MARIA), ...world.sentTo(`whatsapp:${MARIA}`)]).toEqual([
      expect.stringContaining('You get no more texts from us.'),
    ]);
  });
});

describe('a stranger on WhatsApp', () => {
  test('has a handle, and is answered there', async () => {
    await world.receive(text({ from: `whatsapp:${STRANGER}`, body: 'do you rent by the day?' }));
    await world.receive(text({ messageSid: sidOf(2), from: dana.phone, body: '@u0199 yes, 90 a day' }));
    expect(world.sentTo(`whatsapp:${STRANGER}`)).toEqual(['QuickDumpNow: yes, 90 a day']);
  });
});

describe('a budget', () => {
  const say = (n: number, from: string, body: string) =>
    world.receive(text({ messageSid: sidOf(n), from, body, receivedAt: START + n }));

  test('of a customer is not spent by strangers who name the job', async () => {
    for (let n = 1; n <= 33; n++) await say(n, `+151255502${String(n % 3).padStart(2, '0')}`, `QDN-1042 look ${n}`);
    for (const n of [40, 41]) await say(n, MARIA, `The gate code changed ${n}`);
    expect(world.sentTo(dana.phone).filter((body) => body.includes('gate code'))).toHaveLength(2);
  });

  test('tells a sender who is held, once, and gives the team the handle', async () => {
    for (let n = 1; n <= 20; n++) await say(n, STRANGER, `line ${n}`);
    expect(world.sentTo(STRANGER)).toEqual([
      expect.stringMatching(
        /^QuickDumpNow: Many texts came in a short time\. Our dispatchers get the rest together within \d+ min\.$/,
      ),
    ]);
    await world.wait(12);
    expect(world.sentTo(dana.phone).at(-1)).toContain('Reply: @u0199 ...');
  });
});

import { beforeEach, describe, expect, test } from '@jest/globals';
import type { JobId, PhoneNumber, TrailerId } from '../ids.ts';
import { aFix, aJob } from '../testing/index.ts';
import type { InboundMessage } from './inbound-message.ts';
import { UNMATCHED } from './outbound-message.ts';
import {
  aWorld,
  contact,
  dana,
  luis,
  MARIA,
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

describe('a customer’s text', () => {
  test('goes to each contact once, with everything needed to act on it', async () => {
    const fixes = [30.3, 30.295].map((lat, i) => aFix({ at: START - 60_000 + i * 50_000, lat, lon: -97.74 }));
    await world.locations.append(fixes);
    await world.receive();
    expect(world.taken.map(({ to }) => to)).toEqual([dana.phone, luis.phone]);
    expect(world.taken[0]?.body).toMatch(
      /^Maria Lopez @1042: "Can you come after 3\? QDN-1042"\n1100 Congress Ave\nT1: on the way, ETA \d+:\d\d-\d+:\d\d AM\nhttps:\/\/x\.example\/t\/QDN-1042\.0001\nReply: @1042 \.\.\.$/,
    );
    expect(world.taken[1]?.body).toBe(world.taken[0]?.body);
    expect(world.taken[0]?.outboundMessageId).toBe(`QDN-1042~${sidOf(1)}~dana`);
  });

  test('is on the job’s timeline and in the log, with its recipients', async () => {
    await world.receive();
    const [entry, ...more] = await world.relay.timeline('QDN-1042');
    expect(more).toEqual([]);
    expect(entry).toMatchObject({ message: { body: text().body, receivedAt: START }, sender: 'customer' });
    expect(entry?.outboundMessages.map(({ recipient, state }) => [recipient, state])).toEqual([
      ['dana', 'ACCEPTED'],
      ['luis', 'ACCEPTED'],
    ]);
    expect(world.logged).toMatchObject([
      { type: 'message', sid: sidOf(1), timelineId: 'QDN-1042', at: START, data: { record: { body: text().body } } },
      { type: 'text', sid: sidOf(1), data: { recipient: 'dana', state: 'ACCEPTED', body: world.taken[0]?.body } },
      { type: 'text', sid: sidOf(1), data: { recipient: 'luis', state: 'ACCEPTED', carrier: 'fake' } },
    ]);
  });

  test('changes nothing when its webhook is repeated after the job has changed', async () => {
    await world.receive();
    const before = await world.relay.timeline('QDN-1042');
    world.now += 90_000;
    await world.jobs.update(aJob({ contacts: [dana, contact('nina', '+15125550173')], status: 'at_site', version: 2 }));
    await world.receive(text({ receivedAt: world.now }));
    expect(world.taken).toHaveLength(2);
    expect(await world.relay.timeline('QDN-1042')).toEqual(before);
    // Logged again, under the same names.
    expect(new Set(world.logged.map(({ id }) => id)).size).toBe(3);
  });

  test('goes out without an arrival when the positions cannot be read', async () => {
    const locations = { shown: async () => Promise.reject(new Error('down')) };
    await world.receive(text(), { locations });
    expect(world.sentTo(dana.phone)[0]).toContain('\nT1: on the way\n');
    expect(world.reports).toMatchObject([{ kind: 'without-eta', messageSid: sidOf(1) }]);
  });

  test('is relayed on a job that has ended', async () => {
    world = aWorld([aJob({ status: 'completed', contacts: [dana] })]);
    await world.receive();
    expect(world.sentTo(dana.phone)[0]).toContain('\nT1: delivered 8:00 AM\n');
  });

  test('reaches the company’s contacts when it belongs to no job', async () => {
    await world.receive(text({ from: STRANGER, body: 'do you rent by the day?' }));
    expect(world.sentTo(dana.phone)).toEqual([
      'Unknown number @u0199: "do you rent by the day?"\nNo job found.\nReply: @u0199 ...',
    ]);
    expect(world.sentTo(luis.phone)).toHaveLength(1);
    expect(await world.relay.timeline(UNMATCHED)).toMatchObject([{ sender: '+*********99' }]);
  });

  test.each([
    ['STOP', 'Maria Lopez @1042: "STOP"'],
    [' stop ', 'Maria Lopez @1042: "STOP"'],
    ['Unsubscribe', 'Maria Lopez @1042: "UNSUBSCRIBE"'],
    ['START', 'Maria Lopez @1042: "START"'],
    ['HELP', '"HELP"'],
    ['info', '"info"'],
  ])('reaches the team and the timeline when it is the keyword %j, without an answer of ours', async (body, shown) => {
    await world.receive(text({ body }));
    expect(world.taken.map(({ to }) => to)).toEqual([dana.phone, luis.phone]);
    expect(world.sentTo(dana.phone)[0]).toContain(shown);
    expect(await world.relay.timeline('QDN-1042')).toHaveLength(1);
  });

  test('is advertising, although a dispatcher has just answered someone else', async () => {
    const spam = 'your parcel with boxes is on hold, confirm at https://parcel.example/red';
    await world.receive(text({ from: '+13127640101', body: 'do you rent by the day?' }));
    await world.receive(text({ messageSid: sidOf(2), from: dana.phone, body: '@u0101 we do' }));
    await world.receive(text({ messageSid: sidOf(3), from: STRANGER, body: spam }));
    await world.wait(60);
    expect(world.taken.filter(({ body }) => body.includes('parcel'))).toEqual([]);
  });

  test('reaches the team when it only says yes, hours after a dispatcher asked', async () => {
    await world.receive(text({ body: 'Is today fine? QDN-1042' }));
    await world.receive(text({ messageSid: sidOf(2), from: dana.phone, body: '@1042 shall we come at 5?' }));
    await world.wait(300);
    await world.receive(text({ messageSid: sidOf(3), body: 'ok', receivedAt: world.now }));
    expect(world.sentTo(dana.phone).at(-1)).toContain('Maria Lopez @1042: "ok"');
  });

  test('is not relayed when it comes from our own number', async () => {
    await world.receive(text({ from: '+15125550142' }));
    expect(world.taken).toEqual([]);
  });
});

describe('the job of a text', () => {
  const sams = aJob({
    id: 'QDN-5' as JobId,
    customer: { name: 'Sam Carter', phone: '+15125550112' as PhoneNumber },
    contacts: [dana],
  });
  const newer = aJob({ id: 'QDN-1050' as JobId, createdAt: START + 1, contacts: [dana] });
  const firstLineFor = async (message: Partial<InboundMessage>) => {
    await world.receive(text(message));
    return world.sentTo(dana.phone)[0]?.split('\n')[0];
  };

  test('is found by the path, then by the text, then by the phone', async () => {
    world = aWorld([aJob({ contacts: [dana] }), sams, newer]);
    expect(await firstLineFor({ pathJob: 'QDN-5' as JobId })).toContain('about Sam Carter (5)');
    expect(await firstLineFor({ messageSid: sidOf(2) })).toBeDefined();
    expect(world.sentTo(dana.phone)[1]).toContain('Maria Lopez @1042: ');
  });

  test('is the sender’s newest active one when none is named, with a note on the others', async () => {
    world = aWorld([aJob({ contacts: [dana] }), newer]);
    expect(await firstLineFor({ body: 'are you near?' })).toBe('Maria Lopez @1050: "are you near?"');
    expect(world.sentTo(dana.phone)[0]).toContain('(newest of 2 jobs, also QDN-1042)');
  });

  test('is the sender’s own when a number in the text may mean something else', async () => {
    world = aWorld([aJob({ contacts: [dana] }), sams]);
    expect(await firstLineFor({ body: 'the gate code is #5' })).toBe('Maria Lopez @1042: "the gate code is #5"');
  });

  test('is the one that a number may mean when nothing else is found, with the sender’s name', async () => {
    world = aWorld([aJob({ contacts: [dana] }), sams]);
    expect(await firstLineFor({ body: 'about #5', from: STRANGER })).toBe(
      'Guest @u0199 about Sam Carter (5): "about #5"',
    );
  });

  test('is the sender’s own when the path or the text names one that does not exist', async () => {
    expect(await firstLineFor({ pathJob: 'QDN-9' as JobId, body: 'QDN-10420, sorry, #1042' })).toBe(
      'Maria Lopez @1042: "QDN-10420, sorry, #1042"',
    );
    world = aWorld();
    expect(await firstLineFor({ body: 'QDN-99' })).toBe('Maria Lopez @1042: "QDN-99"');
  });

  test('is not one of the phone index that has ended or belongs to another customer', async () => {
    const jobs = {
      ...world.jobs,
      activeByPhone: async () => ['QDN-1', 'QDN-2', 'QDN-1042'] as JobId[],
      endedByPhone: async () => [],
    };
    await world.jobs.create(aJob({ id: 'QDN-1' as JobId, status: 'completed' }));
    await world.jobs.create(aJob({ id: 'QDN-2' as JobId, customer: sams.customer }));
    await world.receive(text({ body: 'hello' }), { jobs });
    expect(world.sentTo(dana.phone)[0]).toContain('Maria Lopez @1042: "hello"\n');
    expect(world.sentTo(dana.phone)[0]).not.toContain('newest of');
  });
});

test('of several jobs that a text names, the newest active one counts, with a note on the others', async () => {
  const ended = aJob({ id: 'QDN-7' as JobId, status: 'completed', createdAt: START + 2, contacts: [dana] });
  const newer = aJob({ id: 'QDN-8' as JobId, createdAt: START + 1, contacts: [dana] });
  world = aWorld([aJob({ contacts: [dana] }), ended, newer]);
  await world.receive(text({ body: 'QDN-7, QDN-1042 and QDN-8: all tomorrow?' }));
  expect(world.sentTo(dana.phone)[0]).toMatch(/^Maria Lopez @8: .*\(also names QDN-1042, QDN-7\)/s);
});

test('a sender over another service is named without their number', async () => {
  await world.receive(text({ from: 'whatsapp:+15125550999', body: 'hello' }));
  expect(world.sentTo(dana.phone)[0]).toMatch(/^Unknown number @u0999: /);
  expect(world.sentTo(dana.phone)[0]).not.toContain('5550999');
});

describe('a customer’s question', () => {
  test.each([
    ['STATUS', /^QDN-1042 is on the way/],
    ['¿Cuál es el estado?', /^QDN-1042 esta en camino/],
  ])('%s is answered without a person', async (body, answer) => {
    await world.receive(text({ body }));
    expect(world.taken).toMatchObject([{ to: MARIA, body: expect.stringMatching(answer) }]);
    expect(await world.relay.timeline('QDN-1042')).toMatchObject([{ message: { body }, sender: 'customer' }]);
  });

  test('after the end is answered from the job that ended last, without a text to the team', async () => {
    const ended = (id: string, at: number) =>
      aJob({
        ...{ id: id as JobId, status: 'completed', contacts: [dana], updatedAt: at },
        history: [{ status: 'completed', at, by: 'fixes', reason: '', stop: 0, trailerId: 'T1' as TrailerId }],
      });
    world = aWorld([ended('QDN-1042', START - 3_600_000), ended('QDN-1030', START - 50 * 3_600_000)]);
    await world.receive(text({ body: 'ETA' }));
    expect(world.taken).toMatchObject([
      { to: MARIA, body: expect.stringMatching(/^QDN-1042 was delivered at 8:00 AM/) },
    ]);
  });

  test('goes to the team when the last job ended more than a week ago', async () => {
    const longAgo = START - 8 * 24 * 3_600_000;
    world = aWorld([aJob({ status: 'completed', contacts: [dana], updatedAt: longAgo })]);
    await world.receive(text({ body: 'ETA' }));
    expect(world.sentTo(MARIA)).toEqual([]);
    expect(world.sentTo(dana.phone)).toHaveLength(1);
  });

  test('about several open jobs is answered with a line for each, the one under way first', async () => {
    const booked = (id: string, days: number) =>
      aJob({
        ...{ id: id as JobId, status: 'scheduled', history: [], contacts: [dana] },
        ...{ createdAt: START + days, scheduledFor: START + days * 24 * 3_600_000 },
      });
    world = aWorld([aJob({ contacts: [dana] }), booked('QDN-1050', 1), booked('QDN-1051', 2), booked('QDN-1052', 3)]);
    await world.receive(text({ body: 'STATUS' }));
    expect(
      world
        .sentTo(MARIA)[0]
        ?.split('\n')
        .filter((line) => !line.startsWith('https')),
    ).toEqual([
      'QDN-1042 is on the way.',
      'QDN-1050 is scheduled for Nov 24, 9:00 AM.',
      'QDN-1051 is scheduled for Nov 25, 9:00 AM.',
      'For a person, text again or call +15125550100.',
    ]);
  });

  test('goes to a person when someone other than the job’s customer asks', async () => {
    await world.receive(text({ from: STRANGER, body: 'status QDN-1042' }));
    expect(world.sentTo(STRANGER)).toEqual([]);
    expect(world.sentTo(dana.phone)).toHaveLength(1);
  });
});

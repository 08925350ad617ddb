import { describe, expect, test } from '@jest/globals';
import { aJob } from '../testing/index.ts';
import { RelayIncomplete } from './dependencies.ts';
import {
  aWorld,
  busy,
  dana,
  luis,
  MARIA,
  type RelayWorld,
  START,
  sidOf,
  takenTimeOut,
  text,
  timeout,
} from './testing/relay-world.ts';

const MINUTE = 60_000;
/** 9:42 PM in Chicago, on the day of START. */
const EVENING = START + (12 * 60 + 42) * MINUTE;
const asleep = (contact: typeof dana) => ({ ...contact, quietHours: { from: '21:00', to: '07:00' } });
const linesOf = (body = '') => body.split('\n');

const atSite = async (world: RelayWorld, at: number) => {
  const job = await world.jobs.find(aJob().id);
  if (!job) throw new Error('The job is missing');
  const change = { status: 'at_site' as const, at, by: 'operator' as const, reason: 'said so', stop: 0 };
  await world.jobs.update({ ...job, status: 'at_site', history: [...job.history, change], version: job.version + 1 });
};

describe('a text that waits until the morning', () => {
  test('says when it was written, and has the facts of the morning', async () => {
    const world = aWorld([aJob({ contacts: [asleep(dana)] })]);
    world.now = EVENING;
    const body = 'The gate is open now, come in the next 10 minutes';
    await world.receive(text({ body, receivedAt: EVENING }));
    expect(world.sentTo(dana.phone)).toEqual([]);
    await atSite(world, EVENING + 30 * MINUTE);
    await world.wait(11 * 60);
    const [sent] = world.sentTo(dana.phone);
    expect(linesOf(sent)).toEqual([
      'Maria Lopez @1042, written Nov 23, 9:42 PM: "The gate is open now, come in the next 10 minutes"',
      '1100 Congress Ave',
      'T1: at the site since Nov 23, 10:12 PM',
      'https://x.example/t/QDN-1042.0001',
      'Reply: @1042 ...',
    ]);
    expect(world.sentTo(dana.phone)).toHaveLength(1);
  });
});

describe('a text that goes to the next contact', () => {
  test('has the facts of its own moment, and does not change the first one', async () => {
    const world = aWorld([aJob({ contacts: [dana, luis] })], { cascade: { order: 'in-order', minutes: 15 } });
    await world.receive();
    await atSite(world, START + 10 * MINUTE);
    await world.wait(16);
    expect(world.sentTo(dana.phone)).toHaveLength(1);
    expect(linesOf(world.sentTo(dana.phone)[0])[2]).toBe('T1: on the way');
    expect(linesOf(world.sentTo(luis.phone)[0]).slice(0, 3)).toEqual([
      'Maria Lopez @1042, written 9:00 AM: "Can you come after 3? QDN-1042"',
      '1100 Congress Ave',
      'T1: at the site since 9:10 AM',
    ]);
    const bodies = (await world.outboundMessages()).map(({ body }) => body);
    expect(bodies.sort()).toEqual([...world.sentTo(dana.phone), ...world.sentTo(luis.phone)].sort());
  });
});

describe('a text that its carrier did not take', () => {
  test('is composed again when it certainly was not sent', async () => {
    const world = aWorld([aJob({ contacts: [dana] })]);
    world.behave = () => busy;
    await expect(world.receive()).rejects.toThrow(RelayIncomplete);
    world.now += 2 * 60 * MINUTE;
    world.behave = () => ({ kind: 'accepted', carrierSid: '' });
    await atSite(world, START + 30 * MINUTE);
    await world.receive();
    expect(world.sentTo(dana.phone)).toHaveLength(1);
    const [sent] = world.sentTo(dana.phone);
    expect(linesOf(sent)[0]).toBe('Maria Lopez @1042, written 9:00 AM: "Can you come after 3? QDN-1042"');
    expect(linesOf(sent)[2]).toBe('T1: at the site since 9:30 AM');
    const [outbound] = await world.outboundMessages();
    expect(outbound).toMatchObject({ recipient: 'dana', body: sent, state: 'ACCEPTED', claims: 2 });
  });

  test('keeps its words once it may have been sent, so that it is found', async () => {
    const world = aWorld([aJob({ contacts: [dana] })]);
    world.behave = () => takenTimeOut;
    await expect(world.receive()).rejects.toThrow(RelayIncomplete);
    world.now += 2 * 60 * MINUTE;
    world.behave = () => ({ kind: 'accepted', carrierSid: '' });
    await world.receive();
    expect(world.sentTo(dana.phone)).toHaveLength(1);
    expect(world.sentTo(dana.phone)[0]).not.toContain('written');
    const [outbound] = await world.outboundMessages();
    expect(outbound).toMatchObject({ recipient: 'dana', state: 'ACCEPTED', body: world.sentTo(dana.phone)[0] });
  });

  test('keeps its words when it is sent again after a search', async () => {
    const world = aWorld([aJob({ contacts: [dana] })]);
    world.behave = () => timeout;
    await expect(world.receive()).rejects.toThrow(RelayIncomplete);
    world.now += 2 * 60 * MINUTE;
    world.behave = () => ({ kind: 'accepted', carrierSid: '' });
    await world.receive();
    expect(world.sentTo(dana.phone)[0]).not.toContain('written');
  });
});

test('an answer that reaches the customer late says when it was written', async () => {
  const world = aWorld([aJob({ contacts: [dana] })]);
  await world.receive();
  const answer = text({ messageSid: sidOf(2), from: dana.phone, body: 'there in 10', receivedAt: START + MINUTE });
  world.now += MINUTE;
  world.behave = () => busy;
  await expect(world.receive(answer)).rejects.toThrow(RelayIncomplete);
  world.now += 60 * MINUTE;
  world.behave = () => ({ kind: 'accepted', carrierSid: '' });
  await world.receive(answer);
  expect(world.sentTo(MARIA)).toEqual(['QuickDumpNow (9:01 AM): there in 10']);
});

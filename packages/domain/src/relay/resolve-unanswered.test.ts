import { beforeEach, describe, expect, test } from '@jest/globals';
import { aJob } from '../testing/index.ts';
import { followUp, recordReceipt, sweep } from './relay-message.ts';
import { aWorld, dana, luis, MARIA, type RelayWorld, receiptOf, STRANGER, sidOf, text } from './testing/relay-world.ts';

const DAY_MIN = 24 * 60;
let world: RelayWorld;
beforeEach(async () => {
  world = aWorld();
  await world.receive(text({ body: 'Can you come after 3? QDN-1042' }));
  await world.wait(60);
});
const unanswered = async () => (await world.relay.attention(world.now)).unanswered.map(({ messageSid }) => messageSid);
const endJob = async () => {
  const job = await world.jobs.find(aJob().id);
  if (!job) throw new Error('The tests have this job');
  await world.jobs.update({ ...job, status: 'completed', updatedAt: world.now, version: job.version + 1 });
};

describe('an unanswered message', () => {
  test('stays on the list while its job is open', async () => {
    await sweep(world.dependencies());
    expect(await unanswered()).toEqual([sidOf(1)]);
  });

  test('is resolved by the first sweep after its job has ended, in its conversation too', async () => {
    await endJob();
    await sweep(world.dependencies());
    expect(await unanswered()).toEqual([]);
    expect((await world.relay.plan(sidOf(1)))?.answeredBy).toBe('the job has ended');
    expect((await world.relay.conversation(MARIA))?.waiting).toEqual([]);
    expect(world.entries('acknowledgement')).toMatchObject([{ sid: sidOf(1), data: { by: 'the job has ended' } }]);
    const texts = world.taken.length;
    await sweep(world.dependencies());
    expect(world.taken).toHaveLength(texts);
  });

  test('that reached no one waits for a dispatcher in quiet hours after its job has ended, and is resolved after that text', async () => {
    const asleep = { ...luis, quietHours: { from: '08:00', to: '12:00' } };
    world = aWorld([aJob({ contacts: [dana, asleep] })]);
    await world.receive(text({ body: 'Can you come after 3? QDN-1042' }));
    await world.wait(60);
    for (const sent of await world.outboundMessages())
      await recordReceipt(world.dependencies(), sent, receiptOf(sent.carrierSid ?? '', 'failed', 30004), world.now);
    await endJob();
    await sweep(world.dependencies());
    expect(await unanswered()).toEqual([sidOf(1)]);
    await world.wait(3 * 60);
    expect(world.sentTo(luis.phone)).toHaveLength(1);
    await sweep(world.dependencies());
    expect(await unanswered()).toEqual([]);
  });

  test('that a dispatcher has is resolved when its job has ended, while another sleeps', async () => {
    const asleep = { ...luis, quietHours: { from: '08:00', to: '12:00' } };
    world = aWorld([aJob({ contacts: [dana, asleep] })]);
    await world.receive(text({ body: 'Can you come after 3? QDN-1042' }));
    await world.wait(60);
    expect(await unanswered()).toEqual([sidOf(1)]);
    await endJob();
    await sweep(world.dependencies());
    expect(await unanswered()).toEqual([]);
  });

  test('stays on the list when it was written after its job had ended: it may be a complaint', async () => {
    await endJob();
    await world.wait(5);
    const complaint = text({ messageSid: sidOf(3), body: 'You broke my fence!! QDN-1042', receivedAt: world.now });
    await world.receive(complaint);
    await world.wait(60);
    await sweep(world.dependencies());
    expect(await unanswered()).toEqual([sidOf(3)]);
  });

  test('is resolved when the operator has called its sender', async () => {
    const task = { what: 'called', timelineId: 'QDN-1042', messageSid: sidOf(1), dueAt: world.now } as const;
    await followUp(world.dependencies(), task);
    await followUp(world.dependencies(), task);
    expect(await unanswered()).toEqual([]);
    expect((await world.relay.plan(sidOf(1)))?.answeredBy).toBe('operator, by phone');
  });

  test('of a stranger is resolved by itself after a week, of an open job after a month', async () => {
    await world.receive(text({ messageSid: sidOf(2), from: STRANGER, body: 'Do you rent?', receivedAt: world.now }));
    await world.wait(8 * DAY_MIN);
    await sweep(world.dependencies());
    expect(await unanswered()).toEqual([sidOf(1)]);
    await world.wait(23 * DAY_MIN);
    await sweep(world.dependencies());
    expect(await unanswered()).toEqual([]);
  });
});

import { beforeEach, describe, expect, test } from '@jest/globals';
import type { JobId } from '../ids.ts';
import type { Job } from '../job.ts';
import { aJob } from '../testing/index.ts';
import { RelayIncomplete } from './dependencies.ts';
import { giveNotice } from './give-notice.ts';
import { accepted, aWorld, busy, dana, MARIA, type RelayWorld, START, text } from './testing/relay-world.ts';

let world: RelayWorld;
beforeEach(() => {
  world = aWorld();
});

describe('a notice', () => {
  const onTheWay = { what: 'on-the-way', stop: 0, at: START, promised: START + 1_800_000 } as const;
  const order = {
    jobId: 'QDN-1042' as JobId,
    notice: onTheWay,
    eta: { earliest: START + 1_500_000, latest: START + 1_800_000 },
  };
  const withNotice = (changes: Partial<Job> = {}) =>
    aWorld([aJob({ contacts: [dana], notices: [onTheWay], ...changes })]);

  test('reaches the customer once, with ETA and link, and is on the timeline', async () => {
    world = withNotice();
    await giveNotice(world.dependencies(), order);
    await giveNotice(world.dependencies(), order);
    expect(world.taken).toMatchObject([{ to: MARIA }]);
    expect(world.taken[0]?.body).toMatch(
      /^QuickDumpNow: Your trailer is on the way. ETA 9:25-9:30 AM\.\nhttps:\/\/x\.example\/t\//,
    );
    expect(await world.relay.timeline('QDN-1042')).toMatchObject([
      { sender: 'company', outboundMessages: [{ state: 'ACCEPTED' }] },
    ]);
  });

  test('that its carrier did not take in time is not sent any more', async () => {
    world = withNotice();
    world.behave = () => busy;
    await expect(giveNotice(world.dependencies(), order)).rejects.toThrow(RelayIncomplete);
    world.behave = () => accepted;
    world.now += 20 * 60_000;
    await giveNotice(world.dependencies(), order);
    expect(world.taken).toHaveLength(1);

    world = withNotice();
    world.behave = () => busy;
    await expect(giveNotice(world.dependencies(), order)).rejects.toThrow(RelayIncomplete);
    world.behave = () => accepted;
    world.now += 31 * 60_000;
    for (const _ of [1, 2]) await giveNotice(world.dependencies(), order);
    expect(world.taken).toEqual([]);
    expect(await world.outboundMessages()).toMatchObject([{ state: 'REJECTED', errorCode: 'EXPIRED' }]);
    // A text that its carrier refused with an error is not an opt-out.
    expect([...(await world.relay.stopped([MARIA]))]).toEqual([]);
  });

  test('is in the language of the customer’s last question', async () => {
    world = withNotice();
    await world.receive(text({ body: '¿Cuál es el estado?' }));
    await giveNotice(world.dependencies(), order);
    expect(world.sentTo(MARIA)[1]).toMatch(/^QuickDumpNow: Su remolque esta en camino\. Llegada 9:25-9:30 AM\.\n/);
  });

  test.each<[Job['status'], 'on-the-way' | 'arrived' | 'completed', number]>([
    ['at_site', 'on-the-way', 0],
    ['at_site', 'arrived', 1],
    ['in_transit', 'arrived', 0],
    ['completed', 'arrived', 0],
    ['completed', 'completed', 1],
    ['cancelled', 'on-the-way', 0],
    ['cancelled', 'completed', 0],
  ])('of a job that is %s by now, "%s" is sent %i times', async (status, what, count) => {
    const notice = { ...onTheWay, what };
    const history = [{ status, at: START, by: 'operator', reason: '', stop: 0 }] as const;
    world = aWorld([aJob({ contacts: [dana], notices: [notice], status, history: [...history] })]);
    await giveNotice(world.dependencies(), { ...order, notice });
    expect(world.taken).toHaveLength(count);
  });

  test('does not state an arrival that is over, or was estimated long ago', async () => {
    for (const [now, eta] of [
      [START + 10_000, { earliest: START - 600_000, latest: START - 300_000 }],
      [START + 16 * 60_000, { earliest: START + 1_500_000, latest: START + 1_800_000 }],
    ] as const) {
      world = withNotice();
      world.now = now;
      await giveNotice(world.dependencies(), { ...order, eta });
      expect(world.taken[0]?.body).toMatch(/^QuickDumpNow: Your trailer is on the way\.\n/);
    }
  });

  test('waits for the write of the job, and is dropped when that write never happens', async () => {
    world = aWorld([aJob({ contacts: [dana] })]);
    await expect(giveNotice(world.dependencies(), order)).rejects.toThrow('not written yet');
    world.now += 200_000;
    await giveNotice(world.dependencies(), order);
    expect(world.taken).toEqual([]);
  });

  test.each([
    ['that has stopped', START, true],
    ['in quiet hours', Date.UTC(2026, 10, 24, 4), false],
    ['half an hour later', START + 31 * 60_000, false],
  ])('is not texted to a number %s', async (_, now, isStopped) => {
    world = withNotice();
    world.now = now;
    await world.relay.setConsent({ phone: MARIA, isStopped, by: 'operator', why: null, at: START });
    await giveNotice(world.dependencies(), order);
    expect(world.taken).toEqual([]);
  });

  test('can be answered: the answer goes to the team', async () => {
    world = withNotice();
    await giveNotice(world.dependencies(), order);
    await world.receive(text({ body: 'great, use the side gate' }));
    expect(world.sentTo(dana.phone)).toHaveLength(1);
  });
});

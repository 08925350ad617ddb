import { beforeEach, describe, expect, test } from '@jest/globals';
import type { AccountId, JobId, PhoneNumber } from '../../ids.ts';
import { createJob } from '../../jobs/create-job.ts';
import { NOTHING_PLANNED } from '../plan.ts';
import { aWorld, dana, luis, MARIA, type RelayWorld, START, sidOf, text } from '../testing/relay-world.ts';
import { findJobForCustomer, findJobForDispatcher } from './find-job.ts';
import { planCustomerMessage } from './plan-customer-message.ts';
import { planDispatcherMessage } from './plan-dispatcher-message.ts';
import { planMessage } from './plan-message.ts';

let world: RelayWorld;
beforeEach(() => {
  world = aWorld();
});
const plan = (changes: Parameters<typeof text>[0] = {}) =>
  planMessage(world.dependencies(), text(changes)).then((planned) => planned.plan);

describe('the plan of a message', () => {
  test('is on the timeline of its job, in the name of its sender', async () => {
    expect(await plan()).toMatchObject({ kind: 'team', timelineId: 'QDN-1042', sender: 'customer', from: MARIA });
    expect(await plan({ from: dana.phone, body: '@1042 yes' })).toMatchObject({ kind: 'reply', sender: 'dana' });
  });

  test('texts no one for our own number', async () => {
    expect(await plan({ from: '+15125550142' })).toMatchObject(NOTHING_PLANNED);
  });

  test('writes nothing', async () => {
    await plan();
    expect(await world.relay.timeline('QDN-1042')).toEqual([]);
    expect(world.taken).toEqual([]);
  });
});

describe('the plan of a customer’s message', () => {
  const planned = async (body: string) => {
    const deps = world.dependencies();
    const message = text({ messageSid: sidOf(99), body });
    const found = await findJobForCustomer(deps, message);
    return planCustomerMessage(deps, message, { kind: 'customer' }, found, world.now);
  };

  test('answers a question, and relays anything else to the team', async () => {
    expect(await planned('status')).toMatchObject({
      kind: 'answer',
      recipients: [{ recipient: 'customer', to: MARIA }],
    });
    expect(await planned('hello')).toMatchObject({
      kind: 'team',
      recipients: [{ to: dana.phone }, { to: luis.phone }],
    });
  });

  test('holds messages over the budget, except the first urgent one', async () => {
    world = aWorld(undefined, { budgets: { perSender: 1, perJob: 30, minutes: 10 } });
    await world.receive();
    expect(await planned('hello')).toMatchObject({ kind: 'held', recipients: [{ to: MARIA }] });
    expect(await planned('URGENT: it rolls')).toMatchObject({ kind: 'team' });
  });
});

describe('the plan of a dispatcher’s message', () => {
  const planned = async (body: string) => {
    const deps = world.dependencies();
    const message = text({ messageSid: sidOf(99), from: dana.phone, body });
    const found = await findJobForDispatcher(deps, message);
    return (await planDispatcherMessage(deps, message, dana, found, world.now)).planned;
  };
  beforeEach(() => world.receive());

  test('sends an answer to the customer, and marks their messages as answered', async () => {
    expect(await planned('at 3')).toMatchObject({
      kind: 'reply',
      timelineId: 'QDN-1042',
      recipients: [{ to: MARIA }],
      acknowledges: [sidOf(1)],
      bounce: { recipient: 'dana', to: dana.phone },
    });
  });

  test('passes a bare "ok" on after a question', async () => {
    expect(await planned('ok')).toMatchObject({ kind: 'reply', body: 'QuickDumpNow: ok', acknowledges: [sidOf(1)] });
  });

  test('marks a statement as answered for an acknowledgement, and tells the dispatcher that no one was texted', async () => {
    await world.receive(text({ messageSid: sidOf(2), from: dana.phone, body: 'at 3' }));
    await world.receive(text({ messageSid: sidOf(3), body: 'Please use the side gate', receivedAt: world.now + 1 }));
    expect(await planned('ok')).toMatchObject({
      kind: 'answer',
      timelineId: 'QDN-1042',
      acknowledges: [sidOf(3)],
      body: 'Noted for the team. Maria Lopez (@1042) was not texted.',
    });
  });

  test('answers the dispatcher when the recipient is not found or the text is empty', async () => {
    expect(await planned('@9 yes')).toMatchObject({ kind: 'answer', recipients: [{ to: dana.phone }] });
    expect(await planned('@1042')).toMatchObject({ kind: 'answer', recipients: [{ to: dana.phone }] });
  });

  test('does nothing for an automatic reply', async () => {
    expect(await planned('Auto-reply: out until Monday')).toEqual(NOTHING_PLANNED);
  });
});

describe('a company with another prefix', () => {
  const haul7 = {
    id: 'HAUL-7' as JobId,
    accountId: 'lopez' as AccountId,
    kind: 'delivery',
    customer: { name: 'Maria Lopez', phone: MARIA as PhoneNumber },
    stops: [{ kind: 'drop_off', address: '1100 Congress Ave', lat: 30.2747, lon: -97.7404 }],
    trailers: [],
    contacts: [dana],
    scheduledFor: START + 24 * 3_600_000,
  } as const;
  beforeEach(async () => {
    world = aWorld([]);
    world.company.jobPrefix = 'HAUL';
    await createJob(world.jobs, haul7, world.now);
  });

  test('has its job IDs in texts, and the number alone in handles', async () => {
    await world.receive(text({ body: 'is job 7 on time?' }));
    expect(world.sentTo(dana.phone)).toEqual([
      'Maria Lopez @7: "is job 7 on time?"\n1100 Congress Ave\nscheduled for Nov 24, 9:00 AM\nhttps://x.example/t/HAUL-7.0001\nReply: @7 ...',
    ]);
    await world.receive(text({ messageSid: sidOf(2), body: 'STATUS haul 7' }));
    expect(world.sentTo(MARIA)[0]).toMatch(/^HAUL-7 is scheduled for Nov 24, 9:00 AM\.\n/);
  });

  test.each(['@7 yes', 'haul 7: yes', 'HAUL-7 yes'])('sends %j to the customer of its job', async (body) => {
    await world.receive(text({ from: dana.phone, body }));
    expect(world.sentTo(MARIA)).toEqual(['QuickDumpNow: yes']);
  });

  test('does not read the prefix of another company as its own', async () => {
    expect(await plan({ from: dana.phone, body: 'QDN-7 yes' })).toMatchObject({
      kind: 'answer',
      timelineId: 'UNMATCHED',
    });
  });
});

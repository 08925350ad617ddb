import { beforeEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { JobId, MessageSid, PhoneNumber, RecipientId } from '../ids.ts';
import { aJob, memoryJobs, memoryLocations, memoryRelay } from '../testing/index.ts';
import { LEASE_MS, RECONCILE_GRACE_MS, UNMATCHED } from './effect.ts';
import type { InboundMessage } from './inbound.ts';
import { type RelayDependencies, relayMessage, Unsettled } from './relay-message.ts';
import type { SendOutcome, Sms } from './sms-carrier.ts';

const START = Date.UTC(2026, 10, 23, 15);
const dana = { id: 'dana' as RecipientId, name: 'Dana', phone: '+15125550171' as PhoneNumber };
const luis = { id: 'luis' as RecipientId, name: 'Luis', phone: '+15125550172' as PhoneNumber };
const sidOf = (n: number) => `SM${String(n).padStart(32, '0')}` as MessageSid;
const text = (changes: Partial<InboundMessage> = {}): InboundMessage => ({
  messageSid: sidOf(1),
  pathJob: null,
  receivedAt: START,
  from: '+15125550111',
  to: '+15125550142',
  body: 'Can you come after 3? QDN-1042',
  optOutType: null,
  media: [],
  ...changes,
});

/** A carrier that keeps what it took. `behave` decides what becomes of each text, by its number. */
const fakeCarrier = () => {
  const taken: Array<Sms & { at: number; carrierSid: string }> = [];
  const carrier = {
    name: 'fake',
    taken,
    listed: true,
    behave: (_sms: Sms, _attempt: number): SendOutcome['kind'] | 'taken-but-unknown' => 'accepted',
    send: async (sms: Sms): Promise<SendOutcome> => {
      const kind = carrier.behave(sms, taken.length);
      const carrierSid = `SMout${taken.length}`;
      if (kind === 'accepted' || kind === 'taken-but-unknown') taken.push({ ...sms, at: world.now, carrierSid });
      if (kind === 'accepted') return { kind, carrierSid };
      if (kind === 'rejected') return { kind, code: 21211, detail: 'no such number' };
      if (kind === 'not-processed') return { kind, detail: '429' };
      return { kind: 'unknown', detail: 'time-out' };
    },
    find: async ({ to, body, sentAfter }: { to: string; body: string; sentAfter: number }) =>
      carrier.listed ? taken.filter((sms) => sms.to === to && sms.body === body && sms.at >= sentAfter) : [],
  };
  return carrier;
};

let world: {
  now: number;
  jobs: ReturnType<typeof memoryJobs>;
  relay: ReturnType<typeof memoryRelay>;
  carrier: ReturnType<typeof fakeCarrier>;
  log: string[];
};

const dependencies = (): RelayDependencies => ({
  jobs: world.jobs,
  locations: memoryLocations(),
  relay: world.relay,
  carrier: world.carrier,
  log: {
    write: async (scope, { messageSid, receivedAt }) => void world.log.push(`${scope} ${messageSid} ${receivedAt}`),
  },
  company: { name: 'QuickDumpNow', textNumber: '+15125550142', timeZone: 'America/Chicago', contacts: [dana, luis] },
  trackingLink: async (job, sid) => `https://x.example/track?job_id=${job.id}.${sid.slice(-4)}`,
  statusCallback: (id) => `https://x.example/api/messages/${id}/status`,
  now: () => world.now,
  owner: 'worker',
});
const relay = (message = text()) => relayMessage(dependencies(), message);

beforeEach(async () => {
  world = { now: START, jobs: memoryJobs(), relay: memoryRelay(), carrier: fakeCarrier(), log: [] };
  await world.jobs.create(aJob({ contacts: [dana, luis] }));
});

describe('a customer’s text', () => {
  test('goes to each contact once, with everything to act on it', async () => {
    await relay();
    expect(world.carrier.taken.map(({ to }) => to)).toEqual([dana.phone, luis.phone]);
    for (const part of [
      'QDN-1042',
      'Maria Lopez',
      '"Can you come after 3? QDN-1042"',
      'on the way',
      'https://x.example/track?job_id=QDN-1042.0001',
    ]) {
      expect(world.carrier.taken[0]?.body).toContain(part);
    }
    expect(world.carrier.taken[0]?.statusCallback).toContain(`QDN-1042~${sidOf(1)}~dana`);
  });

  test('whose webhook comes again, later, changes nothing', async () => {
    await relay();
    const before = await world.relay.timeline('QDN-1042');
    world.now += 90_000;
    await relay(text({ receivedAt: world.now }));
    expect(world.carrier.taken).toHaveLength(2);
    expect(await world.relay.timeline('QDN-1042')).toEqual(before);
    expect(new Set(world.log).size).toBe(1);
  });

  test('without a job in it belongs to the sender’s newest active job, and says so when there are several', async () => {
    await world.jobs.create(aJob({ id: 'QDN-1050' as JobId, createdAt: START + 1, contacts: [dana] }));
    await relay(text({ body: 'where are you?' }));
    expect(world.carrier.taken).toHaveLength(1);
    expect(world.carrier.taken[0]?.body).toContain('QDN-1050');
    expect(world.carrier.taken[0]?.body).toContain('newest of 2 jobs, also QDN-1042');
  });

  test('that belongs to no job reaches the company’s contacts all the same', async () => {
    await relay(text({ from: '+15125550199', body: 'do you rent by the day?' }));
    expect(world.carrier.taken.map(({ to }) => to)).toEqual([dana.phone, luis.phone]);
    expect(world.carrier.taken[0]?.body).toBe('No job found for +15125550199:\n"do you rent by the day?"');
    expect(await world.relay.timeline(UNMATCHED)).toHaveLength(1);
  });

  test.each(['STOP', ' stop ', 'Unsubscribe', 'HELP', 'START'])(
    'that is the keyword %s is recorded and not relayed',
    async (body) => {
      await relay(text({ body }));
      expect(world.carrier.taken).toEqual([]);
      expect(world.log).toHaveLength(1);
    },
  );

  test('from the company’s own number is a loop, and cut', async () => {
    await relay(text({ from: '+15125550142' }));
    expect(world.carrier.taken).toEqual([]);
  });
});

describe('a dispatcher’s text', () => {
  test('goes to the customer of the job it names, under the company’s name', async () => {
    await relay(text({ from: dana.phone, body: '@1042 yes, 3:30 works' }));
    expect(world.carrier.taken).toMatchObject([{ to: '+15125550111', body: 'QuickDumpNow: yes, 3:30 works' }]);
  });

  test('that names no job is asked back', async () => {
    await relay(text({ from: dana.phone, body: 'ok' }));
    expect(world.carrier.taken).toMatchObject([{ to: dana.phone }]);
    expect(world.carrier.taken[0]?.body).toContain('@1042');
  });
});

describe('when the carrier', () => {
  test('refuses for good, that contact is done and the other is not held up', async () => {
    world.carrier.behave = ({ to }) => (to === dana.phone ? 'rejected' : 'accepted');
    await relay();
    await relay();
    const [entry] = await world.relay.timeline('QDN-1042');
    expect(entry?.effects.map(({ recipient, state, errorCode }) => [recipient, state, errorCode])).toEqual(
      expect.arrayContaining([
        ['dana', 'REJECTED', 21211],
        ['luis', 'ACCEPTED', null],
      ]),
    );
    expect(world.carrier.taken).toHaveLength(1);
  });

  test('certainly did not take it, it is sent again', async () => {
    world.carrier.behave = () => 'not-processed';
    await expect(relay()).rejects.toThrow(Unsettled);
    world.carrier.behave = () => 'accepted';
    await relay();
    expect(world.carrier.taken).toHaveLength(2);
  });

  test('took it and the answer was lost, it is found and not sent again', async () => {
    world.carrier.behave = () => 'taken-but-unknown';
    await expect(relay()).rejects.toThrow(Unsettled);
    await relay();
    expect(world.carrier.taken).toHaveLength(2);
    const [entry] = await world.relay.timeline('QDN-1042');
    expect(entry?.effects.every(({ state }) => state === 'ACCEPTED')).toBe(true);
  });

  test('lost it, it is sent again only after the grace period', async () => {
    world.carrier.behave = () => 'unknown';
    await expect(relay()).rejects.toThrow(Unsettled);
    world.carrier.behave = () => 'accepted';
    await expect(relay()).rejects.toThrow('not listed by the carrier yet');
    expect(world.carrier.taken).toEqual([]);
    world.now += RECONCILE_GRACE_MS + 1;
    await relay();
    expect(world.carrier.taken).toHaveLength(2);
  });
});

/** Wraps every method of a port so that the `at`-th call, counted over all, breaks off before or after its work. */
const crashing = <T extends object>(port: T, crash: { count: number; at: number; after: boolean }): T =>
  new Proxy(port, {
    get: (target, name, receiver) => {
      const value: unknown = Reflect.get(target, name, receiver);
      if (typeof value !== 'function') return value;
      return async (...args: unknown[]) => {
        const mine = ++crash.count === crash.at;
        if (mine && !crash.after) throw new Error('crash');
        const result: unknown = await Reflect.apply(value, target, args);
        if (mine) throw new Error('crash');
        return result;
      };
    },
  });

test('a crash before or after any step is repaired by the retry: nothing is lost and nothing sent twice', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.record({ at: fc.integer({ min: 1, max: 14 }), after: fc.boolean() }), { maxLength: 4 }),
      fc.array(fc.constantFrom('accepted', 'taken-but-unknown', 'not-processed', 'unknown'), {
        minLength: 8,
        maxLength: 8,
      }),
      async (crashes, behaviours) => {
        world = { now: START, jobs: memoryJobs(), relay: memoryRelay(), carrier: fakeCarrier(), log: [] };
        await world.jobs.create(aJob({ contacts: [dana, luis] }));
        let sends = 0;
        world.carrier.behave = () => behaviours[sends++] ?? 'accepted';
        const tries = [...crashes, ...Array.from({ length: 14 }, () => ({ at: 0, after: false }))];
        let done = false;
        for (const crash of tries) {
          const counting = { ...crash, count: 0 };
          const deps = dependencies();
          try {
            await relayMessage(
              {
                ...deps,
                jobs: crashing(deps.jobs, counting),
                relay: crashing(deps.relay, counting),
                log: crashing(deps.log, counting),
                carrier: crashing(deps.carrier, counting),
              },
              text(),
            );
            done = true;
          } catch {
            // As SQS: comes back after the visibility timeout, which is longer than the lease.
          }
          world.now += Math.max(LEASE_MS, RECONCILE_GRACE_MS) + 15_000;
        }
        expect(done).toBe(true);
        expect(world.carrier.taken.map(({ to }) => to).sort()).toEqual([dana.phone, luis.phone]);
        const [entry] = await world.relay.timeline('QDN-1042');
        expect(entry?.effects.map(({ state }) => state)).toEqual(['ACCEPTED', 'ACCEPTED']);
      },
    ),
    { numRuns: 400 },
  );
});

test('two workers with the same message at once send it once', async () => {
  await Promise.allSettled([relay(), relay(), relay()]);
  expect(world.carrier.taken).toHaveLength(2);
});

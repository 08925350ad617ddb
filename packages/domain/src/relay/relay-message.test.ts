import { beforeEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { JobId, MessageSid, PhoneNumber, RecipientId } from '../ids.ts';
import type { Job } from '../job.ts';
import type { RelayStore } from '../ports/relay.ts';
import { aFix, aJob, memoryJobs, memoryLocations, memoryRelay } from '../testing/index.ts';
import { LEASE_MS, RECONCILE_GRACE_MS, UNMATCHED } from './effect.ts';
import type { InboundMessage } from './inbound.ts';
import { type RelayDependencies, type RelayReport, relayMessage, retryAfterS, Unsettled } from './relay-message.ts';
import type { FindTexts, SendOutcome, Sms } from './sms-carrier.ts';

const START = Date.UTC(2026, 10, 23, 15);
const contact = (id: string, phone: string) => ({ id: id as RecipientId, name: id, phone: phone as PhoneNumber });
const dana = contact('dana', '+15125550171');
const luis = contact('luis', '+15125550172');
const MARIA = '+15125550111';
const STRANGER = '+15125550199';
const sidOf = (n: number) => `SM${String(n).padStart(32, '0')}` as MessageSid;
const text = (changes: Partial<InboundMessage> = {}): InboundMessage => ({
  messageSid: sidOf(1),
  pathJob: null,
  receivedAt: START,
  from: MARIA,
  to: '+15125550142',
  body: 'Can you come after 3? QDN-1042',
  optOutType: null,
  media: [],
  ...changes,
});

/** What becomes of a text: `taken…` means that the carrier has it. */
type Behaviour = SendOutcome | { kind: 'taken-but-unknown' };
const accepted: Behaviour = { kind: 'accepted', carrierSid: '' };
const busy: Behaviour = { kind: 'not-processed', detail: '429' };
const timeOut: Behaviour = { kind: 'unknown', detail: 'time-out' };
const takenTimeOut: Behaviour = { kind: 'taken-but-unknown' };
const refused = (code: number): Behaviour => ({ kind: 'rejected', code, detail: 'no' });

type Taken = Sms & { at: number; carrierSid: string };

/** Everything around the relay, in memory, with a clock that only the test and the relay's own pauses move. */
const aWorld = (jobs: Job[] = [aJob({ contacts: [dana, luis] })]) => {
  let runs = 0;
  const world = {
    now: START,
    jobs: memoryJobs(jobs),
    locations: memoryLocations(),
    relay: memoryRelay(),
    logged: [] as string[],
    reports: [] as RelayReport[],
    taken: [] as Taken[],
    /** How far the carrier's list lags behind. */
    lagMs: 0,
    /** Decides what becomes of each text. */
    behave: (_sms: Sms): Behaviour => accepted,
    carrier: {
      name: 'fake',
      send: async (sms: Sms): Promise<SendOutcome> => {
        const outcome = world.behave(sms);
        const carrierSid = `SMout${world.taken.length}`;
        if (outcome.kind === 'accepted' || outcome.kind === 'taken-but-unknown')
          world.taken.push({ ...sms, at: world.now, carrierSid });
        if (outcome.kind === 'taken-but-unknown') return { kind: 'unknown', detail: 'time-out' };
        return outcome.kind === 'accepted' ? { ...outcome, carrierSid } : outcome;
      },
      find: async ({ to, body, sentAfter }: Parameters<FindTexts>[0]) =>
        world.taken.filter(
          (sms) => sms.to === to && sms.body === body && sms.at >= sentAfter && sms.at + world.lagMs <= world.now,
        ),
    },
    sentTo: (phone: string) => world.taken.filter(({ to }) => to === phone).map(({ body }) => body),
    dependencies: (): RelayDependencies => ({
      jobs: world.jobs,
      locations: world.locations,
      relay: world.relay,
      carrier: world.carrier,
      log: {
        write: async (plan, message) => {
          world.logged.push(JSON.stringify({ ...plan, ...message }));
        },
      },
      company: {
        name: 'QuickDumpNow',
        textNumber: '+15125550142',
        timeZone: 'America/Chicago',
        contacts: [dana, luis],
      },
      trackingLink: async (job, { messageSid }) => `https://x.example/track?job_id=${job.id}.${messageSid.slice(-4)}`,
      now: () => world.now,
      pause: async (ms) => {
        world.now += ms;
      },
      owner: `run-${++runs}`,
      report: (report) => {
        world.reports.push(report);
      },
    }),
  };
  return world;
};

let world: ReturnType<typeof aWorld>;
beforeEach(() => {
  world = aWorld();
});
const relay = (message = text(), changes: Partial<RelayDependencies> = {}) =>
  relayMessage({ ...world.dependencies(), ...changes }, message);
const effectsOf = async (scope: string = 'QDN-1042') =>
  (await world.relay.timeline(scope)).flatMap(({ effects }) => effects);

describe('a customer’s text', () => {
  test('goes to each contact once, with everything to act on it', async () => {
    const fixes = [30.3, 30.295].map((lat, i) => aFix({ at: START - 60_000 + i * 50_000, lat, lon: -97.74 }));
    await world.locations.append('QDN-1042' as JobId, fixes);
    await relay();
    expect(world.taken.map(({ to }) => to)).toEqual([dana.phone, luis.phone]);
    expect(world.taken[0]?.body).toMatch(
      /^QDN-1042 Maria Lopez:\n"Can you come after 3\? QDN-1042"\non the way, ETA \d+:\d\d-\d+:\d\d AM\nhttps:\/\/x\.example\/track\?job_id=QDN-1042\.0001\nReply: @1042 \.\.\.$/,
    );
    expect(world.taken[1]?.body).toBe(world.taken[0]?.body);
    expect(world.taken[0]?.effectId).toBe(`QDN-1042~${sidOf(1)}~dana`);
  });

  test('is on the job’s timeline and in the log, with whom it went to', async () => {
    await relay();
    const [entry, ...more] = await world.relay.timeline('QDN-1042');
    expect(more).toEqual([]);
    expect(entry).toMatchObject({ message: { body: text().body, receivedAt: START }, sender: 'customer' });
    expect(entry?.effects.map(({ recipient, state }) => [recipient, state])).toEqual([
      ['dana', 'ACCEPTED'],
      ['luis', 'ACCEPTED'],
    ]);
    expect(world.logged).toHaveLength(1);
    expect(JSON.parse(world.logged[0] ?? '')).toMatchObject({
      scope: 'QDN-1042',
      messageSid: sidOf(1),
      recipients: [{ recipient: 'dana' }, { recipient: 'luis' }],
      body: text().body,
    });
  });

  test('whose webhook comes again, later, to another state of things, changes nothing', async () => {
    await relay();
    const before = await world.relay.timeline('QDN-1042');
    world.now += 90_000;
    await world.jobs.update(aJob({ contacts: [dana, contact('nina', '+15125550173')], status: 'at_site', version: 2 }));
    await relay(text({ receivedAt: world.now }));
    expect(world.taken).toHaveLength(2);
    expect(await world.relay.timeline('QDN-1042')).toEqual(before);
    expect(new Set(world.logged).size).toBe(1);
  });

  test('goes out without an arrival when the positions cannot be read', async () => {
    const locations = { recent: async () => Promise.reject(new Error('down')) };
    await relay(text(), { locations });
    expect(world.sentTo(dana.phone)[0]).toContain('\non the way\n');
    expect(world.reports).toMatchObject([{ kind: 'without-eta', messageSid: sidOf(1) }]);
  });

  test('is not held up by a log that cannot be written, which is tried again', async () => {
    const log = { write: async () => Promise.reject(new Error('no bucket')) };
    await expect(relay(text(), { log })).rejects.toThrow('no bucket');
    expect(world.taken).toHaveLength(2);
    await relay();
    expect(world.logged).toHaveLength(1);
    expect(world.taken).toHaveLength(2);
  });

  test('to a job that has ended is relayed all the same', async () => {
    world = aWorld([aJob({ status: 'completed', contacts: [dana] })]);
    await relay();
    expect(world.sentTo(dana.phone)[0]).toContain('\ncompleted\n');
  });

  test('that belongs to no job reaches the company’s contacts all the same', async () => {
    await relay(text({ from: STRANGER, body: 'do you rent by the day?' }));
    expect(world.sentTo(dana.phone)).toEqual([`No job found for ${STRANGER}:\n"do you rent by the day?"`]);
    expect(world.sentTo(luis.phone)).toHaveLength(1);
    expect(await world.relay.timeline(UNMATCHED)).toMatchObject([{ sender: '+*********99' }]);
  });

  test.each(['STOP', ' stop ', 'Unsubscribe', 'HELP', 'START'])(
    'that is the keyword %s is recorded and not relayed',
    async (body) => {
      await relay(text({ body }));
      expect(world.taken).toEqual([]);
      expect(world.logged).toHaveLength(1);
      expect(await world.relay.timeline('QDN-1042')).toHaveLength(1);
    },
  );

  test('from the company’s own number is a loop, and cut', async () => {
    await relay(text({ from: '+15125550142' }));
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
  const heard = async (message: Partial<InboundMessage>) => {
    await relay(text(message));
    return world.sentTo(dana.phone)[0]?.split('\n')[0];
  };

  test('is the path’s before the text’s, and the text’s before the phone’s', async () => {
    world = aWorld([aJob({ contacts: [dana] }), sams, newer]);
    expect(await heard({ pathJob: 'QDN-5' as JobId })).toContain('QDN-5');
    expect(await heard({ messageSid: sidOf(2) })).toBeDefined();
    expect(world.sentTo(dana.phone)[1]).toContain('QDN-1042 Maria Lopez:');
  });

  test('is the sender’s newest active one when none is named, and the text says that there are several', async () => {
    world = aWorld([aJob({ contacts: [dana] }), newer]);
    expect(await heard({ body: 'where are you?' })).toBe('QDN-1050 Maria Lopez:');
    expect(world.sentTo(dana.phone)[0]).toContain('(newest of 2 jobs, also QDN-1042)');
  });

  test('is the sender’s own when a number in the text may be something else', async () => {
    world = aWorld([aJob({ contacts: [dana] }), sams]);
    expect(await heard({ body: 'the gate code is #5' })).toBe('QDN-1042 Maria Lopez:');
  });

  test('is what a number may mean when nothing else is found, and the text says who wrote', async () => {
    world = aWorld([aJob({ contacts: [dana] }), sams]);
    expect(await heard({ body: 'about #5', from: STRANGER })).toBe(`QDN-5 Sam Carter (from ${STRANGER}):`);
  });

  test('is one that exists: an unknown path or a slip does not hide the sender', async () => {
    expect(await heard({ pathJob: 'QDN-9' as JobId, body: 'QDN-10420, sorry, #1042' })).toBe('QDN-1042 Maria Lopez:');
    world = aWorld();
    expect(await heard({ body: 'QDN-99' })).toBe('QDN-1042 Maria Lopez:');
  });

  test('is none that the index by phone still has and that has ended or changed hands', async () => {
    const jobs = {
      find: world.jobs.find,
      activeByPhone: async () => ['QDN-1', 'QDN-2', 'QDN-1042'] as JobId[],
    };
    await world.jobs.create(aJob({ id: 'QDN-1' as JobId, status: 'completed' }));
    await world.jobs.create(aJob({ id: 'QDN-2' as JobId, customer: sams.customer }));
    await relay(text({ body: 'hello' }), { jobs });
    expect(world.sentTo(dana.phone)[0]).toContain('QDN-1042 Maria Lopez:\n"hello"');
    expect(world.sentTo(dana.phone)[0]).not.toContain('newest of');
  });
});

describe('a dispatcher’s text', () => {
  test('goes to the customer of the job it names, under the company’s name', async () => {
    await relay(text({ from: dana.phone, body: '@1042 yes, 3:30 works' }));
    expect(world.taken).toMatchObject([{ to: MARIA, body: 'QuickDumpNow: yes, 3:30 works' }]);
    expect(JSON.stringify(world.taken)).not.toContain(dana.phone);
  });

  test('that names no job is asked back, also when the dispatcher is a customer', async () => {
    world = aWorld([aJob({ customer: { name: 'Dana', phone: dana.phone } })]);
    await relay(text({ from: dana.phone, body: 'ok' }));
    expect(world.taken).toMatchObject([{ to: dana.phone, body: expect.stringMatching(/^Which job.*@1042/) }]);
  });

  test('that names a job that there is none of is told so', async () => {
    await relay(text({ from: dana.phone, body: '@9999 ok' }));
    expect(world.taken).toMatchObject([{ to: dana.phone, body: expect.stringContaining('There is no job QDN-9999.') }]);
  });
});

describe('when the carrier', () => {
  test('refuses a number for good, that contact is done and the other is not held up', async () => {
    world.behave = ({ to }) => (to === dana.phone ? refused(21211) : accepted);
    await relay();
    await relay();
    expect((await effectsOf()).map(({ recipient, state, errorCode }) => [recipient, state, errorCode])).toEqual([
      ['dana', 'REJECTED', 21211],
      ['luis', 'ACCEPTED', null],
    ]);
    expect(world.reports).toEqual([
      { kind: 'refused', effect: `QDN-1042~${sidOf(1)}~dana`, code: 21211, detail: 'no', isFinal: true },
    ]);
  });

  test('refuses because of our own setup, the text waits for it to be mended and then goes out', async () => {
    world.behave = () => refused(20003);
    await expect(relay()).rejects.toThrow('was refused: 20003');
    expect(world.reports).toMatchObject([{ isFinal: false }, { isFinal: false }]);
    expect((await effectsOf()).map(({ state, errorCode }) => [state, errorCode])).toEqual([
      ['PENDING', 20003],
      ['PENDING', 20003],
    ]);
    world.behave = () => accepted;
    await relay();
    expect((await effectsOf()).map(({ state, errorCode }) => [state, errorCode])).toEqual([
      ['ACCEPTED', null],
      ['ACCEPTED', null],
    ]);
  });

  test('is busy for a moment, it is asked again at once, and when it says so', async () => {
    const tries = new Map<string, number>();
    world.behave = ({ to }) => {
      const count = (tries.get(to) ?? 0) + 1;
      tries.set(to, count);
      return count === 3 ? accepted : { ...busy, retryAfterMs: 2000 };
    };
    await relay();
    expect(world.taken).toHaveLength(2);
    expect(world.now - START).toBe(8000);
    expect((await effectsOf()).every(({ state, attempts }) => state === 'ACCEPTED' && attempts === 1)).toBe(true);
  });

  test('is busy for longer, the text waits in the queue', async () => {
    let tries = 0;
    world.behave = () => {
      tries += 1;
      return { ...busy, retryAfterMs: 60_000 };
    };
    await expect(relay()).rejects.toThrow(Unsettled);
    expect(tries).toBe(2);
    world.behave = () => {
      tries += 1;
      return busy;
    };
    await expect(relay()).rejects.toThrow(Unsettled);
    expect(tries).toBe(8);
    world.behave = () => accepted;
    await relay();
    expect(world.taken).toHaveLength(2);
  });

  test('took it and the answer was lost, it is found and not sent again', async () => {
    world.behave = () => takenTimeOut;
    await expect(relay()).rejects.toThrow(Unsettled);
    await relay();
    expect(world.taken).toHaveLength(2);
    expect((await effectsOf()).map(({ state, carrierSid }) => [state, carrierSid])).toEqual([
      ['ACCEPTED', 'SMout0'],
      ['ACCEPTED', 'SMout1'],
    ]);
  });

  test('lost it, it is sent again only after the grace period', async () => {
    world.behave = () => timeOut;
    await expect(relay()).rejects.toThrow(Unsettled);
    world.behave = () => accepted;
    await expect(relay()).rejects.toThrow('not listed by the carrier yet');
    expect(world.taken).toEqual([]);
    world.now += RECONCILE_GRACE_MS + 1;
    await relay();
    expect(world.taken).toHaveLength(2);
  });

  test('keeps no list, what is unknown is not sent again, however late it is', async () => {
    world.behave = () => takenTimeOut;
    await expect(relay()).rejects.toThrow(Unsettled);
    world.behave = () => accepted;
    world.now += RECONCILE_GRACE_MS + 1;
    const carrier = { ...world.carrier, find: null };
    await expect(relay(text(), { carrier })).rejects.toThrow('keeps no list');
    expect(world.taken).toHaveLength(2);
  });

  test('cannot say what it took for one contact, the other is not held up', async () => {
    world.behave = ({ to }) => (to === dana.phone ? takenTimeOut : busy);
    await expect(relay()).rejects.toThrow(Unsettled);
    world.behave = () => accepted;
    const carrier = { ...world.carrier, find: async () => Promise.reject(new Error('no list')) };
    await expect(relay(text(), { carrier })).rejects.toThrow('no list');
    expect(world.sentTo(luis.phone)).toHaveLength(1);
    await relay();
    expect(world.taken).toHaveLength(2);
  });

  test('lost one of two equal answers, the other one does not pass for it', async () => {
    const answer = (n: number) => text({ messageSid: sidOf(n), from: dana.phone, body: '@1042 on my way' });
    let tries = 0;
    world.behave = () => (++tries === 1 ? timeOut : accepted);
    await expect(relay(answer(1))).rejects.toThrow(Unsettled);
    await relay(answer(2));
    await expect(relay(answer(1))).rejects.toThrow('not listed by the carrier yet');
    world.now += RECONCILE_GRACE_MS + 1;
    await relay(answer(1));
    expect(world.sentTo(MARIA)).toHaveLength(2);
    expect(new Set((await effectsOf()).map(({ carrierSid }) => carrierSid)).size).toBe(2);
  });

  test('reports on a text before its sender has written it down, that is enough', async () => {
    const store: RelayStore = {
      ...world.relay,
      settle: async (claim, result, now) => {
        await world.relay.recordDelivery(claim, { carrierSid: 'SMout0', delivery: 'sent', errorCode: null }, now);
        return world.relay.settle(claim, result, now);
      },
    };
    world.behave = () => takenTimeOut;
    await expect(relay(text(), { relay: store })).rejects.toThrow(Unsettled);
    await relay();
    expect(world.taken).toHaveLength(2);
  });

  test('took it while another run had taken the effect over, it counts all the same', async () => {
    const store: RelayStore = {
      ...world.relay,
      settle: async (claim, result, now) => {
        await world.relay.claim(claim, 'somebody else', now + LEASE_MS + 1);
        return world.relay.settle(claim, result, now);
      },
    };
    await relay(text(), { relay: store });
    expect((await effectsOf()).every(({ state, fence }) => state === 'ACCEPTED' && fence === 2)).toBe(true);
  });
});

test('five tries outlast a quarter of an hour, and none waits long for the first', () => {
  const waits = [1, 2, 3, 4].map(retryAfterS);
  expect(waits[0]).toBeLessThanOrEqual(15);
  expect(waits.toSorted((a, b) => a - b)).toEqual(waits);
  expect(waits.reduce((sum, wait) => sum + wait, 0)).toBeGreaterThanOrEqual(14 * 60);
  expect(retryAfterS(5)).toBe(1);
  // By the second retry, what the carrier does not list may be sent again.
  expect((waits[1] ?? 0) * 1000).toBeGreaterThanOrEqual(RECONCILE_GRACE_MS);
});

/** Where a run dies: at its `at`-th call of a port, before or after that has done its work. It makes no call after it. */
type Crash = { at: number; after: boolean };

const crashing = (deps: RelayDependencies, crash: Crash | undefined): RelayDependencies => {
  let calls = 0;
  let isDead = false;
  /** A dead process neither goes on nor fails: its promises are never heard of again. */
  const never = new Promise<never>(() => {});
  const wrap = <T extends object>(port: T): T =>
    new Proxy(port, {
      get: (target, name, receiver) => {
        const value: unknown = Reflect.get(target, name, receiver);
        if (typeof value !== 'function') return value;
        return async (...args: unknown[]) => {
          if (isDead) return never;
          const isMine = ++calls === crash?.at;
          if (isMine && !crash?.after) {
            isDead = true;
            return never;
          }
          const result: unknown = await Reflect.apply(value, target, args);
          if (isMine) isDead = true;
          return isDead ? never : result;
        };
      },
    });
  return {
    ...deps,
    jobs: wrap(deps.jobs),
    locations: wrap(deps.locations),
    relay: wrap(deps.relay),
    log: wrap(deps.log),
    carrier: wrap(deps.carrier),
  };
};

/** A run to its end, or to where it dies. */
const runToEnd = async (deps: RelayDependencies, message: InboundMessage): Promise<'done' | 'failed' | 'dead'> => {
  const dead = new Promise<'dead'>((resolve) => setTimeout(() => resolve('dead'), 20));
  const run = relayMessage(deps, message).then(
    () => 'done' as const,
    () => 'failed' as const,
  );
  return Promise.race([run, dead]);
};

const anyBehaviours = fc.array(fc.constantFrom(accepted, takenTimeOut, busy, timeOut, refused(20003), refused(20500)), {
  minLength: 0,
  maxLength: 10,
});

test('a crash before or after any call is repaired by the retry: nothing is lost and nothing sent twice', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.record({ at: fc.integer({ min: 1, max: 20 }), after: fc.boolean() }), { maxLength: 4 }),
      anyBehaviours,
      fc.integer({ min: 0, max: 200_000 }),
      fc.integer({ min: 0, max: RECONCILE_GRACE_MS }),
      async (crashes, drawn, extraWaitMs, lagMs) => {
        const behaviours = [...drawn];
        world = aWorld();
        world.lagMs = lagMs;
        world.behave = () => behaviours.shift() ?? accepted;
        let outcome = '';
        const tries = [...crashes, ...Array.from({ length: 80 }, () => undefined)];
        for (const crash of tries) {
          outcome = await runToEnd(crashing(world.dependencies(), crash), text());
          if (outcome === 'done') break;
          // As SQS: comes back after its visibility timeout.
          world.now += 15_000 + extraWaitMs;
        }
        expect(outcome).toBe('done');
        expect(world.taken.map(({ to }) => to).toSorted()).toEqual([dana.phone, luis.phone]);
        expect((await effectsOf()).map(({ state }) => state)).toEqual(['ACCEPTED', 'ACCEPTED']);
        expect(new Set(world.logged).size).toBe(1);
      },
    ),
    { numRuns: 120 },
  );
}, 60_000);

test('several workers with the same message, in whatever order their steps come, send it once', async () => {
  await fc.assert(
    fc.asyncProperty(fc.scheduler(), anyBehaviours, async (scheduler, drawn) => {
      const behaviours = [...drawn];
      world = aWorld();
      world.behave = () => behaviours.shift() ?? accepted;
      const scheduled = <T extends object>(port: T): T =>
        new Proxy(port, {
          get: (target, name, receiver) => {
            const value: unknown = Reflect.get(target, name, receiver);
            if (typeof value !== 'function') return value;
            return async (...args: unknown[]) => {
              await scheduler.schedule(Promise.resolve(), String(name));
              const result: unknown = await Reflect.apply(value, target, args);
              await scheduler.schedule(Promise.resolve(), `${String(name)} answers`);
              return result;
            };
          },
        });
      const worker = () => {
        const deps = world.dependencies();
        return relayMessage(
          { ...deps, jobs: scheduled(deps.jobs), relay: scheduled(deps.relay), carrier: scheduled(deps.carrier) },
          text(),
        ).catch(() => null);
      };
      await scheduler.waitFor(Promise.all([worker(), worker(), worker()]));
      // What is left open is a later retry's.
      for (let tries = 0; tries < 15; tries += 1) {
        world.now += 200_000;
        await relay().catch(() => null);
      }
      await relay();
      expect(world.taken.map(({ to }) => to).toSorted()).toEqual([dana.phone, luis.phone]);
      expect(await world.relay.timeline('QDN-1042')).toHaveLength(1);
    }),
    { numRuns: 60 },
  );
}, 60_000);

import { beforeEach, describe, expect, test } from '@jest/globals';
import { runs } from '@qdn/test-support/runs';
import fc from 'fast-check';
import type { RecipientId } from '../ids.ts';
import type { RelayStore } from '../ports/relay.ts';
import { aJob } from '../testing/index.ts';
import { type RelayDependencies, RelayIncomplete, type RelayReport } from './dependencies.ts';
import type { InboundMessage } from './inbound-message.ts';
import { LEASE_MS, RECONCILE_GRACE_MS } from './outbound-message.ts';
import { recordReceipt, relayMessage, sweep } from './relay-message.ts';
import {
  accepted,
  aWorld,
  busy,
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
  takenTimeOut,
  text,
  timeout,
} from './testing/relay-world.ts';

let world: RelayWorld;
beforeEach(() => {
  world = aWorld();
});

describe('the second carrier', () => {
  const two = () => ({ carriers: [world.carrier, world.second] as const });

  test('takes over at once when the first one refuses because of our setup', async () => {
    world.behave = (_, by) => (by === 'fake' ? refused(21606) : accepted);
    await world.receive(text(), two());
    expect(world.taken.map(({ to, by }) => [to, by])).toEqual([
      [dana.phone, 'other'],
      [luis.phone, 'other'],
    ]);
    expect(await world.outboundMessages()).toMatchObject([
      { state: 'ACCEPTED', carrier: 'other', fence: 2 },
      { carrier: 'other' },
    ]);
    expect(world.reports).toContainEqual(expect.objectContaining({ kind: 'taken-over', from: 'fake', by: 'other' }));
  });

  test('is not used when the refusal is about the recipient', async () => {
    for (const code of [21610, 21211, 30004]) {
      world = aWorld();
      world.behave = (_, by) => (by === 'fake' ? refused(code) : accepted);
      await world.receive(text(), two());
      expect(world.taken).toEqual([]);
    }
  });

  test('takes over when the first one has been down for the policy’s minutes', async () => {
    world.behave = (_, by) => (by === 'fake' ? busy : accepted);
    await expect(world.receive(text(), two())).rejects.toThrow(RelayIncomplete);
    world.now += 60_000;
    await expect(world.receive(text(), two())).rejects.toThrow(RelayIncomplete);
    expect(world.taken).toEqual([]);
    world.now += 120_000;
    await world.receive(text(), two());
    expect(world.taken.map(({ by }) => by)).toEqual(['other', 'other']);
  });

  test.each([
    ['answers with errors', timeout],
    ['takes nothing', busy],
  ])('gets new texts at once while the first %s for longer than that, except for one a minute', async (_, trouble) => {
    world.behave = (_sms, by) => (by === 'fake' ? trouble : accepted);
    await expect(world.receive(text(), two())).rejects.toThrow(RelayIncomplete);
    const next = (n: number) => world.receive(text({ messageSid: sidOf(n), receivedAt: world.now }), two());
    world.now += 60_000;
    await expect(next(2)).rejects.toThrow(RelayIncomplete);
    expect(world.taken).toEqual([]);
    // The policy's three minutes are over: one of two texts probes the first carrier.
    world.now += 130_000;
    await expect(next(3)).rejects.toThrow(RelayIncomplete);
    expect(world.taken.map(({ by }) => by)).toEqual(['other']);
    world.now += 5_000;
    await next(4);
    expect(world.taken.slice(1).map(({ by }) => by)).toEqual(['other', 'other']);
    // Well again: the one that tries it finds out, and the rest follows.
    world.behave = () => accepted;
    world.now += 70_000;
    await next(5);
    expect(
      world.taken
        .slice(3)
        .map(({ by }) => by)
        .toSorted(),
    ).toEqual(['fake', 'other']);
    await next(6);
    expect(world.taken.slice(5).map(({ by }) => by)).toEqual(['fake', 'fake']);
  });

  test('never gets a text that may have gone out, not even after it is known to be lost', async () => {
    world.behave = () => timeout;
    await expect(world.receive(text(), two())).rejects.toThrow(RelayIncomplete);
    world.now += 600_000;
    world.behave = (_, by) => (by === 'fake' ? refused(21606) : accepted);
    await expect(world.receive(text(), two())).rejects.toThrow('was refused: 21606');
    world.now += 600_000;
    world.behave = (_, by) => (by === 'fake' ? busy : accepted);
    await expect(world.receive(text(), two())).rejects.toThrow(RelayIncomplete);
    expect(world.taken).toEqual([]);
    world.behave = () => accepted;
    await world.receive(text(), two());
    const toTeam = world.taken.filter(({ to }) => to !== OPERATOR);
    expect(toTeam.map(({ by }) => by)).toEqual(['fake', 'fake']);
  });

  const undelivered = async (recipient: string, errorCode: number, carrierSid = 'fake0', attempt = 1) => {
    const key = { timelineId: 'QDN-1042', messageSid: sidOf(1), recipient: recipient as RecipientId, attempt };
    const receipt = receiptOf(carrierSid, 'undelivered', errorCode);
    await recordReceipt({ ...world.dependencies(), ...two() }, key, receipt, world.now);
  };

  test('gets a text that the first one took and could not deliver, once', async () => {
    await world.receive(text(), two());
    await undelivered('dana', 30007);
    await undelivered('dana', 30007);
    await world.receive(text(), two());
    expect(world.taken.map(({ to, by, outboundMessageId: id }) => [to, by, id.split('~').slice(2).join('~')])).toEqual([
      [dana.phone, 'fake', 'dana'],
      [luis.phone, 'fake', 'luis'],
      [dana.phone, 'other', 'dana~2'],
    ]);
    expect(world.taken[2]?.body).toBe(world.taken[0]?.body);
    // There is no third attempt.
    await undelivered('dana', 30007, 'other2', 2);
    expect(world.taken).toHaveLength(3);
  });

  test('gets no text whose recipient the first one cannot reach for good', async () => {
    await world.receive(text(), two());
    for (const [who, code] of [
      ['dana', 30005],
      ['luis', 21610],
    ] as const)
      await undelivered(who, code);
    expect(world.taken.filter(({ by }) => by === 'other')).toEqual([]);
  });

  test('is tried before the next contact, and before a failure notice to a dispatcher', async () => {
    world = aWorld(undefined, { cascade: { order: 'in-order', minutes: 5 } });
    await world.receive(text(), two());
    await undelivered('dana', 30003);
    expect(world.taken.map(({ to, by }) => [to, by])).toEqual([
      [dana.phone, 'fake'],
      [dana.phone, 'other'],
    ]);
    await undelivered('dana', 30003, 'other1', 2);
    expect(world.taken.map(({ to }) => to)).toEqual([dana.phone, dana.phone, luis.phone]);

    world = aWorld();
    await world.receive(text({ from: dana.phone, body: '@1042 yes' }), two());
    await undelivered('customer', 30007);
    expect(world.taken.map(({ to }) => to)).toEqual([MARIA, MARIA]);
    await undelivered('customer', 30007, 'other1', 2);
    expect(world.sentTo(dana.phone)).toEqual(['Your text to Maria Lopez (@1042) was not delivered. Please call.']);
  });

  test('is not asked again after a lost answer: the text is unknown until its report arrives', async () => {
    world.behave = (_, by) => (by === 'fake' ? refused(21606) : takenTimeOut);
    await world.receive(text(), two());
    await world.receive(text(), two());
    expect(world.taken).toHaveLength(2);
    world.now += 600_000;
    await sweep({ ...world.dependencies(), ...two() });
    expect(world.reports.at(-1)).toEqual({
      kind: 'unresolved',
      outboundMessageIds: ['dana', 'luis'].map((name) => `QDN-1042~${sidOf(1)}~${name}`),
    });
    const key = { timelineId: 'QDN-1042', messageSid: sidOf(1), recipient: 'dana' as RecipientId, attempt: 1 };
    await recordReceipt(world.dependencies(), key, receiptOf('other0', 'delivered'), world.now);
    expect((await world.relay.attention(world.now)).unresolved.map(({ recipient }) => recipient)).toEqual(['luis']);
  });
});

describe('the sweep', () => {
  test('finds a text that no worker is busy with, and sends nothing', async () => {
    world.behave = ({ to }) => (to === dana.phone ? takenTimeOut : timeout);
    await expect(world.receive()).rejects.toThrow(RelayIncomplete);
    await sweep(world.dependencies());
    expect((await world.outboundMessages()).map(({ state }) => state)).toEqual(['UNKNOWN', 'UNKNOWN']);
    world.now += 600_000;
    world.behave = () => accepted;
    await sweep(world.dependencies());
    expect((await world.outboundMessages()).map(({ state }) => state)).toEqual(['ACCEPTED', 'UNKNOWN']);
    expect(world.taken).toHaveLength(1);
    expect(world.reports.at(-1)).toEqual({ kind: 'unresolved', outboundMessageIds: [`QDN-1042~${sidOf(1)}~luis`] });
  });

  test('continues after a list that cannot be read, and leaves the rest to the next sweep', async () => {
    world.behave = ({ to }) => (to === luis.phone ? takenTimeOut : timeout);
    await expect(world.receive()).rejects.toThrow(RelayIncomplete);
    world.now += 600_000;
    const { find } = world.carrier;
    world.carrier.find = async (what) => {
      if (what.to === dana.phone) throw new Error('Too many pages');
      return find(what);
    };
    const logged = world.entries('text').length;
    await sweep(world.dependencies());
    expect(world.reports.at(-1)).toEqual({ kind: 'unresolved', outboundMessageIds: [`QDN-1042~${sidOf(1)}~dana`] });
    expect(world.entries('text').slice(logged)).toMatchObject([{ data: { recipient: 'luis', state: 'ACCEPTED' } }]);
  });

  test('ends in time for the customers’ texts that wait in its batch', async () => {
    world.behave = () => timeout;
    await expect(world.receive()).rejects.toThrow(RelayIncomplete);
    world.now += 600_000;
    const asked: string[] = [];
    world.carrier.find = async ({ to }) => {
      asked.push(to);
      world.now += 11_000;
      return [];
    };
    await sweep(world.dependencies());
    expect(asked).toHaveLength(1);
    expect(world.reports.at(-1)).toMatchObject({ kind: 'unresolved', outboundMessageIds: { length: 2 } });
  });

  test('reads no unanswered messages, of which there may be hundreds', async () => {
    world.behave = () => timeout;
    await expect(world.receive()).rejects.toThrow(RelayIncomplete);
    world.now += 600_000;
    const store: RelayStore = { ...world.relay, attention: () => Promise.reject(new Error('Not needed')) };
    await sweep({ ...world.dependencies(), relay: store });
    expect(world.reports.at(-1)).toMatchObject({ kind: 'unresolved', outboundMessageIds: { length: 2 } });
  });

  test('looks for a text each time in the first hour, then once an hour for a day, and then leaves it to a person', async () => {
    world.behave = () => timeout;
    await expect(world.receive()).rejects.toThrow(RelayIncomplete);
    let searches = 0;
    world.carrier.find = async () => {
      searches += 1;
      return [];
    };
    const perHour: number[] = [];
    for (let hour = 0; hour < 26; hour += 1) {
      const before = searches;
      for (let n = 0; n < 4; n += 1) {
        world.now += 15 * 60_000;
        await sweep(world.dependencies());
      }
      perHour.push((searches - before) / 2);
    }
    expect(perHour).toEqual([expect.any(Number), ...Array(23).fill(1), 0, 0]);
    expect(perHour[0]).toBeGreaterThan(2);
    expect(world.reports.at(-1)).toMatchObject({ kind: 'unresolved', outboundMessageIds: { length: 2 } });
  });

  test('says so when nothing is open', async () => {
    await world.receive();
    world.now += 600_000;
    await sweep(world.dependencies());
    expect(world.reports).toEqual([{ kind: 'unresolved', outboundMessageIds: [] }]);
  });
});

describe('when the carrier', () => {
  test('refuses a number for good, that contact is done and the other is not held up', async () => {
    world.behave = ({ to }) => (to === dana.phone ? refused(21211) : accepted);
    await world.receive();
    await world.receive();
    expect(
      (await world.outboundMessages()).map(({ recipient, state, errorCode }) => [recipient, state, errorCode]),
    ).toEqual([
      ['dana', 'REJECTED', 21211],
      ['luis', 'ACCEPTED', null],
    ]);
    expect(world.reports).toEqual([
      {
        kind: 'refused',
        outboundMessageId: `QDN-1042~${sidOf(1)}~dana`,
        carrier: 'fake',
        class: 'unreachable',
        code: 21211,
        detail: 'no',
        isFinal: true,
      },
    ]);
  });

  test('refuses because of our own setup, the text waits for the fix and then goes out', async () => {
    world.behave = () => refused(20003);
    await expect(world.receive()).rejects.toThrow('was refused: 20003');
    expect(world.reports).toMatchObject([{ isFinal: false }, { isFinal: false }]);
    expect((await world.outboundMessages()).map(({ state, errorCode }) => [state, errorCode])).toEqual([
      ['PENDING', 20003],
      ['PENDING', 20003],
    ]);
    world.behave = () => accepted;
    await world.receive();
    expect((await world.outboundMessages()).map(({ state, errorCode }) => [state, errorCode])).toEqual([
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
    await world.receive();
    expect(world.taken).toHaveLength(2);
    expect(world.now - START).toBe(8000);
    expect((await world.outboundMessages()).every(({ state, claims }) => state === 'ACCEPTED' && claims === 1)).toBe(
      true,
    );
  });

  test('is busy for longer, the text waits in the queue', async () => {
    let tries = 0;
    world.behave = () => {
      tries += 1;
      return { ...busy, retryAfterMs: 60_000 };
    };
    await expect(world.receive()).rejects.toThrow(RelayIncomplete);
    expect(tries).toBe(2);
    world.behave = () => {
      tries += 1;
      return busy;
    };
    await expect(world.receive()).rejects.toThrow(RelayIncomplete);
    expect(tries).toBe(8);
    world.behave = () => accepted;
    await world.receive();
    expect(world.taken).toHaveLength(2);
  });

  test('took it and the answer was lost, it is found and not sent again', async () => {
    world.behave = () => takenTimeOut;
    await expect(world.receive()).rejects.toThrow(RelayIncomplete);
    await world.receive();
    expect(world.taken).toHaveLength(2);
    expect((await world.outboundMessages()).map(({ state, carrierSid }) => [state, carrierSid])).toEqual([
      ['ACCEPTED', 'fake0'],
      ['ACCEPTED', 'fake1'],
    ]);
  });

  test('lost it, it is sent again only after the grace period', async () => {
    world.behave = () => timeout;
    await expect(world.receive()).rejects.toThrow(RelayIncomplete);
    world.behave = () => accepted;
    await expect(world.receive()).rejects.toThrow('not listed by the carrier yet');
    expect(world.taken).toEqual([]);
    world.now += RECONCILE_GRACE_MS + 1;
    await world.receive();
    expect(world.taken).toHaveLength(2);
  });

  test('cannot say what it took for one contact, the other is not held up', async () => {
    world.behave = ({ to }) => (to === dana.phone ? takenTimeOut : busy);
    await expect(world.receive()).rejects.toThrow(RelayIncomplete);
    world.behave = () => accepted;
    const first = { ...world.carrier, find: async () => Promise.reject(new Error('no list')) };
    await expect(world.receive(text(), { carriers: [first] })).rejects.toThrow('no list');
    expect(world.sentTo(luis.phone)).toHaveLength(1);
    await world.receive();
    expect(world.taken).toHaveLength(2);
  });

  test('lost one of two equal answers, the other one is not mistaken for it', async () => {
    const answer = (n: number) => text({ messageSid: sidOf(n), from: dana.phone, body: '@1042 on my way' });
    let tries = 0;
    world.behave = () => (++tries === 1 ? timeout : accepted);
    await expect(world.receive(answer(1))).rejects.toThrow(RelayIncomplete);
    await world.receive(answer(2));
    await expect(world.receive(answer(1))).rejects.toThrow('not listed by the carrier yet');
    world.now += RECONCILE_GRACE_MS + 1;
    await world.receive(answer(1));
    expect(world.sentTo(MARIA)).toHaveLength(2);
    expect(new Set((await world.outboundMessages()).map(({ carrierSid }) => carrierSid)).size).toBe(2);
  });

  test('reports on a text before its sender has written it down, the report is enough', async () => {
    const store: RelayStore = {
      ...world.relay,
      resolve: async (claim, result, now) => {
        await world.relay.recordDelivery(claim, receiptOf('SMout0', 'sent'), now);
        return world.relay.resolve(claim, result, now);
      },
    };
    world.behave = () => takenTimeOut;
    await expect(world.receive(text(), { relay: store })).rejects.toThrow(RelayIncomplete);
    await world.receive();
    expect(world.taken).toHaveLength(2);
  });

  test('took it while another run had taken the outbound message over, it still counts', async () => {
    const store: RelayStore = {
      ...world.relay,
      resolve: async (claim, result, now) => {
        await world.relay.claim(claim, 'another worker', 'fake', now + LEASE_MS + 1);
        return world.relay.resolve(claim, result, now);
      },
    };
    await world.receive(text(), { relay: store });
    expect((await world.outboundMessages()).every(({ state, fence }) => state === 'ACCEPTED' && fence === 2)).toBe(
      true,
    );
  });
});

/** The death of a run: at its `at`-th call of a port, before or after the call's work. It makes no further call. */
type Crash = { at: number; after: boolean };

const crashing = (deps: RelayDependencies, crash: Crash | undefined): RelayDependencies => {
  let calls = 0;
  let isDead = false;
  /** A dead process neither continues nor fails: its promises stay pending. */
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
    followUps: wrap(deps.followUps),
    carriers: [wrap(deps.carriers[0])],
  };
};

/** Runs to the end, or until the run dies. */
const runToEnd = async (deps: RelayDependencies, message: InboundMessage): Promise<'done' | 'failed' | 'dead'> => {
  const dead = new Promise<'dead'>((resolve) => setTimeout(() => resolve('dead'), 20));
  const run = relayMessage(deps, message, {}).then(
    () => 'done' as const,
    () => 'failed' as const,
  );
  return Promise.race([run, dead]);
};

/** The numbers that got a text, without the operator, who gets one when it takes too long. */
const toTeam = () =>
  world.taken
    .map(({ to }) => to)
    .filter((to) => to !== OPERATOR)
    .toSorted();

const anyBehaviours = fc.array(fc.constantFrom(accepted, takenTimeOut, busy, timeout, refused(20003), refused(20500)), {
  minLength: 0,
  maxLength: 10,
});

test('the retry completes the work after a crash at any call: nothing is lost or sent twice', async () => {
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
          // As SQS does: again after the visibility timeout.
          world.now += 15_000 + extraWaitMs;
        }
        expect(outcome).toBe('done');
        expect(toTeam()).toEqual([dana.phone, luis.phone]);
        expect((await world.outboundMessages()).slice(0, 2).map(({ state }) => state)).toEqual([
          'ACCEPTED',
          'ACCEPTED',
        ]);
        expect(world.entries('message').length).toBeGreaterThan(0);
      },
    ),
    { numRuns: runs(120) },
  );
}, 60_000);

test('several workers with the same message send it once, in any order of their steps', async () => {
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
          {
            ...deps,
            jobs: scheduled(deps.jobs),
            relay: scheduled(deps.relay),
            carriers: [scheduled(deps.carriers[0])],
          },
          text(),
          {},
        ).catch(() => null);
      };
      await scheduler.waitFor(Promise.all([worker(), worker(), worker()]));
      // A later retry finishes the rest.
      for (let tries = 0; tries < 15; tries += 1) {
        world.now += 200_000;
        await world.receive().catch(() => null);
      }
      await world.receive();
      expect(toTeam()).toEqual([dana.phone, luis.phone]);
      expect(await world.relay.timeline('QDN-1042')).toHaveLength(1);
    }),
    { numRuns: runs(60) },
  );
}, 60_000);

/** Short forms of seeds of the nemesis tests (tests/nemesis) that broke a promise. */
describe('a fault that the nemesis tests found stays fixed:', () => {
  const asleep = { ...dana, quietHours: { from: '20:00', to: '10:00' } };

  test('a team in quiet hours is texted afterwards, even when the first worker died before the follow-up', async () => {
    world = aWorld([aJob({ contacts: [asleep] })]);
    const followUps = { schedule: async () => Promise.reject(new Error('throttled')) };
    await expect(world.receive(text({ from: STRANGER }), { followUps })).rejects.toThrow('throttled');
    await world.receive(text({ from: STRANGER }));
    await world.wait(61);
    expect(world.sentTo(dana.phone)).toHaveLength(1);
  });

  test('a contact is not in quiet hours because one worker’s clock is behind', async () => {
    const store = { ...world.relay, record: async () => Promise.reject(new Error('throttled')) };
    await expect(world.receive(text(), { relay: store, now: () => START + 8000 })).rejects.toThrow('throttled');
    await world.receive();
    expect(world.taken.map(({ to }) => to)).toEqual([dana.phone, luis.phone]);
  });

  test('a recipient who opts out while a text waits does not get it', async () => {
    world.behave = ({ to }) => (to === luis.phone ? { ...busy, retryAfterMs: 60_000 } : accepted);
    await expect(world.receive()).rejects.toThrow(RelayIncomplete);
    await world.receive(text({ messageSid: sidOf(2), from: luis.phone, body: 'STOP' }));
    world.behave = () => accepted;
    await world.receive();
    expect(world.sentTo(luis.phone)).toEqual([]);
    expect(await world.outboundMessages()).toMatchObject([
      { state: 'ACCEPTED' },
      { state: 'REJECTED', errorClass: 'opted-out' },
    ]);
  });

  test('a text is found at the carrier by a worker whose clock was ahead', async () => {
    world.behave = () => takenTimeOut;
    await expect(world.receive(text(), { now: () => world.now + 8000 })).rejects.toThrow(RelayIncomplete);
    world.now += RECONCILE_GRACE_MS + 60_000;
    await world.receive();
    expect(world.taken).toHaveLength(2);
  });

  test('the operator’s text is finished even when someone has answered in the meantime', async () => {
    await world.receive();
    world.behave = ({ to }) => (to === OPERATOR ? { ...busy, retryAfterMs: 60_000 } : accepted);
    await expect(world.wait(16)).rejects.toThrow(RelayIncomplete);
    await world.receive(text({ messageSid: sidOf(2), from: dana.phone, body: '@1042 coming' }));
    world.behave = () => accepted;
    await world.receive();
    expect(world.sentTo(OPERATOR)).toHaveLength(1);
  });

  test('the outcome of a dead worker’s text is unknown at a carrier without a list', async () => {
    const listless = { ...world.carrier, find: null };
    const dies = new Promise<never>(() => {});
    void world.receive(text(), { carriers: [{ ...listless, send: () => dies }] });
    await new Promise((resolve) => setTimeout(resolve, 20));
    world.now += LEASE_MS + 1;
    await world.receive(text(), { carriers: [listless] });
    expect((await world.outboundMessages()).map(({ state }) => state)).toEqual(['UNKNOWN', 'UNKNOWN']);
  });

  test('a worker that lost its claim before a refusal does not finish the text', async () => {
    world.behave = () => refused(21211);
    const store: RelayStore = {
      ...world.relay,
      resolve: async (claim) => {
        await world.relay.claim(claim, 'another worker', claim.carrier, world.now + LEASE_MS + 1);
        return false;
      },
    };
    await expect(world.receive(text(), { relay: store })).rejects.toThrow('was claimed by another worker');
  });
});

describe('the counted reports of a text', () => {
  const counted = (kind: RelayReport['kind']) => world.counted.filter((report) => report.kind === kind);

  test('include the first accepted text to a dispatcher, once', async () => {
    world.now = START + 2500;
    await world.receive();
    await world.receive();
    expect(counted('relayed')).toEqual([{ kind: 'relayed', messageSid: sidOf(1), latencyMs: 2500 }]);
    expect(counted('texted')).toEqual([
      { kind: 'texted', outboundMessageId: `QDN-1042~${sidOf(1)}~dana`, segments: expect.any(Number) },
      { kind: 'texted', outboundMessageId: `QDN-1042~${sidOf(1)}~luis`, segments: expect.any(Number) },
    ]);
  });

  test('include an unknown outcome, and the text once it is found', async () => {
    world.behave = ({ to }) => (to === dana.phone ? takenTimeOut : accepted);
    await expect(world.receive()).rejects.toThrow(RelayIncomplete);
    expect(counted('unknown')).toEqual([{ kind: 'unknown', outboundMessageId: `QDN-1042~${sidOf(1)}~dana` }]);
    expect(counted('texted')).toHaveLength(1);
    world.now += 60_000;
    await world.receive();
    expect(counted('texted')).toHaveLength(2);
    expect(counted('relayed')).toHaveLength(1);
  });
});

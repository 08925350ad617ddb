import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import type { JobId, PhoneNumber, TrailerId } from '../ids.ts';
import type { Job, StatusChange, Stop } from '../job.ts';
import { aFix, aJob, placeAt } from '../testing/index.ts';
import type { InboundMessage } from './inbound-message.ts';
import {
  aWorld,
  contact,
  dana,
  luis,
  MARIA,
  OPERATOR,
  type RelayWorld,
  START,
  sidOf,
  text,
} from './testing/relay-world.ts';

/* Texts of drivers, gathered by someone who has not seen the rules; `text` and `action` are theirs. */
type Action = 'arrived' | 'done' | 'left' | 'undo' | 'note' | 'ask' | 'opted-out';
type Case = { id: string; text: string; media: number; action: Action };
const CASES: Case[] = JSON.parse(readFileSync(new URL('./testing/driver-texts.json', import.meta.url), 'utf8'));

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const RAY = '+15125550131';
const SAM = contact('sam', '+15125550133');
const trailer = (id: string) => id as TrailerId;
const T1 = trailer('T1');
const A: Stop = { kind: 'drop_off', address: '1100 Congress Ave, Austin', lat: 30.2747, lon: -97.7404, radiusM: 100 };
const B: Stop = { ...A, address: '1102 Congress Ave, Austin', ...placeAt(A, 60, 0) };
const YARD: Stop = { kind: 'yard', address: '6400 Burleson Rd', ...placeAt(A, -6000, 4000), radiusM: 120 };
const DUMP: Stop = { kind: 'dump_site', address: '9500 Giles Ln', ...placeAt(A, 7000, 9000), radiusM: 150 };

const changed = (status: Job['status'], minutesAgo: number, changes: Partial<StatusChange> = {}): StatusChange => ({
  status,
  at: START - minutesAgo * MINUTE,
  by: 'fixes',
  reason: '',
  trailerId: T1,
  ...changes,
});
const CREATED: StatusChange = {
  status: 'scheduled',
  at: START - 10 * HOUR,
  by: 'operator',
  reason: 'created',
  stop: 0,
};
const jobOf = (
  id: string,
  status: Job['status'],
  currentStop: number,
  history: StatusChange[],
  changes: Partial<Job> = {},
): Job =>
  aJob({
    id: id as JobId,
    customer: { name: 'Ann Lee', phone: MARIA as PhoneNumber },
    stops: [YARD, A],
    contacts: [dana, luis],
    createdAt: START - 10 * HOUR,
    status,
    currentStop,
    history: [CREATED, ...history],
    ...changes,
  });
const driving = jobOf('QDN-1043', 'in_transit', 1, [changed('in_transit', 30, { stop: 1 })]);
const atA = jobOf('QDN-1043', 'at_site', 1, [
  changed('in_transit', 60, { stop: 1 }),
  changed('at_site', 19, { stop: 1, place: A }),
]);
const waiting = jobOf('QDN-1043', 'scheduled', 0, [], { scheduledFor: START + 4 * HOUR });
const dumpAndReturn = (visited: number): Job =>
  jobOf('QDN-1050', 'at_site', visited, [changed('at_site', 20, { stop: visited, place: A })], {
    kind: 'dump_and_return',
    stops: [{ ...A, kind: 'pickup' }, DUMP, A],
  });
const second = (stop: Stop, status: Job['status'] = 'scheduled'): Job =>
  jobOf('QDN-1044', status, 0, status === 'scheduled' ? [] : [changed(status, 5, { stop: 0 })], {
    stops: [stop],
    scheduledFor: START + 4 * HOUR,
    customer: { name: 'Bob Kim', phone: '+15125550119' as PhoneNumber },
  });
const ofT2 = jobOf('QDN-1047', 'at_site', 1, [changed('at_site', 10, { stop: 1, trailerId: trailer('T2') })], {
  trailers: [trailer('T2')],
  customer: { name: 'Eve Cole', phone: '+15125550118' as PhoneNumber },
});
const ofT3 = jobOf('QDN-1060', 'at_site', 1, [changed('at_site', 10, { stop: 1, trailerId: trailer('T3') })], {
  trailers: [trailer('T3')],
});

/** Jobs and the trailer's distance from A in m, before the text; null without a fresh fix. */
type Setup = { jobs: Job[]; metres: number | null; from?: string; before?: InboundMessage[] };
const SETUPS: Readonly<Record<string, Setup>> = {
  'is-customer-here': { jobs: [atA], metres: 10 },
  'customer-not-here-gate': { jobs: [atA], metres: 10 },
  'almost-here': { jobs: [driving], metres: 6400 },
  'done-single': { jobs: [atA], metres: 10 },
  'done-not-last-stop': { jobs: [dumpAndReturn(0)], metres: 10 },
  'done-two-possible': { jobs: [atA, second(B, 'in_transit')], metres: null },
  'done-with-number': { jobs: [atA, second(B)], metres: 10 },
  'done-number-of-other-trailer': { jobs: [atA, ofT2], metres: 10 },
  'done-for-today': { jobs: [waiting], metres: 7200 },
  'not-done-yet': { jobs: [atA], metres: 10 },
  dropped: { jobs: [atA], metres: 10 },
  'dropped-wrong-moment': { jobs: [driving], metres: 19_300 },
  'empty-n-returned': { jobs: [dumpAndReturn(2)], metres: 10 },
  'load-up': { jobs: [waiting], metres: 7200 },
  'heading-to-dump': { jobs: [dumpAndReturn(0)], metres: 10 },
  'undo-after-done': { jobs: [atA], metres: 10, before: [text({ messageSid: sidOf(1), from: RAY, body: 'DONE' })] },
  'undo-variants': { jobs: [atA], metres: 10, before: [text({ messageSid: sidOf(1), from: RAY, body: 'DONE' })] },
  'undo-nothing': {
    jobs: [
      jobOf('QDN-1043', 'at_site', 1, [changed('at_site', 120, { stop: 1, place: A })]),
      jobOf('QDN-1044', 'completed', 0, [
        { status: 'completed', at: START - 5 * MINUTE, by: 'operator', reason: 'set by Mara' },
      ]),
    ],
    metres: 10,
  },
  'spanish-done': { jobs: [atA], metres: 10 },
  'photo-alone': { jobs: [atA], metres: 10 },
  'photo-with-done': { jobs: [atA], metres: 10 },
  'driver-is-dispatcher': {
    jobs: [{ ...driving, contacts: [dana, luis, SAM] }, ofT3],
    metres: null,
    from: SAM.phone,
    before: [text({ messageSid: sidOf(1), from: MARIA, body: 'Can you come after 3? QDN-1043' })],
  },
};

const worldOf = async ({ jobs, metres, before = [] }: Setup): Promise<RelayWorld> => {
  const world = aWorld(jobs, { notices: { ...aWorld().company.policy.notices, kinds: ['arrived', 'completed'] } });
  world.company.contacts = [dana, luis, SAM];
  world.company.drivers = [
    { name: 'Ray', phone: RAY as PhoneNumber, trailers: [T1] },
    { name: 'Sam', phone: SAM.phone, trailers: [trailer('T3')] },
  ];
  if (metres !== null) await world.locations.append([aFix({ at: START - 20_000, ...placeAt(A, metres, 0) })]);
  for (const message of before) await world.receive(message);
  world.now += 4 * MINUTE;
  if (metres !== null) await world.locations.append([aFix({ at: world.now - 20_000, ...placeAt(A, metres, 0) })]);
  return world;
};
const MEDIA = [{ url: 'https://api.twilio.com/m0', contentType: 'image/jpeg' }];
const statesOf = async (world: RelayWorld, jobs: readonly Job[]) =>
  Promise.all(jobs.map(async ({ id }) => world.jobs.find(id)));
const toTeam = (world: RelayWorld) => [...world.sentTo(dana.phone), ...world.sentTo(luis.phone)];

/** Plays one case: the text, what became of the jobs, and what each person has read because of it. */
const play = async (one: Case) => {
  const setup = SETUPS[one.id] ?? { jobs: [driving], metres: 300 };
  const world = await worldOf(setup);
  const [from, jobsBefore, taken] = [setup.from ?? RAY, await statesOf(world, setup.jobs), world.taken.length];
  const orders = world.orders.length;
  await world.receive(
    text({ messageSid: sidOf(9), from, body: one.text, media: MEDIA.slice(0, one.media), receivedAt: world.now }),
  );
  const sent = world.taken.slice(taken);
  const jobs = await statesOf(world, setup.jobs);
  const last = jobs.flatMap((job, i) =>
    job?.version === jobsBefore[i]?.version ? [] : (job?.history.slice(-1) ?? []),
  );
  return {
    world,
    jobs,
    changes: last,
    driver: sent.filter(({ to }) => to === from).map(({ body }) => body),
    team: sent.filter(({ to }) => [dana.phone, luis.phone].some((phone) => phone === to)).map(({ body }) => body),
    customers: sent.filter(({ to }) => to === MARIA || to === '+15125550119' || to === '+15125550118'),
    orders: world.orders.slice(orders),
  };
};

const STATUS_OF: Partial<Record<Action, Job['status']>> = {
  arrived: 'at_site',
  done: 'completed',
  left: 'en_route_to_next',
};

describe('a driver’s text', () => {
  test.each(CASES.map((one) => [`${one.id}: ${JSON.stringify(one.text)} is ${one.action}`, one] as const))(
    '%s',
    async (_, one) => {
      const { changes, driver, team, customers, jobs } = await play(one);
      // Neither a driver's words nor pictures go to a customer by themselves.
      expect(customers).toEqual([]);
      expect(driver.length).toBeLessThanOrEqual(1);
      const status = STATUS_OF[one.action];
      if (status) {
        expect(changes).toMatchObject([{ status, by: 'driver', messageSid: sidOf(9) }]);
        expect(driver[0]).toMatch(/UNDO$/);
      } else if (one.action === 'undo') {
        expect(changes).toMatchObject([{ takesBack: 'completed', by: 'driver', status: 'at_site' }]);
        expect(driver[0]).toMatch(/^QDN-1043 Ann Lee is open again/);
      } else {
        expect(changes).toEqual([]);
        if (one.action === 'note') {
          expect(team.length).toBeGreaterThan(0);
          expect(team[0]).toContain(one.media > 0 ? 'https://x.example/m/' : one.text);
          expect(driver[0]).toMatch(/^(Sent to dispatch|Enviado a despacho|Photo saved)/);
        }
        if (one.action === 'ask') expect(driver[0]).toMatch(/[Rr]eply|Sent to dispatch/);
        if (one.action === 'opted-out') {
          expect(driver).toEqual([]);
          expect(team[0]).toMatch(/Ray \(T1\) texted .* START/);
          expect(jobs.every((job) => job?.status !== 'cancelled')).toBe(true);
        }
      }
    },
  );
});

const said = async (id: string, body: string, media = 0) => play({ id, text: body, media, action: 'note' });

describe('the answer to a driver', () => {
  test.each([
    ['here-plain', 'HERE', 'QDN-1043 Ann Lee: arrived at 1100 Congress Ave 9:04 AM. Wrong? Reply UNDO'],
    ['done-single', 'DONE', 'QDN-1043 Ann Lee: delivered at 1100 Congress Ave 9:04 AM. Wrong? Reply UNDO'],
    [
      'done-not-last-stop',
      'DONE',
      'QDN-1050 Ann Lee: picked up at 1100 Congress Ave 9:04 AM. Next: 9500 Giles Ln. Wrong? Reply UNDO',
    ],
    ['empty-n-returned', 'done', 'QDN-1050 Ann Lee: returned at 1100 Congress Ave 9:04 AM. Wrong? Reply UNDO'],
    ['done-two-possible', 'done', 'Which one? Reply DONE 1043 (1100 Congress Ave) or DONE 1044 (1102 Congress Ave)'],
    [
      'dropped-wrong-moment',
      'delivered',
      'T1 shows 12 mi from 1100 Congress Ave. If QDN-1043 is done at 1100 Congress Ave, reply DONE 1043',
    ],
    [
      'done-number-of-other-trailer',
      'done 1047',
      'QDN-1047 is not on T1. Sent to dispatch. Yours is 1043 (1100 Congress Ave).',
    ],
    ['undo-after-done', 'UNDO', 'QDN-1043 Ann Lee is open again. We told the customer it is complete; dispatch knows.'],
    [
      'undo-nothing',
      'undo',
      'You have nothing to undo. QDN-1043 was marked "arrived" 7:00 AM by GPS. Reply UNDO 1043 to take that back',
    ],
    ['almost-here', 'almost here', 'Sent to dispatch. When you are there, reply HERE'],
    ['not-done-yet', 'not done yet', 'Sent to dispatch. When finished, reply DONE'],
    ['done-for-today', 'done for today', 'Sent to dispatch. QDN-1043 is still open for 1:00 PM.'],
    ['done-single', 'HERE', 'QDN-1043 Ann Lee: arrived 8:41 AM already. Finished? Reply DONE'],
    ['spanish-arrived', 'ya llegué', 'QDN-1043 Ann Lee: llegada en 1100 Congress Ave 9:04 AM. Error? Responda UNDO'],
    ['undo-variants', 'no', 'Undo QDN-1043 Ann Lee? Reply UNDO'],
    [
      'driver-is-dispatcher',
      'done',
      'Not sent. DONE for T3 (QDN-1060)? Reply DONE 1060. To answer the customer, start with @1043',
    ],
  ])('%s: %s', async (id, body, expected) => {
    expect((await said(id, body)).driver).toEqual([expected]);
  });

  test('to a place counts near the stop, and asks elsewhere', async () => {
    expect((await said('im-here-variants', 'im at the house')).changes).toHaveLength(1);
    expect((await said('almost-here', 'im at the house')).driver).toEqual([
      'T1 shows 4 mi from 1100 Congress Ave. If you are at 1100 Congress Ave for QDN-1043, reply HERE 1043',
    ]);
  });

  test('about another trailer’s job tells the team, and the driver nothing about that job', async () => {
    const { team, driver } = await said('done-number-of-other-trailer', 'done 1047');
    expect(team[0]).toContain('"done 1047"');
    expect(team[0]).toContain('(QDN-1047 is not on T1)');
    expect(driver[0]).not.toContain('Eve');
  });

  test('to a photo names the job, and the photo is with the team', async () => {
    const { driver, team } = await said('photo-alone', '', 1);
    expect(driver).toEqual(['Photo saved to QDN-1043 (1100 Congress Ave). When finished, reply DONE']);
    expect(team[0]).toMatch(/^Driver Ray \(T1\) @u0131 about Ann Lee \(1043\):\nPhoto: https:\/\/x\.example\/m\//);
  });

  test('keeps words and photo that come with a command', async () => {
    const { driver, team } = await said('photo-with-done', 'Done, placed left of garage', 1);
    expect(driver).toEqual([
      'QDN-1043 Ann Lee: delivered at 1100 Congress Ave 9:04 AM. Dispatch has your photo and note. Wrong? Reply UNDO',
    ]);
    expect(team[0]).toContain('Done, placed left of garage');
  });
});

describe('a job that cannot be done', () => {
  test.each([
    ['CANT'],
    ["can't"],
    ["Can't deliver, gate locked"],
    ['couldn’t drop it - car in the driveway, no one home'],
    ['dry run'],
    ['unable to pick up 1043'],
    ['no pude'],
    ['No se pudo entregar, portón cerrado'],
  ])('%s ends it so at the stop, and tells driver, team and customer', async (body) => {
    const { changes, driver, team, orders, customers } = await said('done-single', body);
    expect(changes).toMatchObject([{ status: 'failed', by: 'driver', stop: 1, reason: 'Ray, by text' }]);
    expect(driver[0]).toMatch(
      /^QDN-1043 Ann Lee: (?:not delivered at|no entregado en) 1100 Congress Ave 9:04 AM\..*UNDO$/,
    );
    expect(team[0]).toContain(body);
    expect(team[0]).toContain('could not be delivered 8:41 AM\n(agree on a new time with the customer)');
    expect(orders).toMatchObject([{ notice: { what: 'could-not' } }]);
    expect(customers).toEqual([]);
  });

  test.each([
    ['gate locked'],
    ['Gate is locked, need the code'],
    ["can't, waiting for the owner"],
    ["can't yet"],
    ['cant find the gate'],
    ['nobody home?'],
    ['portón cerrado'],
  ])('%s is for people, who may have the code', async (body) => {
    const { changes, driver, team } = await said('done-single', body);
    expect(changes).toEqual([]);
    expect(team[0]).toContain(body);
    expect(driver[0]).toMatch(/^(?:Sent to dispatch|Enviado a despacho)\./);
  });

  test('an obstacle at the stop is answered with the command for leaving', async () => {
    expect((await said('done-single', 'gate locked')).driver).toEqual([
      'Sent to dispatch. If you leave without doing it, reply CANT',
    ]);
    expect((await said('almost-here', 'gate locked')).driver).toEqual([
      'Sent to dispatch. When you are there, reply HERE',
    ]);
  });

  test('is asked about away from the stop, and with its number believed', async () => {
    expect((await said('dropped-wrong-moment', "can't")).driver).toEqual([
      'T1 shows 12 mi from 1100 Congress Ave. If QDN-1043 cannot be done at 1100 Congress Ave, reply CANT 1043',
    ]);
    expect((await said('dropped-wrong-moment', 'CANT 1043')).changes).toMatchObject([{ status: 'failed' }]);
  });

  test('a dump site that is closed is for people', async () => {
    const atDump = { jobs: [dumpAndReturn(1)], metres: 10 };
    const { world } = await heard(atDump, ["can't"]);
    expect((await world.jobs.find('QDN-1050' as JobId))?.version).toBe(1);
    expect(toTeam(world)[0]).toContain("can't");
  });

  test('corrects an end that came by itself, DONE corrects it, and UNDO takes it back', async () => {
    const ended = jobOf('QDN-1043', 'completed', 1, [
      ...atA.history.slice(1),
      changed('en_route_to_next', 9, { stop: 1 }),
      changed('completed', 5, { stop: 1 }),
    ]);
    const { world } = await heard({ jobs: [ended], metres: 4000 }, ["can't"]);
    expect(await world.jobs.find('QDN-1043' as JobId)).toMatchObject({ status: 'failed' });
    await world.receive(text({ messageSid: sidOf(8), from: RAY, body: 'undo', receivedAt: world.now }));
    expect(await world.jobs.find('QDN-1043' as JobId)).toMatchObject({ status: 'completed' });
    const { world: other } = await heard({ jobs: [atA], metres: 10 }, ["can't"]);
    await other.receive(text({ messageSid: sidOf(8), from: RAY, body: 'done', receivedAt: other.now }));
    expect(await other.jobs.find('QDN-1043' as JobId)).toMatchObject({ status: 'completed' });
  });
});

describe('a change by a driver', () => {
  test('is read back at once, also when its words are over the budget', async () => {
    const world = await worldOf({ jobs: [atA], metres: 10 });
    world.company.policy = { ...world.company.policy, budgets: { perSender: 1, perJob: 30, minutes: 10 } };
    await world.receive(text({ messageSid: sidOf(8), from: RAY, body: 'parked behind', receivedAt: world.now }));
    await world.receive(text({ messageSid: sidOf(9), from: RAY, body: 'Done, by the gate', receivedAt: world.now }));
    expect(world.sentTo(RAY).at(-1)).toMatch(
      /^QDN-1043 Ann Lee: delivered .* Dispatch has your note\. Wrong\? Reply UNDO$/,
    );
    await world.wait(11);
    expect(toTeam(world).at(-1)).toContain('Done, by the gate');
  });

  test('has the time of the text, and the customer gets the usual notice once', async () => {
    const { orders, changes } = await said('done-single', 'DONE');
    expect(changes).toMatchObject([{ at: START + 4 * MINUTE, reason: 'Ray, by text', trailerId: 'T1', stop: 1 }]);
    expect(orders).toMatchObject([{ notice: { what: 'completed' } }]);
  });

  test('with a job’s number is believed, wherever the trailer is', async () => {
    expect((await said('dropped-wrong-moment', 'done 1043')).changes).toMatchObject([{ status: 'completed' }]);
  });

  test('of a dispatcher who is a driver needs no number while no customer waits', async () => {
    const world = await worldOf({ jobs: [driving, ofT3], metres: null });
    await world.receive(text({ messageSid: sidOf(9), from: SAM.phone, body: 'done', receivedAt: world.now }));
    expect(await world.jobs.find('QDN-1060' as JobId)).toMatchObject({ status: 'completed' });
    expect(world.sentTo(SAM.phone)[0]).toMatch(/^QDN-1060 Ann Lee: delivered/);
  });

  test('of a dispatcher who is a driver is an answer to the customer when it begins with a job, and so is “listo”', async () => {
    const world = await worldOf({ jobs: [{ ...driving, contacts: [SAM] }, ofT3], metres: null });
    const from = SAM.phone;
    await world.receive(text({ messageSid: sidOf(1), from: MARIA, body: 'Can you come? QDN-1043' }));
    await world.receive(text({ messageSid: sidOf(2), from, body: 'listo', receivedAt: world.now }));
    await world.receive(text({ messageSid: sidOf(3), from, body: '@1043 done', receivedAt: world.now }));
    expect(world.sentTo(MARIA)).toEqual(['QuickDumpNow: listo', 'QuickDumpNow: done']);
    expect((await world.jobs.find('QDN-1060' as JobId))?.version).toBe(1);
    expect((await world.relay.plan(sidOf(1)))?.answeredBy).toBe('sam');
  });

  test('is made once, when the webhook is repeated, two workers run, or the first one dies before it has answered', async () => {
    const world = await worldOf({ jobs: [atA, second(B)], metres: 10 });
    const message = text({ messageSid: sidOf(9), from: RAY, body: 'DONE', receivedAt: world.now });
    const dying = { ...world.relay, pin: async () => Promise.reject(new Error('the process died here')) };
    await expect(world.receive(message, { relay: dying })).rejects.toThrow('died');
    const once = await world.jobs.find('QDN-1043' as JobId);
    expect(once).toMatchObject({ status: 'completed' });
    await Promise.allSettled([world.receive(message), world.receive(message)]);
    await world.receive(message);
    expect(await world.jobs.find('QDN-1043' as JobId)).toEqual(once);
    expect((await world.jobs.find('QDN-1044' as JobId))?.version).toBe(1);
    expect(world.sentTo(RAY)).toHaveLength(1);
    expect(world.sentTo(RAY)[0]).toMatch(/^QDN-1043 Ann Lee: delivered/);
  });

  test.each(['before', 'after'] as const)('is made once, whatever call the worker dies %s', async (when) => {
    for (let dies = 1; dies <= 40; dies += 1) {
      const world = await worldOf({ jobs: [atA, second(B)], metres: 10 });
      const message = text({ messageSid: sidOf(9), from: RAY, body: 'DONE', receivedAt: world.now });
      let calls = 0;
      const dying = <Port extends object>(port: Port): Port =>
        new Proxy(port, {
          get: (target, name) => {
            const method: unknown = Reflect.get(target, name);
            if (typeof method !== 'function') return method;
            return async (...given: unknown[]) => {
              calls += 1;
              if (calls === dies && when === 'before') throw new Error('the process died here');
              const result: unknown = await Reflect.apply(method, target, given);
              if (calls === dies && when === 'after') throw new Error('the process died here');
              return result;
            };
          },
        });
      const deps = world.dependencies();
      const ports = {
        jobs: dying(deps.jobs),
        relay: dying(deps.relay),
        locations: dying(deps.locations),
        notices: dying(deps.notices),
        followUps: dying(deps.followUps),
      };
      await world.receive(message, ports).catch(() => {});
      // The queue delivers the message again, once a claim of the dead worker has run out.
      for (let again = 0; again < 3; again += 1) {
        world.now += MINUTE;
        await world.receive(message).catch(() => {});
      }
      const job = await world.jobs.find('QDN-1043' as JobId);
      expect([dies, job?.status, job?.version]).toEqual([dies, 'completed', 2]);
      expect([dies, (await world.jobs.find('QDN-1044' as JobId))?.version]).toEqual([dies, 1]);
      expect([dies, world.sentTo(RAY).length]).toEqual([dies, 1]);
    }
  });

  test('is decided again when a fix changes the job at the same moment', async () => {
    const world = await worldOf({ jobs: [driving], metres: 10 });
    let isFirst = true;
    const jobs = {
      ...world.jobs,
      update: async (job: Job) => {
        if (isFirst) {
          isFirst = false;
          await world.jobs.update({ ...atA, version: 2 });
        }
        return world.jobs.update(job);
      },
    };
    await world.receive(text({ messageSid: sidOf(9), from: RAY, body: 'here', receivedAt: world.now }), { jobs });
    expect(world.sentTo(RAY)).toEqual(['QDN-1043 Ann Lee: arrived 8:41 AM already. Finished? Reply DONE']);
    expect((await world.jobs.find('QDN-1043' as JobId))?.version).toBe(2);
  });

  test('is not made by a text that comes half an hour late: people read it', async () => {
    const world = await worldOf({ jobs: [atA], metres: 10 });
    await world.receive(text({ messageSid: sidOf(9), from: RAY, body: 'DONE', receivedAt: world.now - 31 * MINUTE }));
    expect(await world.jobs.find('QDN-1043' as JobId)).toMatchObject({ status: 'at_site' });
    expect(toTeam(world)[0]).toContain('"DONE"');
  });
});

describe('an undo by text', () => {
  test('is not repeated, and says who was first', async () => {
    const world = await worldOf({
      jobs: [atA],
      metres: 10,
      before: [
        text({ messageSid: sidOf(1), from: RAY, body: 'DONE' }),
        text({ messageSid: sidOf(2), from: RAY, body: 'UNDO' }),
      ],
    });
    await world.receive(text({ messageSid: sidOf(9), from: RAY, body: 'UNDO', receivedAt: world.now }));
    expect(world.sentTo(RAY).at(-1)).toBe('QDN-1043 Ann Lee is open again already ("ended" was taken back by Ray).');
    expect(await world.jobs.find('QDN-1043' as JobId)).toMatchObject({ status: 'at_site' });
    // The team reads of it once, and no one is alarmed when no one answers.
    await world.wait(60);
    expect(toTeam(world)).toHaveLength(2);
    expect(toTeam(world)[0]).toBe('QDN-1043 Ann Lee: Ray took back "ended". We had told the customer it is complete.');
    expect(world.sentTo(OPERATOR)).toEqual([]);
  });

  test('takes back what the trailer’s fixes have just changed', async () => {
    const { changes, driver } = await said('here-after-arrival', 'undo');
    expect(changes).toEqual([]);
    expect(driver[0]).toMatch(/^You have nothing to undo/);
    const world = await worldOf({
      jobs: [
        jobOf('QDN-1043', 'at_site', 1, [
          changed('in_transit', 60, { stop: 1 }),
          changed('at_site', 5, { stop: 1, place: A }),
        ]),
      ],
      metres: 10,
    });
    await world.receive(text({ messageSid: sidOf(9), from: RAY, body: 'Undo', receivedAt: world.now }));
    expect(await world.jobs.find('QDN-1043' as JobId)).toMatchObject({ status: 'in_transit', currentStop: 1 });
    expect(world.sentTo(RAY)).toEqual(['QDN-1043 Ann Lee: not yet at 1100 Congress Ave.']);
  });
});

/** Plays texts of one driver, a minute apart. */
const heard = async (setup: Setup, bodies: readonly string[], trailers: readonly TrailerId[] = [T1]) => {
  const world = await worldOf(setup);
  world.company.drivers = [{ name: 'Ray', phone: RAY as PhoneNumber, trailers: [...trailers] }];
  for (const [i, body] of bodies.entries()) {
    world.now += MINUTE;
    await world.receive(text({ messageSid: sidOf(20 + i), from: RAY, body, receivedAt: world.now }));
  }
  return { world, said: world.sentTo(RAY), jobs: await statesOf(world, setup.jobs) };
};

describe('words that mean less than they seem', () => {
  const unvisited: Job = { ...waiting, stops: [A] };

  test.each(['leaving for 1043', 'left for 1043', 'all set 1043', 'good to go, 1043', 'heading to the dump 1043'])(
    'at a job that has not begun: %j ends nothing, and tells no customer',
    async (body) => {
      const { jobs, world } = await heard({ jobs: [unvisited], metres: null }, [body]);
      expect(jobs).toMatchObject([{ status: 'scheduled', version: 1 }]);
      expect(world.orders).toEqual([]);
    },
  );

  test.each(['all set 1043', 'left 1043'])('at the stop, %j with the number is believed', async (body) => {
    expect((await heard({ jobs: [atA], metres: 10 }, [body])).jobs).toMatchObject([{ status: 'completed' }]);
  });

  test.each([
    'Done, couldnt place it',
    'Done, didn’t fit',
    'done. wait',
    'Done, customer refused',
    'done QDN-1043 QDN-1044',
    'Done 👎',
    'done ❌',
  ])('%j changes nothing, and goes to people', async (body) => {
    const { jobs, world } = await heard({ jobs: [atA], metres: 10 }, [body]);
    expect(jobs).toMatchObject([{ version: 1 }]);
    expect(toTeam(world)[0]).toContain(body);
  });

  test.each(['done 👍', 'DONE✅', 'done 👍🏽', 'Done!!! 🚛'])('%j is done', async (body) => {
    const { jobs, said } = await heard({ jobs: [atA], metres: 10 }, [body]);
    expect(jobs).toMatchObject([{ status: 'completed' }]);
    expect(said[0]).not.toContain('note');
  });

  test('a second DONE, or the departure after it, is not about the next stop', async () => {
    const { jobs, said } = await heard({ jobs: [dumpAndReturn(0)], metres: null }, ['DONE', 'DONE', 'heading to dump']);
    expect(jobs).toMatchObject([{ status: 'en_route_to_next', currentStop: 1, version: 2 }]);
    expect(said[1]).toBe('QDN-1050 Ann Lee: picked up 9:05 AM already. Wrong? Reply UNDO');
    expect(said[2]).toBe(said[1]);
  });

  test('DONE before the dump says "picked up", and UNDO names the place where the trailer is again', async () => {
    const job = { ...dumpAndReturn(0), stops: [A, DUMP, YARD] };
    const { said } = await heard({ jobs: [job], metres: 10 }, ['DONE', 'UNDO', 'ya llegue']);
    expect(said).toEqual([
      'QDN-1050 Ann Lee: picked up at 1100 Congress Ave 9:05 AM. Next: 9500 Giles Ln. Wrong? Reply UNDO',
      'QDN-1050 Ann Lee: still at 1100 Congress Ave.',
      'QDN-1050 Ann Lee: todavia en 1100 Congress Ave.',
    ]);
  });

  test('the operator reads the driver’s name when no dispatcher answers their text', async () => {
    const { world } = await heard({ jobs: [driving], metres: 6400 }, ['gate is locked, need the code']);
    await world.wait(60);
    expect(world.sentTo(OPERATOR)).toEqual([expect.stringContaining('Driver Ray (T1) @u0131 about Ann Lee (1043)')]);
  });

  test('UNDO after HERE says that the trailer is not there yet', async () => {
    const { said } = await heard({ jobs: [driving], metres: 10 }, ['HERE', 'UNDO']);
    expect(said[1]).toBe('QDN-1043 Ann Lee: not yet at 1100 Congress Ave.');
  });

  test('DONE for a job that the office has ended says so', async () => {
    const cancelled = jobOf('QDN-1043', 'cancelled', 1, [changed('cancelled', 5, { by: 'operator' })]);
    const { said } = await heard({ jobs: [cancelled], metres: 10 }, ['DONE 1043']);
    expect(said).toEqual(['QDN-1043 is not open. Sent to dispatch.']);
  });
});

describe('the reach of an undo by text', () => {
  test('a change of three days ago is neither offered nor taken back, and the text is answered', async () => {
    const old = jobOf('QDN-1043', 'at_site', 1, [changed('at_site', 60 * 50, { stop: 1, place: A })]);
    const { said, jobs } = await heard({ jobs: [old], metres: 10 }, ['UNDO', 'UNDO 1043']);
    expect(said).toEqual(Array(2).fill('You have nothing to undo. Tell dispatch here what is wrong.'));
    expect(jobs).toMatchObject([{ version: 1 }]);
  });

  test('a second UNDO leaves the next job as it is', async () => {
    const before = jobOf('QDN-1043', 'completed', 1, [
      changed('in_transit', 60, { stop: 1 }),
      changed('at_site', 50, { stop: 1 }),
      changed('completed', 20, { stop: 1 }),
    ]);
    const setup = { jobs: [before, second(B, 'in_transit')], metres: null };
    const { said, jobs } = await heard(setup, ['UNDO 1043', 'UNDO']);
    expect(jobs).toMatchObject([{ status: 'scheduled' }, { status: 'in_transit', version: 1 }]);
    expect(said[1]).toMatch(/^QDN-1043 Ann Lee is open again already/);
  });

  test('one driver’s change of either trailer is taken back', async () => {
    const T2 = trailer('T2');
    const two = jobOf(
      'QDN-1043',
      'at_site',
      1,
      [changed('at_site', 30, { stop: 1 }), changed('at_site', 20, { stop: 1, trailerId: T2 })],
      { trailers: [T1, T2] },
    );
    const { jobs, said } = await heard({ jobs: [two], metres: null }, ['DONE', 'UNDO'], [T1, T2]);
    expect(jobs[0]?.history.at(-1)).toMatchObject({ takesBack: 'completed', trailerId: 'T1', status: 'at_site' });
    expect(said[1]).toBe('QDN-1043 Ann Lee is open again.');
  });

  test('the reason after UNDO is with the team', async () => {
    const { world } = await heard({ jobs: [atA], metres: 10 }, ['DONE', 'Undo, not done yet']);
    expect(await world.jobs.find('QDN-1043' as JobId)).toMatchObject({ status: 'at_site' });
    expect(toTeam(world).at(-1)).toMatch(/^QDN-1043 Ann Lee: Ray took back "ended"\..*\n"not done yet"$/);
  });
});

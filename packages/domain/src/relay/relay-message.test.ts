import { beforeEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { JobId, MessageSid, PhoneNumber, RecipientId } from '../ids.ts';
import type { Job } from '../job.ts';
import type { FollowUp, LogEntry, RelayStore } from '../ports/relay.ts';
import { aFix, aJob, memoryJobs, memoryLocations, memoryRelay, typicalTravel } from '../testing/index.ts';
import { type RelayDependencies, type RelayReport, Unsettled } from './dependencies.ts';
import { LEASE_MS, RECONCILE_GRACE_MS, UNMATCHED } from './effect.ts';
import { giveNotice } from './give-notice.ts';
import type { InboundMessage } from './inbound.ts';
import { DEFAULT_POLICY, type RelayCompany, type RelayPolicy } from './policy.ts';
import { followUp, recordReceipt, relayMessage, retryAfterS, sweep } from './relay-message.ts';
import type { SendOutcome, Sms } from './sms-carrier.ts';

const START = Date.UTC(2026, 10, 23, 15);
const contact = (id: string, phone: string) => ({ id: id as RecipientId, name: id, phone: phone as PhoneNumber });
const dana = contact('dana', '+15125550171');
const luis = contact('luis', '+15125550172');
const MARIA = '+15125550111';
const STRANGER = '+15125550199';
const OPERATOR = '+15125550180';
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

type Taken = Sms & { at: number; carrierSid: string; by: string };

/** Everything around the relay, in memory, with a clock that only the test and the relay's own pauses move. */
const aWorld = (jobs: Job[] = [aJob({ contacts: [dana, luis] })], policy: Partial<RelayPolicy> = {}) => {
  let runs = 0;
  const company: RelayCompany = {
    name: 'QuickDumpNow',
    textNumbers: ['+15125550142'],
    timeZone: 'America/Chicago',
    contacts: [dana, luis],
    operator: OPERATOR,
    policy: { ...DEFAULT_POLICY, ...policy },
  };
  const carrierNamed = (name: string) => ({
    name,
    send: async (sms: Sms): Promise<SendOutcome> => {
      const outcome = world.behave(sms, name);
      const carrierSid = `${name}${world.taken.length}`;
      if (outcome.kind === 'accepted' || outcome.kind === 'taken-but-unknown')
        world.taken.push({ ...sms, at: world.now, carrierSid, by: name });
      if (outcome.kind === 'taken-but-unknown') return { kind: 'unknown', detail: 'time-out' };
      return outcome.kind === 'accepted' ? { ...outcome, carrierSid } : outcome;
    },
  });
  const world = {
    now: START,
    company,
    jobs: memoryJobs(jobs),
    locations: memoryLocations(),
    relay: memoryRelay(),
    logged: [] as LogEntry[],
    /** What somebody may have to know of; and what is only counted. */
    reports: [] as RelayReport[],
    counted: [] as RelayReport[],
    taken: [] as Taken[],
    /** What the queue holds back. */
    waiting: [] as FollowUp[],
    /** How far the carrier's list lags behind. */
    lagMs: 0,
    /** Decides what becomes of each text. */
    behave: (_sms: Sms, _carrier: string): Behaviour => accepted,
    carrier: {
      ...carrierNamed('fake'),
      find: async ({ to, body, sentAfter }: { to: string; body: string; sentAfter: number }) =>
        world.taken.filter(
          (sms) => sms.to === to && sms.body === body && sms.at >= sentAfter && sms.at + world.lagMs <= world.now,
        ),
    },
    /** Like the second carrier of the product, one that keeps no list. */
    second: { ...carrierNamed('other'), find: null },
    sentTo: (phone: string) => world.taken.filter(({ to }) => to === phone).map(({ body }) => body),
    entries: (type: LogEntry['type']) => world.logged.filter((entry) => entry.type === type),
    dependencies: (): RelayDependencies => ({
      jobs: world.jobs,
      locations: world.locations,
      travel: typicalTravel,
      relay: world.relay,
      carriers: { first: world.carrier, second: null },
      log: (entry) => {
        world.logged.push(structuredClone(entry));
      },
      company: world.company,
      trackingLink: async (job, { messageSid }) => `https://x.example/t/${job.id}.${messageSid.slice(-4)}`,
      mediaLink: async ({ messageSid }, index) => `https://x.example/m/${messageSid.slice(-4)}.${index}`,
      followUps: {
        schedule: async (task) => {
          world.waiting.push({ ...task });
        },
      },
      now: () => world.now,
      random: () => 0.5,
      pause: async (ms) => {
        world.now += ms;
      },
      owner: `run-${++runs}`,
      report: (report) => {
        const isOnlyCounted = ['texted', 'unknown', 'escalated', 'relayed'].includes(report.kind);
        (isOnlyCounted ? world.counted : world.reports).push(report);
      },
    }),
    /** Lets time pass, and works on what becomes due until then. */
    wait: async (minutes: number): Promise<void> => {
      const until = world.now + minutes * 60_000;
      for (;;) {
        const next = world.waiting.toSorted((a, b) => a.dueAt - b.dueAt)[0];
        if (!next || next.dueAt > until) break;
        world.waiting.splice(world.waiting.indexOf(next), 1);
        world.now = Math.max(world.now, next.dueAt);
        await followUp(world.dependencies(), next);
      }
      world.now = Math.max(world.now, until);
    },
  };
  return world;
};

let world: ReturnType<typeof aWorld>;
beforeEach(() => {
  world = aWorld();
});
const relay = (message = text(), changes: Partial<RelayDependencies> = {}) =>
  relayMessage({ ...world.dependencies(), ...changes }, message, { ...message });
const effectsOf = async (scope: string = 'QDN-1042') =>
  (await world.relay.timeline(scope)).flatMap(({ effects }) => effects);

describe('a customer’s text', () => {
  test('goes to each contact once, with everything to act on it', async () => {
    const fixes = [30.3, 30.295].map((lat, i) => aFix({ at: START - 60_000 + i * 50_000, lat, lon: -97.74 }));
    await world.locations.append('QDN-1042' as JobId, fixes);
    await relay();
    expect(world.taken.map(({ to }) => to)).toEqual([dana.phone, luis.phone]);
    expect(world.taken[0]?.body).toMatch(
      /^QDN-1042 Maria Lopez:\n"Can you come after 3\? QDN-1042"\non the way, ETA \d+:\d\d-\d+:\d\d AM\nhttps:\/\/x\.example\/t\/QDN-1042\.0001\nReply: @1042 \.\.\.$/,
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
    expect(world.logged).toMatchObject([
      { type: 'message', sid: sidOf(1), scope: 'QDN-1042', at: START, data: { record: { body: text().body } } },
      { type: 'text', sid: sidOf(1), data: { recipient: 'dana', state: 'ACCEPTED', body: world.taken[0]?.body } },
      { type: 'text', sid: sidOf(1), data: { recipient: 'luis', state: 'ACCEPTED', carrier: 'fake' } },
    ]);
  });

  test('whose webhook comes again, later, to another state of things, changes nothing', async () => {
    await relay();
    const before = await world.relay.timeline('QDN-1042');
    world.now += 90_000;
    await world.jobs.update(aJob({ contacts: [dana, contact('nina', '+15125550173')], status: 'at_site', version: 2 }));
    await relay(text({ receivedAt: world.now }));
    expect(world.taken).toHaveLength(2);
    expect(await world.relay.timeline('QDN-1042')).toEqual(before);
    // Logged again, under the same names.
    expect(new Set(world.logged.map(({ id }) => id)).size).toBe(3);
  });

  test('goes out without an arrival when the positions cannot be read', async () => {
    const locations = { recent: async () => Promise.reject(new Error('down')) };
    await relay(text(), { locations });
    expect(world.sentTo(dana.phone)[0]).toContain('\non the way\n');
    expect(world.reports).toMatchObject([{ kind: 'without-eta', messageSid: sidOf(1) }]);
  });

  test('to a job that has ended is relayed all the same', async () => {
    world = aWorld([aJob({ status: 'completed', contacts: [dana] })]);
    await relay();
    expect(world.sentTo(dana.phone)[0]).toContain('\ncompleted\n');
  });

  test('that belongs to no job reaches the company’s contacts all the same', async () => {
    await relay(text({ from: STRANGER, body: 'do you rent by the day?' }));
    expect(world.sentTo(dana.phone)).toEqual([
      'No job found for a number ending in 0199:\n"do you rent by the day?"\nReply: @u0199 ...',
    ]);
    expect(world.sentTo(luis.phone)).toHaveLength(1);
    expect(await world.relay.timeline(UNMATCHED)).toMatchObject([{ sender: '+*********99' }]);
  });

  test.each(['STOP', ' stop ', 'Unsubscribe', 'HELP', 'START'])(
    'that is the keyword %s is recorded and not relayed',
    async (body) => {
      await relay(text({ body }));
      expect(world.taken).toEqual([]);
      expect(world.entries('message')).toHaveLength(1);
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
    expect(await heard({ body: 'are you near?' })).toBe('QDN-1050 Maria Lopez:');
    expect(world.sentTo(dana.phone)[0]).toContain('(newest of 2 jobs, also QDN-1042)');
  });

  test('is the sender’s own when a number in the text may be something else', async () => {
    world = aWorld([aJob({ contacts: [dana] }), sams]);
    expect(await heard({ body: 'the gate code is #5' })).toBe('QDN-1042 Maria Lopez:');
  });

  test('is what a number may mean when nothing else is found, and the text says who wrote', async () => {
    world = aWorld([aJob({ contacts: [dana] }), sams]);
    expect(await heard({ body: 'about #5', from: STRANGER })).toBe('QDN-5 Sam Carter (from a number ending in 0199):');
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

test('of several jobs that a text names, the newest active one counts, and the others are said', async () => {
  const ended = aJob({ id: 'QDN-7' as JobId, status: 'completed', createdAt: START + 2, contacts: [dana] });
  const newer = aJob({ id: 'QDN-8' as JobId, createdAt: START + 1, contacts: [dana] });
  world = aWorld([aJob({ contacts: [dana] }), ended, newer]);
  await relay(text({ body: 'QDN-7, QDN-1042 and QDN-8: all tomorrow?' }));
  expect(world.sentTo(dana.phone)[0]).toMatch(/^QDN-8 Maria Lopez:.*\(also names QDN-1042, QDN-7\)/s);
});

test('whoever writes over another service is spoken of without their number', async () => {
  await relay(text({ from: 'whatsapp:+15125550999', body: 'hello' }));
  expect(world.sentTo(dana.phone)[0]).toContain('a number ending in 0999');
  expect(world.sentTo(dana.phone)[0]).not.toContain('5550999');
});

describe('a dispatcher’s text', () => {
  test('goes to the customer of the job it names, under the company’s name', async () => {
    await relay(text({ from: dana.phone, body: '@1042 yes, 3:30 works' }));
    expect(world.taken).toMatchObject([{ to: MARIA, body: 'QuickDumpNow: yes, 3:30 works' }]);
    expect(JSON.stringify(world.taken)).not.toContain(dana.phone);
  });

  test('that names no job goes to the one customer who waits', async () => {
    await relay();
    await relay(text({ messageSid: sidOf(2), from: dana.phone, body: 'yes, at 3:30' }));
    expect(world.sentTo(MARIA)).toEqual(['QuickDumpNow: yes, at 3:30']);
    expect(await world.relay.plan(sidOf(1))).toMatchObject({ answeredBy: 'dana' });
    expect(world.entries('acknowledgement')).toMatchObject([{ sid: sidOf(1), data: { by: 'dana', with: sidOf(2) } }]);
  });

  test('goes to a stranger who wrote without a job as well, and to whom it names by the last digits', async () => {
    await relay(text({ from: STRANGER, body: 'do you rent by the day?' }));
    await relay(text({ messageSid: sidOf(2), from: dana.phone, body: 'we do' }));
    await relay(text({ messageSid: sidOf(3), from: luis.phone, body: '@u0199 from 90 dollars' }));
    expect(world.sentTo(STRANGER)).toEqual(['QuickDumpNow: we do', 'QuickDumpNow: from 90 dollars']);
    await relay(text({ messageSid: sidOf(4), from: luis.phone, body: '@u0000 hello' }));
    expect(world.sentTo(luis.phone).at(-1)).toContain('There is nobody at @u0000.');
  });

  test('that may be for several customers is asked about in one line, and goes nowhere', async () => {
    const sams = aJob({
      id: 'QDN-5' as JobId,
      customer: { name: 'Sam Carter', phone: '+15125550112' as PhoneNumber },
      contacts: [dana],
    });
    world = aWorld([aJob({ contacts: [dana] }), sams]);
    await relay();
    world.now += 60_000;
    await relay(text({ messageSid: sidOf(2), from: '+15125550112', body: 'and mine?' }));
    await relay(text({ messageSid: sidOf(3), from: dana.phone, body: 'on my way' }));
    expect(world.sentTo(dana.phone).at(-1)).toBe('For whom is this? Answer @5 (Sam Carter) or @1042 (Maria Lopez).');
    expect(world.sentTo(MARIA)).toEqual([]);
    // The name alone is enough: the words were said.
    await relay(text({ messageSid: sidOf(4), from: dana.phone, body: '@5', receivedAt: world.now + 1000 }));
    expect(world.sentTo('+15125550112')).toEqual(['QuickDumpNow: on my way']);
    expect(await world.relay.plan(sidOf(1))).toMatchObject({ answeredBy: null });
    expect(await world.relay.plan(sidOf(2))).toMatchObject({ answeredBy: 'dana' });
  });

  test.each(['OK', 'got it', '1', '👍'])('%j acknowledges what they were sent, and is for us', async (body) => {
    await relay();
    await relay(text({ messageSid: sidOf(2), from: luis.phone, body }));
    expect(world.sentTo(MARIA)).toEqual([]);
    expect(await world.relay.timeline('QDN-1042')).toMatchObject([{}, { sender: 'luis', message: { body } }]);
    expect(await world.relay.plan(sidOf(1))).toMatchObject({ answeredBy: 'luis' });
    await world.wait(60);
    expect(world.sentTo(OPERATOR)).toEqual([]);
  });

  test('that asks for a job’s status is answered, and not passed on', async () => {
    await relay(text({ from: dana.phone, body: 'status 1042' }));
    await relay(text({ messageSid: sidOf(2), from: dana.phone, body: 'ETA #1042?' }));
    expect(world.taken.map(({ to }) => to)).toEqual([dana.phone, dana.phone]);
    expect(world.taken[0]?.body).toMatch(/^QDN-1042 is on the way\.\nhttps:/);
  });

  test('that names no job is asked back when nobody has written, also when the dispatcher is a customer', async () => {
    world = aWorld([aJob({ customer: { name: 'Dana', phone: dana.phone } })]);
    await relay(text({ from: dana.phone, body: 'on my way' }));
    expect(world.taken).toMatchObject([{ to: dana.phone, body: expect.stringMatching(/^Which job.*@1042/) }]);
  });

  test('that names a job that there is none of is told so', async () => {
    await relay(text({ from: dana.phone, body: '@9999 ok' }));
    expect(world.taken).toMatchObject([{ to: dana.phone, body: expect.stringContaining('nobody at QDN-9999.') }]);
  });

  test('that says nothing to pass on is told so', async () => {
    await relay(text({ from: dana.phone, body: '@1042' }));
    expect(world.taken).toMatchObject([{ to: dana.phone, body: expect.stringMatching(/^Nothing was passed on/) }]);
  });

  test('that cannot be delivered comes back to them, once', async () => {
    world.behave = ({ to }) => (to === MARIA ? refused(21211) : accepted);
    const reply = text({ from: dana.phone, body: '@1042 yes' });
    await relay(reply);
    await relay(reply);
    expect(world.sentTo(dana.phone)).toEqual(['Your text to Maria Lopez (@1042) could not be delivered. Please call.']);
  });

  test('that a phone later turns out not to have got comes back as well', async () => {
    await relay(text({ from: dana.phone, body: '@1042 yes' }));
    const key = { scope: 'QDN-1042', messageSid: sidOf(1), recipient: 'customer' as RecipientId };
    const receipt = { carrierSid: 'fake0', delivery: 'undelivered', errorCode: 30005 } as const;
    await recordReceipt(world.dependencies(), key, receipt, world.now);
    await recordReceipt(world.dependencies(), key, receipt, world.now);
    expect(world.sentTo(dana.phone)).toHaveLength(1);
  });

  test('that an auto-reply would answer for ever is answered no more than the budget allows', async () => {
    for (let n = 1; n <= 40; n++) {
      await relay(
        text({ messageSid: sidOf(n), from: dana.phone, body: 'Back at my desk on Monday', receivedAt: world.now }),
      );
      world.now += 1000;
    }
    expect(world.sentTo(dana.phone)).toHaveLength(DEFAULT_POLICY.budgets.perSender);
  });
});

describe('a dispatcher’s text is never guessed to another customer:', () => {
  const ADA = '+15125550117';
  const adas = aJob({
    id: 'QDN-77' as JobId,
    customer: { name: 'Ada', phone: ADA as PhoneNumber },
    contacts: [dana],
  });
  beforeEach(async () => {
    world = aWorld([aJob({ contacts: [dana] }), adas]);
    await relay();
  });
  const says = (body: string, changes: Partial<InboundMessage> = {}) =>
    relay(text({ messageSid: sidOf(2), from: dana.phone, body, ...changes }));

  test('what it begins with decides, whatever it mentions later', async () => {
    await says('@1042 after QDN-77 is done we come to you');
    expect([world.sentTo(MARIA), world.sentTo(ADA)]).toEqual([
      ['QuickDumpNow: after QDN-77 is done we come to you'],
      [],
    ]);
  });

  test('and whatever the webhook’s path says', async () => {
    await says('@77 ten minutes', { pathJob: 'QDN-1042' as JobId });
    expect([world.sentTo(MARIA), world.sentTo(ADA)]).toEqual([[], ['QuickDumpNow: ten minutes']]);
  });

  test('another job in the middle is asked about', async () => {
    await says('after QDN-77 is done we come to you');
    expect([world.sentTo(MARIA), world.sentTo(ADA)]).toEqual([[], []]);
    expect(world.sentTo(dana.phone).at(-1)).toBe('For whom is this? Answer @1042 (Maria Lopez) or @77 (Ada).');
  });

  test.each(['use gate #77 please', 'the gate code is #4412', 'we are on FM-1431'])(
    '%j goes to the one who waits',
    async (body) => {
      await says(body);
      expect([world.sentTo(MARIA), world.sentTo(ADA)]).toEqual([[`QuickDumpNow: ${body}`], []]);
    },
  );

  test('a job in the middle counts when nobody waits', async () => {
    world = aWorld([aJob({ contacts: [dana] }), adas]);
    await says('tell QDN-77 that we are late');
    expect(world.sentTo(ADA)).toEqual(['QuickDumpNow: tell QDN-77 that we are late']);
  });

  test('an “ok” is for the customer seen last; who else waits is said, and their cascade goes on', async () => {
    world.now += 600_000;
    await relay(text({ messageSid: sidOf(3), from: ADA, body: 'hello?', receivedAt: world.now }));
    await says('ok', { receivedAt: world.now });
    expect(await world.relay.plan(sidOf(3))).toMatchObject({ answeredBy: 'dana' });
    expect(await world.relay.plan(sidOf(1))).toMatchObject({ answeredBy: null });
    expect(world.sentTo(dana.phone).at(-1)).toBe('You have @77 (Ada). Still open: @1042 (Maria Lopez).');
    await world.wait(30);
    expect(world.sentTo(OPERATOR)).toEqual([expect.stringContaining('Nobody has answered QDN-1042 Maria Lopez')]);
  });
});

describe('who is told may answer:', () => {
  const nina = contact('nina', '+15125550173');

  test.each(['ok', 'we will be there at 3'])('a contact of the job alone, with %j', async (body) => {
    world = aWorld([aJob({ contacts: [nina] })]);
    await relay();
    await relay(text({ messageSid: sidOf(2), from: nina.phone, body }));
    expect(world.sentTo(dana.phone)).toEqual([]);
    expect(world.sentTo(MARIA)).toEqual(body === 'ok' ? [] : [`QuickDumpNow: ${body}`]);
    expect(await world.relay.plan(sidOf(1))).toMatchObject({ answeredBy: 'nina' });
  });

  test.each(['ok', '@1042 we are on our way'])('the operator, with %j', async (body) => {
    await relay();
    await world.wait(60);
    expect(world.sentTo(OPERATOR)).toHaveLength(1);
    await relay(text({ messageSid: sidOf(2), from: OPERATOR, body, receivedAt: world.now }));
    expect(world.sentTo(MARIA)).toEqual(body === 'ok' ? [] : ['QuickDumpNow: we are on our way']);
    expect(await world.relay.plan(sidOf(1))).toMatchObject({ answeredBy: 'operator' });
  });

  test('somebody of the team who was not texted for it: their answer counts', async () => {
    world = aWorld(undefined, { cascade: { order: 'in-order', minutes: 5 } });
    await relay();
    await relay(text({ messageSid: sidOf(2), from: luis.phone, body: '@1042 yes, at 3' }));
    expect(await world.relay.plan(sidOf(1))).toMatchObject({ answeredBy: 'luis' });
    await world.wait(60);
    expect(world.sentTo(luis.phone)).toEqual([]);
    expect(world.sentTo(OPERATOR)).toEqual([]);
  });

  test('behind many words of ours to them, somebody who waits is still found', async () => {
    await relay();
    for (let n = 2; n < 12; n++)
      await relay(text({ messageSid: sidOf(n), from: dana.phone, body: 'status 1042', receivedAt: world.now + n }));
    for (let n = 12; n < 22; n++)
      await relay(text({ messageSid: sidOf(n), from: dana.phone, body: 'eta 1042', receivedAt: world.now + n }));
    await relay(text({ messageSid: sidOf(30), from: dana.phone, body: 'yes', receivedAt: world.now + 30 }));
    expect(world.sentTo(MARIA)).toEqual(['QuickDumpNow: yes']);
  });
});

describe('what a phone says by itself', () => {
  test('answers nobody and acknowledges nothing', async () => {
    await relay();
    const body = 'I’m driving with Do Not Disturb While Driving turned on. I’ll see your message later.';
    await relay(text({ messageSid: sidOf(2), from: dana.phone, body }));
    expect(world.sentTo(MARIA)).toEqual([]);
    expect(await world.relay.plan(sidOf(1))).toMatchObject({ answeredBy: null });
  });

  test('of a liking is an acknowledgement, and goes to nobody', async () => {
    await relay();
    const [told = ''] = world.sentTo(dana.phone);
    await relay(text({ messageSid: sidOf(2), from: dana.phone, body: `Questioned “${told}”` }));
    expect(await world.relay.plan(sidOf(1))).toMatchObject({ answeredBy: null });
    await relay(text({ messageSid: sidOf(3), from: dana.phone, body: `Liked “${told}”` }));
    expect(world.sentTo(MARIA)).toEqual([]);
    expect(await world.relay.plan(sidOf(1))).toMatchObject({ answeredBy: 'dana' });
  });

  test('in words that nobody knows ends nevertheless: we do not say for ever that it did not arrive', async () => {
    await relay();
    await relay(text({ messageSid: sidOf(2), body: 'STOP' }));
    for (let n = 3; n < 63; n++) {
      await relay(text({ messageSid: sidOf(n), from: dana.phone, body: '@1042 I am at lunch', receivedAt: world.now }));
      world.now += 5_000;
    }
    const bounced = world.sentTo(dana.phone).filter((body) => body.startsWith('Not sent'));
    expect(bounced.length).toBeLessThanOrEqual(DEFAULT_POLICY.budgets.perSender);
    expect(bounced.length).toBeGreaterThan(0);
  });
});

describe('pictures', () => {
  const media = [{ url: 'https://m.example/1', contentType: 'image/jpeg' }];

  test('of a dispatcher go to the customer, also without words', async () => {
    await relay();
    await relay(text({ messageSid: sidOf(2), from: dana.phone, body: '@1042 here', media }));
    await relay(text({ messageSid: sidOf(3), from: dana.phone, body: '', media }));
    await relay(text({ messageSid: sidOf(4), from: dana.phone, body: 'ok', media }));
    expect(world.sentTo(MARIA)).toEqual([
      'QuickDumpNow: here\nhttps://x.example/m/0002.0',
      'QuickDumpNow: https://x.example/m/0003.0',
      'QuickDumpNow: ok\nhttps://x.example/m/0004.0',
    ]);
  });
});

describe('a customer’s question', () => {
  test.each([
    ['STATUS', /^QDN-1042 is on the way/],
    ['¿Dónde está?', /^QDN-1042 esta en camino/],
  ])('%s is answered without a person', async (body, answer) => {
    await relay(text({ body }));
    expect(world.taken).toMatchObject([{ to: MARIA, body: expect.stringMatching(answer) }]);
    expect(await world.relay.timeline('QDN-1042')).toMatchObject([{ message: { body }, sender: 'customer' }]);
  });

  test('of somebody who is not the job’s customer goes to a person', async () => {
    await relay(text({ from: STRANGER, body: 'status QDN-1042' }));
    expect(world.sentTo(STRANGER)).toEqual([]);
    expect(world.sentTo(dana.phone)).toHaveLength(1);
  });
});

describe('a number that has asked for no more texts', () => {
  const reply = (n: number) => text({ messageSid: sidOf(n), from: dana.phone, body: '@1042 yes' });

  test.each(['STOP', 'please stop texting me'])('by %j gets none, and the dispatcher is told', async (body) => {
    await relay(text({ body }));
    await relay(reply(2));
    expect(world.sentTo(MARIA)).toEqual([]);
    expect(world.sentTo(dana.phone).at(-1)).toBe(
      'Not sent: Maria Lopez (@1042) has asked not to be texted. Please call.',
    );
    expect(
      (await effectsOf()).find(({ messageSid, recipient }) => messageSid === sidOf(2) && recipient === 'customer'),
    ).toMatchObject({
      state: 'REJECTED',
      errorCode: 21610,
      attempts: 0,
    });
    expect(world.entries('consent')).toMatchObject([{ data: { phone: MARIA, isStopped: true } }]);
  });

  test('in words that Twilio does not know is also shown to the team', async () => {
    await relay(text({ body: 'Please stop texting me' }));
    expect(world.sentTo(dana.phone)[0]).toContain('(asks for no more texts: we send none)');
  });

  test('gets texts again after START, and an older STOP that comes late changes nothing', async () => {
    await relay(text({ body: 'STOP' }));
    await relay(text({ messageSid: sidOf(2), body: 'START', receivedAt: START + 2 }));
    await relay(text({ messageSid: sidOf(3), body: 'STOP', receivedAt: START + 1 }));
    await relay(reply(4));
    expect(world.sentTo(MARIA)).toHaveLength(1);
  });

  test('is learnt from the carrier’s refusal, and not tried again', async () => {
    let asked = 0;
    world.behave = ({ to }) => (to === MARIA && ++asked > 0 ? refused(21610) : accepted);
    await relay(reply(1));
    await relay(reply(2));
    expect(asked).toBe(1);
  });

  test('is learnt from a receipt', async () => {
    await relay(reply(1));
    const key = { scope: 'QDN-1042', messageSid: sidOf(1), recipient: 'customer' as RecipientId };
    await recordReceipt(
      world.dependencies(),
      key,
      { carrierSid: 'fake0', delivery: 'failed', errorCode: 21610 },
      world.now,
    );
    await relay(reply(2));
    expect(world.sentTo(MARIA)).toHaveLength(1);
  });

  test('who is a dispatcher leaves the others to it', async () => {
    await relay(text({ from: dana.phone, body: 'STOP' }));
    await relay(text({ messageSid: sidOf(2) }));
    expect(world.sentTo(dana.phone)).toEqual([]);
    expect(world.sentTo(luis.phone)).toHaveLength(1);
  });
});

describe('the cascade', () => {
  const inOrder = { cascade: { order: 'in-order', minutes: 5 } } as const;

  test('all at once: without an answer the operator is told, once', async () => {
    await relay();
    await world.wait(14);
    expect(world.sentTo(OPERATOR)).toEqual([]);
    await world.wait(2);
    await world.wait(120);
    expect(world.sentTo(OPERATOR)).toEqual([
      'Nobody has answered QDN-1042 Maria Lopez (@1042): "Can you come after 3? QDN-1042"',
    ]);
    expect(world.reports.filter(({ kind }) => kind === 'unanswered')).toHaveLength(1);
    expect((await world.relay.attention(world.now)).unanswered).toMatchObject([{ messageSid: sidOf(1) }]);
    // An answer that comes after all takes it off the list.
    await relay(text({ messageSid: sidOf(2), from: dana.phone, body: '@1042 sorry, yes' }));
    expect((await world.relay.attention(world.now)).unanswered).toEqual([]);
  });

  test('in order: the next contact is texted when nobody has answered for the minutes', async () => {
    world = aWorld(undefined, inOrder);
    await relay();
    expect(world.taken.map(({ to }) => to)).toEqual([dana.phone]);
    await world.wait(4);
    expect(world.taken).toHaveLength(1);
    await world.wait(2);
    expect(world.taken.map(({ to }) => to)).toEqual([dana.phone, luis.phone]);
    await world.wait(6);
    expect(world.taken.map(({ to }) => to)).toEqual([dana.phone, luis.phone, OPERATOR]);
  });

  test('in order: an answer ends it', async () => {
    world = aWorld(undefined, inOrder);
    await relay();
    await world.wait(2);
    await relay(text({ messageSid: sidOf(2), from: dana.phone, body: 'OK' }));
    await world.wait(60);
    expect(world.taken.map(({ to }) => to)).toEqual([dana.phone]);
  });

  test('in order: a refusal, or a receipt that it failed, brings the next one in at once', async () => {
    world = aWorld(undefined, inOrder);
    world.behave = ({ to }) => (to === dana.phone ? refused(21614) : accepted);
    await relay();
    expect(world.taken.map(({ to }) => to)).toEqual([luis.phone]);

    world = aWorld(undefined, inOrder);
    await relay();
    const key = { scope: 'QDN-1042', messageSid: sidOf(1), recipient: 'dana' as RecipientId };
    await recordReceipt(
      world.dependencies(),
      key,
      { carrierSid: 'fake0', delivery: 'undelivered', errorCode: 30003 },
      world.now,
    );
    expect(world.taken.map(({ to }) => to)).toEqual([dana.phone, luis.phone]);
  });

  test('a follow-up that is handed out early waits on, and one that comes twice does nothing twice', async () => {
    world = aWorld(undefined, inOrder);
    await relay();
    const [task] = world.waiting;
    if (!task) throw new Error('Nothing is scheduled');
    await followUp(world.dependencies(), task);
    expect(world.waiting).toEqual([task, task]);
    await world.wait(60);
    expect(world.taken.map(({ to }) => to)).toEqual([dana.phone, luis.phone, OPERATOR]);
  });

  test('customers are told how many have their message, by what phones have confirmed', async () => {
    world = aWorld(undefined, { receipt: true });
    await relay();
    for (const recipient of ['dana', 'luis'] as RecipientId[]) {
      const key = { scope: 'QDN-1042', messageSid: sidOf(1), recipient };
      await recordReceipt(
        world.dependencies(),
        key,
        { carrierSid: recipient, delivery: 'delivered', errorCode: null },
        world.now,
      );
    }
    expect(world.sentTo(MARIA)).toEqual([]);
    await world.wait(1);
    expect(world.sentTo(MARIA)).toEqual(['QuickDumpNow: Two of our dispatchers have your message.']);
    await world.wait(60);
    expect(world.sentTo(MARIA)).toHaveLength(1);
  });

  test('customers are promised no more than is known, and nothing when nobody could be reached', async () => {
    world = aWorld(undefined, { receipt: true });
    await relay();
    await world.wait(1);
    expect(world.sentTo(MARIA)).toEqual(['QuickDumpNow: We have your message and are passing it to our dispatchers.']);

    world = aWorld(undefined, { receipt: true });
    world.behave = ({ to }) => (to === MARIA ? accepted : refused(21614));
    await relay();
    await world.wait(60);
    expect(world.sentTo(MARIA)).toEqual([]);
  });
});

describe('quiet hours', () => {
  // START is 09:00 in Chicago.
  const asleep = { ...dana, quietHours: { from: '20:00', to: '10:00' } };
  const asleepToo = { ...luis, quietHours: { from: '20:00', to: '11:00' } };

  test('keep a text until they end, unless it is urgent', async () => {
    world = aWorld([aJob({ contacts: [asleep, luis] })]);
    await relay();
    expect(world.taken.map(({ to }) => to)).toEqual([luis.phone]);
    await relay(text({ messageSid: sidOf(2), body: 'URGENT the gate is closed' }));
    expect(world.sentTo(dana.phone)).toHaveLength(1);
    await world.wait(61);
    expect(world.sentTo(dana.phone)).toHaveLength(2);
  });

  test('of the whole team: the customer is told at once when it is read, and what would wake somebody', async () => {
    world = aWorld([aJob({ contacts: [asleep, asleepToo] })]);
    await relay();
    expect(world.taken).toMatchObject([
      {
        to: MARIA,
        body: 'QuickDumpNow: Our dispatchers get your message at 10:00 AM. If it cannot wait, start your text with URGENT.',
      },
    ]);
    world.now += 1000;
    await relay(text({ messageSid: sidOf(2), body: 'ok, thanks', receivedAt: world.now }));
    expect(world.sentTo(MARIA)).toHaveLength(1);
    await world.wait(61);
    expect(world.sentTo(dana.phone)).toHaveLength(2);
    expect(world.sentTo(luis.phone)).toEqual([]);
    await world.wait(61);
    expect(world.sentTo(luis.phone)).toHaveLength(2);
    expect(world.sentTo(OPERATOR)).toHaveLength(0);
  });
});

describe('more messages than the budget allows', () => {
  const flood = async (count: number, from = MARIA) => {
    for (let n = 1; n <= count; n++)
      await relay(text({ messageSid: sidOf(n), from, body: `flood ${n}`, receivedAt: world.now++ }));
  };

  test('are held back and summed up in one, and none is lost', async () => {
    await flood(20);
    expect(world.sentTo(dana.phone)).toHaveLength(DEFAULT_POLICY.budgets.perSender);
    expect(await world.relay.timeline('QDN-1042')).toHaveLength(20);
    expect(world.entries('message')).toHaveLength(20);
    await world.wait(12);
    const summary = world.sentTo(dana.phone).slice(DEFAULT_POLICY.budgets.perSender);
    expect(summary).toEqual([
      'QDN-1042 Maria Lopez: 8 more texts, held back because there were so many. First: "flood 13" Newest: "flood 20" All of them: qdn job',
    ]);
    await world.wait(12);
    expect(world.sentTo(luis.phone)).toHaveLength(DEFAULT_POLICY.budgets.perSender + 1);
  });

  test('of numbers without a job are held back as well', async () => {
    await flood(20, STRANGER);
    await world.wait(12);
    expect(world.sentTo(dana.phone).at(-1)).toContain('Numbers without a job: 8 more texts');
  });

  test('let others through, and later ones of the same sender again', async () => {
    await flood(20);
    await relay(text({ messageSid: sidOf(90), from: STRANGER, body: 'QDN-1042 hello', receivedAt: world.now }));
    expect(world.sentTo(dana.phone).at(-1)).toContain('"QDN-1042 hello"');
    await world.wait(25);
    await relay(text({ messageSid: sidOf(91), body: 'again', receivedAt: world.now }));
    expect(world.sentTo(dana.phone).at(-1)).toContain('"again"');
  });

  test('are counted without what the team answers', async () => {
    for (let n = 1; n <= 30; n++)
      await relay(text({ messageSid: sidOf(n), from: dana.phone, body: `@1042 answer ${n}`, receivedAt: world.now++ }));
    await relay(text({ messageSid: sidOf(90), receivedAt: world.now }));
    expect(world.sentTo(luis.phone)).toHaveLength(1);
  });

  test('hold back no cry for help, but a flood of them', async () => {
    for (let n = 1; n <= 30; n++) await relay(text({ messageSid: sidOf(n), body: `line ${n} QDN-1042` }));
    for (let n = 31; n <= 33; n++)
      await relay(text({ messageSid: sidOf(n), body: 'URGENT: the trailer is rolling', receivedAt: world.now + n }));
    expect(world.sentTo(dana.phone).filter((body) => body.includes('rolling'))).toHaveLength(1);
  });

  test('hold back no STOP', async () => {
    await flood(20);
    await relay(text({ messageSid: sidOf(90), body: 'STOP', receivedAt: world.now }));
    expect(await world.relay.stopped([MARIA])).toEqual(new Set([MARIA]));
  });
});

describe('the second carrier', () => {
  const two = () => ({ carriers: { first: world.carrier, second: world.second } });

  test('takes over at once when the first one refuses because of our setup', async () => {
    world.behave = (_, by) => (by === 'fake' ? refused(21606) : accepted);
    await relay(text(), two());
    expect(world.taken.map(({ to, by }) => [to, by])).toEqual([
      [dana.phone, 'other'],
      [luis.phone, 'other'],
    ]);
    expect(await effectsOf()).toMatchObject([{ state: 'ACCEPTED', carrier: 'other', fence: 2 }, { carrier: 'other' }]);
    expect(world.reports).toContainEqual(expect.objectContaining({ kind: 'taken-over', from: 'fake', by: 'other' }));
  });

  test('is not asked when the refusal is about the recipient', async () => {
    for (const code of [21610, 21211, 30004]) {
      world = aWorld();
      world.behave = (_, by) => (by === 'fake' ? refused(code) : accepted);
      await relay(text(), two());
      expect(world.taken).toEqual([]);
    }
  });

  test('takes over when the first one has been down for the policy’s minutes', async () => {
    world.behave = (_, by) => (by === 'fake' ? busy : accepted);
    await expect(relay(text(), two())).rejects.toThrow(Unsettled);
    world.now += 60_000;
    await expect(relay(text(), two())).rejects.toThrow(Unsettled);
    expect(world.taken).toEqual([]);
    world.now += 120_000;
    await relay(text(), two());
    expect(world.taken.map(({ by }) => by)).toEqual(['other', 'other']);
  });

  test.each([
    ['answers with errors', timeOut],
    ['takes nothing', busy],
  ])('gets new texts at once while the first %s for longer than that, but for one a minute', async (_, trouble) => {
    world.behave = (_sms, by) => (by === 'fake' ? trouble : accepted);
    await expect(relay(text(), two())).rejects.toThrow(Unsettled);
    const next = (n: number) => relay(text({ messageSid: sidOf(n), receivedAt: world.now }), two());
    world.now += 60_000;
    await expect(next(2)).rejects.toThrow(Unsettled);
    expect(world.taken).toEqual([]);
    // The policy’s three minutes are over: one text of two tries the first again.
    world.now += 130_000;
    await expect(next(3)).rejects.toThrow(Unsettled);
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
    world.behave = () => timeOut;
    await expect(relay(text(), two())).rejects.toThrow(Unsettled);
    world.now += 600_000;
    world.behave = (_, by) => (by === 'fake' ? refused(21606) : accepted);
    await expect(relay(text(), two())).rejects.toThrow('was refused: 21606');
    world.now += 600_000;
    world.behave = (_, by) => (by === 'fake' ? busy : accepted);
    await expect(relay(text(), two())).rejects.toThrow(Unsettled);
    expect(world.taken).toEqual([]);
    world.behave = () => accepted;
    await relay(text(), two());
    const toTeam = world.taken.filter(({ to }) => to !== OPERATOR);
    expect(toTeam.map(({ by }) => by)).toEqual(['fake', 'fake']);
  });

  const undelivered = async (recipient: string, errorCode: number, carrierSid = 'fake0') => {
    const key = { scope: 'QDN-1042', messageSid: sidOf(1), recipient: recipient as RecipientId };
    const receipt = { carrierSid, delivery: 'undelivered', errorCode } as const;
    await recordReceipt({ ...world.dependencies(), ...two() }, key, receipt, world.now);
  };

  test('gets a text that the first one took and could not deliver, once', async () => {
    await relay(text(), two());
    await undelivered('dana', 30007);
    await undelivered('dana', 30007);
    await relay(text(), two());
    expect(world.taken.map(({ to, by, effectId: id }) => [to, by, id.split('~')[2]])).toEqual([
      [dana.phone, 'fake', 'dana'],
      [luis.phone, 'fake', 'luis'],
      [dana.phone, 'other', 'dana--2'],
    ]);
    expect(world.taken[2]?.body).toBe(world.taken[0]?.body);
    // Nobody is left for a third try.
    await undelivered('dana--2', 30007, 'other2');
    expect(world.taken).toHaveLength(3);
  });

  test('gets no text whose recipient the first one cannot reach for good', async () => {
    await relay(text(), two());
    for (const [who, code] of [
      ['dana', 30005],
      ['luis', 21610],
    ] as const)
      await undelivered(who, code);
    expect(world.taken.filter(({ by }) => by === 'other')).toEqual([]);
  });

  test('is tried before the next contact, and before a dispatcher is told that an answer did not arrive', async () => {
    world = aWorld(undefined, { cascade: { order: 'in-order', minutes: 5 } });
    await relay(text(), two());
    await undelivered('dana', 30003);
    expect(world.taken.map(({ to, by }) => [to, by])).toEqual([
      [dana.phone, 'fake'],
      [dana.phone, 'other'],
    ]);
    await undelivered('dana--2', 30003, 'other1');
    expect(world.taken.map(({ to }) => to)).toEqual([dana.phone, dana.phone, luis.phone]);

    world = aWorld();
    await relay(text({ from: dana.phone, body: '@1042 yes' }), two());
    await undelivered('customer', 30007);
    expect(world.taken.map(({ to }) => to)).toEqual([MARIA, MARIA]);
    await undelivered('customer--2', 30007, 'other1');
    expect(world.sentTo(dana.phone)).toEqual(['Your text to Maria Lopez (@1042) could not be delivered. Please call.']);
  });

  test('whose answer was lost is not asked again: its own report settles it, and until then the operator sees it', async () => {
    world.behave = (_, by) => (by === 'fake' ? refused(21606) : takenTimeOut);
    await relay(text(), two());
    await relay(text(), two());
    expect(world.taken).toHaveLength(2);
    world.now += 600_000;
    await sweep({ ...world.dependencies(), ...two() });
    expect(world.reports.at(-1)).toEqual({
      kind: 'unsettled',
      effects: ['dana', 'luis'].map((name) => `QDN-1042~${sidOf(1)}~${name}`),
    });
    const key = { scope: 'QDN-1042', messageSid: sidOf(1), recipient: 'dana' as RecipientId };
    await recordReceipt(
      world.dependencies(),
      key,
      { carrierSid: 'other0', delivery: 'delivered', errorCode: null },
      world.now,
    );
    expect((await world.relay.attention(world.now)).unsettled.map(({ recipient }) => recipient)).toEqual(['luis']);
  });
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

  test('reaches the customer once, with arrival and link, and stands on the timeline', async () => {
    world = withNotice();
    await giveNotice(world.dependencies(), order);
    await giveNotice(world.dependencies(), order);
    expect(world.taken).toMatchObject([{ to: MARIA }]);
    expect(world.taken[0]?.body).toMatch(
      /^QuickDumpNow: Your trailer is on the way. Arrival 9:25-9:30 AM.\nhttps:\/\/x\.example\/t\//,
    );
    expect(await world.relay.timeline('QDN-1042')).toMatchObject([
      { sender: 'company', effects: [{ state: 'ACCEPTED' }] },
    ]);
  });

  test('waits for the job to be written, and is none when that was given up', async () => {
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
    await world.relay.setConsent({ phone: MARIA, isStopped, by: 'test', at: START });
    await giveNotice(world.dependencies(), order);
    expect(world.taken).toEqual([]);
  });

  test('may be answered: the answer goes to the team', async () => {
    world = withNotice();
    await giveNotice(world.dependencies(), order);
    await relay(text({ body: 'great' }));
    expect(world.sentTo(dana.phone)).toHaveLength(1);
  });
});

describe('the sweep', () => {
  test('finds a text whose message nobody works on any more, and sends nothing', async () => {
    world.behave = ({ to }) => (to === dana.phone ? takenTimeOut : timeOut);
    await expect(relay()).rejects.toThrow(Unsettled);
    await sweep(world.dependencies());
    expect((await effectsOf()).map(({ state }) => state)).toEqual(['UNKNOWN', 'UNKNOWN']);
    world.now += 600_000;
    world.behave = () => accepted;
    await sweep(world.dependencies());
    expect((await effectsOf()).map(({ state }) => state)).toEqual(['ACCEPTED', 'UNKNOWN']);
    expect(world.taken).toHaveLength(1);
    expect(world.reports.at(-1)).toEqual({ kind: 'unsettled', effects: [`QDN-1042~${sidOf(1)}~luis`] });
  });

  test('is not ended by a list that cannot be read, logs what it has found, and leaves the rest to the next one', async () => {
    world.behave = ({ to }) => (to === luis.phone ? takenTimeOut : timeOut);
    await expect(relay()).rejects.toThrow(Unsettled);
    world.now += 600_000;
    const { find } = world.carrier;
    world.carrier.find = async (what) => {
      if (what.to === dana.phone) throw new Error('Too many pages');
      return find(what);
    };
    const logged = world.entries('text').length;
    await sweep(world.dependencies());
    expect(world.reports.at(-1)).toEqual({ kind: 'unsettled', effects: [`QDN-1042~${sidOf(1)}~dana`] });
    expect(world.entries('text').slice(logged)).toMatchObject([{ data: { recipient: 'luis', state: 'ACCEPTED' } }]);
  });

  test('ends in time for the customers’ texts that wait in its batch', async () => {
    world.behave = () => timeOut;
    await expect(relay()).rejects.toThrow(Unsettled);
    world.now += 600_000;
    const asked: string[] = [];
    world.carrier.find = async ({ to }) => {
      asked.push(to);
      world.now += 11_000;
      return [];
    };
    await sweep(world.dependencies());
    expect(asked).toHaveLength(1);
    expect(world.reports.at(-1)).toMatchObject({ kind: 'unsettled', effects: { length: 2 } });
  });

  test('says so when nothing is open', async () => {
    await relay();
    world.now += 600_000;
    await sweep(world.dependencies());
    expect(world.reports).toEqual([{ kind: 'unsettled', effects: [] }]);
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
      {
        kind: 'refused',
        effect: `QDN-1042~${sidOf(1)}~dana`,
        carrier: 'fake',
        code: 21211,
        detail: 'no',
        isFinal: true,
      },
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
      ['ACCEPTED', 'fake0'],
      ['ACCEPTED', 'fake1'],
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

  test('cannot say what it took for one contact, the other is not held up', async () => {
    world.behave = ({ to }) => (to === dana.phone ? takenTimeOut : busy);
    await expect(relay()).rejects.toThrow(Unsettled);
    world.behave = () => accepted;
    const first = { ...world.carrier, find: async () => Promise.reject(new Error('no list')) };
    await expect(relay(text(), { carriers: { first, second: null } })).rejects.toThrow('no list');
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
        await world.relay.claim(claim, 'somebody else', 'fake', now + LEASE_MS + 1);
        return world.relay.settle(claim, result, now);
      },
    };
    await relay(text(), { relay: store });
    expect((await effectsOf()).every(({ state, fence }) => state === 'ACCEPTED' && fence === 2)).toBe(true);
  });
});

test('five tries outlast a quarter of an hour, and none waits long for the first', () => {
  const waits = [1, 2, 3, 4].map((tries) => retryAfterS(tries, 0));
  expect(retryAfterS(1, 0.999)).toBeLessThanOrEqual(18);
  expect(waits[0]).toBeLessThanOrEqual(15);
  expect(waits.toSorted((a, b) => a - b)).toEqual(waits);
  expect(waits.reduce((sum, wait) => sum + wait, 0)).toBeGreaterThanOrEqual(14 * 60);
  expect(retryAfterS(5, 0)).toBe(1);
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
    followUps: wrap(deps.followUps),
    carriers: { first: wrap(deps.carriers.first), second: null },
  };
};

/** A run to its end, or to where it dies. */
const runToEnd = async (deps: RelayDependencies, message: InboundMessage): Promise<'done' | 'failed' | 'dead'> => {
  const dead = new Promise<'dead'>((resolve) => setTimeout(() => resolve('dead'), 20));
  const run = relayMessage(deps, message, {}).then(
    () => 'done' as const,
    () => 'failed' as const,
  );
  return Promise.race([run, dead]);
};

/** Who got a text, the operator aside, who is told when it takes too long. */
const toTeam = () =>
  world.taken
    .map(({ to }) => to)
    .filter((to) => to !== OPERATOR)
    .toSorted();

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
        expect(toTeam()).toEqual([dana.phone, luis.phone]);
        expect((await effectsOf()).slice(0, 2).map(({ state }) => state)).toEqual(['ACCEPTED', 'ACCEPTED']);
        expect(world.entries('message').length).toBeGreaterThan(0);
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
          {
            ...deps,
            jobs: scheduled(deps.jobs),
            relay: scheduled(deps.relay),
            carriers: { first: scheduled(deps.carriers.first), second: null },
          },
          text(),
          {},
        ).catch(() => null);
      };
      await scheduler.waitFor(Promise.all([worker(), worker(), worker()]));
      // What is left open is a later retry's.
      for (let tries = 0; tries < 15; tries += 1) {
        world.now += 200_000;
        await relay().catch(() => null);
      }
      await relay();
      expect(toTeam()).toEqual([dana.phone, luis.phone]);
      expect(await world.relay.timeline('QDN-1042')).toHaveLength(1);
    }),
    { numRuns: 60 },
  );
}, 60_000);

/** Seeds of the nemesis (tests/nemesis) that broke a promise, told in short. */
describe('what a nemesis has found stays mended:', () => {
  const asleep = { ...dana, quietHours: { from: '20:00', to: '10:00' } };

  test('a team that sleeps is texted when it wakes, also when the first worker died before it saw to that', async () => {
    world = aWorld([aJob({ contacts: [asleep] })]);
    const followUps = { schedule: async () => Promise.reject(new Error('throttled')) };
    await expect(relay(text({ from: STRANGER }), { followUps })).rejects.toThrow('throttled');
    await relay(text({ from: STRANGER }));
    await world.wait(61);
    expect(world.sentTo(dana.phone)).toHaveLength(1);
  });

  test('nobody is taken for asleep because one worker’s clock is behind another’s', async () => {
    const store = { ...world.relay, record: async () => Promise.reject(new Error('throttled')) };
    await expect(relay(text(), { relay: store, now: () => START + 8000 })).rejects.toThrow('throttled');
    await relay();
    expect(world.taken.map(({ to }) => to)).toEqual([dana.phone, luis.phone]);
  });

  test('whoever asks for no more texts while one waits for them does not get it', async () => {
    world.behave = ({ to }) => (to === luis.phone ? { ...busy, retryAfterMs: 60_000 } : accepted);
    await expect(relay()).rejects.toThrow(Unsettled);
    await relay(text({ messageSid: sidOf(2), from: luis.phone, body: 'STOP' }));
    world.behave = () => accepted;
    await relay();
    expect(world.sentTo(luis.phone)).toEqual([]);
    expect(await effectsOf()).toMatchObject([{ state: 'ACCEPTED' }, { state: 'REJECTED', errorCode: 21610 }]);
  });

  test('a text is found at the carrier by a worker whose clock was ahead', async () => {
    world.behave = () => takenTimeOut;
    await expect(relay(text(), { now: () => world.now + 8000 })).rejects.toThrow(Unsettled);
    world.now += RECONCILE_GRACE_MS + 60_000;
    await relay();
    expect(world.taken).toHaveLength(2);
  });

  test('the operator’s text is brought to its end, also when somebody has answered meanwhile', async () => {
    await relay();
    world.behave = ({ to }) => (to === OPERATOR ? { ...busy, retryAfterMs: 60_000 } : accepted);
    await expect(world.wait(16)).rejects.toThrow(Unsettled);
    await relay(text({ messageSid: sidOf(2), from: dana.phone, body: '@1042 coming' }));
    world.behave = () => accepted;
    await relay();
    expect(world.sentTo(OPERATOR)).toHaveLength(1);
  });

  test('what a worker died with at a carrier that keeps no list is unknown, not for ever being sent', async () => {
    const two = { carriers: { first: { ...world.carrier, find: null }, second: null } };
    const dies = new Promise<never>(() => {});
    void relay(text(), { carriers: { ...two.carriers, first: { ...two.carriers.first, send: () => dies } } });
    await new Promise((resolve) => setTimeout(resolve, 20));
    world.now += LEASE_MS + 1;
    await relay(text(), two);
    expect((await effectsOf()).map(({ state }) => state)).toEqual(['UNKNOWN', 'UNKNOWN']);
  });

  test('a worker that was refused after it had lost its claim does not call the text done', async () => {
    world.behave = () => refused(21211);
    const store: RelayStore = {
      ...world.relay,
      settle: async (claim) => {
        await world.relay.claim(claim, 'somebody else', claim.carrier, world.now + LEASE_MS + 1);
        return false;
      },
    };
    await expect(relay(text(), { relay: store })).rejects.toThrow('was claimed by another worker');
  });
});

describe('what is counted of a text', () => {
  const counted = (kind: RelayReport['kind']) => world.counted.filter((report) => report.kind === kind);

  test('is when the first dispatcher’s text was taken, once, whatever comes after', async () => {
    world.now = START + 2500;
    await relay();
    await relay();
    expect(counted('relayed')).toEqual([{ kind: 'relayed', messageSid: sidOf(1), latencyMs: 2500 }]);
    expect(counted('texted')).toEqual([
      { kind: 'texted', effect: `QDN-1042~${sidOf(1)}~dana`, segments: expect.any(Number) },
      { kind: 'texted', effect: `QDN-1042~${sidOf(1)}~luis`, segments: expect.any(Number) },
    ]);
  });

  test('is that nobody knows whether it went out, and that it did once it is found', async () => {
    world.behave = ({ to }) => (to === dana.phone ? takenTimeOut : accepted);
    await expect(relay()).rejects.toThrow(Unsettled);
    expect(counted('unknown')).toEqual([{ kind: 'unknown', effect: `QDN-1042~${sidOf(1)}~dana` }]);
    expect(counted('texted')).toHaveLength(1);
    world.now += 60_000;
    await relay();
    expect(counted('texted')).toHaveLength(2);
    expect(counted('relayed')).toHaveLength(1);
  });
});

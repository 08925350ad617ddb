import { describe, expect, test } from '@jest/globals';
import { runs } from '@qdn/test-support/runs';
import fc from 'fast-check';
import type { JobId, PhoneNumber } from '../../ids.ts';
import { aJob } from '../../testing/index.ts';
import type { RelayDependencies } from '../dependencies.ts';
import { aWorld, dana, luis, OPERATOR, type RelayWorld, sidOf, text } from '../testing/relay-world.ts';
import { withoutWaitingTexts } from './conversation.ts';

/*
 * The three rules of docs/adr/0050-three-rules.md over generated conversations. The expectation is the speaker's own: whoever writes a
 * text means one person. Each text has a word of its own, by which it is found among the texts that phones got.
 */

type Person = { phone: string; job: string | null };
const PEOPLE: readonly Person[] = [
  { phone: '+15125550111', job: 'QDN-1042' },
  { phone: '+15125550112', job: 'QDN-1043' },
  { phone: '+15125550113', job: 'QDN-3' },
  { phone: '+15125550199', job: null },
  { phone: '+13127640199', job: null },
];
const TEAM: readonly string[] = [dana.phone, luis.phone, OPERATOR];

/** A text: of a person, or of a dispatcher who means a person and names them or not. */
type Said =
  | { kind: 'person'; who: number; isQuestion: boolean }
  | { kind: 'addressed'; by: 0 | 1; who: number }
  | { kind: 'unaddressed'; by: 0 | 1; who: number; form: string };

/** Forms of texts that name no one, although some look as if they did. `WORD` is the word of the text. */
const FORMS = [
  'WORD, on my way',
  'we can do WORD at 5',
  'the WORD gate then, see you',
  '@ 3 works for us, mind the WORD',
  '#3 is the WORD we bring',
  'US-290 is jammed, WORD later',
];

const anySaid = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant('person' as const), who: fc.nat(4), isQuestion: fc.boolean() }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('addressed' as const), by: fc.constantFrom(0, 1), who: fc.nat(4) }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('unaddressed' as const),
      by: fc.constantFrom(0, 1),
      who: fc.nat(4),
      form: fc.constantFrom(...FORMS),
    }),
  },
);
const anyTalk = fc.array(fc.record({ said: anySaid as fc.Arbitrary<Said>, minutes: fc.integer({ min: 1, max: 9 }) }), {
  minLength: 1,
  maxLength: 12,
});
type Talk = ReadonlyArray<{ said: Said; minutes: number }>;

/** A broken version of the relay. */
type Mutant = (deps: RelayDependencies) => Partial<RelayDependencies>;

const personAt = (index: number): Person => PEOPLE[index] ?? { phone: '', job: null };

const worldOf = (): RelayWorld =>
  aWorld(
    PEOPLE.flatMap(({ phone, job }, i) =>
      job
        ? [
            aJob({
              id: job as JobId,
              customer: { name: `Customer ${i}`, phone: phone as PhoneNumber },
              contacts: [dana, luis],
            }),
          ]
        : [],
    ),
  );

/** Returns the handle that texts to the team give a person; null before they have written. */
const handleOf = async (world: RelayWorld, { phone, job }: Person): Promise<string | null> =>
  job ? `@${job.replace('QDN-', '')}` : ((await world.relay.conversation(phone))?.handle ?? null);

/** A broken rule, in words. */
type Breach = { rule: 1 | 2 | 3; what: string };

/** The state of a talk, by the texts alone: who waits for an answer, who of them asked something, when people wrote last, and the last person that each dispatcher wrote to. */
type Heard = { waiting: Set<string>; asking: Set<string>; wroteAt: Map<string, number>; open: Map<string, string> };

/** A text that names no one may continue with the only person who wrote in this time, in ms. */
const LATELY_MS = 15 * 60_000;

/**
 * Returns the people that a dispatcher’s text may go to: the one who is meant; without an address also the only one who waits or who
 * wrote lately, and the last one that the dispatcher wrote to.
 */
const mayReach = (
  said: Said,
  writer: string,
  { waiting, asking, wroteAt, open }: Heard,
  now: number,
): readonly string[] => {
  if (said.kind === 'person') return [];
  const meant = personAt(said.who).phone;
  if (said.kind === 'addressed') return [meant];
  const last = open.get(writer);
  const lately = [...wroteAt].flatMap(([phone, at]) => (now - at <= LATELY_MS ? [phone] : []));
  // A statement may need no answer; a question does.
  const isOnlyOneLately = lately.length === 1 && [...asking].every((phone) => lately.includes(phone));
  const only = [...(waiting.size === 1 ? waiting : []), ...(isOnlyOneLately ? lately : [])];
  const known = wroteAt.size === 1 ? [...wroteAt.keys()] : [];
  return [meant, ...only, ...known, ...(last === undefined ? [] : [last])];
};

/** Says one text. @returns the breaches of the first two rules, as far as they show at once or within a minute */
const sayOne = async (
  world: RelayWorld,
  said: Said,
  n: number,
  heard: Heard,
  mutant: Mutant | null,
): Promise<Breach[]> => {
  const word = `zulu${n}`;
  const writer = said.kind === 'person' ? personAt(said.who).phone : ([dana, luis][said.by] ?? dana).phone;
  const handle = said.kind === 'addressed' ? await handleOf(world, personAt(said.who)) : null;
  if (said.kind === 'addressed' && handle === null) return [];
  const body = {
    person: () =>
      said.kind === 'person' && said.isQuestion ? `Is ${word} fine for you?` : `Please mind the ${word} here`,
    addressed: () => `${handle} ${word} is fine`,
    unaddressed: () => (said.kind === 'unaddressed' ? said.form.replace('WORD', word) : ''),
  }[said.kind]();
  const before = world.taken.length;
  const deps = world.dependencies();
  await world.receive(text({ messageSid: sidOf(n), from: writer, body, receivedAt: world.now }), mutant?.(deps) ?? {});
  await world.wait(1);
  const sent = world.taken.slice(before);
  const reached = sent.filter((sms) => sms.body.includes(word) && sms.to !== writer).map(({ to }) => to);
  const isTold = sent.some(({ to }) => to === writer);
  const swallowed = reached.length === 0 && !isTold ? [{ rule: 1 as const, what: `${body} of ${writer}` }] : [];
  const people = reached.filter((to) => !TEAM.includes(to));
  const allowed = mayReach(said, writer, heard, world.now);
  const wrong = people.filter((to) => !allowed.includes(to));
  for (const to of people) {
    heard.waiting.delete(to);
    heard.asking.delete(to);
    heard.open.set(writer, to);
  }
  if (said.kind === 'person') {
    heard.waiting.add(writer);
    if (said.isQuestion) heard.asking.add(writer);
    heard.wroteAt.set(writer, world.now);
  }
  return [...swallowed, ...wrong.map((to) => ({ rule: 2 as const, what: `${body} reached ${to}` }))];
};

/** Returns the texts of the team that the conversations and the plans do not agree about. */
const disagreements = async (world: RelayWorld, count: number): Promise<Breach[]> => {
  const breaches: Breach[] = [];
  for (let n = 1; n <= count; n += 1) {
    const plan = await world.relay.plan(sidOf(n));
    if (plan?.kind !== 'team' || plan.forInformation) continue;
    const conversation = await world.relay.conversation(plan.from);
    const waits = conversation?.waiting.some(({ messageSid }) => messageSid === sidOf(n)) ?? false;
    if (waits !== (plan.answeredBy === null))
      breaches.push({ rule: 3, what: `text ${n} of ${plan.from} waits: ${waits}` });
  }
  return breaches;
};

/** Plays a talk. @returns all breaches of the three rules */
const breachesIn = async (talk: Talk, mutant: Mutant | null = null): Promise<Breach[]> => {
  const world = worldOf();
  const heard: Heard = { waiting: new Set(), asking: new Set(), wroteAt: new Map(), open: new Map() };
  const breaches: Breach[] = [];
  for (const [i, { said, minutes }] of talk.entries()) {
    breaches.push(...(await sayOne(world, said, i + 1, heard, mutant)));
    await world.wait(minutes);
  }
  return [...breaches, ...(await disagreements(world, talk.length))];
};

/**
 * Texts that cross: someone writes, perhaps a colleague answers, and later another person writes in the same seconds as a dispatcher,
 * whose text names no one and means the first. `writtenAfterS` is below 0 when the worker takes the dispatcher's text late.
 */
type Crossing = { first: number; second: number; minutesBetween: number; isAnswered: boolean; writtenAfterS: number };
const anyCrossing: fc.Arbitrary<Crossing> = fc.record({
  first: fc.constantFrom(0, 1, 2),
  second: fc.constantFrom(3, 4),
  minutesBetween: fc.integer({ min: 1, max: 600 }),
  isAnswered: fc.boolean(),
  writtenAfterS: fc.integer({ min: -120, max: 7 }),
});

/** Plays texts that cross. @returns the phones outside the team that the dispatcher's text reached without a question */
const reachedByCrossing = async (
  { first, second, minutesBetween, isAnswered, writtenAfterS }: Crossing,
  mutant: Mutant | null = null,
): Promise<string[]> => {
  const world = worldOf();
  const deps = world.dependencies();
  const say = (n: number, from: string, body: string, receivedAt = world.now) =>
    world.receive(text({ messageSid: sidOf(n), from, body, receivedAt }), mutant?.(deps) ?? {});
  const { phone } = personAt(first);
  await say(1, phone, 'Is the gate fine for you?');
  await world.wait(1);
  if (isAnswered) await say(2, luis.phone, `${await handleOf(world, personAt(first))} it is fine`);
  await world.wait(minutesBetween);
  await say(3, personAt(second).phone, 'Is the yard fine for you?');
  const writtenAt = world.now + writtenAfterS * 1000;
  world.now += Math.max(0, writtenAfterS) * 1000;
  await say(4, dana.phone, 'zulu is what we bring', writtenAt);
  await world.wait(1);
  return world.taken.filter(({ to, body }) => body.includes('zulu') && !TEAM.includes(to)).map(({ to }) => to);
};

const rules = (breaches: readonly Breach[]): number[] => [...new Set(breaches.map(({ rule }) => rule))].sort();

describe('the three rules', () => {
  test('hold in generated conversations', async () => {
    await fc.assert(
      fc.asyncProperty(anyTalk, async (talk) => {
        expect(await breachesIn(talk)).toEqual([]);
      }),
      { numRuns: runs(300), seed: 20_261_201 },
    );
  }, 120_000);

  test.each<[string, Talk]>([
    [
      'the one whose old text needs no answer, after a text to another person',
      [
        { said: { kind: 'person', who: 0, isQuestion: false }, minutes: 1 },
        { said: { kind: 'person', who: 2, isQuestion: false }, minutes: 1 },
        { said: { kind: 'addressed', by: 0, who: 1 }, minutes: 4 },
        { said: { kind: 'unaddressed', by: 0, who: 0, form: 'WORD, on my way' }, minutes: 8 },
        { said: { kind: 'unaddressed', by: 0, who: 0, form: 'WORD, on my way' }, minutes: 1 },
      ],
    ],
  ])('a text that names no one is asked about, and does not go to %s', async (_, talk) => {
    expect(await breachesIn(talk)).toEqual([]);
  });

  test('let no text go to someone whose own text crossed with it', async () => {
    await fc.assert(
      fc.asyncProperty(anyCrossing, async (crossing) => {
        expect(await reachedByCrossing(crossing)).not.toContain(personAt(crossing.second).phone);
      }),
      { numRuns: runs(100) },
    );
    // The property finds a desk that shows texts as older than they are.
    const isOlder: Mutant = ({ relay }) => ({
      relay: {
        ...relay,
        conversations: async (phones) =>
          (await relay.conversations(phones)).map((one) => ({
            ...one,
            waiting: one.waiting.map((waiting) => ({ ...waiting, since: waiting.since - 600_000 })),
          })),
      },
    });
    const crossing = { first: 0, second: 3, minutesBetween: 60, isAnswered: true, writtenAfterS: 2 };
    expect(await reachedByCrossing(crossing, isOlder)).toEqual([personAt(3).phone]);
  }, 120_000);

  const MUTANTS: Array<[rule: number, name: string, mutant: Mutant]> = [
    [
      1,
      'a plan that loses its recipients',
      ({ relay }) => ({
        relay: {
          ...relay,
          pin: (sid, plan) => relay.pin(sid, plan.kind === 'team' ? { ...plan, kind: 'none', recipients: [] } : plan),
        },
      }),
    ],
    [
      2,
      'an answer to the customer of another job',
      ({ relay }) => ({
        relay: {
          ...relay,
          pin: (sid, plan) =>
            relay.pin(sid, {
              ...plan,
              recipients: plan.recipients.map((one) =>
                plan.kind === 'reply' && one.to === PEOPLE[0]?.phone ? { ...one, to: PEOPLE[1]?.phone ?? '' } : one,
              ),
            }),
        },
      }),
    ],
    [
      3,
      'an answer that the conversation does not learn of',
      ({ relay }) => ({
        relay: {
          ...relay,
          writeConversation: async (next) => (next.lastOfTeam ? true : relay.writeConversation(next)),
        },
      }),
    ],
    [
      3,
      'a text that the conversation forgets',
      ({ relay }) => ({
        relay: {
          ...relay,
          writeConversation: (next) =>
            relay.writeConversation(
              withoutWaitingTexts(
                next,
                next.waiting.slice(0, 1).map(({ messageSid }) => messageSid),
              ),
            ),
        },
      }),
    ],
  ];
  test.each(MUTANTS)(
    'rule %i is broken by %s, and the property finds it',
    async (rule, _, mutant) => {
      const found = await fc.check(
        fc.asyncProperty(anyTalk, async (talk) => !rules(await breachesIn(talk, mutant)).includes(rule)),
        { numRuns: 300 },
      );
      expect(found.failed).toBe(true);
    },
    120_000,
  );
});

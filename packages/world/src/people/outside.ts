import type { Booking } from '../office/bookings.ts';
import { localTimeAt } from '../office/clock.ts';
import type { Random } from '../random.ts';
import type { SaidText } from '../score/said.ts';
import { type Desk, MINUTE_MS, type Reader, type SaidDraft, SECOND_MS, sayLines, type Talk } from './desk.ts';
import { expectPhones, expectTeam } from './expectations.ts';
import { CUSTOMER_HABITS } from './habits.ts';
import type { TopicKind } from './phrases.ts';

/** A customer with a job, about which something may come up. Times are epoch ms. */
export type TalkingCustomer = {
  jobId: string;
  name: string;
  phone: string;
  bookedAt: number;
  visitAt: number;
  /** Phones that get the texts about the job in place of the team from a time on. */
  contacts?: { from: number; phones: readonly string[] };
};

const HOUR_MS = 60 * MINUTE_MS;
/** Shares of the numbers of topics per job: none, one, two, three. */
const TOPICS_PER_JOB = [0.22, 0.42, 0.26, 0.1] as const;
const KINDS: readonly (readonly [TopicKind, number])[] = [
  ['question', 0.42],
  ['statement', 0.28],
  ['eta', 0.2],
  ['complaint', 0.1],
];
const MORNING_H = 7;
const EVENING_H = 20;
const AUTO_REPLY_ONCE_MS = 30 * MINUTE_MS;
const MOST_THANKS_DELAY_S = 240;

const kindFrom = (random: Random): TopicKind => {
  let rest = random.fraction();
  for (const [kind, share] of KINDS) {
    rest -= share;
    if (rest < 0) return kind;
  }
  return 'question';
};

const topicsFrom = (random: Random): number => {
  let rest = random.fraction();
  const place = TOPICS_PER_JOB.findIndex((share) => {
    rest -= share;
    return rest < 0;
  });
  return Math.max(0, place);
};

/** Moves a time off the full minute. */
const withSeconds = (at: number, random: Random): number => at + random.between(1, 59_000);

/** Returns the time of a topic: in the days before, on the morning, round the arrival, or after it. */
const timeOfTopic = (
  { bookedAt, visitAt }: TalkingCustomer,
  kind: TopicKind,
  timeZone: string,
  random: Random,
): number => {
  const before = visitAt - bookedAt > 20 * HOUR_MS && kind !== 'eta' && random.chance(0.3);
  const around = visitAt + random.between(-150, 20) * MINUTE_MS;
  const at =
    kind === 'complaint'
      ? visitAt + random.between(30, 180) * MINUTE_MS
      : before
        ? bookedAt + random.fraction() * (visitAt - bookedAt)
        : around;
  const { hour } = localTimeAt(at, timeZone);
  if (random.chance(CUSTOMER_HABITS.writesAtNight.rate))
    return at + (21.7 - hour) * HOUR_MS + random.between(0, 80) * MINUTE_MS;
  if (hour < MORNING_H) return at + (MORNING_H - hour) * HOUR_MS + random.between(0, 60) * MINUTE_MS;
  return hour >= EVENING_H ? at - (hour - EVENING_H) * HOUR_MS - random.between(0, 120) * MINUTE_MS : at;
};

/** Returns what a talk changes: texts of a job with contacts of its own go to them. Of several jobs, the system may choose. */
const expectContacts = ({ contacts, handles }: Talk, now: number): Partial<SaidText['expect']> => {
  const own = contacts.findLast(({ from }) => from <= now);
  if (!own) return {};
  return handles.length === 1 ? { to: own.phones } : { to: [], escalates: 'either' };
};

/** Returns a writer of texts to the team for a talk. */
export const draftFor =
  (desk: Desk, talk: Talk) =>
  (words: string, now: number, change: Partial<SaidText['expect']> = {}): SaidDraft => {
    talk.saidAt = now;
    const { writer, phone, id } = talk;
    // Words that no one needs to get stay so when a job has contacts of its own.
    const contacts = change.to?.length === 0 ? {} : expectContacts(talk, now);
    const expect = expectTeam(desk.company, now, { ...change, ...contacts });
    return { from: phone, writer, byMachine: false, body: words, words, conversation: id, act: 'says', expect };
  };

/** Returns the meaning of the team's silence for a kind of topic. */
const meaningOf = (kind: TopicKind): Partial<SaidText['expect']> => {
  if (kind === 'statement') return { escalates: 'either' };
  // An automatic answer may take the place of the team where someone asks for the time alone.
  return kind === 'eta' ? { toldWriter: 'instead', escalates: 'either' } : {};
};

/** Words of the team that ask something. */
const ASKS = /\?|\bcan you\b|\bmandeme\b/i;

/** Opens a topic: one text, or short lines. A question without an answer is asked again by some. */
const openTopic = (desk: Desk, talk: Talk, kind: TopicKind, at: number, random: Random): void => {
  const draft = draftFor(desk, talk);
  const parts = desk.phrases.topic(kind, talk.language);
  const lines = random.chance(CUSTOMER_HABITS.writesInShortLines.rate) ? parts : [parts.join(', ')];
  const typed = lines.map((line) =>
    random.chance(CUSTOMER_HABITS.makesTypo.rate) ? desk.phrases.withTypo(line) : line,
  );
  desk.later({
    at,
    run: () => {
      if (talk.hasOptedOut) return;
      talk.kind = kind;
      sayLines(desk, random, at, typed, (line, _, now) => draft(line, now, meaningOf(kind)));
    },
  });
  if (!random.chance(CUSTOMER_HABITS.asksAgainWhenIgnored.rate) || kind === 'statement') return;
  desk.later({
    at: at + random.between(25, 45) * MINUTE_MS,
    run: (now) => {
      if (talk.answeredAt < at && !talk.hasOptedOut) desk.say(draft(desk.phrases.again(talk.language), now));
    },
  });
};

const optOut = (desk: Desk, talk: Talk, at: number, random: Random): void => {
  const words = random.chance(CUSTOMER_HABITS.optsOutInWords.rate) ? desk.phrases.optOut() : 'STOP';
  desk.later({
    at,
    run: (now) => {
      if (talk.hasOptedOut) return;
      talk.hasOptedOut = true;
      // The team may learn it in the system's own words, so the words need not arrive.
      desk.say({ ...draftFor(desk, talk)(words, now, { to: [], escalates: 'never', mayWait: [] }), consent: 'out' });
    },
  });
};

/** Reads what a customer's or stranger's phone gets, and reacts to it. */
export const outsiderOf = (desk: Desk, talk: Talk, random: Random): Reader => {
  const draft = draftFor(desk, talk);
  const machine = (body: string, notTo: readonly string[]): SaidDraft => ({
    ...{
      from: talk.phone,
      writer: talk.writer,
      byMachine: true,
      body,
      words: body,
      conversation: talk.id,
      act: 'says',
    },
    expect: expectPhones([], { notTo }),
  });
  const team = desk.company.dispatchers.map(({ phone }) => phone);
  const operator = desk.company.operator === null ? [] : [desk.company.operator];
  let autoRepliedAt = 0;
  const afterAnswer = (at: number): void => {
    if (random.chance(CUSTOMER_HABITS.thanks.rate)) {
      const time = at + random.between(15, MOST_THANKS_DELAY_S) * SECOND_MS;
      desk.later({
        at: time,
        run: (now) => {
          const { text, isBare } = desk.phrases.thanks(talk.language);
          const expected = { escalates: 'never' as const, ...(isBare ? { to: [], mayWait: [] } : {}) };
          if (!talk.hasOptedOut) desk.say(draft(text, now, expected));
        },
      });
    } else if (random.chance(CUSTOMER_HABITS.asksOn.rate)) {
      openTopic(desk, talk, 'question', at + random.between(30, 400) * SECOND_MS, random);
    }
  };
  return ({ at, body }, own) => {
    if (talk.hasOptedOut) return;
    const answer = own.find(({ writer }) => writer === 'dispatcher' || writer === 'operator');
    const isFirst = answer !== undefined && talk.answeredAt < talk.saidAt;
    if (answer) talk.answeredAt = at;
    if (random.chance(CUSTOMER_HABITS.reacts.rate)) {
      desk.later({
        at: at + random.between(5, 90) * SECOND_MS,
        // A thumb on a question answers it: the team may learn that.
        run: () =>
          talk.hasOptedOut ||
          desk.say(machine(desk.phrases.reaction(body), ASKS.test(body) ? operator : [...team, ...operator])),
      });
    } else if (random.chance(CUSTOMER_HABITS.drivesAndAutoReplies.rate) && at - autoRepliedAt > AUTO_REPLY_ONCE_MS) {
      autoRepliedAt = at;
      desk.later({ at: at + 2 * SECOND_MS, run: () => desk.say(machine(desk.phrases.phoneReply(), operator)) });
    } else if (isFirst) afterAnswer(at);
  };
};

/** Returns the last time that a booking got; a day after the booking where it has none. */
const visitOf = ({ bookedAt, scheduledFor, changes }: Booking): number => {
  const moved = changes.findLast(({ body }) => typeof body['scheduledFor'] === 'string')?.body['scheduledFor'];
  return typeof moved === 'string' ? Date.parse(moved) : (scheduledFor ?? bookedAt + 24 * HOUR_MS);
};

/** Returns the customers of bookings, with the contacts that some jobs have of their own. */
export const talkingCustomers = (bookings: readonly Booking[]): TalkingCustomer[] =>
  bookings.map((booking) => {
    const { jobId, customer, bookedAt, changes } = booking;
    const change = changes.find(({ reason }) => reason === 'contacts');
    const phones = ((change?.body['contacts'] ?? []) as { phone: string }[]).map(({ phone }) => phone);
    const own = { jobId, ...customer, bookedAt, visitAt: visitOf(booking) };
    return change ? { ...own, contacts: { from: change.at, phones } } : own;
  });

/** Plans what comes up for a customer's job, until the end of the observed time. */
export const planCustomer = (
  desk: Desk,
  talks: { own: Talk; otherPhone: () => Talk },
  customer: TalkingCustomer,
  random: Random,
): void => {
  const { timeZone } = desk.company;
  const count = topicsFrom(random);
  for (let i = 0; i < count; i += 1) {
    const own = random.fork(`topic ${i}`);
    const kind = kindFrom(own);
    const at = withSeconds(timeOfTopic(customer, kind, timeZone, own), own);
    if (own.chance(CUSTOMER_HABITS.callsInstead.rate) || at < customer.bookedAt) continue;
    if (own.chance(CUSTOMER_HABITS.usesOtherPhone.rate)) {
      const otherPhone = talks.otherPhone();
      const draft = draftFor(desk, otherPhone);
      desk.later({
        at,
        run: () =>
          sayLines(desk, own, at, desk.phrases.otherPhone(otherPhone.language), (line, _, now) => draft(line, now)),
      });
    } else openTopic(desk, talks.own, kind, at, own);
  }
  if (random.chance(CUSTOMER_HABITS.optsOut.rate))
    optOut(desk, talks.own, customer.visitAt + random.between(10, 300) * MINUTE_MS, random);
};

import type { Random } from '../random.ts';
import type { Conversation, SaidText, WordsFacts } from '../score/said.ts';
import type { EventSource, WorldEvent } from '../script.ts';
import type { SentText, System, WorldCompany } from '../system.ts';
import { type Desk, deskQueue, MINUTE_MS, type Reader, SECOND_MS, type Talk } from './desk.ts';
import { dispatcherOf, sayNote } from './dispatcher.ts';
import { expectPhones } from './expectations.ts';
import { AT_THE_DESK, CUSTOMER_HABITS, type DispatcherHabits, ON_THE_ROAD, OPERATOR_HABITS } from './habits.ts';
import { outsiderOf, planCustomer, type TalkingCustomer } from './outside.ts';
import { phrasesFrom } from './phrases.ts';
import { recognitionOf } from './recognition.ts';
import { planStrangers } from './strangers.ts';

export type PeopleOptions = {
  company: WorldCompany;
  customers: readonly TalkingCustomer[];
  /** First local midnight, epoch ms. */
  startAt: number;
  until: number;
  /** Habits of the dispatchers in their order; the last are those of all others. */
  habits?: readonly DispatcherHabits[];
};

/** The people of a company as one source of texts. It reads the texts that phones got. */
export type People = EventSource & {
  /** Texts that were said, oldest first. */
  said(): readonly SaidText[];
  conversations(): readonly Conversation[];
  facts(system: System): WordsFacts;
};

const DAY_MS = 24 * 60 * MINUTE_MS;
/** Time between two looks at the phones. */
const LOOK_MS = 5 * SECOND_MS;
const QUIET_LOOK_MS = 30 * SECOND_MS;
/** People look often for this long after a text. */
const BUSY_MS = 15 * MINUTE_MS;
/** Area codes of phones that no customer of the simulation has. */
const OUTSIDE_AREAS = [940, 956, 972, 979, 903, 915, 936, 806, 830, 817] as const;
const OUTSIDE_NUMBERS = 100;
/** Strangers of one day have numbers that end in different digits. */
const OUTSIDE_STEP = 37;

const newTalk = (change: Pick<Talk, 'id' | 'phone' | 'name' | 'writer'> & Partial<Talk>): Talk => ({
  ...{ handles: [], contacts: [], language: 'en', kind: 'question', saidAt: 0, answeredAt: 0, hasOptedOut: false },
  ...change,
});

/** Returns a maker of talks with phones that the office does not know. */
const outsideTalks = (talks: Map<string, Talk>) => {
  let count = 0;
  return (writer: Talk['writer'], random: Random): Talk => {
    const area = OUTSIDE_AREAS[Math.floor(count / OUTSIDE_NUMBERS) % OUTSIDE_AREAS.length];
    const digits = String((count * OUTSIDE_STEP) % OUTSIDE_NUMBERS).padStart(2, '0');
    const phone = `+1${area}55501${digits}`;
    count += 1;
    const language = random.chance(CUSTOMER_HABITS.writesSpanish.rate) && writer !== 'driver' ? 'es' : 'en';
    const talk = newTalk({
      id: `${writer} ${phone}`,
      phone,
      name: 'unknown',
      writer,
      language,
      handles: [`u${phone.slice(-4)}`],
    });
    talks.set(talk.id, talk);
    return talk;
  };
};

const customerTalks = (
  customers: readonly TalkingCustomer[],
  talks: Map<string, Talk>,
  random: Random,
): Map<string, Talk> => {
  const byPhone = new Map<string, Talk>();
  for (const { jobId, name, phone, contacts: ownContacts } of customers) {
    const handle = jobId.split('-').at(-1) ?? jobId;
    const known = byPhone.get(phone);
    const language = random.fork(phone).chance(CUSTOMER_HABITS.writesSpanish.rate) ? 'es' : 'en';
    const handles = [...(known?.handles ?? []), handle];
    const contacts = [...(known?.contacts ?? []), ...(ownContacts ? [ownContacts] : [])];
    const talk = known
      ? Object.assign(known, { handles, contacts })
      : newTalk({ id: customerTalkId(phone), phone, name, writer: 'customer', language, handles, contacts });
    byPhone.set(phone, talk);
    talks.set(talk.id, talk);
  }
  return byPhone;
};

/** Returns the ID of the talk with a customer. */
export const customerTalkId = (phone: string): string => `customer ${phone}`;

/** The operator answers an alarm with the handle that the phone shows, or calls. */
const operatorOf = (desk: Desk, phone: string, random: Random): Reader => {
  const colleagues = desk.company.dispatchers.map((member) => member.phone);
  return ({ at, body }, [about]) => {
    const talk = about ? desk.talks.get(about.conversation) : undefined;
    const handle = /@(\w[\w-]*)/.exec(body)?.[1];
    if (
      !talk ||
      !handle ||
      about?.byMachine ||
      talk.answeredAt > talk.saidAt ||
      !random.chance(OPERATOR_HABITS.answersByText.rate)
    )
      return;
    desk.later({
      at: at + random.between(OPERATOR_HABITS.fromS, OPERATOR_HABITS.toS) * SECOND_MS,
      run: () => {
        if (talk.answeredAt > talk.saidAt) return;
        const words = desk.phrases.reply(talk.kind, talk.language);
        // Dispatchers whose phones do not have the conversation need not see its answers.
        const toldColleagues = talk.contacts.some(({ from }) => from <= at) ? [] : colleagues;
        const expect = expectPhones([talk.phone], { toldColleagues });
        desk.say({
          from: phone,
          writer: 'operator',
          byMachine: false,
          body: `@${handle} ${words}`,
          words,
          conversation: talk.id,
          act: 'answer',
          expect,
        });
      },
    });
  };
};

const planNotes = (
  desk: Desk,
  { startAt, until, habits }: Required<Pick<PeopleOptions, 'startAt' | 'until' | 'habits'>>,
  random: Random,
): void => {
  for (const [i, member] of desk.company.dispatchers.entries()) {
    const own = random.fork(member.id);
    const { notesPerDay } = habits[i] ?? habits.at(-1) ?? ON_THE_ROAD;
    for (let day = startAt; day < until; day += DAY_MS) {
      const at = day + own.within(8, 17) * 60 * MINUTE_MS;
      if (own.chance(notesPerDay.rate)) desk.later({ at, run: (now) => sayNote(desk, member, now) });
    }
  }
};

/** Returns the people of a company whose phones get texts of customers. @param contactPhones the contacts that some jobs have of their own */
const staffOf = ({ dispatchers, operator }: WorldCompany, contactPhones: readonly string[]): WordsFacts['staff'] => ({
  dispatchers: [...dispatchers, ...contactPhones.map((phone) => ({ name: 'Contact', phone }))],
  operator,
});

/** Brings the people of a company to life. The same options and stream give the same texts to the same system. */
export const peopleOf = (options: PeopleOptions, random: Random): People => {
  const { company, customers, startAt, until, habits = [AT_THE_DESK, ON_THE_ROAD] } = options;
  const { remember, recognise } = recognitionOf();
  const said: SaidText[] = [];
  let events: WorldEvent[] = [];
  let time = startAt;
  const desk: Desk = {
    ...{ company, recognise, talks: new Map(), deeds: deskQueue(), phrases: phrasesFrom(random.fork('phrases')) },
    later: (deed) => desk.deeds.add([deed]),
    say: (draft) => {
      const text: SaidText = { ...draft, id: `said-${said.length + 1}`, at: time };
      said.push(text);
      remember(text);
      const sms = { from: text.from, to: company.textNumber, body: text.body, media: [] };
      events.push({ at: time, kind: 'text', text: sms, purpose: { kind: 'said', id: text.id } });
    },
  };
  const outside = outsideTalks(desk.talks);
  const byPhone = customerTalks(customers, desk.talks, random.fork('languages'));
  const victims: { talk: Talk; customer: TalkingCustomer }[] = [];
  for (const customer of customers) {
    const own = byPhone.get(customer.phone);
    if (!own) continue;
    const stream = random.fork(customer.jobId);
    planCustomer(desk, { own, otherPhone: () => outside('other-phone', stream) }, customer, stream);
    victims.push({ talk: own, customer });
  }
  const days = Math.ceil((until - startAt) / DAY_MS);
  planStrangers(desk, outside, { midnight: startAt, days, victims }, random.fork('strangers'));
  planNotes(desk, { startAt, until, habits }, random.fork('notes'));

  const contactPhones = [...new Set(customers.flatMap(({ contacts }) => contacts?.phones ?? []))];
  const readers = new Map<string, Reader>();
  for (const [i, member] of company.dispatchers.entries())
    readers.set(
      member.phone,
      dispatcherOf(desk, member, habits[i] ?? habits.at(-1) ?? ON_THE_ROAD, random.fork(member.id)),
    );
  if (company.operator !== null)
    readers.set(company.operator, operatorOf(desk, company.operator, random.fork('operator')));
  for (const phone of contactPhones) {
    const contact = { id: phone, name: 'Contact', phone };
    readers.set(phone, dispatcherOf(desk, contact, ON_THE_ROAD, random.fork(phone), []));
  }
  for (const talk of desk.talks.values()) readers.set(talk.phone, outsiderOf(desk, talk, random.fork(talk.phone)));

  /** Of equal words those come first that are for this phone, or whose talk the text names. */
  const likeliestFirst = ({ to, body }: SentText, texts: readonly SaidText[]): SaidText[] => {
    const likelihood = ({ expect, conversation }: SaidText): number =>
      (expect.to.includes(to) ? 2 : 0) +
      (desk.talks.get(conversation)?.handles.some((handle) => body.includes(handle)) ? 1 : 0);
    return texts.toSorted((a, b) => b.words.length - a.words.length || likelihood(b) - likelihood(a));
  };

  let read = 0;
  let nextLook = startAt;
  let lastText = startAt;
  const readPhones = (sent: readonly SentText[]): void => {
    for (; read < sent.length; read += 1) {
      const text = sent[read];
      const reader = text && readers.get(text.to);
      if (text && reader) reader(text, likeliestFirst(text, recognise(text.body, text.at)));
      lastText = time;
    }
  };
  const conversations = (): Conversation[] =>
    [...desk.talks.values()].map(({ id, handles }) => ({ id, mentions: handles }));
  return {
    nextAt: () => {
      if (time >= until) return null;
      return Math.min(nextLook, desk.deeds.nextAt() ?? nextLook);
    },
    take: (now, system) => {
      time = now;
      nextLook = now + (now - lastText < BUSY_MS ? LOOK_MS : QUIET_LOOK_MS);
      events = [];
      readPhones(system.sentTexts());
      for (let due = desk.deeds.takeUntil(now); due.length > 0; due = desk.deeds.takeUntil(now)) {
        for (const { run } of due) run(now);
      }
      if (events.length > 0) lastText = now;
      return events;
    },
    said: () => said,
    conversations,
    facts: (system) => ({
      ...{ said, sent: system.sentTexts(), conversations: conversations(), until: system.now() },
      staff: staffOf(company, contactPhones),
      asks: [],
      trailerIds: company.trailerIds,
      alarmMinutes: company.cascade.minutes,
    }),
  };
};

import type { Job, RelayCompany } from '@qdn/domain';
import { INDEX_LAG_MS } from './nemesis.ts';
import type { Text } from './texts.ts';

/*
 * The reference model: who must get a text because of a message, from the texts, the jobs and the company alone. It is written from
 * the product's description and imports nothing of the relay, so that a wrong plan cannot excuse itself.
 */

/**
 * One correct outcome of a message.
 *  - `must`: the phones that get its words
 *  - `alarmed`: the phones that get a text about it, because it stays unanswered
 *  - `may`: further phones that may get a text because of it: an answer, a receipt, a notice of failure, the operator's alarm
 *  - `words`: the words in each text to the phones in `must`; null for an answer, which the system words itself
 *  - `timelines`: the timelines that may have the message; null for any
 *  - `isHeldElsewhere`: another timeline may have it too: it was held there, and a job changed before a worker completed that
 */
export type Expectation = {
  must: readonly string[];
  alarmed: readonly string[];
  may: readonly string[];
  words: string | null;
  timelines: readonly string[] | null;
  isHeldElsewhere: boolean;
};

/** The jobs at a moment, from this epoch ms on. */
export type JobsFrom = { at: number; jobs: readonly Job[] };

/** Everything that the reference model reads. The times of texts are epoch ms here. */
export type Inputs = { texts: readonly Text[]; jobs: readonly JobsFrom[]; company: RelayCompany };

const UNMATCHED_TIMELINE = 'UNMATCHED';
const hasEnded = ({ status }: Job): boolean => status === 'completed' || status === 'cancelled';
const jobNamed = (text: Text, jobs: readonly Job[]): Job | undefined => jobs.find(({ id }) => id === text.names?.job);

/**
 * Returns the states of the jobs in which a message may be processed: the one at its arrival, and all later ones. An index may still
 * show the state shortly before.
 */
const statesFor = ({ at }: Text, { jobs }: Inputs): JobsFrom[] =>
  jobs.filter((_, i) => (jobs[i + 1]?.at ?? Number.POSITIVE_INFINITY) >= at - INDEX_LAG_MS);

const isCompanyDispatcher = (phone: string, { contacts, operator }: RelayCompany): boolean =>
  phone === operator || contacts.some((contact) => contact.phone === phone);
const isContactOf = (phone: string, job: Job | undefined): boolean =>
  job?.contacts.some((contact) => contact.phone === phone) ?? false;

/** Returns the writer's job that a text is about: the active one, or without one the one that ended last. */
const ownJob = (text: Text, jobs: readonly Job[]): Job | undefined => {
  const own = jobs.filter((job) => job.customer.phone === text.from);
  const active = own.find((job) => !hasEnded(job));
  return active ?? own.toSorted((a, b) => b.updatedAt - a.updatedAt)[0];
};

/** Returns the job that a text from outside the team is about: the one that it names, else the writer's own. */
const jobOfOutsider = (text: Text, jobs: readonly Job[]): Job | null => {
  const named = jobNamed(text, jobs);
  const isPart = named?.customer.phone === text.from || isContactOf(text.from, named);
  if (named && (text.names?.isCertain || isPart)) return named;
  return ownJob(text, jobs) ?? named ?? null;
};

const teamOf = (job: Job | null, { from }: Text, company: RelayCompany): string[] => {
  const contacts = job && job.contacts.length > 0 ? job.contacts : company.contacts;
  return [...new Set(contacts.map(({ phone }) => phone as string))].filter(
    (phone) => phone !== from && !company.textNumbers.includes(phone),
  );
};

/** Returns whether a text may come from a dispatcher: of the company, or of a job that exists. */
const mayBeDispatcher = ({ from }: Text, { company, jobs }: Inputs): boolean =>
  isCompanyDispatcher(from, company) || jobs.some((state) => state.jobs.some((job) => isContactOf(from, job)));

/** Returns whether some dispatcher's text may count as the answer to a message of a writer, over all of the writer's jobs. */
const mayBeAnswered = (timeline: string, writer: string, inputs: Inputs): boolean =>
  inputs.texts.some(
    (text) =>
      (text.intent === 'words' || text.intent === 'acknowledgement') &&
      mayBeDispatcher(text, inputs) &&
      (text.names === null ||
        text.names.job === timeline ||
        inputs.jobs.some(({ jobs }) => jobNamed(text, jobs)?.customer.phone === writer)),
  );

/** Returns whether a message may be held back for a summary, or a dispatcher be left without an answer, because of a budget. */
const mayBeOverBudget = (text: Text, { texts, company }: Inputs): boolean => {
  const { perSender, perJob } = company.policy.budgets;
  const others = texts.filter(({ sid }) => sid !== text.sid);
  return others.length >= perJob || others.filter(({ from }) => from === text.from).length >= perSender;
};

const NO_ONE: Expectation = { must: [], alarmed: [], may: [], words: null, timelines: null, isHeldElsewhere: false };

/** Returns the jobs that a guest's other texts name: a text that names none stays with the guest's job. */
const jobsOfGuest = ({ from, sid }: Text, jobs: readonly Job[], { texts }: Inputs): Job[] =>
  texts.filter((one) => one.from === from && one.sid !== sid).flatMap((one) => jobNamed(one, jobs) ?? []);

/** Returns the correct outcomes of a message from outside the team, with the jobs in one state. */
const expectedOfOutsider = (text: Text, jobs: readonly Job[], inputs: Inputs): Expectation[] => {
  const own = jobOfOutsider(text, jobs);
  const others = own === null ? jobsOfGuest(text, jobs, inputs) : [];
  return [own, ...others].flatMap((job) => expectedOnJob(text, job, inputs));
};

const expectedOnJob = (text: Text, job: Job | null, inputs: Inputs): Expectation[] => {
  const { company } = inputs;
  const timelines = [job?.id ?? UNMATCHED_TIMELINE];
  const isHeldElsewhere = mayBeOverBudget(text, inputs);
  const base = { ...NO_ONE, timelines, isHeldElsewhere };
  // The sender learns once that texts are held.
  const held = isHeldElsewhere ? [{ ...base, may: [text.from] }] : [];
  const isCustomer = job?.customer.phone === text.from;
  const team = teamOf(job, text, company);
  const operator = company.operator === null ? [] : [company.operator];
  // The team learns what the carrier did, in our words.
  // A receipt for HELP is due to a customer as for any text.
  if (text.intent === 'keyword')
    return [...held, { ...base, may: [...team, ...operator, ...(isCustomer ? [text.from] : [])] }];
  // No one needs a bare OK from outside, unless it answers a dispatcher's question.
  if (text.intent === 'acknowledgement') return [...held, { ...base, may: team }];
  // An opt-out in other words is confirmed once.
  const may = [...team, ...operator, ...(isCustomer || text.optsOut ? [text.from] : [])];
  const isOpen = !mayBeAnswered(timelines[0] ?? '', text.from, inputs);
  // Nothing in an opt-out needs an answer: it ends with the first dispatcher who has it, and waits for no one who sleeps.
  const isInformation = text.optsOut;
  const sleepers = (job && job.contacts.length > 0 ? job.contacts : company.contacts).filter((one) => one.quietHours);
  const awake = team.filter((phone) => sleepers.every((one) => one.phone !== phone));
  const informed = company.policy.cascade.order === 'all' ? awake : [];
  const must = isInformation ? informed : team;
  const alarmed = isOpen && !isInformation ? operator : [];
  const relayed = { ...base, must: isOpen ? must : [], alarmed, may, words: text.words };
  // A question without a fact to answer it from goes to the team, as does one after a dispatcher's text.
  const answered = text.intent === 'question' && isCustomer ? [{ ...base, must: [text.from] }] : [];
  return [...held, ...answered, relayed];
};

/**
 * Returns those who may be waiting for a dispatcher: writers whose texts may have been relayed to this phone.
 * @param about the job that the texts are about; null for any
 */
const writersWaitingFor = (dispatcher: Text, inputs: Inputs, about: Job | null = null): string[] => {
  const writers = inputs.texts.filter(
    (text) =>
      text.sid !== dispatcher.sid &&
      !isCompanyDispatcher(text.from, inputs.company) &&
      statesFor(text, inputs).some(({ jobs }) => {
        const job = jobOfOutsider(text, jobs);
        const readers = [...teamOf(job, text, inputs.company), inputs.company.operator];
        return (about === null || about.id === job?.id) && readers.includes(dispatcher.from);
      }),
  );
  return [...new Set(writers.map(({ from }) => from))];
};

/** Returns the phones of everyone who may see a dispatcher's text as a colleague. */
const colleaguesFor = ({ company, jobs }: Inputs): string[] => [
  ...company.contacts.map(({ phone }) => phone as string),
  ...jobs.flatMap((state) => state.jobs.flatMap((job) => job.contacts.map(({ phone }) => phone as string))),
  ...(company.operator === null ? [] : [company.operator]),
];

/**
 * Returns the correct outcomes of a dispatcher's message, with the jobs in one state. Its writer may learn what became of it, and
 * colleagues see it. A text that names a job may be asked about first, because another customer is waiting or a colleague has answered;
 * one that waits for its time to be taken back goes out then.
 */
const expectedOfDispatcher = (text: Text, jobs: readonly Job[], inputs: Inputs): Expectation[] => {
  const toSelf = [text.from];
  const may = [...new Set([...toSelf, ...colleaguesFor(inputs)])];
  const silence = mayBeOverBudget(text, inputs) ? [{ ...NO_ONE, may }] : [];
  const named = jobNamed(text, jobs);
  if (text.intent === 'automatic') return [NO_ONE];
  // Colleagues and operator learn that this phone gets no more texts, or gets them again.
  if (text.intent === 'keyword')
    return [{ ...NO_ONE, may: colleaguesFor(inputs).filter((phone) => phone !== text.from) }];
  const asked: Expectation = { ...NO_ONE, must: toSelf, may };
  // Also the recipients of the dispatcher: a text that names no one goes on with them.
  const open = inputs.texts
    .filter((one) => one.from === text.from && one.sid !== text.sid && named === undefined)
    .flatMap((one) => jobNamed(one, jobs)?.customer.phone ?? []);
  const people = [...new Set([...writersWaitingFor(text, inputs, named ?? null), ...open])];
  const toWriters = people.map((person): Expectation => ({ ...NO_ONE, must: [person], may, words: text.words }));
  if (text.intent === 'acknowledgement')
    return [
      ...silence,
      { ...NO_ONE, may },
      // It may also say yes to our question about a text that is held.
      ...toWriters.map((outcome) => ({ ...outcome, words: null })),
      ...(named ? [{ ...NO_ONE, must: [named.customer.phone], may }] : []),
    ];
  if (text.intent === 'question') return [...silence, { ...NO_ONE, must: toSelf }];
  if (named)
    return [
      { ...NO_ONE, must: [named.customer.phone], may, words: text.words, timelines: [named.id] },
      ...silence,
      asked,
    ];
  return [...silence, asked, ...toWriters];
};

/**
 * Returns every correct outcome of a message. There are several where the order of processing decides, or a change of a job.
 * @param sid of a text, or of a summary
 */
export const expectationsOf = (sid: string, inputs: Inputs): Expectation[] => {
  const text = inputs.texts.find((one) => one.sid === sid);
  if (!text) return [summaryExpectation(inputs)];
  return statesFor(text, inputs).flatMap(({ jobs }) => {
    const isOfNamedJob = isContactOf(text.from, jobNamed(text, jobs));
    if (isCompanyDispatcher(text.from, inputs.company) || isOfNamedJob) return expectedOfDispatcher(text, jobs, inputs);
    // A contact of a single job counts as one only once a message of that job was relayed to them.
    const isKnown = mayBeDispatcher(text, inputs) && writersWaitingFor(text, inputs).length > 0;
    const asDispatcher = isKnown ? expectedOfDispatcher(text, jobs, inputs) : [];
    return [...expectedOfOutsider(text, jobs, inputs), ...asDispatcher];
  });
};

/** Returns the outcome of a summary of held messages: it goes to teams and the operator only. */
const summaryExpectation = ({ company, jobs }: Inputs): Expectation => {
  const contacts = [...company.contacts, ...jobs.flatMap((state) => state.jobs.flatMap((job) => job.contacts))];
  const may = [
    ...contacts.map(({ phone }) => phone as string),
    ...(company.operator === null ? [] : [company.operator]),
  ];
  return { ...NO_ONE, may: [...new Set(may)] };
};

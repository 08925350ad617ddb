import type { MessageSid, PhoneNumber, RecipientId } from '@qdn/domain';
import { check, RULES, type Violation } from './checker.ts';
import { OWN_NUMBER, someCompany, someJobs } from './company.ts';
import { type AcceptedText, type History, historyOf, newHistory } from './history.ts';
import { createNemesis, type OneCrash, type Process } from './nemesis.ts';
import { createQueue, type Queue } from './queue.ts';
import { type Random, randomFrom } from './random.ts';
import { somethingWritten, type Text } from './texts.ts';
import { type Timeline, timelineFrom } from './timeline.ts';
import { startWorkers } from './workers.ts';
import { type Backing, createWorld, type World } from './world.ts';

const START = Date.UTC(2026, 10, 23, 15);
/** Duration of the nemesis: long enough for messages to use up their attempts. */
const NEMESIS_STAYS_MS = 40 * 60_000;
/** The schedule that looks for messages with an unknown outcome. */
const SWEEP_EVERY_MS = 15 * 60_000;
const MESSAGES_COME_WITHIN_MS = 4 * 60_000;
/** Maximum number of events; beyond it a seed loops forever. */
const MOST_EVENTS = 60_000;
/** Number of Twilio's retries, as `rc=3` in the webhook's URL. */
const WEBHOOK_RETRIES = 3;

/** A broken version of the relay, which the checker must find. */
export type Mutant = {
  name: string;
  /** Replaces implementations of the ports by broken ones. */
  back?: (backing: Backing) => Backing;
  /** The poller deletes messages before the worker has processed them. */
  deletesFirst?: boolean;
  /** The queue deletes nothing and never dead-letters. */
  neverDeletes?: boolean;
};

export type RunOptions = {
  seed: number;
  mutant?: Mutant;
  /** `none`: no faults. One crash: a single message, and no other fault. */
  faults?: 'some' | 'none' | OneCrash;
};

export type Result = {
  seed: number;
  violations: Violation[];
  history: History;
  messages: number;
  struck: ReadonlyMap<string, number>;
};

const formOf = ({ sid, from, body, media }: Text): Record<string, string> => ({
  MessageSid: sid,
  AccountSid: `AC${'0'.repeat(32)}`,
  From: from,
  To: OWN_NUMBER,
  Body: body,
  NumMedia: String(media),
  ...(media > 0 ? { MediaUrl0: 'https://media.example/ME1', MediaContentType0: 'image/jpeg' } : {}),
});

/** Returns a factory of webhook processes, with numbered names. */
const createWebhooks = () => {
  let webhooks = 0;
  return (name: string): Process => {
    const process: Process = {
      name: `${name}-${++webhooks}`,
      isAlive: true,
      unwinds: true,
      isLate: false,
      die: () => {
        process.isAlive = false;
      },
    };
    return process;
  };
};

/** The parts of a seed's simulation. */
type Stage = {
  random: Random;
  timeline: Timeline;
  history: History;
  nemesis: ReturnType<typeof createNemesis>;
  queue: Queue;
  world: World;
  aWebhook: (name: string) => Process;
};

/** Reports the status of a text over the carrier's webhook, with retries. */
const report = async (stage: Stage, text: AcceptedText, status: string, retries: number): Promise<void> => {
  const { random, timeline, history, world, aWebhook } = stage;
  const process = aWebhook('status');
  const isAccepted = await world.report(process, text, status);
  const { outboundMessageId } = text;
  const sid = outboundMessageId.split('~')[1] ?? null;
  if (process.isAlive && isAccepted) history.add(timeline.now(), sid, { kind: 'receipt', outboundMessageId, status });
  else if (retries > 0) timeline.after(random.between(500, 5000), () => report(stage, text, status, retries - 1));
};

/** Sends receipts as carriers do: out of order, repeatedly or never, over a webhook with retries. */
const sendReceipts = (stage: Stage, text: AcceptedText): void => {
  const { random, timeline, nemesis } = stage;
  if (nemesis.strikes('receipts-missing')) return;
  const last = random.pick(['delivered', 'delivered', 'undelivered', 'failed']);
  const inOrder = ['queued', 'sent', last];
  const statuses = nemesis.strikes('receipts-disordered') ? random.shuffled(inOrder) : inOrder;
  if (nemesis.strikes('receipts-repeated')) statuses.push(random.pick(inOrder), random.pick(inOrder));
  let delayMs = 0;
  for (const status of statuses) {
    // The first receipt may arrive before the answer to the send.
    delayMs += random.between(0, 4000);
    timeline.after(delayMs, () => report(stage, text, status, WEBHOOK_RETRIES));
  }
};

/** Delivers a customer's or dispatcher's text over the webhook, with Twilio's retries. */
const deliver = async (stage: Stage, text: Text, retries: number): Promise<void> => {
  const { random, timeline, history, world, aWebhook } = stage;
  const process = aWebhook('webhook');
  const code = await world.deliver(process, formOf(text));
  history.add(timeline.now(), text.sid, { kind: 'answered', status: process.isAlive ? code : null });
  if (process.isAlive && code === 200) return;
  if (retries > 0) timeline.after(random.between(100, 1000), () => deliver(stage, text, retries - 1));
};

/** Records all jobs as they are now. */
const recordJobs = async (history: History, timeline: Timeline, world: World): Promise<void> => {
  const jobs = await Promise.all(someJobs().map(({ id }) => world.jobs.find(id)));
  history.add(timeline.now(), null, { kind: 'jobs', jobs: jobs.flatMap((job) => job ?? []) });
};

/** Changes a job as a dispatcher does, so that a retry would make another plan. */
const changeAJob = async ({ random, timeline, history, world }: Stage): Promise<void> => {
  const job = await world.jobs.find(random.pick(someJobs()).id);
  if (!job) return;
  const extra = {
    id: `new${random.between(1, 9)}` as RecipientId,
    name: 'new',
    phone: `+1512555016${random.between(0, 9)}` as PhoneNumber,
  };
  const next = random.pick([
    { ...job, status: 'completed' as const },
    { ...job, status: 'at_site' as const },
    { ...job, contacts: [...job.contacts.slice(0, 2), extra] },
    { ...job, contacts: job.contacts.slice(0, 1) },
    { ...job, customer: { ...job.customer, name: `${job.customer.name} Jr` } },
  ]);
  await world.jobs.update({ ...next, updatedAt: timeline.now(), version: job.version + 1 });
  await recordJobs(history, timeline, world);
};

/** Returns the texts of a seed; one simple text for a run with one crash. */
const writeTexts = (random: Random, faults: NonNullable<RunOptions['faults']>): Text[] => {
  const count = typeof faults === 'object' ? 1 : random.between(3, 10);
  const texts = Array.from({ length: count }, (_, i) =>
    somethingWritten(random, `SM${String(i + 1).padStart(32, '0')}` as MessageSid, MESSAGES_COME_WITHIN_MS),
  );
  if (typeof faults === 'object')
    texts[0] = {
      ...(texts[0] as Text),
      from: '+15125550111',
      body: 'QDN-1042 hello',
      media: 0,
      at: 0,
      intent: 'words',
      words: 'QDN-1042 hello',
      names: { job: 'QDN-1042', isCertain: true },
      optsOut: false,
    };
  return texts;
};

/** Schedules the texts, the repeated webhooks, the changes of jobs, the sweeps and the end of the nemesis. */
const schedule = (stage: Stage, texts: readonly Text[]): void => {
  const { random, timeline, nemesis, queue } = stage;
  for (const text of texts) {
    timeline.after(text.at, () => deliver(stage, text, WEBHOOK_RETRIES));
    if (nemesis.strikes('repeated-webhook'))
      timeline.after(text.at + random.between(0, random.pick([100, 120_000])), () =>
        deliver(stage, text, WEBHOOK_RETRIES),
      );
    if (nemesis.strikes('changed-job')) timeline.after(text.at + random.between(0, 90_000), () => changeAJob(stage));
  }
  timeline.after(NEMESIS_STAYS_MS, () => nemesis.leave());
  for (let at = SWEEP_EVERY_MS; at <= 2 * NEMESIS_STAYS_MS; at += SWEEP_EVERY_MS)
    timeline.after(at, () => queue.send({ schema: 1, kind: 'sweep' }));
};

/** Runs until nothing happens any more, and records the state of each message. @returns false if that takes too long */
const rest = async (stage: Stage, texts: readonly Text[], round: 'nemesis' | 'replay'): Promise<boolean> => {
  const { timeline, history, world, queue } = stage;
  if (!(await timeline.settle(MOST_EVENTS))) return false;
  const onTimelines = await world.onTimelines();
  // Summaries of held messages have their own IDs.
  const summaries = history.entries.flatMap(({ sid }) => (sid?.startsWith('QS') ? [sid] : []));
  for (const sid of new Set([...texts.map((text) => text.sid), ...summaries])) {
    const plans = history.entries.flatMap((entry) =>
      entry.kind === 'planned' && entry.sid === sid ? [entry.plan] : [],
    );
    const outboundMessages = await world.outboundMessagesOf(sid, new Set(plans.map(({ timelineId }) => timelineId)));
    const plan = await world.planOf(sid);
    const timelines = onTimelines.filter(({ messageSid }) => messageSid === sid);
    const isDead = queue.isDead(sid);
    history.add(timeline.now(), sid, { kind: 'at-rest', round, plan, outboundMessages, isDead, timelines });
  }
  return true;
};

/** Plays one seed to its end: with the nemesis, at rest, and once more with the dead-letter queue replayed. */
export const play = async ({ seed, mutant, faults = 'some' }: RunOptions): Promise<Result> => {
  const random = randomFrom(seed);
  const timeline = timelineFrom(START);
  const history = newHistory();
  const nemesis = createNemesis(random, timeline, history, faults);
  let workers: { wake: () => void } | null = null;
  const queue = createQueue(random, timeline, history, nemesis, () => workers?.wake(), mutant?.neverDeletes);
  const company = someCompany(random);
  const world = createWorld({
    jobs: someJobs(),
    company,
    carriers: random.pick([['twilio'], ['twilio', 'aws'], ['twilio', 'aws', 'telnyx'], ['twilio']] as const),
    random,
    timeline,
    history,
    nemesis,
    queue,
    onAccepted: (text) => sendReceipts(stage, text),
    mutate: mutant?.back ?? ((backing) => backing),
  });
  workers = startWorkers({
    random,
    timeline,
    history,
    queue,
    worker: world.worker,
    strikes: nemesis.strikes,
    deletesFirst: mutant?.deletesFirst ?? false,
  });
  const stage: Stage = { random, timeline, history, nemesis, queue, world, aWebhook: createWebhooks() };

  history.add(START, null, { kind: 'company', company });
  await recordJobs(history, timeline, world);
  const texts = writeTexts(random, faults);
  for (const text of texts) history.add(START, text.sid, { kind: 'written', text });
  schedule(stage, texts);
  if (await rest(stage, texts, 'nemesis')) {
    nemesis.leave();
    queue.replay();
    await rest(stage, texts, 'replay');
  }
  return { seed, violations: check(history), history, messages: texts.length, struck: nemesis.struck };
};

/** Explains a failing seed: the broken promise, the history of the message concerned, and the command to reproduce it. */
export const explain = ({ seed, violations, history }: Pick<Result, 'seed' | 'violations' | 'history'>): string => {
  const [first] = violations;
  if (!first) return `Seed ${seed} keeps every promise.`;
  const found = violations.map(({ rule, sid, detail }) => `  ${rule} (${RULES[rule]})\n    ${sid}: ${detail}`);
  return [
    `Seed ${seed} breaks ${violations.length === 1 ? 'a promise' : `${violations.length} promises`}:`,
    ...found,
    `What happened to ${first.sid}:`,
    historyOf(history.entries, first.sid),
    `Again, with everything: npm run nemesis -- --seed ${seed}`,
  ].join('\n');
};

import type { AccountId, CarrierList, ComplianceLog, JobId, LogEntry, TrailerId } from '@qdn/domain';
import { segments } from '@qdn/domain/relay/segments';
import { type ApiFunction, type Keyring, type Logger, shortLink, signToken } from '@qdn/lambda';
import { watchTrailers } from '@qdn/telemetry-ingest/functions/watch-trailers';
import type { OpenSystem, System, TokenSubject } from '@qdn/world';
import { createNemesis, type Nemesis } from '../nemesis/nemesis.ts';
import { createQueue } from '../nemesis/queue.ts';
import { type Random, randomFrom } from '../nemesis/random.ts';
import { type Timeline, timelineFrom } from '../nemesis/timeline.ts';
import { startWorkers } from '../nemesis/workers.ts';
import { throughRoutes } from './api-router.ts';
import { type FaultSchedule, faultScheduleOf } from './fault-schedule.ts';
import { faultyDoor, laggingStores } from './faulty-ports.ts';
import { createPhoneNetwork, type PhoneNetwork } from './phone-network.ts';
import { createTwilioWebhooks } from './twilio-webhooks.ts';
import { coldStarts, newUsageCount, type UsageCount } from './usage-count.ts';
import { packagedCompany, seededKeyring } from './virtual-company.ts';
import { functionMakers, type Stores, telemetryOf } from './virtual-functions.ts';
import { admissionWorkers, relayWorkers } from './virtual-relay.ts';
import { createStores } from './virtual-stores.ts';

/*
 * The system under test in virtual time: the real handlers of the services over the domain's memory stores. Requests go through the
 * route table, so that authentication, schemas and middleware run as in production.
 */

const MINUTE_MS = 60_000;
/** Interval of the schedule that looks for messages with an unknown outcome, as in resources/inbound-sources.cjs. */
const SWEEP_EVERY_MS = 15 * MINUTE_MS;
/** Interval of watch-trailers, as in serverless.yml. */
const WATCH_EVERY_MS = 60_000;
const TOKEN_LIFE_MS = 30 * 24 * 3_600_000;

/** Replaceable parts of the system. A mutant replaces some of them by broken ones. */
export type Backing = Stores & { complianceLog: ComplianceLog; carriers: CarrierList };

/** A broken version of the system, which at least one figure of the scoreboard must show. */
export type SystemMutant = {
  name: string;
  /** Replaces stores, log or carriers, once for each caller. `random` has a stream of its own. */
  back?: (backing: Backing, context: { random: Random; timeline: Timeline }) => Backing;
  /** Replaces a function behind the HTTP API. */
  api?: (name: string, handler: ApiFunction) => ApiFunction;
  /** Number of times that each record is queued; once without it. */
  queuesTimes?: number;
  /** The poller deletes messages before the worker has processed them. */
  deletesFirst?: boolean;
};

/** Facts about the machine that only its owner can see. */
export type MachineState = {
  /** Texts that the carrier had for the system, and those of them that are neither in the compliance log nor dead letters. */
  receivedTexts: number;
  lostTexts: number;
  /** Messages in dead-letter queues, which an operator can replay. */
  deadLetters: number;
  /** Texts that the carrier accepted beyond the first of each outbound message. */
  repeatedTexts: number;
};

/** The system in virtual time, whose owner can look inside. */
export type VirtualSystem = System & { machine(): MachineState };

/** A history that keeps nothing: a month has millions of steps. */
const NO_HISTORY = { entries: [], add: () => {} };

const countingLogger = (counts: Map<string, number>): Logger => {
  const count = (code: string): void => void counts.set(code, (counts.get(code) ?? 0) + 1);
  return { info: count, warn: count, error: count, measure: () => {} };
};

const createTokens = (keyring: Keyring, { jobs }: Pick<Stores, 'jobs'>, now: () => number) => {
  const known = new Map<string, { token: string; until: number }>();
  const accountOf = async (jobId: JobId): Promise<AccountId> => {
    const job = await jobs.find(jobId);
    if (!job) throw new Error(`There is no job ${jobId}`);
    return job.accountId;
  };
  const signed = async (subject: TokenSubject, expiresAt: number): Promise<string> => {
    if (subject.audience === 'operator') return signToken({ kind: 'operator', label: 'office' }, keyring, expiresAt);
    if (subject.audience === 'device')
      return signToken({ kind: 'device', trailerId: subject.trailerId as TrailerId }, keyring, expiresAt);
    const jobId = subject.jobId as JobId;
    const accountId = await accountOf(jobId);
    const { linkId } = shortLink({ jobId, accountId }, keyring, expiresAt);
    return signToken({ kind: 'track', jobId, accountId, linkId }, keyring, expiresAt);
  };
  return async (subject: TokenSubject): Promise<string> => {
    const name = JSON.stringify(subject);
    const old = known.get(name);
    if (old && now() < old.until) return old.token;
    const token = await signed(subject, now() + TOKEN_LIFE_MS);
    known.set(name, { token, until: now() + TOKEN_LIFE_MS / 2 });
    return token;
  };
};

/** Starts the schedules of the system. */
const startSchedules = (
  timeline: Timeline,
  send: (record: unknown) => Promise<void>,
  watch: () => Promise<unknown>,
): void => {
  const every = (ms: number, run: () => Promise<unknown>): void =>
    timeline.after(ms, async () => {
      every(ms, run);
      await run();
    });
  every(SWEEP_EVERY_MS, () => send({ schema: 1, kind: 'sweep' }));
  every(WATCH_EVERY_MS, watch);
};

/** The parts that all others share. */
type Foundation = {
  random: Random;
  timeline: Timeline;
  nemesis: Nemesis;
  faults: FaultSchedule;
  usage: UsageCount;
  log: Logger;
};

/** Creates the two queues, with counted sends. */
const createQueues = ({ random, timeline, nemesis, usage }: Foundation, mutant: SystemMutant | undefined) => {
  const wakes: { relay?: () => void; admission?: () => void } = {};
  const aQueue = (name: keyof typeof wakes) => {
    const queue = createQueue(random, timeline, NO_HISTORY, nemesis, () => wakes[name]?.());
    const send = async (record: unknown, delayS?: number): Promise<void> => {
      for (let times = 0; times < (mutant?.queuesTimes ?? 1); times += 1) {
        usage.add('sqs.send');
        await queue.send(record, delayS);
      }
    };
    return { queue, send };
  };
  return { relay: aQueue('relay'), admission: aQueue('admission'), wakes };
};

/** Starts the functions behind the HTTP API. A container keeps its caches until it restarts. */
const startFunctions = (
  setting: Parameters<typeof functionMakers>[0],
  { usage, faults, random }: Foundation,
  mutant: SystemMutant | undefined,
) => {
  const makers = functionMakers(setting);
  const isCold = coldStarts(setting.now);
  const running = new Map<string, ApiFunction>();
  const functionOf = (name: string): ApiFunction => {
    const own = running.get(name) ?? makers[name]?.();
    if (!own) throw new Error(`There is no function ${name}`);
    running.set(name, own);
    usage.add(`lambda.${name}`);
    usage.add('http.request');
    if (isCold(name)) usage.add('cold-start.http');
    return mutant?.api?.(name, own) ?? own;
  };
  return faultyDoor(throughRoutes(functionOf), faults, { random, restart: () => running.clear() });
};

const countStores = (stores: Stores, usage: UsageCount, caller: string): Stores => ({
  jobs: usage.store(caller, 'jobs', stores.jobs),
  locations: usage.store(caller, 'locations', stores.locations),
  relay: usage.store(caller, 'relay', stores.relay),
  samples: usage.store(caller, 'samples', stores.samples),
  register: usage.store(caller, 'register', stores.register),
  keptDays: usage.store(caller, 'kept-days', stores.keptDays),
});

/** The log's writer, with the SIDs of the logged messages. */
const countingLog = (usage: UsageCount, logged: Set<string>): ComplianceLog => ({
  append: async (entries: readonly LogEntry[]) => {
    usage.add('s3.put');
    for (const { type, sid } of entries) if (type === 'message') logged.add(sid);
  },
});

/** Returns a maker of the stores, log and carriers of each caller, with its calls counted and the broken parts of a mutant in place. */
const backingsOf = (
  parts: { stores: Stores; network: PhoneNetwork; complianceLog: ComplianceLog },
  { random, timeline, faults, usage }: Foundation,
  mutant: SystemMutant | undefined,
  seed: number,
): ((caller: string) => Backing) => {
  const { network, complianceLog } = parts;
  const context = { random: randomFrom(seed + 1), timeline };
  return (caller) => {
    const stores = laggingStores(countStores(parts.stores, usage, caller), faults, { random, now: timeline.now });
    const backing: Backing = { ...stores, complianceLog, carriers: [network.carrier] };
    return mutant?.back?.(backing, context) ?? backing;
  };
};

/** Returns an opener of the system in virtual time. @param mutant the broken version to open; the product's own without one */
export const virtualSystem =
  (mutant?: SystemMutant) =>
  async ({
    company: worldCompany,
    startAt,
    seed,
    faults: plan,
    refusedPhones,
  }: Parameters<OpenSystem>[0]): Promise<VirtualSystem> => {
    const random = randomFrom(seed);
    const timeline = timelineFrom(startAt);
    const faults = faultScheduleOf(plan, seed, startAt);
    const nemesis = createNemesis(random, timeline, NO_HISTORY, { rates: faults.rates });
    const usage = newUsageCount();
    const logCounts = new Map<string, number>();
    const log = countingLogger(logCounts);
    const foundation: Foundation = { random, timeline, nemesis, faults, usage, log };
    const company = packagedCompany(worldCompany);
    const keyring = seededKeyring(seed);
    const { now } = timeline;

    const { relay, admission, wakes } = createQueues(foundation, mutant);
    const network = createPhoneNetwork({
      number: company.textNumber,
      ...{ random, timeline, nemesis, faults, refusedPhones },
      onAccepted: (text) => {
        usage.add('carrier.text');
        usage.add('carrier.segment', segments(text.sms.body));
        twilio.sendReceipts(text);
      },
    });
    const logged = new Set<string>();
    const received = new Set<string>();
    const stores = createStores();
    const parts = { stores, network, complianceLog: countingLog(usage, logged) };
    const backingFor = backingsOf(parts, foundation, mutant, seed);

    const http = startFunctions(
      {
        ...{ stores: backingFor('http'), company, keyring, now, log },
        ...{ queue: { send: relay.send }, unverifiedQueue: { send: admission.send } },
      },
      foundation,
      mutant,
    );
    const twilio = createTwilioWebhooks(http, foundation);

    const backing = backingFor('relay');
    const { complianceLog, carriers } = backing;
    const workers = {
      ...{ stores: backing, carriers, complianceLog, queue: relay.queue, send: relay.send },
      ...{ company, keyring, log, timeline, random, nemesis, usage },
    };
    const shared = { random, timeline, history: NO_HISTORY, strikes: nemesis.strikes };
    const deletesFirst = mutant?.deletesFirst ?? false;
    wakes.relay = startWorkers({ ...shared, queue: relay.queue, worker: relayWorkers(workers), deletesFirst }).wake;
    const admit = admissionWorkers(workers, admission.queue);
    wakes.admission = startWorkers({ ...shared, queue: admission.queue, worker: admit, deletesFirst: false }).wake;
    const watching = { stores: backingFor('watch'), company, keyring, now, log, queue: { send: relay.send } };
    const watch = watchTrailers({
      ...telemetryOf({ ...watching, unverifiedQueue: { send: admission.send } }),
      jobList: watching.stores.jobs,
    });
    startSchedules(timeline, relay.send, () => {
      usage.add('lambda.watch-trailers');
      return watch({});
    });

    return {
      request: (request) => timeline.until(http(request)),
      deliverText: async (text) => {
        network.note(text.from, text.body);
        usage.add('carrier.received');
        usage.add('carrier.received-segment', segments(text.body));
        received.add(twilio.receive(text));
      },
      tokenFor: createTokens(keyring, stores, now),
      now,
      advanceTo: timeline.advanceTo,
      sentTexts: network.sentTexts,
      logCounts: () => Object.fromEntries([...logCounts].sort(([a], [b]) => (a < b ? -1 : 1))),
      usage: usage.read,
      machine: () => ({
        receivedTexts: received.size,
        lostTexts: [...received].filter((sid) => !logged.has(sid) && !relay.queue.isDead(sid)).length,
        deadLetters: relay.queue.deadCount() + admission.queue.deadCount(),
        repeatedTexts: network.repeats(),
      }),
      close: async () => {},
    };
  };

/** Opens the product's own system in virtual time. */
export const openVirtualSystem = virtualSystem();

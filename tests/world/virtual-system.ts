import type { AccountId, CarrierList, ComplianceLog, JobId, TrailerId } from '@qdn/domain';
import { signatureOf } from '@qdn/emulator-carriers/twilio/signature';
import { type ApiFunction, type Keyring, type Logger, shortLink, signToken } from '@qdn/lambda';
import { watchTrailers } from '@qdn/telemetry-ingest/functions/watch-trailers';
import type { HttpRequest, HttpResponse, IncomingText, OpenSystem, System, TokenSubject } from '@qdn/world';
import { createNemesis } from '../nemesis/nemesis.ts';
import { createQueue } from '../nemesis/queue.ts';
import { type Random, randomFrom } from '../nemesis/random.ts';
import { type Timeline, timelineFrom } from '../nemesis/timeline.ts';
import { startWorkers } from '../nemesis/workers.ts';
import { throughRoutes } from './api-router.ts';
import { type AcceptedSms, createPhoneNetwork, type PhoneNetwork } from './phone-network.ts';
import { newUsageCount, type UsageCount } from './usage-count.ts';
import { packagedCompany, seededKeyring } from './virtual-company.ts';
import { AUTH_TOKEN, functionMakers, PUBLIC_URL, type Stores } from './virtual-functions.ts';
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
const WATCH_EVERY_MS = 5 * MINUTE_MS;
const TOKEN_LIFE_MS = 30 * 24 * 3_600_000;
/** Number of Twilio's retries, as `rc=3` in the webhook's URL. */
const WEBHOOK_RETRIES = 3;

/** Replaceable parts of the system. A mutant replaces some of them by broken ones. */
export type Backing = Stores & { complianceLog: ComplianceLog; carriers: CarrierList };

/** A broken version of the system, which at least one figure of the scoreboard must show. */
export type SystemMutant = {
  name: string;
  /** Replaces stores or carriers. `random` has a stream of its own. */
  back?: (backing: Backing, context: { random: Random; timeline: Timeline }) => Backing;
  /** Replaces a function behind the HTTP API. */
  api?: (name: string, handler: ApiFunction) => ApiFunction;
  /** The poller deletes messages before the worker has processed them. */
  deletesFirst?: boolean;
  /** The queue deletes nothing and never dead-letters. */
  neverDeletes?: boolean;
};

/** A history that keeps nothing: a month has millions of steps. */
const NO_HISTORY = { entries: [], add: () => {} };

const countingLogger = (counts: Map<string, number>): Logger => {
  const count = (code: string): void => void counts.set(code, (counts.get(code) ?? 0) + 1);
  return { info: count, warn: count, error: count, measure: () => {} };
};

/** Sends signed webhooks as Twilio does, with retries and the fallback URL. */
const createTwilio = (
  send: (request: HttpRequest) => Promise<HttpResponse>,
  { random, timeline, network }: { random: Random; timeline: Timeline; network: () => PhoneNetwork },
) => {
  let texts = 0;
  const post = async (path: string, parameters: Readonly<Record<string, string>>): Promise<number> => {
    const headers = {
      'content-type': 'application/x-www-form-urlencoded',
      'x-twilio-signature': signatureOf(AUTH_TOKEN, `${PUBLIC_URL}${path}`, parameters),
    };
    return (await send({ method: 'POST', path, headers, body: new URLSearchParams(parameters).toString() })).status;
  };
  const deliver = async (parameters: Readonly<Record<string, string>>, retries: number): Promise<void> => {
    if ((await post('/api/jobs/inbound/messages', parameters)) === 200) return;
    if (retries > 0) return timeline.after(random.between(100, 1000), () => deliver(parameters, retries - 1));
    await post('/api/fallback/jobs/inbound/messages', { ...parameters, ErrorCode: '11200' });
  };
  const report = async (text: AcceptedSms, status: string, retries: number): Promise<void> => {
    const { carrierSid, sms } = text;
    const parameters = { MessageSid: carrierSid, AccountSid: `AC${'0'.repeat(32)}`, MessageStatus: status };
    const answer = await post(`/api/messages/${sms.outboundMessageId}/status`, parameters);
    if (answer !== 204 && retries > 0)
      timeline.after(random.between(500, 5000), () => report(text, status, retries - 1));
  };
  return {
    receive: ({ from, to, body, media }: IncomingText): void => {
      texts += 1;
      network().note(from, body);
      const kind = media.length > 0 ? 'MM' : 'SM';
      const parameters = {
        MessageSid: `${kind}${texts.toString(16).padStart(32, '0')}`,
        AccountSid: `AC${'0'.repeat(32)}`,
        From: from,
        To: to,
        Body: body,
        NumMedia: String(media.length),
        ...Object.fromEntries(
          media.flatMap((url, i) => [
            [`MediaUrl${i}`, url],
            [`MediaContentType${i}`, 'image/jpeg'],
          ]),
        ),
      };
      timeline.after(random.between(200, 900), () => deliver(parameters, WEBHOOK_RETRIES));
    },
    sendReceipts: (text: AcceptedSms): void => {
      const sentMs = random.between(300, 1500);
      timeline.after(sentMs, () => report(text, 'sent', WEBHOOK_RETRIES));
      timeline.after(sentMs + random.between(500, 4000), () => report(text, 'delivered', WEBHOOK_RETRIES));
    },
  };
};

const createTokens = (keyring: Keyring, { jobs }: Pick<Stores, 'jobs'>, now: () => number) => {
  const accountOf = async (jobId: JobId): Promise<AccountId> => {
    const job = await jobs.find(jobId);
    if (!job) throw new Error(`There is no job ${jobId}`);
    return job.accountId;
  };
  return async (subject: TokenSubject): Promise<string> => {
    const expiresAt = now() + TOKEN_LIFE_MS;
    if (subject.audience === 'operator') return signToken({ kind: 'operator', label: 'office' }, keyring, expiresAt);
    if (subject.audience === 'device')
      return signToken({ kind: 'device', trailerId: subject.trailerId as TrailerId }, keyring, expiresAt);
    const jobId = subject.jobId as JobId;
    const accountId = await accountOf(jobId);
    const { linkId } = shortLink({ jobId, accountId }, keyring, expiresAt);
    return signToken({ kind: 'track', jobId, accountId, linkId }, keyring, expiresAt);
  };
};

const counted = (stores: Stores, usage: UsageCount): Stores => ({
  jobs: usage.store('jobs', stores.jobs),
  locations: usage.store('locations', stores.locations),
  relay: usage.store('relay', stores.relay),
  samples: usage.store('samples', stores.samples),
});

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

/** Returns an opener of the system in virtual time. @param mutant the broken version to open; the product's own without one */
export const virtualSystem =
  (mutant?: SystemMutant): OpenSystem =>
  async ({ company: worldCompany, startAt, seed }) => {
    const random = randomFrom(seed);
    const timeline = timelineFrom(startAt);
    const nemesis = createNemesis(random, timeline, NO_HISTORY, 'none');
    const company = packagedCompany(worldCompany);
    const keyring = seededKeyring(seed);
    const usage = newUsageCount();
    const logCounts = new Map<string, number>();
    const log = countingLogger(logCounts);
    const { now } = timeline;

    const wakes: { relay?: () => void; admission?: () => void } = {};
    const aQueue = (name: 'relay' | 'admission') =>
      createQueue(random, timeline, NO_HISTORY, nemesis, () => wakes[name]?.(), mutant?.neverDeletes);
    const [queue, unverified] = [aQueue('relay'), aQueue('admission')];
    const counting =
      (to: typeof queue) =>
      async (record: unknown, delayS?: number): Promise<void> => {
        usage.add('sqs.send');
        await to.send(record, delayS);
      };
    const send = counting(queue);

    const network = createPhoneNetwork(company.textNumber, { random, timeline }, (text) => {
      usage.add('carrier.text');
      twilio.sendReceipts(text);
    });
    const backing: Backing = {
      ...createStores(),
      complianceLog: { append: async () => usage.add('s3.put') },
      carriers: [network.carrier],
    };
    const { complianceLog, carriers, ...ownStores } =
      mutant?.back?.(backing, { random: randomFrom(seed + 1), timeline }) ?? backing;
    const stores = counted(ownStores, usage);

    const makers = functionMakers({
      stores,
      queue: { send },
      unverifiedQueue: { send: counting(unverified) },
      company,
      keyring,
      now,
      log,
    });
    const running = new Map<string, ApiFunction>();
    const functionOf = (name: string): ApiFunction => {
      const own = running.get(name) ?? makers[name]?.();
      if (!own) throw new Error(`There is no function ${name}`);
      running.set(name, own);
      usage.add(`lambda.${name}`);
      return mutant?.api?.(name, own) ?? own;
    };
    const http = throughRoutes(functionOf);
    const twilio = createTwilio(http, { random, timeline, network: () => network });

    const relay = { stores, carriers, complianceLog, queue, send, company, keyring, log, timeline, random, nemesis };
    const shared = { random, timeline, history: NO_HISTORY, strikes: nemesis.strikes };
    const deletesFirst = mutant?.deletesFirst ?? false;
    wakes.relay = startWorkers({ ...shared, queue, worker: relayWorkers(relay), deletesFirst }).wake;
    wakes.admission = startWorkers({
      ...shared,
      queue: unverified,
      worker: admissionWorkers(relay, unverified),
      deletesFirst: false,
    }).wake;
    const watch = watchTrailers({ jobs: stores.jobs, locations: stores.locations, now, log });
    startSchedules(timeline, send, () => watch({}));

    const system: System = {
      request: (request) => timeline.until(http(request)),
      deliverText: async (text) => twilio.receive(text),
      tokenFor: createTokens(keyring, ownStores, now),
      now,
      advanceTo: timeline.advanceTo,
      sentTexts: network.sentTexts,
      logCounts: () => Object.fromEntries([...logCounts].sort(([a], [b]) => (a < b ? -1 : 1))),
      usage: usage.read,
      close: async () => {},
    };
    return system;
  };

/** Opens the product's own system in virtual time. */
export const openVirtualSystem: OpenSystem = virtualSystem();

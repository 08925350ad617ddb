import { createFollowUps, createNoticeQueue } from '@qdn/aws/inbound-queue';
import { MESSAGE_CONTEXT } from '@qdn/carrier-aws-sms/context';
import {
  type CarrierList,
  type ComplianceLog,
  type Job,
  type MessageSid,
  type OutboundMessage,
  type OutboundMessageKey,
  outboundMessageId,
  type RelayCompany,
  type RelayPlan,
  type RelayStore,
  UNMATCHED,
} from '@qdn/domain';
import { memoryJobs, memoryLocations, memoryRelay, typicalTravel } from '@qdn/domain/testing';
import { signatureOf } from '@qdn/emulator-carriers/twilio/signature';
import { apiEvent, lambdaContext } from '@qdn/lambda/testing';
import { receiveMessage } from '@qdn/sms-relay/functions/receive-message';
import { recordDelivery } from '@qdn/sms-relay/functions/record-delivery';
import { relayMessage } from '@qdn/sms-relay/functions/relay-message';
import { createCarrier } from './carrier.ts';
import type { AcceptedText, History, MessageOnTimeline } from './history.ts';
import { INDEX_LAG_MS, type Nemesis, type Process } from './nemesis.ts';
import type { Queue } from './queue.ts';
import type { Random } from './random.ts';
import type { Timeline } from './timeline.ts';

/*
 * Builds the system under test, and is the only file that knows it: the real handlers of services/sms-relay over the domain's
 * memory stores, with the nemesis in front of each port.
 */

export const PUBLIC_URL = 'https://qdn.example';
const AUTH_TOKEN = 'the token that Twilio signs with';

/** The implementations of the ports. A mutant replaces them with broken ones. */
export type Backing = {
  relay: RelayStore;
  complianceLog: ComplianceLog;
  carriers: CarrierList;
};

export type World = {
  jobs: ReturnType<typeof memoryJobs>;
  /** A worker in one container: takes a batch, and returns the messages to retry. */
  worker(process: Process, clock: () => number): Worker;
  /** Twilio's webhook for a text. @returns the status */
  deliver(process: Process, parameters: Readonly<Record<string, string>>): Promise<number>;
  /** Sends a carrier's report about an accepted text. @returns whether the carrier got a success */
  report(process: Process, text: AcceptedText, status: string): Promise<boolean>;
  /** The stored state of a message. */
  planOf(sid: string): Promise<RelayPlan | null>;
  outboundMessagesOf(sid: string, timelineIds: ReadonlySet<string>): Promise<OutboundMessage[]>;
  /** The messages on all timelines. */
  onTimelines(): Promise<Array<MessageOnTimeline & { messageSid: string }>>;
};
type Worker = ReturnType<typeof relayMessage>;

type WorldOptions = {
  jobs: readonly Job[];
  company: RelayCompany;
  /** Names of the carriers, in order. */
  carriers: readonly [string, ...string[]];
  random: Random;
  timeline: Timeline;
  history: History;
  nemesis: Nemesis;
  queue: Queue;
  onAccepted: (text: AcceptedText) => void;
  mutate: (backing: Backing) => Backing;
};

/** The stores behind the ports: in memory, and with the mutant in front of them. */
type Stores = {
  jobs: ReturnType<typeof memoryJobs>;
  locations: ReturnType<typeof memoryLocations>;
  relay: ReturnType<typeof memoryRelay>;
  backing: Backing;
};

const isOutboundMessageKey = (value: unknown): value is OutboundMessageKey =>
  typeof value === 'object' && value !== null && 'timelineId' in value && 'messageSid' in value && 'recipient' in value;

const quiet = { info: () => {}, warn: () => {}, error: () => {}, measure: () => {} };

const openStores = ({ onAccepted, carriers, ...options }: WorldOptions): Stores => {
  const { timeline, history } = options;
  const [firstName, ...otherNames] = carriers;
  // AWS End User Messaging and Telnyx keep no list. The last carrier has no outages, since no other could replace it.
  const aCarrier = (name: string) =>
    createCarrier(
      { name, hasList: name === 'twilio', hasOutages: name === firstName || name !== carriers.at(-1) },
      options,
      onAccepted,
    );
  const lagMs = options.nemesis.strikes('stale-index') ? options.random.between(1, INDEX_LAG_MS) : 0;
  const indexLag = lagMs > 0 ? { ms: lagMs, now: timeline.now } : null;
  const relay = memoryRelay({ indexLag });
  const backing = options.mutate({
    relay,
    complianceLog: {
      append: async (entries) => {
        for (const { id, sid } of entries) history.add(timeline.now(), sid, { kind: 'logged', id });
      },
    },
    carriers: [aCarrier(firstName), ...otherNames.map(aCarrier)],
  });
  return { jobs: memoryJobs(options.jobs, { indexLag }), locations: memoryLocations(), relay, backing };
};

/** Returns a function that records the state of an outbound message if a call has changed it. */
const createObserver = ({ history, timeline }: WorldOptions, { backing }: Stores) => {
  const seen = new Map<string, string>();
  return async (args: readonly unknown[]): Promise<void> => {
    const key = args.find(isOutboundMessageKey);
    const outbound = key ? await backing.relay.findOutboundMessage(key) : null;
    if (!outbound) return;
    const [name, state] = [outboundMessageId(outbound), JSON.stringify(outbound)];
    if (seen.get(name) === state) return;
    seen.set(name, state);
    history.add(timeline.now(), outbound.messageSid, { kind: 'outbound-message', outbound });
  };
};

/** Records the plans that workers read, and the consent of numbers. */
const watched = ({ history, timeline }: WorldOptions, { relay: store, backing: { relay } }: Stores): RelayStore => {
  const noted = (sid: MessageSid, plan: RelayPlan | null): RelayPlan | null => {
    if (plan) history.add(timeline.now(), sid, { kind: 'planned', plan });
    return plan;
  };
  return {
    ...relay,
    plan: async (sid) => noted(sid, await relay.plan(sid)),
    pin: async (sid, plan) => {
      const pinned = await relay.pin(sid, plan);
      noted(sid, pinned);
      return pinned;
    },
    setConsent: async (consent) => {
      await relay.setConsent(consent);
      const isStopped = (await store.stopped([consent.phone])).size > 0;
      history.add(timeline.now(), null, { kind: 'consent', phone: consent.phone, isStopped });
    },
  };
};

/** Returns a factory of workers, each of which is one container. */
const createWorkers = (options: WorldOptions, stores: Stores): World['worker'] => {
  const { random, timeline, nemesis, queue } = options;
  const { jobs, locations, backing } = stores;
  const observe = createObserver(options, stores);
  const relay = watched(options, stores);
  let owners = 0;
  return (process, clock) =>
    relayMessage({
      jobs: nemesis.between(process, 'jobs', jobs),
      locations: nemesis.between(process, 'locations', locations),
      travel: typicalTravel,
      relay: nemesis.between(process, 'relay', relay, { observe }),
      complianceLog: nemesis.between(process, 'log', backing.complianceLog),
      followUps: createFollowUps(nemesis.between(process, 'queue', { send: queue.send }), clock),
      notices: createNoticeQueue(nemesis.between(process, 'queue', { send: queue.send })),
      carriers: [
        nemesis.between(process, 'carrier', backing.carriers[0], { isSpoilt: false }),
        ...backing.carriers
          .slice(1)
          .map((carrier, i) => nemesis.between(process, `carrier ${i + 2}`, carrier, { isSpoilt: false })),
      ],
      company: options.company,
      segmentUsd: 0.01,
      trackingLink: nemesis.around(
        process,
        'link',
        async (job, { messageSid }) => `https://qdn.example/t/${job.id}.${messageSid.slice(-6)}`,
      ),
      mediaLink: nemesis.around(
        process,
        'link',
        async ({ messageSid }, index) => `https://qdn.example/m/${messageSid.slice(-6)}.${index}`,
      ),
      postpone: nemesis.around(process, 'queue.postpone', queue.postpone),
      now: clock,
      random: random.fraction,
      pause: (ms) => new Promise((resolve) => timeline.after(ms, () => process.isAlive && resolve())),
      newOwner: () => `run-${++owners}`,
      log: quiet,
    });
};

/** Returns the webhooks: Twilio's for texts and for receipts, and the queue as the target of SNS. */
const createWebhookCalls = ({ nemesis, queue, timeline }: WorldOptions): Pick<World, 'deliver' | 'report'> => {
  const webhook = (process: Process) => ({
    queue: nemesis.between(process, 'queue', { send: queue.send }),
    authTokens: async () => [AUTH_TOKEN],
    publicUrl: PUBLIC_URL,
    now: timeline.now,
    log: quiet,
  });
  const signed = (path: string, pathParameters: Record<string, string>, parameters: Readonly<Record<string, string>>) =>
    apiEvent({
      method: 'POST',
      path,
      pathParameters,
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        'x-twilio-signature': signatureOf(AUTH_TOKEN, `${PUBLIC_URL}${path}`, parameters),
      },
      body: new URLSearchParams(parameters).toString(),
    });
  const tellTwilio = async (process: Process, { outboundMessageId: id, carrierSid }: AcceptedText, status: string) => {
    const hasFailed = status === 'undelivered' || status === 'failed';
    const event = signed(
      `/api/messages/${id}/status`,
      { message_id: id },
      {
        MessageSid: carrierSid,
        AccountSid: `AC${'0'.repeat(32)}`,
        MessageStatus: status,
        ...(hasFailed ? { ErrorCode: '30003' } : {}),
      },
    );
    return (await recordDelivery(webhook(process))(event, lambdaContext)).statusCode === 204;
  };
  /** SNS sends the event to the queue itself, and retries until it succeeds. */
  const tellAws = async ({ outboundMessageId: id, carrierSid }: AcceptedText, status: string) => {
    const types: Record<string, string> = {
      sent: 'TEXT_SENT',
      delivered: 'TEXT_DELIVERED',
      undelivered: 'TEXT_UNREACHABLE',
      failed: 'TEXT_INVALID',
    };
    await queue.send({
      eventType: types[status] ?? 'TEXT_QUEUED',
      messageId: carrierSid,
      isFinal: status !== 'queued' && status !== 'sent',
      context: { [MESSAGE_CONTEXT]: id },
    });
    return true;
  };
  return {
    deliver: async (process, parameters) => {
      const event = signed('/api/jobs/inbound/messages', { job_id: 'inbound' }, parameters);
      return (await receiveMessage(webhook(process))(event, lambdaContext)).statusCode ?? 0;
    },
    report: (process, text, status) =>
      text.carrier === 'twilio' ? tellTwilio(process, text, status) : tellAws(text, status),
  };
};

export const createWorld = (options: WorldOptions): World => {
  const stores = openStores(options);
  const { jobs, relay, backing } = stores;
  return {
    jobs,
    worker: createWorkers(options, stores),
    ...createWebhookCalls(options),
    planOf: (sid) => relay.plan(sid as MessageSid),
    outboundMessagesOf: async (sid, timelineIds) => {
      const outboundMessages = await Promise.all(
        [...timelineIds].map((timelineId) => backing.relay.outboundMessagesOf(timelineId, sid as MessageSid)),
      );
      return outboundMessages.flat();
    },
    onTimelines: async () => {
      const timelineIds = [...options.jobs.map(({ id }) => id), UNMATCHED];
      const timelines = await Promise.all(
        timelineIds.map(async (timelineId) =>
          (await relay.recent(timelineId, 0, options.timeline.now())).map(({ messageSid, from, body }) => ({
            timelineId,
            messageSid,
            from,
            body,
          })),
        ),
      );
      return timelines.flat();
    },
  };
};

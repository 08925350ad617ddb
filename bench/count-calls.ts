import { createComplianceLog } from '@qdn/aws/compliance-log';
import { createFollowUps, createInboundQueue, createNoticeQueue } from '@qdn/aws/inbound-queue';
import { createJobStore } from '@qdn/aws/jobs-table';
import { createLocationStore } from '@qdn/aws/locations-table';
import { createRelayStore } from '@qdn/aws/relay';
import { startDynamo, startStorage } from '@qdn/aws/testing';
import { createTravelStore } from '@qdn/aws/travel';
import type { InboundMessage, Job, LogEntry, MessageSid, RelayDependencies, TrailerId } from '@qdn/domain';
import {
  createHeardFrom,
  createJobCache,
  createQuarantine,
  ingestFixes,
  learnedTravel,
  relayMessage,
} from '@qdn/domain';
import { aCompany, aJob, memoryRegister } from '@qdn/domain/testing';

/** An AWS client of any service; its middleware stack lets us count the calls. */
type Countable = {
  middlewareStack: {
    add(
      middleware: (
        next: (args: { input: object }) => Promise<never>,
        context: { commandName?: string },
      ) => (args: { input: object }) => Promise<never>,
      options: { step: 'initialize'; name: string },
    ): void;
  };
};

const textAt = (value: unknown, name: string): string =>
  typeof value === 'object' && value !== null ? String(Reflect.get(value, name) ?? '') : '';

/** Returns the purpose of a write by its key; null for a read. */
const writeOf = (command: string, input: object): string | null => {
  const isPut = command.startsWith('Put');
  if (!isPut && !command.startsWith('Update')) return null;
  const key: unknown = Reflect.get(input, isPut ? 'Item' : 'Key');
  const sk = textAt(key, 'sk');
  const contact = sk.slice(sk.lastIndexOf('#') + 1);
  if (sk === 'CLAIM') return 'the pinned plan: a retry uses the same plan';
  if (sk.startsWith('MSG#')) return 'the timeline';
  if (sk.startsWith('OUT#'))
    return isPut
      ? `the claim of ${contact}’s message: no other worker sends it`
      : `the outcome of ${contact}’s message`;
  if (sk.startsWith('TEXT#')) return 'the text in its conversation';
  if (sk === 'CONVERSATION') return 'the conversation: what waits for an answer';
  if (sk === 'DESK') return 'the desk of a dispatcher: whose text came last';
  return sk || 'another item';
};

/** Counts the calls of several clients, by operation. */
const createCounter = () => {
  let calls: Record<string, number> = {};
  let writes: string[] = [];
  return {
    watch: (service: string, client: object): void => {
      (client as Countable).middlewareStack.add(
        (next, context) => (args) => {
          const operation = `${service}:${(context.commandName ?? '?').replace(/Command$/, '')}`;
          calls[operation] = (calls[operation] ?? 0) + 1;
          const write = service === 'dynamodb' ? writeOf(context.commandName ?? '', args.input) : null;
          if (write !== null) writes.push(write);
          return next(args);
        },
        { step: 'initialize', name: 'benchCount' },
      );
    },
    /** @returns the calls by operation, and what each write of DynamoDB was for */
    take: (): [calls: string, writes: string] => {
      const text = Object.entries(calls)
        .map(([name, count]) => `${count} ${name}`)
        .join(', ');
      const named = writes.join(', ');
      calls = {};
      writes = [];
      return [text || 'none', named];
    },
  };
};

const NOW = Date.UTC(2026, 10, 23, 15);
const sid = (n: number) => `SM${String(n).padStart(32, '0')}` as MessageSid;

/** Returns a job with two contacts and one trailer. */
const sampleJob = (): Job => {
  const [contact] = aJob().contacts;
  if (!contact) throw new Error('The sample job has no contact');
  const second = { ...contact, id: 'luis' as typeof contact.id, phone: '+15125550172' as typeof contact.phone };
  return aJob({ contacts: [contact, second] });
};

/** Returns the nth fix of a drive to the south, 10 s after the one before. */
const sampleFix = ({ trailers: [trailer] }: Job, n: number) => {
  if (!trailer) throw new Error('The sample job has no trailer');
  const place = { lat: 30.3 - n * 1e-4, lon: -97.7, accuracyM: 5, speedMps: 10, headingDeg: 180 };
  return { trailerId: trailer, at: NOW + n * 10_000, ...place };
};

const sampleMessage = (job: Job, n: number, body: string): InboundMessage => ({
  messageSid: sid(n),
  pathJob: null,
  receivedAt: NOW,
  from: job.customer.phone,
  to: '+15125550142',
  body,
  optOutType: null,
  media: [],
});

/** The message as the webhook puts it into the queue. */
const sampleRecord = (job: Job) => ({
  schema: 1 as const,
  kind: 'message' as const,
  via: 'twilio' as const,
  messageSid: sid(1),
  pathJob: null,
  receivedAt: new Date(NOW).toISOString(),
  from: job.customer.phone,
  to: '+15125550142',
  body: 'x',
  optOutType: null,
  media: [],
  parameters: {},
});

type Engines = { dynamo: Awaited<ReturnType<typeof startDynamo>>; storage: Awaited<ReturnType<typeof startStorage>> };

/** Builds the stores and use cases over the embedded engines. */
const createActions = async ({ dynamo, storage }: Engines, job: Job) => {
  const jobsTable = await dynamo.createTable('JobsTable');
  const locationsTable = await dynamo.createTable('LocationsTable');
  const { queueUrl } = await storage.createQueues(5);
  const jobs = createJobStore(dynamo.client, jobsTable);
  const locations = createLocationStore(dynamo.client, locationsTable);
  const relay = createRelayStore(dynamo.client, jobsTable);
  const drives = createTravelStore(dynamo.client, jobsTable);
  const clock = () => NOW;
  const travel = { model: learnedTravel(drives, 'America/Chicago', clock, () => {}), router: null };
  const telemetry = {
    jobs: createJobCache(jobs, clock),
    locations,
    quarantine: createQuarantine(clock),
    heardFrom: createHeardFrom(memoryRegister(), clock),
    follow: { ownPlaces: [], completes: true },
    travel,
    samples: { store: drives, timeZone: 'America/Chicago' },
    notices: { queue: { send: async () => {} }, policy: aCompany().policy.notices },
    now: () => NOW + 60_000,
    emit: () => {},
  };
  const entries: LogEntry[] = [];
  const complianceLog = createComplianceLog(storage.s3, await storage.createBucket(), clock);
  const inbound = createInboundQueue(storage.sqs, queueUrl);
  const deps: RelayDependencies = {
    jobs,
    locations,
    travel,
    relay,
    log: (entry) => entries.push(entry),
    carriers: [{ name: 'none', send: async () => ({ kind: 'accepted', carrierSid: 'SM' }), find: async () => [] }],
    company: aCompany(job.contacts),
    mediaLink: async () => '',
    followUps: createFollowUps(inbound, clock),
    notices: createNoticeQueue(inbound),
    random: () => 0,
    trackingLink: async () => 'https://x.example/track?job_id=a.b.c',
    now: clock,
    pause: async () => {},
    owner: 'bench',
    report: () => {},
  };
  const relayAndLog = async (message: InboundMessage) => {
    await relayMessage(deps, message, {});
    await complianceLog.append(entries.splice(0));
  };
  return { jobs, locations, relay, telemetry, inbound, relayAndLog };
};

/** Returns rows of an action and its AWS calls, counted on the embedded engines. */
export const countCalls = async (): Promise<string[][]> => {
  const dynamo = await startDynamo();
  const storage = await startStorage();
  try {
    const job = sampleJob();
    const { jobs, locations, relay, telemetry, inbound, relayAndLog } = await createActions({ dynamo, storage }, job);
    const counter = createCounter();
    counter.watch('dynamodb', dynamo.client);
    counter.watch('sqs', storage.sqs);
    counter.watch('s3', storage.s3);

    const rows: string[][] = [['what', 'AWS calls', 'writes']];
    const measure = async (what: string, run: () => Promise<unknown>): Promise<void> => {
      counter.take();
      await run();
      rows.push([what, ...counter.take()]);
    };
    const named = sampleMessage(job, 1, 'late, QDN-1042');
    const byPhone = sampleMessage(job, 2, 'late');
    const twenty = Array.from({ length: 20 }, (_, i) => sampleFix(job, i - 30));
    await measure('create a job with one trailer', () => jobs.create(job));
    await measure('receive a text (webhook)', () => inbound.send(sampleRecord(job)));
    await measure('relay it to two contacts, job named', () => relayAndLog(named));
    await measure('relay it to two contacts, by phone number', () => relayAndLog(byPhone));
    await measure('a duplicate webhook', () => relayAndLog(byPhone));
    await measure('store one fix', () => ingestFixes(telemetry, 'T1' as TrailerId, [sampleFix(job, 0)]));
    await measure('store 20 fixes of one post', () => ingestFixes(telemetry, 'T1' as TrailerId, twenty));
    await measure('read a position (page, on a cache miss)', () =>
      Promise.all([jobs.find(job.id), locations.recent('T1' as TrailerId, NOW, 30)]),
    );
    await measure('read a job’s timeline', () => relay.timeline(job.id));
    return rows;
  } finally {
    await dynamo.stop();
    await storage.stop();
  }
};

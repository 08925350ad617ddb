import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { DeleteMessageCommand, ReceiveMessageCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { bucketsOf } from '@qdn/cloudformation/resources';
import type { Template } from '@qdn/cloudformation/template';
import { ASSUMED, type Count } from '@qdn/cost';
import { parseTrailerId } from '@qdn/domain';
import { segments } from '@qdn/domain/relay/segments';
import { clientSettings } from '@qdn/emulator-aws/client-settings';
import { startCloud } from '@qdn/emulator-aws/cloud';
import { KVS_ARN } from '@qdn/emulator-aws/key-value-store';
import { startCarrierEmulator } from '@qdn/emulator-carriers/emulator';
import { readDistribution, readRoutes, startEdge } from '@qdn/emulator-cloudfront';
import { signToken } from '@qdn/lambda/sign-token';
import { createKeyring } from '@qdn/lambda/tokens';
import { ensureSecrets } from '@qdn/local/local-secrets';
import { buildSite } from '@qdn/site-publishing/build';
import { connectLocal, publishSite } from '@qdn/site-publishing/deploy';
import { type Clock, createClock, installClock } from '../drill/clock.ts';
import { environmentOf } from '../privileges/environment.ts';
import { bundledFunctions, createFunctions, type Functions, type FunctionsOptions } from '../privileges/functions.ts';
import { routesOf, startGateway } from '../privileges/gateway.ts';
import { functionsOf } from '../privileges/policies.ts';
import { startRecorder } from '../privileges/recorder.ts';
import { SERVICES } from '../templates.ts';
import { createMeter, GB } from './meter.ts';
import { startTableUnits } from './table-units.ts';
import { memoriesOf, schedulesOf } from './templates.ts';
import { receive } from './wire.ts';

/*
 * The whole system, built from its packaged templates, which counts everything that AWS and Twilio would bill. Viewers and
 * trackers call the edge, functions run in separate containers that become cold, and the scenario moves the clock.
 */

const repository = fileURLToPath(new URL('../..', import.meta.url));
const TEXT_NUMBER = '+15125550142';
const QUEUE = 'qdn-inbound-messages';
const DAY_MS = 86_400_000;
/** A Monday at nine in the morning in Texas. */
const START = Date.UTC(2026, 10, 23, 15);

const COMPANY_NAME = 'QuickDumpNow';

const companyWith = (notices: readonly string[]) => ({
  name: COMPANY_NAME,
  phone: '+15125550100',
  textNumber: TEXT_NUMBER,
  timeZone: 'America/Chicago',
  contacts: [
    { id: 'dana', name: 'Dana', phone: '+15125550171' },
    { id: 'luis', name: 'Luis', phone: '+15125550172' },
  ],
  operator: '+15125550180',
  relay: { cascade: { order: 'all', minutes: 15 }, notices: { kinds: notices } },
});

type Keep = <T extends { close(): Promise<void> | void }>(one: T) => T;
type Cloud = Awaited<ReturnType<typeof startCloud>>;
type Secrets = ReturnType<typeof ensureSecrets>;
type Meter = ReturnType<typeof createMeter>;
type Edge = Awaited<ReturnType<typeof startEdge>>;
type Twilio = Awaited<ReturnType<typeof startCarrierEmulator>>;
type Templates = Readonly<Record<string, Template>>;

const withoutSite = SERVICES.filter((name) => name !== 'tracking-site');

const templateOf = (templates: Templates, name: string): Template => {
  const found = templates[name];
  if (!found) throw new Error(`${name} was not packaged`);
  return found;
};

const bucketOf = (templates: Templates, service: string, logicalId: string): string => {
  const bucket = bucketsOf(templateOf(templates, service)).find((one) => one.logicalId === logicalId);
  if (!bucket) throw new Error(`${service} has no bucket ${logicalId}`);
  return bucket.name;
};

/** Starts the emulated AWS, behind proxies that count the calls of the functions. */
const startCountedCloud = async (templates: Templates, folder: string, meter: Meter, keep: Keep) => {
  const cloud = keep(
    await startCloud({
      folder: join(folder, 'cloud'),
      ports: { dynamodb: 0, storage: 0, secrets: 0, keyValues: 0 },
      templates: Object.values(templates),
      inMemory: true,
    }),
  );
  const owned = withoutSite.map((name) => templateOf(templates, name));
  const tables = keep(await startTableUnits(cloud.endpoints.dynamodb, owned, meter.tables));
  const recorder = keep(
    await startRecorder(
      {
        dynamodb: tables.url,
        sqs: cloud.endpoints.sqs,
        s3: cloud.endpoints.s3,
        secretsmanager: cloud.endpoints.secretsManager,
        'cloudfront-keyvaluestore': cloud.endpoints.keyValueStore,
      },
      async (call) => {
        meter.awsCall(call);
        return undefined;
      },
    ),
  );
  return { cloud, recorder };
};

/** Returns functions that become cold after a while, and whose invocations are counted. `containers` may start later. */
const createCountedFunctions = (clock: Clock, meter: Meter, containers: () => Functions | null) => {
  const lastCalled = new Map<string, number>();
  const functions: Functions = {
    invoke: async (name, event) => {
      const started = containers();
      if (!started) throw new Error('Not started yet');
      const isCold = clock.now() - (lastCalled.get(name) ?? Number.NEGATIVE_INFINITY) > ASSUMED.warmForMs;
      if (isCold) await started.freeze(name);
      lastCalled.set(name, clock.now());
      meter.invoked(name, isCold);
      if (name === 'check-account') meter.askedCarrier(name, 1);
      return started.invoke(name, event);
    },
    endTimeouts: (name) => containers()?.endTimeouts(name),
    freeze: async (name) => void lastCalled.delete(name),
    close: async () => {
      await containers()?.close();
    },
  };
  return { functions, freezeAll: () => lastCalled.clear() };
};

/** Builds and publishes the site, and starts the edge in front of it and of the API. */
const startPublishedSite = async (
  templates: Templates,
  folder: string,
  {
    cloud,
    secrets,
    clock,
    meter,
    keep,
    gatewayUrl,
  }: { cloud: Cloud; secrets: Secrets; clock: Clock; meter: Meter; keep: Keep; gatewayUrl: string },
) => {
  const siteBucket = bucketOf(templates, 'tracking-site', 'SiteBucket');
  const site = await buildSite(join(folder, 'site'), {
    streets: null,
    companyFile: join(repository, 'config', 'company.example.json'),
  });
  cloud.keyValues.put('track-keys', JSON.stringify(secrets.tokens.track));
  const edge = keep(
    await startEdge({
      port: 0,
      distribution: readDistribution(templateOf(templates, 'tracking-site')),
      kvs: {
        get: (key) => {
          meter.add({ keyValueRead: 1 });
          return cloud.keyValues.get(key);
        },
      },
      apiOrigins: withoutSite.map((service) => ({
        service,
        url: gatewayUrl,
        routes: readRoutes(templateOf(templates, service)),
      })),
      siteOrigin: `${cloud.endpoints.s3}/${siteBucket}`,
      log: (line) => meter.add({ logGb: (line.length + 1) / GB }),
    }),
  );
  const local = {
    SiteBucketName: siteBucket,
    DistributionId: 'LOCAL',
    EdgeKvsArn: KVS_ARN,
    PublicUrl: edge.url,
    s3: cloud.endpoints.s3,
    keyValues: cloud.endpoints.keyValueStore,
    cloudFront: cloud.endpoints.keyValueStore,
    secretsManager: cloud.endpoints.secretsManager,
  };
  await publishSite(site, connectLocal(local).to, 100, clock.now());
  return { edge, files: site.files.map(({ key }) => key) };
};

/** Starts the Twilio emulator with the company's number, whose webhooks call the API at `publicUrl`. */
const startTwilio = (secrets: Secrets, clock: Clock, publicUrl: string): Promise<Twilio> =>
  startCarrierEmulator({
    port: 0,
    statePath: null,
    accountSid: secrets.admin.accountSid,
    authTokens: [secrets.admin.authToken],
    apiKeys: [{ sid: secrets.sender.apiKeySid, secret: secrets.sender.apiKeySecret }],
    numbers: [
      {
        number: TEXT_NUMBER,
        name: COMPANY_NAME,
        smsUrl: `${publicUrl}/api/jobs/inbound/messages`,
        smsFallbackUrl: `${publicUrl}/api/fallback/jobs/inbound/messages`,
      },
    ],
    phones: [],
    pace: { queueMs: 1, deliveryMs: 1 },
    clock: { now: clock.now, sleep: (ms) => new Promise((done) => setTimeout(done, Math.min(ms, 5))) },
  });

/** Returns the containers of all functions, with the environment of their templates and everything local behind it. */
const createContainers = (
  templates: Templates,
  urlOf: (service: string, name: string) => string,
  addresses: { edgeUrl: string; twilioUrl: string; recorderPort: number },
  companyNow: () => object,
  options: FunctionsOptions,
): Functions => {
  const everything = withoutSite.flatMap((service) =>
    functionsOf(templateOf(templates, service)).map((one) => ({ ...one, service })),
  );
  const named = (name: string) => everything.find((one) => one.name === name);
  const aws = `http://127.0.0.1:${addresses.recorderPort}`;
  return createFunctions(
    (name) => urlOf(named(name)?.service ?? '', name),
    (name) => {
      const given: Record<string, string> = {
        PUBLIC_URL: addresses.edgeUrl,
        COMPANY: JSON.stringify(companyNow()),
        QUEUE_URL: `${aws}/000000000000/${QUEUE}`,
        UNVERIFIED_QUEUE_URL: `${aws}/000000000000/qdn-unverified-messages`,
      };
      const variables = named(name)?.variables ?? {};
      return {
        ...environmentOf({ name, variables, given, aws, twilioUrl: addresses.twilioUrl }),
        AWS_ENDPOINT_URL_CLOUDFRONT_KEYVALUESTORE: `http://localhost:${addresses.recorderPort}`,
      };
    },
    options,
  );
};

/** Returns a function that plays the event source mapping until the queue is empty: polls, invokes, deletes. */
const createPump =
  (
    sqs: SQSClient,
    QueueUrl: string,
    { twilio, meter, functions }: { twilio: Twilio; meter: Meter; functions: Functions },
  ) =>
  async (): Promise<void> => {
    for (;;) {
      await twilio.settled();
      const { Messages = [] } = await sqs.send(
        new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, MessageSystemAttributeNames: ['All'] }),
      );
      if (Messages.length === 0) return;
      // One request to receive them, and one to delete them.
      meter.add({ queueRequest: 2 });
      const answer = await functions.invoke('relay-message', {
        Records: Messages.map(({ MessageId, ReceiptHandle, Body, Attributes }) => ({
          messageId: MessageId,
          receiptHandle: ReceiptHandle,
          body: Body,
          attributes: Attributes,
        })),
      });
      if (Object(answer).batchItemFailures?.length > 0) throw new Error('The relay returned a record as failed');
      for (const { ReceiptHandle } of Messages) await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
    }
  };

/** Returns the callers of the API: `ask` as the operator or with another token, and the token of trailer T1. */
const createCallers = (tokens: Secrets['tokens'], edgeUrl: string) => {
  const keyring = createKeyring(tokens);
  const operator = signToken({ kind: 'operator', label: 'cost' }, keyring, START + DAY_MS);
  const trailerId = parseTrailerId('T1');
  if (!trailerId) throw new Error('T1 is not a valid trailer ID');
  const device = signToken({ kind: 'device', trailerId }, keyring, START + DAY_MS);
  const ask = async (method: string, path: string, body?: object, token = operator) => {
    const response = await fetch(`${edgeUrl}${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, ...(body ? { 'content-type': 'application/json' } : {}) },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path} was answered ${response.status} ${text}`);
    return text === '' ? null : JSON.parse(text);
  };
  return { ask, device };
};

/** Counts the usage that no call of a function shows: requests and bytes of the edge, segments of texts, stored logs. */
const createUsage = (edge: Edge, twilio: Twilio, meter: Meter, logBytes: () => Promise<number>) => {
  let seen = { edge: edge.stats(), messages: 0, log: 0 };
  let viewed = { bytes: 0, requests: 0 };
  return {
    /** Returns the usage since the last call. */
    take: async (): Promise<Count> => {
      await meter.settled();
      const [stats, messages, log] = [edge.stats(), twilio.messages(), await logBytes()];
      const requests = stats.requests - seen.edge.requests;
      const [ours, theirs] = [true, false].map((isOurs) =>
        messages.slice(seen.messages).filter(({ from }) => (from === TEXT_NUMBER) === isOurs),
      );
      const segmentsOf = (texts: typeof ours = []) => texts.reduce((sum, { body }) => sum + segments(body), 0);
      const sent = ours?.length ?? 0;
      const unread = Math.max(0, requests - viewed.requests);
      meter.askedCarrier('relay-message', sent);
      meter.add({
        edgeRequest: requests,
        edgeGb: (viewed.bytes + viewed.requests * ASSUMED.headerBytes + unread * ASSUMED.answerBytes) / GB,
        edgeFunctionRun: stats.functionCalls - seen.edge.functionCalls,
        objectGet: stats.originRequests.s3 - seen.edge.originRequests.s3,
        objectGbMonth: ((log - seen.log) / GB) * ASSUMED.keptMonths,
        segmentOut: segmentsOf(ours),
        carrierOut: segmentsOf(ours),
        segmentIn: segmentsOf(theirs),
        carrierIn: segmentsOf(theirs),
      });
      meter.called('twilio:send', sent);
      meter.called('cloudfront:request', requests);
      seen = { edge: stats, messages: messages.length, log };
      viewed = { bytes: 0, requests: 0 };
      return meter.take();
    },
    /** Sends a viewer's request. @returns the age of the answer in ms, and its text */
    view: async (path: string): Promise<{ ageMs: number; text: string }> => {
      let url = new URL(path, edge.url);
      for (;;) {
        const { bytes, ageMs, text, location } = await receive(url.href);
        viewed = { bytes: viewed.bytes + bytes, requests: viewed.requests + 1 };
        if (location === null) return { ageMs, text };
        url = new URL(location, url);
      }
    },
    /** Runs `work` without counting. */
    aside: async (work: () => Promise<unknown>): Promise<void> => {
      const before = edge.stats();
      await meter.aside(work);
      const after = edge.stats();
      seen.edge = {
        ...seen.edge,
        requests: seen.edge.requests + after.requests - before.requests,
        functionCalls: seen.edge.functionCalls + after.functionCalls - before.functionCalls,
      };
    },
  };
};

/** Returns the clients of the emulated SQS and S3 that the world itself uses. */
const connect = ({ endpoints }: Cloud, onClose: (close: () => void) => void) => {
  const sqs = new SQSClient({ ...clientSettings(endpoints.sqs), useQueueUrlAsEndpoint: false });
  const s3 = new S3Client({ ...clientSettings(endpoints.s3), forcePathStyle: true });
  onClose(() => {
    sqs.destroy();
    s3.destroy();
  });
  return { sqs, s3 };
};

export type World = Awaited<ReturnType<typeof startWorld>>;

/**
 * Starts the system.
 * @param folder a folder that only this world uses
 * @param onClose called with each closer, also before a failing start; call them in reverse order
 */
export const startWorld = async (
  templates: Templates,
  folder: string,
  onClose: (close: () => Promise<void> | void) => void,
) => {
  const keep: Keep = (one) => {
    onClose(() => one.close());
    return one;
  };
  const clock: Clock = createClock(START);
  onClose(installClock(clock.shared));
  const owned = withoutSite.map((name) => templateOf(templates, name));
  const memories = new Map(owned.flatMap((one) => [...memoriesOf(one)]));
  const meter = createMeter(clock.now, (name) => memories.get(name) ?? Number.NaN);
  const { cloud, recorder } = await startCountedCloud(templates, folder, meter, keep);

  const secrets = ensureSecrets(join(folder, 'cloud', 'secrets.json'));

  let company = companyWith([]);
  let containers: Functions | null = null;
  const { functions, freezeAll } = createCountedFunctions(clock, meter, () => containers);
  onClose(() => functions.close());
  const routes = owned.flatMap(routesOf);
  const gateway = keep(
    await startGateway(
      routes,
      () => functions,
      () => meter.add({ apiRequest: 1 }),
    ),
  );
  const { edge, files } = await startPublishedSite(templates, folder, {
    cloud,
    secrets,
    clock,
    meter,
    keep,
    gatewayUrl: gateway.url,
  });
  const twilio = keep(await startTwilio(secrets, clock, edge.url));
  const addresses = { edgeUrl: edge.url, twilioUrl: twilio.url, recorderPort: recorder.port };
  const urlOf = await bundledFunctions(templates);
  containers = createContainers(templates, urlOf, addresses, () => company, {
    clock: clock.shared,
    onLine: meter.line,
  });

  const { sqs, s3 } = connect(cloud, onClose);
  const QueueUrl = cloud.queueUrl(QUEUE);
  const pump = createPump(sqs, QueueUrl, { twilio, meter, functions });
  const Bucket = bucketOf(templates, 'sms-relay', 'ComplianceLog');
  const usage = createUsage(edge, twilio, meter, async () => {
    const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket }));
    return Contents.reduce((sum, { Size = 0 }) => sum + Size, 0);
  });
  const schedules = owned.flatMap(schedulesOf);

  return {
    clock,
    /** Every emitted metric of ours, with its dimensions. */
    metrics: meter.metrics,
    faults: recorder.faults,
    files,
    pump,
    ...usage,
    ...createCallers(secrets.tokens, edge.url),
    /** Plays an inbound text with its immediate consequences. */
    text: async (from: string, body: string): Promise<void> => {
      twilio.receive(from, TEXT_NUMBER, body);
      await pump();
    },
    /** Runs the schedules of this minute. */
    tick: async (minute: number): Promise<void> => {
      for (const { everyMin, functionName, input } of schedules) {
        if (minute % everyMin !== 0) continue;
        if (functionName) await functions.invoke(functionName, {});
        else {
          meter.add({ queueRequest: 1 });
          await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: input }));
        }
      }
      await pump();
    },
    /** Enables only these automatic updates. */
    setNotices: async (kinds: readonly string[]): Promise<void> => {
      company = companyWith(kinds);
      freezeAll();
    },
  };
};

import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
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
import { createKeyring, signToken } from '@qdn/lambda/tokens';
import { ensureSecrets } from '@qdn/local/local-secrets';
import { buildSite } from '@qdn/site-publishing/build';
import { connectLocal, publishSite } from '@qdn/site-publishing/deploy';
import { type Clock, createClock, installClock } from '../drill/clock.ts';
import { environmentOf } from '../privileges/environment.ts';
import { createFunctions, type Functions } from '../privileges/functions.ts';
import { startGateway } from '../privileges/gateway.ts';
import { functionsOf } from '../privileges/policies.ts';
import { startRecorder } from '../privileges/recorder.ts';
import { SERVICES } from '../templates.ts';
import { createMeter, GB } from './meter.ts';
import { startTableUnits } from './table-units.ts';
import { memoriesOf, routesOf, schedulesOf } from './templates.ts';
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

const companyWith = (notices: readonly string[]) => ({
  name: 'QuickDumpNow',
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

export type World = Awaited<ReturnType<typeof startWorld>>;

/**
 * @param folder a folder that only this world uses
 * @param onClose called with each closer, also before a failing start; call them in reverse order
 */
export const startWorld = async (
  templates: Readonly<Record<string, Template>>,
  folder: string,
  onClose: (close: () => Promise<void> | void) => void,
) => {
  const keep = <T extends { close(): Promise<void> | void }>(one: T): T => {
    onClose(() => one.close());
    return one;
  };
  const clock: Clock = createClock(START);
  onClose(installClock(clock.shared));
  const template = (name: string): Template => {
    const found = templates[name];
    if (!found) throw new Error(`${name} was not packaged`);
    return found;
  };
  const owned = SERVICES.filter((name) => name !== 'tracking-site').map(template);
  const everything = SERVICES.flatMap((service) =>
    service === 'tracking-site' ? [] : functionsOf(template(service)).map((one) => ({ ...one, service })),
  );
  const named = (name: string) => everything.find((one) => one.name === name);
  const memories = new Map(owned.flatMap((one) => [...memoriesOf(one)]));
  const meter = createMeter(clock.now, (name) => memories.get(name) ?? Number.NaN);

  const cloud = keep(
    await startCloud({
      folder: join(folder, 'cloud'),
      ports: { dynamodb: 0, storage: 0, secrets: 0, keyValues: 0 },
      templates: Object.values(templates),
    }),
  );
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

  let company = companyWith([]);
  const lastCalled = new Map<string, number>();
  let plain: Functions | null = null;
  const functions: Functions = {
    invoke: async (name, event) => {
      if (!plain) throw new Error('Not started yet');
      const isCold = clock.now() - (lastCalled.get(name) ?? Number.NEGATIVE_INFINITY) > ASSUMED.warmForMs;
      if (isCold) await plain.freeze(name);
      lastCalled.set(name, clock.now());
      meter.invoked(name, isCold);
      if (name === 'check-account') meter.askedCarrier(name, 1);
      return plain.invoke(name, event);
    },
    freeze: async (name) => void lastCalled.delete(name),
    close: async () => {
      await plain?.close();
    },
  };
  onClose(() => functions.close());
  const gateway = keep(
    await startGateway(
      owned.flatMap(routesOf),
      () => functions,
      () => meter.add({ apiRequest: 1 }),
    ),
  );

  const bucketNamed = (service: string, logicalId: string): string => {
    const bucket = bucketsOf(template(service)).find((one) => one.logicalId === logicalId);
    if (!bucket) throw new Error(`${service} has no bucket ${logicalId}`);
    return bucket.name;
  };
  const siteBucket = bucketNamed('tracking-site', 'SiteBucket');
  const logBucket = bucketNamed('sms-relay', 'MessageLog');
  const site = await buildSite(join(folder, 'site'), {
    streets: null,
    companyFile: join(repository, 'config', 'company.example.json'),
  });
  const { admin, sender, tokens } = ensureSecrets(join(folder, 'cloud', 'secrets.json'));
  cloud.keyValues.put('track-keys', JSON.stringify(tokens.track));
  const edge = keep(
    await startEdge({
      port: 0,
      distribution: readDistribution(template('tracking-site')),
      kvs: {
        get: (key) => {
          meter.add({ keyValueRead: 1 });
          return cloud.keyValues.get(key);
        },
      },
      apiOrigins: SERVICES.filter((name) => name !== 'tracking-site').map((service) => ({
        service,
        url: gateway.url,
        routes: readRoutes(template(service)),
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

  const twilio = keep(
    await startCarrierEmulator({
      port: 0,
      statePath: null,
      accountSid: admin.accountSid,
      authTokens: [admin.authToken],
      apiKeys: [{ sid: sender.apiKeySid, secret: sender.apiKeySecret }],
      numbers: [
        {
          number: TEXT_NUMBER,
          name: company.name,
          smsUrl: `${edge.url}/api/jobs/inbound/messages`,
          smsFallbackUrl: `${edge.url}/api/fallback/jobs/inbound/messages`,
        },
      ],
      phones: [],
      pace: { queueMs: 1, deliveryMs: 1 },
      clock: { now: clock.now, sleep: (ms) => new Promise((done) => setTimeout(done, Math.min(ms, 5))) },
    }),
  );
  const aws = `http://127.0.0.1:${recorder.port}`;
  plain = createFunctions(
    (name) =>
      pathToFileURL(join(repository, 'services', named(name)?.service ?? '', `src/functions/${name}/index.ts`)).href,
    (name) => {
      const given: Record<string, string> = {
        PUBLIC_URL: edge.url,
        COMPANY: JSON.stringify(company),
        QUEUE_URL: `${aws}/000000000000/${QUEUE}`,
        UNVERIFIED_QUEUE_URL: `${aws}/000000000000/qdn-unverified-messages`,
      };
      const variables = named(name)?.variables ?? {};
      return {
        ...environmentOf({ name, variables, given, aws, twilioUrl: twilio.url }),
        AWS_ENDPOINT_URL_CLOUDFRONT_KEYVALUESTORE: `http://localhost:${recorder.port}`,
      };
    },
    {
      clock: clock.shared,
      onLine: meter.line,
    },
  );
  const sqs = new SQSClient({ ...clientSettings(cloud.endpoints.sqs), useQueueUrlAsEndpoint: false });
  const s3 = new S3Client({ ...clientSettings(cloud.endpoints.s3), forcePathStyle: true });
  onClose(() => {
    sqs.destroy();
    s3.destroy();
  });
  const QueueUrl = cloud.queueUrl(QUEUE);

  /** Plays the event source mapping until the queue is empty: polls, invokes, deletes. */
  const pump = async (): Promise<void> => {
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
      if (Object(answer).batchItemFailures?.length > 0) throw new Error('The relay gave a record back');
      for (const { ReceiptHandle } of Messages) await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
    }
  };

  const keyring = createKeyring(tokens);
  const operator = signToken({ kind: 'operator', label: 'cost' }, keyring, START + DAY_MS);
  const trailerId = parseTrailerId('T1');
  if (!trailerId) throw new Error('T1 is a trailer');
  const device = signToken({ kind: 'device', trailerId }, keyring, START + DAY_MS);
  const ask = async (method: string, path: string, body?: object, token = operator) => {
    const response = await fetch(`${edge.url}${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, ...(body ? { 'content-type': 'application/json' } : {}) },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path} was answered ${response.status} ${text}`);
    return text === '' ? null : JSON.parse(text);
  };

  const logBytes = async (): Promise<number> => {
    const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: logBucket }));
    return Contents.reduce((sum, { Size = 0 }) => sum + Size, 0);
  };
  const schedules = owned.flatMap(schedulesOf);
  let seen = { edge: edge.stats(), messages: 0, log: 0 };
  let viewed = { bytes: 0, requests: 0 };

  /** Returns the usage since the last call. */
  const take = async (): Promise<Count> => {
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
  };

  return {
    clock,
    /** Returns every metric of ours that was emitted so far, with its dimension. */
    metrics: meter.metrics,
    faults: recorder.faults,
    take,
    ask,
    device,
    pump,
    files: site.files.map(({ key }) => key),
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
    /** Plays an inbound text with its immediate consequences. */
    text: async (from: string, body: string): Promise<void> => {
      twilio.receive(from, TEXT_NUMBER, body);
      await pump();
    },
    /** Runs `work` without counting. */
    aside: async (run: () => Promise<unknown>): Promise<void> => {
      const before = edge.stats();
      await meter.aside(run);
      const after = edge.stats();
      seen.edge = {
        ...seen.edge,
        requests: seen.edge.requests + after.requests - before.requests,
        functionCalls: seen.edge.functionCalls + after.functionCalls - before.functionCalls,
      };
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
      lastCalled.clear();
    },
  };
};

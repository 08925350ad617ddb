import { request } from 'node:http';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { DeleteMessageCommand, ReceiveMessageCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { ASSUMED, addUsage, type Count, gbSeconds, type Usage } from '../../packages/cost/src/index.ts';
import { parseTrailerId } from '../../packages/domain/src/index.ts';
import { segments } from '../../packages/domain/src/relay/text.ts';
import { createKeyring, signToken } from '../../packages/lambda/src/tokens.ts';
import { clientSettings } from '../../packages/local/src/cloud/client-settings.ts';
import { startCloud } from '../../packages/local/src/cloud/cloud.ts';
import { KVS_ARN } from '../../packages/local/src/cloud/key-value-store.ts';
import { readDistribution, readRoutes, startEdge } from '../../packages/local/src/edge/index.ts';
import { bucketsOf, eventSourceMappingsOf } from '../../packages/local/src/templates/resources.ts';
import { resourcesOf, type Template } from '../../packages/local/src/templates/template.ts';
import { startTwilioStandIn } from '../../packages/local/src/twilio/stand-in.ts';
import { buildSite } from '../../services/tracking-site/src/build.ts';
import { connectLocal, publishSite } from '../../services/tracking-site/src/deploy/index.ts';
import { type Clock, createClock, installClock } from '../drill/clock.ts';
import { dataIn } from '../drill/world.ts';
import { createFunctions, type Functions } from '../privileges/functions.ts';
import { type Route, startGateway } from '../privileges/gateway.ts';
import { functionsOf } from '../privileges/policies.ts';
import { startRecorder } from '../privileges/recorder.ts';
import { startTableUnits } from './table-units.ts';

/*
 * The whole system, packaged from its own templates, with everything that AWS and Twilio would bill counted on the way: viewers and
 * trackers come over the edge, functions run in containers of their own that grow cold, and all goes by a clock that only moves when told.
 */

const repository = fileURLToPath(new URL('../..', import.meta.url));
const TEXT_NUMBER = '+15125550142';
const QUEUE = 'qdn-inbound-messages';
const DAY_MS = 86_400_000;
const GB = 1e9;
/** A Monday at nine in the morning in Texas. */
const START = Date.UTC(2026, 10, 23, 15);

export const SERVICES = ['tracking-site', 'job-api', 'telemetry-ingest', 'sms-relay'] as const;
export const PARAMS = { httpApi: 'shared', httpApiId: 'cost', publicUrl: 'replaced', edgeKvsArn: KVS_ARN };

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

const routesOf = (template: Template): Route[] => {
  const functions = functionsOf(template);
  return Object.values(template.Resources).flatMap(({ Type, Properties }) => {
    if (Type !== 'AWS::ApiGatewayV2::Route') return [];
    const integration = /"Ref":"(\w+)"/.exec(JSON.stringify(Properties?.['Target']))?.[1] ?? '';
    const uri = JSON.stringify(template.Resources[integration]?.Properties?.['IntegrationUri']);
    const behind = functions.find(({ logicalId }) => uri.includes(`"${logicalId}"`));
    return behind ? [{ key: String(Properties?.['RouteKey']), functionName: behind.name }] : [];
  });
};

/** What runs by the clock: a function, or what is put into the queue, every so many minutes. */
const schedulesOf = (template: Template): Array<{ everyMin: number; functionName: string | null; input: string }> => {
  const functions = functionsOf(template);
  return Object.values(template.Resources).flatMap(({ Type, Properties }) => {
    if (Type !== 'AWS::Events::Rule') return [];
    const [, minutes] = /^rate\((\d+) minutes?\)$/.exec(String(Properties?.['ScheduleExpression'])) ?? [];
    if (!minutes) throw new Error(`Nobody counts ${Properties?.['ScheduleExpression']} yet (tests/cost/world.ts)`);
    const targets = JSON.stringify(Properties?.['Targets']);
    const functionName = functions.find(({ logicalId }) => targets.includes(`"${logicalId}"`))?.name ?? null;
    return [
      { everyMin: Number(minutes), functionName, input: String(Object(Properties?.['Targets'])[0]?.Input ?? '{}') },
    ];
  });
};

/** An answer's size as it goes over the wire. */
const bytesOf = (url: string): Promise<{ bytes: number; ageMs: number; text: string; location: string | null }> =>
  new Promise((resolve, reject) => {
    const outgoing = request(url, { headers: { 'accept-encoding': 'br, gzip' } }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      answer.on('error', reject);
      answer.on('end', () => {
        const content = Buffer.concat(chunks);
        const { statusCode = 0, headers } = answer;
        const { location = null } = headers;
        if (statusCode !== 200 && location === null) reject(new Error(`${url} was answered ${statusCode} ${content}`));
        const ageMs = Number(headers.age ?? 0) * 1000;
        const encoding = headers['content-encoding'];
        const plain =
          encoding === 'br' ? brotliDecompressSync(content) : encoding === 'gzip' ? gunzipSync(content) : content;
        resolve({ bytes: content.length, ageMs, text: plain.toString('utf8'), location });
      });
    });
    outgoing.on('error', reject).end();
  });

export type World = Awaited<ReturnType<typeof startWorld>>;

/** @param folder of this world alone */
export const startWorld = async (templates: Readonly<Record<string, Template>>, folder: string) => {
  const closers: Array<() => Promise<void> | void> = [];
  const keep = <T extends { close(): Promise<void> | void }>(one: T): T => {
    closers.push(() => one.close());
    return one;
  };
  const close = async (): Promise<void> => {
    for (const one of closers.splice(0).reverse()) await one();
  };
  const clock: Clock = createClock(START);
  closers.push(installClock(clock.shared));
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
  const memories = new Map(
    owned.flatMap((one) =>
      resourcesOf(
        {
          ...one,
          Resources: Object.fromEntries(
            Object.entries(one.Resources).map(([id, { Type, Properties }]) => [
              id,
              { Type, Properties: { MemorySize: Properties?.['MemorySize'] } },
            ]),
          ),
        },
        'AWS::Lambda::Function',
      ).map(({ logicalId, properties }) => [logicalId, Number(properties['MemorySize'])] as const),
    ),
  );
  const memoryOf = (name: string): number => memories.get(named(name)?.logicalId ?? '') ?? Number.NaN;

  let usage: Usage = {};
  let calls: Record<string, number> = {};
  let isCounted = true;
  const metrics = new Set<string>();
  const add = (more: Usage): void => {
    if (isCounted) usage = addUsage(usage, more);
  };
  const noCalls = { invocations: 0, coldStarts: 0, awsCalls: 0, carrierCalls: 0 };
  const work = (name: string, did: Partial<typeof noCalls>): void =>
    add({ lambdaGbSecond: gbSeconds({ ...noCalls, ...did }, memoryOf(name)) });

  const cloud = keep(
    await startCloud({
      folder: join(folder, 'cloud'),
      ports: { dynamodb: 0, storage: 0, secrets: 0, keyValues: 0 },
      templates: Object.values(templates),
    }),
  );
  const tables = keep(
    await startTableUnits(cloud.endpoints.dynamodb, owned, ({ writes, reads, bytes }) => {
      add({ tableWrite: writes, tableRead: reads });
      for (const [table, size] of Object.entries(bytes)) {
        const months = table === 'qdn-job-locations' ? ASSUMED.fixesKeptMonths : ASSUMED.keptMonths;
        add({ tableGbMonth: (size / GB) * months, recoveryGbMonth: (size / GB) * months });
      }
    }),
  );

  /** For each function and table, until when DynamoDB has its key. */
  const keysKept = new Map<string, number>();
  const recorder = keep(
    await startRecorder(
      {
        dynamodb: tables.url,
        sqs: cloud.endpoints.sqs,
        s3: cloud.endpoints.s3,
        secretsmanager: cloud.endpoints.secretsManager,
        'cloudfront-keyvaluestore': cloud.endpoints.keyValueStore,
      },
      async ({ functionName, action, resource }) => {
        work(functionName, { awsCalls: 1 });
        if (isCounted) calls[action] = (calls[action] ?? 0) + 1;
        const [service] = action.split(':');
        if (service === 'sqs') add({ queueRequest: 1 });
        else if (action === 's3:PutObject' || action === 's3:ListBucket') add({ objectPut: 1 });
        else if (action === 's3:GetObject') add({ objectGet: 1 });
        else if (service === 'secretsmanager') add({ secretCall: 1 });
        else if (service === 'cloudfront-keyvaluestore') add({ keyValueCall: 1 });
        else if (service === 'dynamodb') {
          const user = `${functionName} ${/table\/([^/]+)/.exec(resource)?.[1]}`;
          if ((keysKept.get(user) ?? 0) <= clock.now()) {
            keysKept.set(user, clock.now() + ASSUMED.tableKeyMs);
            add({ keyRequest: 1 });
          }
        } else throw new Error(`${action}: nobody has said yet what it costs (tests/cost/world.ts)`);
        return undefined;
      },
    ),
  );

  let company = companyWith([]);
  /** Functions that have been called aside: their lines may come later, and are not counted either. */
  const aside = new Set<string>();
  let lines = 0;
  const lastCalled = new Map<string, number>();
  let plain: Functions | null = null;
  const functions: Functions = {
    invoke: async (name, event) => {
      if (!plain) throw new Error('Not started yet');
      const isCold = clock.now() - (lastCalled.get(name) ?? Number.NEGATIVE_INFINITY) > ASSUMED.warmForMs;
      if (isCold) await plain.freeze(name);
      lastCalled.set(name, clock.now());
      work(name, { invocations: 1, coldStarts: isCold ? 1 : 0 });
      if (name === 'check-account') work(name, { carrierCalls: 1 });
      add({ lambdaRequest: 1, logGb: ASSUMED.lambdaLogBytes / GB });
      if (!isCounted) aside.add(name);
      if (isCounted) calls[`lambda:${name}`] = (calls[`lambda:${name}`] ?? 0) + 1;
      return plain.invoke(name, event);
    },
    freeze: async (name) => void lastCalled.delete(name),
    close: async () => {
      await plain?.close();
    },
  };
  closers.push(() => functions.close());
  const gateway = keep(
    await startGateway(
      owned.flatMap(routesOf),
      () => functions,
      () => add({ apiRequest: 1 }),
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
  cloud.keyValues.put('track-keys', JSON.stringify(cloud.secrets.tokens.track));
  const edge = keep(
    await startEdge({
      port: 0,
      distribution: readDistribution(template('tracking-site')),
      kvs: {
        get: (key) => {
          add({ keyValueRead: 1 });
          return cloud.keyValues.get(key);
        },
      },
      apiOrigins: SERVICES.filter((name) => name !== 'tracking-site').map((service) => ({
        service,
        url: gateway.url,
        routes: readRoutes(template(service)),
      })),
      siteOrigin: `${cloud.endpoints.s3}/${siteBucket}`,
      log: (line) => add({ logGb: (line.length + 1) / GB }),
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

  const { admin, sender, tokens } = cloud.secrets;
  const twilio = keep(
    await startTwilioStandIn({
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
        TWILIO_API_URL: twilio.url,
        QUEUE_URL: `${aws}/000000000000/${QUEUE}`,
        UNVERIFIED_QUEUE_URL: `${aws}/000000000000/qdn-unverified-messages`,
      };
      const variables = Object.entries(named(name)?.variables ?? {});
      return {
        ...Object.fromEntries(variables.map(([key, value]) => [key, given[key] ?? String(value)])),
        AWS_REGION: 'us-east-1',
        AWS_ACCESS_KEY_ID: name,
        AWS_SECRET_ACCESS_KEY: 'local',
        AWS_ENDPOINT_URL: aws,
        AWS_ENDPOINT_URL_CLOUDFRONT_KEYVALUESTORE: `http://localhost:${recorder.port}`,
      };
    },
    {
      clock: clock.shared,
      onLine: (name, text) => {
        lines += 1;
        if (!aside.has(name)) add({ logGb: (text.length + 1) / GB });
        for (const { name: metric, dimensions } of dataIn(text))
          metrics.add(`${metric} ${Object.values(dimensions).join()}`);
      },
    },
  );
  const sqs = new SQSClient({ ...clientSettings(cloud.endpoints.sqs), useQueueUrlAsEndpoint: false });
  const s3 = new S3Client({ ...clientSettings(cloud.endpoints.s3), forcePathStyle: true });
  closers.push(() => {
    sqs.destroy();
    s3.destroy();
  });
  const QueueUrl = cloud.queueUrl(QUEUE);

  /** What the event source mapping does, until nothing is left: asks, hands over, deletes. */
  const pump = async (): Promise<void> => {
    for (;;) {
      await twilio.settled();
      const { Messages = [] } = await sqs.send(
        new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, MessageSystemAttributeNames: ['All'] }),
      );
      if (Messages.length === 0) return;
      // One request that brings them, and one that deletes them.
      add({ queueRequest: 2 });
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
  let viewed = 0;

  /** What has been used since the last time. Lines of the containers come over another way than their answers, so they are waited for. */
  const take = async (): Promise<Count> => {
    for (let before = -1; before !== lines; ) {
      before = lines;
      await new Promise((done) => setTimeout(done, 100));
    }
    aside.clear();
    const [stats, messages, log] = [edge.stats(), twilio.messages(), await logBytes()];
    const requests = stats.requests - seen.edge.requests;
    const texts = messages.slice(seen.messages);
    const segmentsOf = (isOurs: boolean) =>
      texts.filter(({ from }) => (from === TEXT_NUMBER) === isOurs).reduce((sum, { body }) => sum + segments(body), 0);
    const sent = texts.filter(({ from }) => from === TEXT_NUMBER).length;
    work('relay-message', { carrierCalls: sent });
    add({
      edgeRequest: requests,
      edgeGb:
        (requests * ASSUMED.headerBytes +
          viewed +
          Math.max(0, requests - viewRequests) * (ASSUMED.answerBytes - ASSUMED.headerBytes)) /
        GB,
      edgeFunctionRun: stats.functionCalls - seen.edge.functionCalls,
      objectGet: stats.originRequests.s3 - seen.edge.originRequests.s3,
      objectGbMonth: ((log - seen.log) / GB) * ASSUMED.keptMonths,
      segmentOut: segmentsOf(true),
      carrierOut: segmentsOf(true),
      segmentIn: segmentsOf(false),
      carrierIn: segmentsOf(false),
    });
    if (sent > 0) calls['twilio:send'] = sent;
    if (requests > 0) calls['cloudfront:request'] = requests;
    const count = { usage, calls };
    seen = { edge: stats, messages: messages.length, log };
    viewed = 0;
    viewRequests = 0;
    usage = {};
    calls = {};
    return count;
  };
  let viewRequests = 0;

  return {
    clock,
    /** Every metric of ours that has been told so far, with its dimension. */
    metrics,
    faults: recorder.faults,
    take,
    ask,
    device,
    pump,
    files: site.files.map(({ key }) => key),
    /** A viewer's request. @returns how old the answer was, in ms, and what it said */
    view: async (path: string): Promise<{ ageMs: number; text: string }> => {
      let url = new URL(path, edge.url);
      for (;;) {
        const { bytes, ageMs, text, location } = await bytesOf(url.href);
        viewed += bytes;
        viewRequests += 1;
        if (location === null) return { ageMs, text };
        url = new URL(location, url);
      }
    },
    /** Somebody texts, and all that follows at once. */
    text: async (from: string, body: string): Promise<void> => {
      twilio.receive(from, TEXT_NUMBER, body);
      await pump();
    },
    /** What is done meanwhile is not counted. */
    aside: async (run: () => Promise<unknown>): Promise<void> => {
      const before = edge.stats();
      isCounted = false;
      try {
        await run();
      } finally {
        isCounted = true;
      }
      const after = edge.stats();
      seen.edge = {
        ...seen.edge,
        requests: seen.edge.requests + after.requests - before.requests,
        functionCalls: seen.edge.functionCalls + after.functionCalls - before.functionCalls,
      };
    },
    /** What runs by the clock in this minute. */
    tick: async (minute: number): Promise<void> => {
      for (const { everyMin, functionName, input } of schedules) {
        if (minute % everyMin !== 0) continue;
        if (functionName) await functions.invoke(functionName, {});
        else {
          add({ queueRequest: 1 });
          await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: input }));
        }
      }
      await pump();
    },
    /** From now on customers are told of these. */
    setNotices: async (kinds: readonly string[]): Promise<void> => {
      company = companyWith(kinds);
      lastCalled.clear();
    },
    close,
  };
};

/** What is deployed, by the templates. */
export const stackOf = (templates: Readonly<Record<string, Template>>) => {
  const all = Object.values(templates);
  const resources = all.flatMap((template) => Object.values(template.Resources));
  const ofType = (type: string) => resources.filter(({ Type }) => Type === type);
  const text = JSON.stringify(resources.filter(({ Type }) => Type === 'AWS::Lambda::Function'));
  const watched = ofType('AWS::CloudWatch::Alarm').map(({ Properties }) => {
    const several: unknown = Properties?.['Metrics'];
    return Array.isArray(several) ? several.filter(({ MetricStat }) => MetricStat).length : 1;
  });
  return {
    alarmMetrics: watched.reduce((sum, one) => sum + one, 0),
    dashboards: ofType('AWS::CloudWatch::Dashboard').length,
    secrets: new Set([...text.matchAll(/"[A-Z_]+_SECRET_ID":"([^"]+)"/g)].map(([, name]) => name)).size,
    polledQueues: all.flatMap(eventSourceMappingsOf).length,
    memoryMb: Math.max(...ofType('AWS::Lambda::Function').map(({ Properties }) => Number(Properties?.['MemorySize']))),
  };
};

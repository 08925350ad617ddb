/*
 * The system that alarms are tried on: the functions of the packaged services, each in a container, on the embedded engines, with
 * both carriers' emulators, by a clock that the drill moves. What CloudWatch would be told is gathered: our lines in the embedded
 * metric format as the functions print them, and the engines' own metrics by the rules below.
 */

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { DeleteMessageCommand, ReceiveMessageCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { createProgram } from '@qdn/cli/program';
import { resolve, type Template } from '@qdn/cloudformation/template';
import { parseTrailerId } from '@qdn/domain';
import { clientSettings } from '@qdn/emulator-aws/client-settings';
import { startCloud } from '@qdn/emulator-aws/cloud';
import { awsSms } from '@qdn/emulator-carriers/aws-sms';
import { type CarrierEmulator, startCarrierEmulator } from '@qdn/emulator-carriers/emulator';
import { createKeyring, signToken } from '@qdn/lambda/tokens';
import { ensureSecrets } from '@qdn/local/local-secrets';
import { environmentOf } from '../privileges/environment.ts';
import { createFunctions, type Functions } from '../privileges/functions.ts';
import { type Route, startGateway } from '../privileges/gateway.ts';
import { functionsOf } from '../privileges/policies.ts';
import { type AwsCall, type AwsFault, startRecorder } from '../privileges/recorder.ts';
import { EVERYTHING, SECOND_IDENTITY, SECOND_NUMBER, SERVICES } from '../templates.ts';
import { type Clock, createClock, installClock } from './clock.ts';
import type { Datum } from './evaluator.ts';

const repository = fileURLToPath(new URL('../..', import.meta.url));
export const TEXT_NUMBER = '+15125550142';
const { segmentUsd } = JSON.parse(readFileSync(new URL('../../config/sms-price.json', import.meta.url), 'utf8'));
export const PARAMS = {
  ...EVERYTHING,
  // In the drill an hour's texts are few: 44 segments, whatever they cost.
  smsDollarsPerHour: (44 * Number(segmentUsd)).toFixed(3),
};
const COMPANY = {
  name: 'QuickDumpNow',
  phone: '+15125550100',
  textNumber: TEXT_NUMBER,
  timeZone: 'America/Chicago',
  contacts: [
    { id: 'dana', name: 'Dana', phone: '+15125550171' },
    { id: 'luis', name: 'Luis', phone: '+15125550172' },
  ],
  relay: { notices: { kinds: [] } },
};
const QUEUE = 'qdn-inbound-messages';
const DEAD = ['qdn-inbound-messages-dlq', 'qdn-unverified-messages-dlq'];
const SITE = { lat: 30.2747, lon: -97.7404 };
const DAYS = 86_400_000;

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

/** The numbers in a line of a function, if it is one that CloudWatch counts. */
export const dataIn = (line: string): Datum[] => {
  if (!line.startsWith('{')) return [];
  const members: Record<string, unknown> = JSON.parse(line);
  const { Timestamp, CloudWatchMetrics = [] } = Object(members['_aws']);
  return CloudWatchMetrics.flatMap(({ Namespace, Dimensions, Metrics }: Record<string, unknown[]>) => {
    const [names = []] = Dimensions as string[][];
    const dimensions = Object.fromEntries(names.map((name) => [name, String(members[name])]));
    return (Metrics as Array<{ Name: string }>).map(({ Name }) => ({
      namespace: String(Namespace),
      name: Name,
      dimensions,
      at: Number(Timestamp),
      value: Number(members[Name]),
    }));
  });
};

const THROTTLED: AwsFault = { status: 400, type: 'ProvisionedThroughputExceededException' };
export const DOWN: AwsFault = { status: 500, type: 'InternalServerError' };
export { THROTTLED };

export type World = {
  clock: Clock;
  /** The metrics that CloudWatch has. */
  data: Datum[];
  faults: {
    /** Answers calls of AWS; null lets one through. */
    aws: ((call: AwsCall) => AwsFault | null) | null;
    /** No container is to be had for the worker. */
    noWorker: boolean;
    /** True when no function takes messages from the queue. */
    isStopped: boolean;
    /** The queue is looked at this much apart, in ms. */
    pollEveryMs: number;
    trackersAreSilent: boolean;
  };
  twilio: Pick<CarrierEmulator, 'setBalance' | 'setCarrierFault' | 'setFaultOf'>;
  /** Delivery events of the second carrier, kept back while the drill wants them late. */
  events: { kept: string[] | null };
  put: (record: unknown) => Promise<void>;
  /** A request to the API, by the operator unless told otherwise. @returns the status */
  ask: (method: string, path: string, body?: object, token?: string) => Promise<number>;
  /** A minute in the life of a company: its trailer drives and reports, its queue is worked off, and clocks strike. */
  liveAMinute: () => Promise<void>;
  /** The worker's container dies, whatever it is doing. */
  killWorker: () => Promise<void>;
  /** A customer texts. */
  text: (body: string, from?: string) => Promise<void>;
  /** A command of the runbook, on this system. @returns what it prints */
  qdn: (...args: string[]) => Promise<string>;
  close: () => Promise<void>;
};

export const startWorld = async (templates: Record<string, Template>, folder: string): Promise<World> => {
  const closers: Array<() => Promise<void> | void> = [];
  const keep = <T extends { close(): Promise<void> | void }>(one: T): T => {
    closers.push(() => one.close());
    return one;
  };
  const clock: Clock = createClock(Math.ceil(Date.now() / 60_000) * 60_000);
  closers.push(installClock(clock.shared));

  const data: Datum[] = [];
  const tell = (namespace: string, name: string, dimensions: Record<string, string>, value: number): void =>
    void data.push({ namespace, name, dimensions, at: clock.now(), value });

  const faults: World['faults'] = {
    aws: null,
    noWorker: false,
    isStopped: false,
    pollEveryMs: 0,
    trackersAreSilent: false,
  };

  const everything = Object.entries(templates)
    .filter(([service]) => service !== 'tracking-site')
    .flatMap(([service, template]) => functionsOf(template).map((one) => ({ ...one, service })));
  const named = (name: string) => everything.find((one) => one.name === name);

  const ports = { dynamodb: 0, storage: 0, secrets: 0, keyValues: 0 };
  const owned = SERVICES.filter((name) => name !== 'tracking-site').flatMap((name) => templates[name] ?? []);
  const cloud = keep(await startCloud({ folder: join(folder, 'cloud'), ports, templates: owned }));
  const recorder = keep(
    await startRecorder(
      {
        dynamodb: cloud.endpoints.dynamodb,
        sqs: cloud.endpoints.sqs,
        s3: cloud.endpoints.s3,
        secretsmanager: cloud.endpoints.secretsManager,
      },
      async (call) => {
        const fault = faults.aws?.(call) ?? undefined;
        // DynamoDB counts every request that it turns away: ReadThrottleEvents and WriteThrottleEvents, by table.
        if (fault?.type === THROTTLED.type) {
          const table = /table\/([^/]+)/.exec(call.resource)?.[1] ?? '';
          const isWrite = /Put|Update|Delete|Write/.test(call.action);
          tell('AWS/DynamoDB', isWrite ? 'WriteThrottleEvents' : 'ReadThrottleEvents', { TableName: table }, 1);
        }
        return fault;
      },
    ),
  );
  let started: Functions | null = null;
  const running = (): Functions => {
    if (!started) throw new Error('Not started yet');
    return started;
  };
  const gateway = keep(
    await startGateway(
      owned.flatMap(routesOf),
      running,
      // API Gateway counts what it answers with 5xx, whoever's fault it is.
      (status) => {
        if (status >= 500) tell('AWS/ApiGateway', '5xx', { ApiId: 'api' }, 1);
      },
    ),
  );
  const { admin, sender, tokens } = ensureSecrets(join(folder, 'cloud', 'secrets.json'));
  const sqs = new SQSClient({ ...clientSettings(cloud.endpoints.sqs), useQueueUrlAsEndpoint: false });
  closers.push(() => sqs.destroy());
  const put = async (record: unknown): Promise<void> => {
    const MessageBody = typeof record === 'string' ? record : JSON.stringify(record);
    await sqs.send(new SendMessageCommand({ QueueUrl: cloud.queueUrl(QUEUE), MessageBody }));
  };
  const events: World['events'] = { kept: null };
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
          name: COMPANY.name,
          smsUrl: `${gateway.url}/api/jobs/inbound/messages`,
          smsFallbackUrl: `${gateway.url}/api/fallback/jobs/inbound/messages`,
        },
      ],
      phones: [],
      pace: { queueMs: 1, deliveryMs: 1 },
      clock: { now: clock.now, sleep: (ms) => new Promise((done) => setTimeout(done, Math.min(ms, 5))) },
      others: [
        awsSms({
          port: 0,
          name: 'AWS',
          number: SECOND_NUMBER,
          identity: SECOND_IDENTITY,
          configurationSet: 'qdn-relay',
          publish: async (body) => {
            if (events.kept) events.kept.push(body);
            else await put(body);
          },
        }),
      ],
    }),
  );
  const aws = `http://127.0.0.1:${recorder.port}`;
  started = keep(
    createFunctions(
      (name) =>
        pathToFileURL(join(repository, 'services', named(name)?.service ?? '', `src/functions/${name}/index.ts`)).href,
      (name) => {
        const given: Record<string, string> = {
          PUBLIC_URL: gateway.url,
          COMPANY: JSON.stringify(COMPANY),
          EDGE_PROOF: 'none',
          QUEUE_URL: `${aws}/000000000000/${QUEUE}`,
          UNVERIFIED_QUEUE_URL: `${aws}/000000000000/qdn-unverified-messages`,
        };
        const variables = named(name)?.variables ?? {};
        return {
          ...environmentOf({ name, variables, given, aws, twilioUrl: twilio.url }),
          AWS_ENDPOINT_URL_PINPOINT_SMS_VOICE_V2: twilio.urlOf('aws') ?? '',
        };
      },
      {
        clock: clock.shared,
        onLine: (_, line) => void data.push(...dataIn(line)),
      },
    ),
  );
  // Lambda counts an invocation that ends without an answer among its Errors.
  const invoke = async (name: string, event: object): Promise<unknown> => {
    try {
      return await running().invoke(name, event);
    } catch {
      tell('AWS/Lambda', 'Errors', { FunctionName: named(name)?.deployedName ?? name }, 1);
      return null;
    }
  };

  const keyring = createKeyring(tokens);
  const operator = signToken({ kind: 'operator', label: 'drill' }, keyring, clock.now() + 30 * DAYS);
  const trailerId = parseTrailerId('T1');
  if (!trailerId) throw new Error('T1 is a trailer');
  const device = signToken({ kind: 'device', trailerId }, keyring, clock.now() + 30 * DAYS);
  const ask = async (method: string, path: string, body?: object, token = operator): Promise<number> => {
    const response = await fetch(`${gateway.url}${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, ...(body ? { 'content-type': 'application/json' } : {}) },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    await response.text();
    return response.status;
  };

  /** Plays the event source mapping: passes messages on, and deletes those that were not returned as failures. */
  const pump = async (): Promise<void> => {
    const QueueUrl = cloud.queueUrl(QUEUE);
    for (;;) {
      await twilio.settled();
      const { Messages = [] } = await sqs.send(
        new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, MessageSystemAttributeNames: ['All'] }),
      );
      if (Messages.length === 0) return;
      if (faults.noWorker) {
        // Lambda counts each throttled invocation, and its messages stay invisible for the queue's visibility timeout.
        tell('AWS/Lambda', 'Throttles', { FunctionName: named('relay-message')?.deployedName ?? '' }, Messages.length);
        continue;
      }
      const answer = await invoke('relay-message', {
        Records: Messages.map(({ MessageId, ReceiptHandle, Body, Attributes }) => ({
          messageId: MessageId,
          receiptHandle: ReceiptHandle,
          body: Body,
          attributes: Attributes,
        })),
      });
      if (answer === null) continue;
      const failures: Array<{ itemIdentifier: string }> = Object(answer).batchItemFailures;
      const failed = new Set(failures.map(({ itemIdentifier }) => itemIdentifier));
      for (const { MessageId = '', ReceiptHandle } of Messages)
        if (!failed.has(MessageId)) await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
    }
  };

  /** A queue that is well looked after hands out at once. */
  const workOff = async (): Promise<void> => {
    if (!faults.isStopped && faults.pollEveryMs === 0) await pump();
  };

  /** Once a minute, as SQS publishes them. */
  const publishQueues = (): void => {
    for (const name of [QUEUE, ...DEAD])
      tell('AWS/SQS', 'ApproximateNumberOfMessagesVisible', { QueueName: name }, cloud.look(name).visible.length);
    const { visible, delayed, inFlight } = cloud.look(QUEUE);
    // Of what was handed out three times SQS says no age. Whether what is delayed has one is not documented: here it has.
    const aged = [...visible, ...delayed, ...inFlight].filter(({ receives }) => receives < 3);
    if (aged.length > 0) {
      const oldest = Math.min(...aged.map(({ sentAt }) => sentAt));
      tell('AWS/SQS', 'ApproximateAgeOfOldestMessage', { QueueName: QUEUE }, (clock.now() - oldest) / 1000);
    }
  };

  const schedule = async (minute: number): Promise<void> => {
    if (minute % 5 === 0) await invoke('watch-trailers', {});
    if (minute % 15 === 0) await invoke('check-account', {});
    if (minute % 15 === 0) await put({ schema: 1, kind: 'sweep' });
  };

  let minute = 0;
  let lastPoll = clock.now();
  const STEP_MS = 15_000;
  const liveAMinute = async (): Promise<void> => {
    minute += 1;
    for (let step = 0; step < 4; step += 1) {
      clock.advance(STEP_MS);
      if (!faults.isStopped && clock.now() - lastPoll >= faults.pollEveryMs) {
        lastPoll = clock.now();
        await pump();
      }
    }
    if (!faults.trackersAreSilent) {
      // Back and forth, twenty kilometres from the site.
      const away = 0.18 + 0.005 * Math.sin(minute);
      const fix = {
        at: new Date(clock.now() - 2000).toISOString(),
        ...SITE,
        lat: SITE.lat - away,
        accuracyM: 5,
        speedMps: 9,
      };
      await ask('POST', '/api/jobs/QDN-1042/location', fix, device);
    }
    await schedule(minute);
    await workOff();
    // Lines of the containers come over another way than their answers.
    await new Promise((done) => setTimeout(done, 5));
    publishQueues();
  };

  const status = await ask('POST', '/api/jobs', {
    id: 'QDN-1042',
    accountId: 'lopez',
    kind: 'delivery',
    customer: { name: 'Maria Lopez', phone: '+15125550111' },
    stops: [{ kind: 'drop_off', address: '1100 Congress Ave', ...SITE }],
    trailers: ['T1'],
  });
  if (status !== 201) throw new Error(`The job was answered ${status}`);
  await ask('PATCH', '/api/jobs/QDN-1042', { status: 'in_transit' });

  mkdirSync(join(folder, '.local', 'logs'), { recursive: true });
  const local = {
    edgeUrl: gateway.url,
    cloud: {
      dynamodb: cloud.endpoints.dynamodb,
      sqs: cloud.endpoints.sqs,
      s3: cloud.endpoints.s3,
      jobsTable: 'qdn-jobs',
      logBucket: named('relay-message')?.variables['LOG_BUCKET'],
      logs: join(folder, '.local', 'logs'),
    },
  };
  writeFileSync(join(folder, '.local', 'local.json'), JSON.stringify(local));

  return {
    clock,
    data,
    faults,
    twilio,
    events,
    put,
    ask,
    liveAMinute,
    killWorker: () => running().freeze('relay-message'),
    text: async (body, from = '+15125550111') => {
      twilio.receive(from, TEXT_NUMBER, body);
      await twilio.settled();
      await workOff();
    },
    qdn: async (...args) => {
      const printed: string[] = [];
      const environment = { QDN_OPERATOR_TOKEN: operator };
      const surroundings = {
        environment,
        repository: folder,
        print: (text: string) => void printed.push(text),
        note: () => {},
      };
      await createProgram(surroundings).parseAsync(['node', 'qdn', ...args]);
      return printed.join('\n');
    },
    close: async (): Promise<void> => {
      for (const one of closers.reverse()) await one();
    },
  };
};

/** The alarms of a service's template, as CloudFormation would make them. */
export const alarmsIn = (template: Template) =>
  Object.values(template.Resources)
    .filter(({ Type }) => Type === 'AWS::CloudWatch::Alarm')
    // The actions of an alarm are not part of this test.
    .map(({ Properties }) => {
      const { AlarmActions: _, OKActions: __, ...rest } = Properties ?? {};
      return rest;
    })
    .map((properties) => Object(resolve(replaceApi(properties), template)) as Record<string, unknown>);

/** An HTTP API's ID is known to AWS alone. */
const replaceApi = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value).replaceAll('{"Ref":"HttpApi"}', '"api"'));

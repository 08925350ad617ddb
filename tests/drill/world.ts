/*
 * The system that the alarms are tested on: the functions of the packaged services, each in a container, on the embedded
 * engines, with the emulators of both carriers. The drill moves the clock. The world collects the metrics that CloudWatch would
 * get: the functions' log lines in the embedded metric format, and AWS's own metrics by the rules below.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  DeleteMessageCommand,
  PurgeQueueCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { createProgram } from '@qdn/cli/program';
import { resolve, type Template } from '@qdn/cloudformation/template';
import { parseTrailerId } from '@qdn/domain';
import { clientSettings } from '@qdn/emulator-aws/client-settings';
import { startCloud } from '@qdn/emulator-aws/cloud';
import { awsSms } from '@qdn/emulator-carriers/aws-sms';
import { type CarrierEmulator, startCarrierEmulator } from '@qdn/emulator-carriers/emulator';
import { signToken } from '@qdn/lambda/sign-token';
import { createKeyring } from '@qdn/lambda/tokens';
import { ensureSecrets } from '@qdn/local/local-secrets';
import { environmentOf } from '../privileges/environment.ts';
import { bundledFunctions, createFunctions, type Functions, type FunctionsOptions } from '../privileges/functions.ts';
import { routesOf, startGateway } from '../privileges/gateway.ts';
import { functionsOf } from '../privileges/policies.ts';
import { type AwsCall, type AwsFault, startRecorder } from '../privileges/recorder.ts';
import { EVERYTHING, SECOND_IDENTITY, SECOND_NUMBER, SERVICES } from '../templates.ts';
import { type Clock, createClock, installClock } from './clock.ts';
import type { Datum } from './evaluator.ts';

export const TEXT_NUMBER = '+15125550142';
export const OPERATOR_PHONE = '+15125550180';
export const DISPATCHER_PHONE = '+15125550171';
export const OTHER_DISPATCHER_PHONE = '+15125550172';
const { segmentUsd } = JSON.parse(readFileSync(new URL('../../config/sms-price.json', import.meta.url), 'utf8'));
export const PARAMS = {
  ...EVERYTHING,
  // The drill sends few texts, so the limit is the price of 110 segments an hour.
  smsDollarsPerHour: (110 * Number(segmentUsd)).toFixed(3),
};
const COMPANY = {
  name: 'QuickDumpNow',
  phone: '+15125550100',
  textNumber: TEXT_NUMBER,
  timeZone: 'America/Chicago',
  contacts: [
    { id: 'dana', name: 'Dana', phone: DISPATCHER_PHONE },
    { id: 'luis', name: 'Luis', phone: OTHER_DISPATCHER_PHONE },
  ],
  operator: OPERATOR_PHONE,
  relay: { notices: { kinds: [] } },
};
const QUEUE = 'qdn-inbound-messages';
const DEAD = ['qdn-inbound-messages-dlq', 'qdn-unverified-messages-dlq'];
const SITE = { lat: 30.2747, lon: -97.7404 };
const DAYS = 86_400_000;
/** Longest poll interval of the healthy queue, in ms. */
const STEP_MS = 15_000;

/** Returns the values in a log line of a function; none unless it is in the embedded metric format. */
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
  /** The metrics that CloudWatch would have. */
  data: Datum[];
  faults: {
    /** Answers calls in AWS's place; null forwards a call. */
    aws: ((call: AwsCall) => AwsFault | null) | null;
    /** True when Lambda throttles the worker. */
    noWorker: boolean;
    /** True when no function takes messages from the queue. */
    isStopped: boolean;
    /** Interval between polls of the queue, in ms. */
    pollEveryMs: number;
    trackersAreSilent: boolean;
  };
  twilio: Pick<CarrierEmulator, 'setBalance' | 'setCarrierFault' | 'setFaultOf' | 'setPhoneFault'>;
  /** Delivery events of the second carrier, withheld while `kept` is a list. */
  events: { kept: string[] | null };
  put: (record: unknown) => Promise<void>;
  /** Deletes all records of the relay's queue, as a person does with a record that no worker can read. */
  purge: () => Promise<void>;
  /** Sends a request to the API, by default as the operator. @returns the status */
  ask: (method: string, path: string, body?: object, token?: string) => Promise<number>;
  /** Lets a minute pass: the trailer drives and reports, the queue is processed, and schedules run. */
  liveAMinute: () => Promise<void>;
  /** Kills the worker's container, even during an invocation. */
  killWorker: () => Promise<void>;
  /** Sends a text, by default from the customer. */
  text: (body: string, from?: string) => Promise<void>;
  /** Runs a command of the runbook on this system. @returns its output */
  qdn: (...args: string[]) => Promise<string>;
  close: () => Promise<void>;
};

type Keep = <T extends { close(): Promise<void> | void }>(one: T) => T;
type Cloud = Awaited<ReturnType<typeof startCloud>>;
type Secrets = ReturnType<typeof ensureSecrets>;
type Templates = Record<string, Template>;
/** Publishes one datapoint of AWS, at the time of the drill's clock. */
type Publish = (namespace: string, name: string, dimensions: Record<string, string>, value: number) => void;
type Deployed = ReturnType<typeof functionsOf>[number] & { service: string };
/** Finds a function by its name in serverless.yml. */
type FindFunction = (name: string) => Deployed | undefined;

/** Returns a function that finds the functions of all services but the site. */
const findIn = (templates: Templates): FindFunction => {
  const everything = Object.entries(templates)
    .filter(([service]) => service !== 'tracking-site')
    .flatMap(([service, template]) => functionsOf(template).map((one) => ({ ...one, service })));
  return (name) => everything.find((one) => one.name === name);
};

/** Starts the recorder between the functions and AWS, which answers with the drill's faults. */
const startFaultyAws = ({ endpoints }: Cloud, faults: World['faults'], publish: Publish) =>
  startRecorder(
    {
      dynamodb: endpoints.dynamodb,
      sqs: endpoints.sqs,
      s3: endpoints.s3,
      secretsmanager: endpoints.secretsManager,
    },
    async (call) => {
      const fault = faults.aws?.(call) ?? undefined;
      // DynamoDB counts every throttled request: ReadThrottleEvents and WriteThrottleEvents, by table.
      if (fault?.type === THROTTLED.type) {
        const table = /table\/([^/]+)/.exec(call.resource)?.[1] ?? '';
        const isWrite = /Put|Update|Delete|Write/.test(call.action);
        publish('AWS/DynamoDB', isWrite ? 'WriteThrottleEvents' : 'ReadThrottleEvents', { TableName: table }, 1);
      }
      return fault;
    },
  );

/** Starts the emulators of both carriers. Webhooks of Twilio call the API at `apiUrl`; events of AWS go to the queue. */
const startCarriers = (
  secrets: Secrets,
  clock: Clock,
  apiUrl: string,
  { events, put, onKept }: Pick<World, 'events' | 'put'> & { onKept: () => void },
): Promise<CarrierEmulator> =>
  startCarrierEmulator({
    port: 0,
    statePath: null,
    accountSid: secrets.admin.accountSid,
    authTokens: [secrets.admin.authToken],
    apiKeys: [{ sid: secrets.sender.apiKeySid, secret: secrets.sender.apiKeySecret }],
    numbers: [
      {
        number: TEXT_NUMBER,
        name: COMPANY.name,
        smsUrl: `${apiUrl}/api/jobs/inbound/messages`,
        smsFallbackUrl: `${apiUrl}/api/fallback/jobs/inbound/messages`,
      },
    ],
    // A phone that has not texted has no fault unless it is known.
    phones: [{ number: OPERATOR_PHONE, name: 'Operator', role: 'other' }],
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
          if (events.kept) {
            events.kept.push(body);
            onKept();
          } else await put(body);
        },
      }),
    ],
  });

/** Returns the containers of all functions, with the environment of their templates and everything local behind it. */
const createContainers = (
  named: FindFunction,
  urlOf: (service: string, name: string) => string,
  addresses: { apiUrl: string; aws: string; carriers: CarrierEmulator },
  options: FunctionsOptions,
): Functions =>
  createFunctions(
    (name) => urlOf(named(name)?.service ?? '', name),
    (name) => {
      const { apiUrl, aws, carriers } = addresses;
      const given: Record<string, string> = {
        PUBLIC_URL: apiUrl,
        COMPANY: JSON.stringify(COMPANY),
        EDGE_PROOF: 'none',
        QUEUE_URL: `${aws}/000000000000/${QUEUE}`,
        UNVERIFIED_QUEUE_URL: `${aws}/000000000000/qdn-unverified-messages`,
      };
      const variables = named(name)?.variables ?? {};
      return {
        ...environmentOf({ name, variables, given, aws, twilioUrl: carriers.url }),
        AWS_ENDPOINT_URL_PINPOINT_SMS_VOICE_V2: carriers.urlOf('aws') ?? '',
      };
    },
    options,
  );

/** Returns the operator's token, the token of trailer T1, and a function that calls the API. */
const createCallers = (tokens: Secrets['tokens'], apiUrl: string, now: number) => {
  const keyring = createKeyring(tokens);
  const operator = signToken({ kind: 'operator', label: 'drill' }, keyring, now + 30 * DAYS);
  const trailerId = parseTrailerId('T1');
  if (!trailerId) throw new Error('T1 is not a valid trailer ID');
  const device = signToken({ kind: 'device', trailerId }, keyring, now + 30 * DAYS);
  const ask: World['ask'] = async (method, path, body, token = operator) => {
    const response = await fetch(`${apiUrl}${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, ...(body ? { 'content-type': 'application/json' } : {}) },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    await response.text();
    return response.status;
  };
  return { operator, device, ask };
};

/** The parts that the steps of the drill share. */
type Parts = {
  clock: Clock;
  cloud: Cloud;
  sqs: SQSClient;
  faults: World['faults'];
  publish: Publish;
  named: FindFunction;
  settled: () => Promise<void>;
  /** Returns the function's answer, or null when it failed. */
  invoke: (name: string, event: object) => Promise<unknown>;
  put: World['put'];
};

/** Plays the event source mapping: passes messages on, and deletes those that were not returned as failures. */
const pump = async ({ cloud, sqs, faults, publish, named, settled, invoke }: Parts): Promise<void> => {
  const QueueUrl = cloud.queueUrl(QUEUE);
  for (;;) {
    await settled();
    // Receiving from an empty queue changes nothing, and would be most of the drill's calls.
    if (cloud.look(QUEUE).visible.length === 0) return;
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, MessageSystemAttributeNames: ['All'] }),
    );
    if (Messages.length === 0) return;
    if (faults.noWorker) {
      // Lambda counts each throttled invocation, and its messages stay invisible for the queue's visibility timeout.
      publish('AWS/Lambda', 'Throttles', { FunctionName: named('relay-message')?.deployedName ?? '' }, Messages.length);
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

/** Empties the queue at once, unless the drill stops or delays its consumer. */
const workOff = async (parts: Parts): Promise<void> => {
  if (!parts.faults.isStopped && parts.faults.pollEveryMs === 0) await pump(parts);
};

/** Publishes the metrics of the queues, as SQS does once a minute. */
const publishQueues = ({ clock, cloud, publish }: Parts): void => {
  for (const name of [QUEUE, ...DEAD])
    publish('AWS/SQS', 'ApproximateNumberOfMessagesVisible', { QueueName: name }, cloud.look(name).visible.length);
  const { visible, delayed, inFlight } = cloud.look(QUEUE);
  // SQS leaves messages that were received three times out of the age. Its documentation does not say whether delayed
  // messages count; here they do.
  const aged = [...visible, ...delayed, ...inFlight].filter(({ receives }) => receives < 3);
  if (aged.length > 0) {
    const oldest = Math.min(...aged.map(({ sentAt }) => sentAt));
    publish('AWS/SQS', 'ApproximateAgeOfOldestMessage', { QueueName: QUEUE }, (clock.now() - oldest) / 1000);
  }
};

/** Runs the schedules of a minute. */
const runSchedules = async ({ invoke, put }: Parts, minute: number): Promise<void> => {
  if (minute % 5 === 0) await invoke('watch-trailers', {});
  if (minute % 15 === 0) await invoke('check-account', {});
  if (minute % 15 === 0) await put({ schema: 1, kind: 'sweep' });
};

/** Returns a function that lets a minute pass: the trailer reports, the queue is processed, and schedules run. */
const createMinutes = (parts: Parts, report: (fix: object) => Promise<unknown>): World['liveAMinute'] => {
  const { clock, faults } = parts;
  let minute = 0;
  let lastPoll = clock.now();
  return async () => {
    minute += 1;
    for (let step = 0; step < 4; step += 1) {
      clock.advance(STEP_MS);
      if (!faults.isStopped && clock.now() - lastPoll >= faults.pollEveryMs) {
        lastPoll = clock.now();
        await pump(parts);
      }
    }
    if (!faults.trackersAreSilent) {
      // Back and forth, twenty kilometres from the site.
      const away = 0.18 + 0.005 * Math.sin(minute);
      await report({
        at: new Date(clock.now() - 2000).toISOString(),
        ...SITE,
        lat: SITE.lat - away,
        accuracyM: 5,
        speedMps: 9,
      });
    }
    await runSchedules(parts, minute);
    await workOff(parts);
    // Log lines arrive on another channel than the containers' answers.
    await new Promise((done) => setTimeout(done, 5));
    publishQueues(parts);
  };
};

/** Creates the job of the drill, whose trailer is on the road. @throws Error when the API refuses it */
const createJob = async (ask: World['ask']): Promise<void> => {
  const status = await ask('POST', '/api/jobs', {
    id: 'QDN-1042',
    accountId: 'lopez',
    kind: 'delivery',
    customer: { name: 'Maria Lopez', phone: '+15125550111' },
    stops: [{ kind: 'drop_off', address: '1100 Congress Ave', ...SITE }],
    trailers: ['T1'],
  });
  if (status !== 201) throw new Error(`The API answered ${status} to the job`);
  await ask('PATCH', '/api/jobs/QDN-1042', { status: 'in_transit' });
};

/** Writes the file by which the command line finds this system, as `npm start` does. */
const writeLocalFile = (folder: string, { endpoints }: Cloud, edgeUrl: string, named: FindFunction): void => {
  mkdirSync(join(folder, '.local', 'logs'), { recursive: true });
  const local = {
    edgeUrl,
    cloud: {
      dynamodb: endpoints.dynamodb,
      sqs: endpoints.sqs,
      s3: endpoints.s3,
      jobsTable: 'qdn-jobs',
      logBucket: named('relay-message')?.variables['LOG_BUCKET'],
      logs: join(folder, '.local', 'logs'),
    },
  };
  writeFileSync(join(folder, '.local', 'local.json'), JSON.stringify(local));
};

/** Returns a function that runs a command of `./qdn` on this system. */
const createCommandLine =
  (folder: string, operator: string): World['qdn'] =>
  async (...args) => {
    const printed: string[] = [];
    const surroundings = {
      environment: { QDN_OPERATOR_TOKEN: operator },
      repository: folder,
      print: (text: string) => void printed.push(text),
      note: () => {},
    };
    await createProgram(surroundings).parseAsync(['node', 'qdn', ...args]);
    return printed.join('\n');
  };

/** Starts the emulated AWS, the API in front of the functions, and the client of the queue. */
const startStores = async (
  templates: Templates,
  folder: string,
  { faults, publish, keep, running }: Pick<Parts, 'faults' | 'publish'> & { keep: Keep; running: () => Functions },
) => {
  const ports = { dynamodb: 0, storage: 0, secrets: 0, keyValues: 0 };
  const owned = SERVICES.filter((name) => name !== 'tracking-site').flatMap((name) => templates[name] ?? []);
  const cloud = keep(await startCloud({ folder: join(folder, 'cloud'), ports, templates: owned, inMemory: true }));
  const recorder = keep(await startFaultyAws(cloud, faults, publish));
  const gateway = keep(
    await startGateway(owned.flatMap(routesOf), running, (status) => {
      // API Gateway counts all of its 5xx answers, also those of a function.
      if (status >= 500) publish('AWS/ApiGateway', '5xx', { ApiId: 'api' }, 1);
    }),
  );
  const sqs = new SQSClient({ ...clientSettings(cloud.endpoints.sqs), useQueueUrlAsEndpoint: false });
  keep({ close: () => sqs.destroy() });
  const put: World['put'] = async (record) => {
    const MessageBody = typeof record === 'string' ? record : JSON.stringify(record);
    await sqs.send(new SendMessageCommand({ QueueUrl: cloud.queueUrl(QUEUE), MessageBody }));
  };
  return { cloud, gateway, sqs, put, aws: `http://127.0.0.1:${recorder.port}` };
};

/** Starts the system. @param folder a folder that only this world uses */
export const startWorld = async (templates: Templates, folder: string): Promise<World> => {
  const closers: Array<() => Promise<void> | void> = [];
  const keep: Keep = (one) => {
    closers.push(() => one.close());
    return one;
  };
  const clock: Clock = createClock(Math.ceil(Date.now() / 60_000) * 60_000);
  closers.push(installClock(clock.shared));
  const data: Datum[] = [];
  const publish: Publish = (namespace, name, dimensions, value) =>
    void data.push({ namespace, name, dimensions, at: clock.now(), value });
  const faults: World['faults'] = {
    aws: null,
    noWorker: false,
    isStopped: false,
    pollEveryMs: 0,
    trackersAreSilent: false,
  };
  const events: World['events'] = { kept: null };
  const named = findIn(templates);
  let started: Functions | null = null;
  const running = (): Functions => {
    if (!started) throw new Error('Not started yet');
    return started;
  };
  const { cloud, gateway, sqs, put, aws } = await startStores(templates, folder, { faults, publish, keep, running });
  const secrets = ensureSecrets(join(folder, 'cloud', 'secrets.json'));
  const twilio = keep(
    await startCarriers(secrets, clock, gateway.url, {
      events,
      put,
      // The request for a text whose events are kept is never answered: its timeout of eight seconds passes at once.
      onKept: () => void setTimeout(() => started?.endTimeouts('relay-message'), 300),
    }),
  );
  started = keep(
    createContainers(
      named,
      await bundledFunctions(templates),
      { apiUrl: gateway.url, aws, carriers: twilio },
      { clock: clock.shared, onLine: (_, line) => void data.push(...dataIn(line)) },
    ),
  );
  const invoke: Parts['invoke'] = async (name, event) => {
    try {
      return await running().invoke(name, event);
    } catch {
      // Lambda counts an invocation that ends without an answer among its Errors.
      publish('AWS/Lambda', 'Errors', { FunctionName: named(name)?.deployedName ?? name }, 1);
      return null;
    }
  };
  const parts: Parts = { clock, cloud, sqs, faults, publish, named, settled: () => twilio.settled(), invoke, put };
  const { operator, device, ask } = createCallers(secrets.tokens, gateway.url, clock.now());
  await createJob(ask);
  writeLocalFile(folder, cloud, gateway.url, named);

  return {
    clock,
    data,
    faults,
    twilio,
    events,
    put,
    ask,
    liveAMinute: createMinutes(parts, (fix) => ask('POST', '/api/jobs/QDN-1042/location', fix, device)),
    killWorker: () => running().freeze('relay-message'),
    text: async (body, from = '+15125550111') => {
      twilio.receive(from, TEXT_NUMBER, body);
      await twilio.settled();
      await workOff(parts);
    },
    purge: async () => {
      await sqs.send(new PurgeQueueCommand({ QueueUrl: cloud.queueUrl(QUEUE) }));
    },
    qdn: createCommandLine(folder, operator),
    close: async (): Promise<void> => {
      for (const one of closers.reverse()) await one();
    },
  };
};

/** Returns the alarms of a service's template, as CloudFormation would create them. */
export const alarmsIn = (template: Template) =>
  Object.values(template.Resources)
    .filter(({ Type }) => Type === 'AWS::CloudWatch::Alarm')
    // The actions of an alarm are not part of this test.
    .map(({ Properties }) => {
      const { AlarmActions: _, OKActions: __, ...rest } = Properties ?? {};
      return rest;
    })
    .map((properties) => Object(resolve(replaceApi(properties), template)) as Record<string, unknown>);

/** Replaces the ID of the HTTP API, which only AWS knows. */
const replaceApi = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value).replaceAll('{"Ref":"HttpApi"}', '"api"'));

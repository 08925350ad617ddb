import { createPrivateKey } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DeleteMessageCommand, ReceiveMessageCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createJobStore } from '@qdn/aws/jobs-table';
import { createRelayStore } from '@qdn/aws/relay';
import { createSecretVersions } from '@qdn/aws/secret-versions';
import { createSecretsClient } from '@qdn/aws/secrets';
import type { Template } from '@qdn/cloudformation/template';
import { type JobId, type MessageSid, parseTrailerId, type RecipientId, SILENT_STAND_MS } from '@qdn/domain';
import { clientSettings } from '@qdn/emulator-aws/client-settings';
import { type Cloud, startCloud } from '@qdn/emulator-aws/cloud';
import { type CarrierEmulator, startCarrierEmulator } from '@qdn/emulator-carriers/emulator';
import { publicKeyOf, startTelnyxEmulator, type TelnyxEmulator } from '@qdn/emulator-carriers/telnyx';
import { signToken } from '@qdn/lambda/sign-token';
import { createKeyring } from '@qdn/lambda/tokens';
import { ensureSecrets } from '@qdn/local/local-secrets';
import { environmentOf } from './privileges/environment.ts';
import { bundledFunctions, createFunctions, type Functions } from './privileges/functions.ts';
import { routesOf, startGateway } from './privileges/gateway.ts';
import { doneByLambda, functionsOf, permissionsOf, permits } from './privileges/policies.ts';
import { type AwsCall, startRecorder } from './privileges/recorder.ts';
import { EVERYTHING, SECOND_IDENTITY, SECOND_NUMBER, templatesWith } from './templates.ts';

/*
 * Runs every function of the packaged services in its own container, through its normal work and its failures, and records each
 * AWS call with its resource. The function's role must allow exactly these calls.
 */

const SERVICES = ['job-api', 'telemetry-ingest', 'sms-relay'];

const TELNYX_NUMBER = '+15125550144';
const TELNYX_KEY = 'KEY-of-the-emulator';
/** The same key in every run, because the templates are packaged again for each new public key. PKCS #8 of an Ed25519 seed: RFC 8410. */
const TELNYX_SIGNING_KEY = createPrivateKey({
  key: Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), Buffer.alloc(32, 7)]),
  format: 'der',
  type: 'pkcs8',
});
const CARRIERS = JSON.stringify([
  { name: 'twilio' },
  { name: 'telnyx', number: TELNYX_NUMBER, publicKeys: [publicKeyOf(TELNYX_SIGNING_KEY)] },
  { name: 'aws', identity: SECOND_IDENTITY, number: SECOND_NUMBER },
]);

const TEXT_NUMBER = '+15125550142';
const MARIA = '+15125550111';
const PRIYA = '+15125550113';
const DANA = '+15125550171';
const OPTED_OUT = '+15125550188';
const DRIVER = '+15125550131';
const COMPANY = {
  places: [['yard', 30.2211, -97.6972, 120]],
  name: 'QuickDumpNow',
  phone: '+15125550100',
  textNumber: TEXT_NUMBER,
  timeZone: 'America/Chicago',
  contacts: [{ id: 'dana', name: 'Dana', phone: DANA }],
  operator: '+15125550180',
  tracks: { keepDays: 30 },
  relay: {
    notices: {
      kinds: ['on-the-way', 'arriving-soon', 'arrived', 'completed', 'delayed'],
      quietHours: { from: '00:00', to: '00:00' },
    },
  },
  drivers: [['Ray', DRIVER, 'T1']],
};

const HOUR = 3_600_000;
const folder = mkdtempSync(join(tmpdir(), 'qdn-privileges-'));
/** File of the emulated Secrets Manager. */
const SECRETS_FILE = join(folder, 'cloud', 'secrets.json');
const closers: Array<() => Promise<void> | void> = [];
let templates: Record<string, Template>;
let recorder: Awaited<ReturnType<typeof startRecorder>>;

/** Returns the functions of all services, by their name in serverless.yml. */
const deployed = () =>
  SERVICES.flatMap((service) => {
    const template = templates[service];
    if (!template) throw new Error(`${service} was not packaged`);
    return functionsOf(template).map((one) => ({ ...one, service, template }));
  });

type World = {
  cloud: Cloud;
  functions: Functions;
  twilio: CarrierEmulator;
  telnyx: TelnyxEmulator;
  sqs: SQSClient;
  url: string;
  broken: Set<string>;
  operator: string;
  device: (trailer: string) => string;
};

const startWorld = async (beforeCall: (call: AwsCall) => Promise<undefined>): Promise<World> => {
  const keep = <T extends { close(): Promise<void> | void }>(one: T): T => {
    closers.push(() => one.close());
    return one;
  };
  const ports = { dynamodb: 0, storage: 0, secrets: 0, keyValues: 0 };
  const cloud = keep(
    await startCloud({
      folder: join(folder, 'cloud'),
      ports,
      templates: Object.values(templates),
      inMemory: true,
    }),
  );
  recorder = keep(
    await startRecorder(
      {
        dynamodb: cloud.endpoints.dynamodb,
        sqs: cloud.endpoints.sqs,
        s3: cloud.endpoints.s3,
        secretsmanager: cloud.endpoints.secretsManager,
        'cloudfront-keyvaluestore': cloud.endpoints.keyValueStore,
        'geo-places': cloud.endpoints.places,
      },
      beforeCall,
    ),
  );
  const everything = deployed();
  let functions: Functions | null = null;
  const gateway = keep(
    await startGateway(Object.values(templates).flatMap(routesOf), () => {
      if (!functions) throw new Error('Not started yet');
      return functions;
    }),
  );
  const { admin, sender, tokens } = ensureSecrets(SECRETS_FILE);
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
          voiceUrl: `${gateway.url}/api/calls/incoming`,
          voiceFallbackUrl: `${gateway.url}/api/fallback/calls`,
          statusCallback: `${gateway.url}/api/calls/ended`,
          smsFallbackUrl: `${gateway.url}/api/fallback/jobs/inbound/messages`,
        },
      ],
      phones: [],
      pace: { queueMs: 1, deliveryMs: 1 },
    }),
  );
  const telnyx = keep(
    await startTelnyxEmulator({
      port: 0,
      apiKey: TELNYX_KEY,
      number: TELNYX_NUMBER,
      signingKey: TELNYX_SIGNING_KEY,
      webhookUrl: () => `${gateway.url}/api/carriers/telnyx/webhook`,
    }),
  );
  const secrets = createSecretVersions(createSecretsClient(clientSettings(cloud.endpoints.secretsManager)));
  await secrets.put('qdn/telnyx', { apiKey: TELNYX_KEY }, 'AWSCURRENT');
  const aws = `http://127.0.0.1:${recorder.port}`;
  const urlOf = await bundledFunctions(templates);
  functions = keep(
    createFunctions(
      (name) => urlOf(everything.find((each) => each.name === name)?.service ?? '', name),
      (name) => {
        const variables = everything.find((each) => each.name === name)?.variables ?? {};
        const given: Record<string, string> = {
          PUBLIC_URL: gateway.url,
          COMPANY: JSON.stringify(COMPANY),
          QUEUE_URL: `${aws}/000000000000/qdn-inbound-messages`,
          UNVERIFIED_QUEUE_URL: `${aws}/000000000000/qdn-unverified-messages`,
        };
        return {
          ...environmentOf({ name, variables, given, aws, twilioUrl: twilio.url, otherUrls: { telnyx: telnyx.url } }),
          AWS_ENDPOINT_URL_CLOUDFRONT_KEYVALUESTORE: `http://localhost:${recorder.port}`,
        };
      },
    ),
  );
  const sqs = new SQSClient({ ...clientSettings(cloud.endpoints.sqs), useQueueUrlAsEndpoint: false });
  closers.push(() => sqs.destroy());
  const keyring = createKeyring(tokens);
  return {
    cloud,
    functions,
    twilio,
    telnyx,
    sqs,
    url: gateway.url,
    broken: gateway.broken,
    operator: signToken({ kind: 'operator', label: 'test' }, keyring, Date.now() + HOUR),
    device: (trailer) => {
      const trailerId = parseTrailerId(trailer);
      if (!trailerId) throw new Error(`${trailer} is no trailer`);
      return signToken({ kind: 'device', trailerId }, keyring, Date.now() + HOUR);
    },
  };
};

/** Plays an event source mapping once: invokes the function, and deletes the messages that it did not return as failures. */
const work = async ({ sqs, cloud, functions }: World, queue: string, worker: string): Promise<number> => {
  const QueueUrl = cloud.queueUrl(queue);
  const { Messages = [] } = await sqs.send(
    new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, MessageSystemAttributeNames: ['All'] }),
  );
  if (Messages.length === 0) return 0;
  const Records = Messages.map(({ MessageId, ReceiptHandle, Body, Attributes }) => ({
    messageId: MessageId,
    receiptHandle: ReceiptHandle,
    body: Body,
    attributes: Attributes,
    messageAttributes: {},
    md5OfBody: '',
    eventSource: 'aws:sqs',
    eventSourceARN: `arn:aws:sqs:us-east-1:000000000000:${queue}`,
    awsRegion: 'us-east-1',
  }));
  const answer = Object(await functions.invoke(worker, { Records }));
  const failed = new Set(
    answer.batchItemFailures.map(({ itemIdentifier }: { itemIdentifier: string }) => itemIdentifier),
  );
  for (const { MessageId, ReceiptHandle } of Messages) {
    if (!failed.has(MessageId)) await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
  }
  return Messages.length;
};
const relay = async (world: World): Promise<void> => {
  await world.twilio.settled();
  while ((await work(world, 'qdn-inbound-messages', 'relay-message')) > 0) await world.twilio.settled();
};
const put = async ({ sqs, cloud }: World, record: object): Promise<void> => {
  const QueueUrl = cloud.queueUrl('qdn-inbound-messages');
  await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: JSON.stringify(record) }));
};

const ask = async ({ url, operator }: World, method: string, path: string, body?: object, token = operator) => {
  const response = await fetch(`${url}${path}`, {
    method,
    redirect: 'manual',
    headers: { authorization: `Bearer ${token}`, ...(body ? { 'content-type': 'application/json' } : {}) },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  const text = await response.text();
  return { status: response.status, json: text.startsWith('{') ? JSON.parse(text) : undefined, response };
};

const SITE = { lat: 30.2747, lon: -97.7404 };
const job = (id: string, phone: string, trailer: string) => ({
  id,
  accountId: 'lopez',
  kind: 'delivery',
  customer: { name: 'Maria Lopez', phone },
  stops: [{ kind: 'drop_off', address: '1100 Congress Ave', ...SITE }],
  trailers: [trailer],
});
const fixes = (awayKm: number, agoS: number) => [
  {
    at: new Date(Date.now() - agoS * 1000).toISOString(),
    lat: SITE.lat - awayKm / 111,
    lon: SITE.lon,
    accuracyM: 5,
    speedMps: 12,
  },
];

/** Stores a message with an unknown outcome and an unanswered customer, both ten minutes old. */
const leaveSomethingWaiting = async (cloud: Cloud): Promise<void> => {
  const client = DynamoDBDocumentClient.from(new DynamoDBClient(clientSettings(cloud.endpoints.dynamodb)));
  const store = createRelayStore(client, 'qdn-jobs');
  const at = Date.now() - 600_000;
  const sid = `SM${'7'.repeat(32)}` as MessageSid;
  await store.pin(sid, {
    kind: 'team',
    timelineId: 'QDN-1042' as JobId,
    sender: 'customer',
    from: MARIA,
    receivedAt: at,
    begunAt: at,
    recipients: [],
    body: 'hello',
    acknowledges: [],
    notice: null,
    bounce: null,
    heldUntil: null,
    answeredBy: null,
  });
  await store.flagUnanswered(sid, at);
  await store.open({
    timelineId: 'QDN-1042' as JobId,
    messageSid: sid,
    recipient: 'dana' as RecipientId,
    attempt: 1,
    to: DANA,
    body: 'hello',
    state: 'CLAIMED',
    carrier: 'twilio',
    carrierSince: at,
    isDoubtful: false,
    owner: 'a worker that died',
    fence: 1,
    leaseUntil: at,
    claims: 1,
    claimedAt: at,
    carrierSid: null,
    errorCode: null,
    errorClass: null,
    delivery: null,
    updatedAt: at,
  });
  client.destroy();
};

/** Writes between an update's read and write, so that the update finds another version. */
const race = { functionName: '', write: async (): Promise<void> => {} };

const runEverything = async (): Promise<void> => {
  const world = await startWorld(async ({ functionName, action }) => {
    if (functionName !== race.functionName || action !== 'dynamodb:PutItem') return undefined;
    race.functionName = '';
    await race.write();
    return undefined;
  });
  const { cloud, functions, twilio, telnyx } = world;
  const client = DynamoDBDocumentClient.from(new DynamoDBClient(clientSettings(cloud.endpoints.dynamodb)));
  closers.push(() => client.destroy());
  const jobs = createJobStore(client, 'qdn-jobs');
  race.write = async () => {
    const found = await jobs.find('QDN-1042' as JobId);
    if (found) await jobs.update({ ...found, version: found.version + 1, updatedAt: Date.now() });
  };
  const expectStatus = async (answer: Promise<{ status: number; json?: unknown }>, status: number) => {
    const given = await answer;
    expect([given.status, status === given.status || given.json]).toEqual([status, true]);
  };

  // Calls the API of jobs as the operator.
  await expectStatus(ask(world, 'POST', '/api/jobs', job('QDN-1042', MARIA, 'T1')), 201);
  await expectStatus(ask(world, 'POST', '/api/jobs', job('QDN-1042', MARIA, 'T1')), 409);
  await expectStatus(ask(world, 'POST', '/api/jobs', job('QDN-1043', PRIYA, 'T2')), 201);
  race.functionName = 'update-job';
  await expectStatus(ask(world, 'PATCH', '/api/jobs/QDN-1042', { status: 'in_transit' }), 200);
  await expectStatus(ask(world, 'PATCH', '/api/jobs/QDN-1043', { status: 'in_transit' }), 200);

  // Reports positions as the trailers.
  for (const [path, trailer] of [
    ['/api/jobs/QDN-1042/location', 'T1'],
    ['/api/trailers/T2/location', 'T2'],
  ] as const) {
    for (const [km, agoS] of [
      [6, 40],
      [0, 20],
      [0, 10],
      [0, 1],
    ] as const) {
      const body = path.includes('/jobs/')
        ? { fixes: fixes(km, agoS) }
        : { location: undefined, ...fixes(km, agoS)[0] };
      const answer = await ask(world, 'POST', path, body, world.device(trailer));
      expect([path, answer.status < 300 || answer]).toEqual([path, true]);
    }
  }

  // Sends texts of customers and dispatchers over Twilio's signed webhooks.
  twilio.receive(MARIA, TEXT_NUMBER, 'Running late, QDN-1042', 1);
  await relay(world);
  const picture = twilio.messages().findLast(({ body }) => body.includes('/api/media/'))?.body ?? '';
  await expectStatus(ask(world, 'GET', /\/api\/media\/[\w-]+/.exec(picture)?.[0] ?? ''), 302);
  twilio.receive(DANA, TEXT_NUMBER, 'We come at three');
  await relay(world);
  twilio.receive(PRIYA, TEXT_NUMBER, 'STOP');
  await relay(world);
  // Twilio refuses us, so the next carrier sends; then that one refuses us too.
  twilio.setCarrierFault('unauthorized');
  telnyx.account.receive(MARIA, 'Hello?');
  await telnyx.account.settled();
  await relay(world);
  await telnyx.account.settled();
  expect(telnyx.account.texts.length).toBeGreaterThan(0);
  telnyx.account.fault = 'refuse';
  twilio.receive(MARIA, TEXT_NUMBER, 'Hello again?');
  await relay(world);
  twilio.setCarrierFault(null);
  // A driver's text.
  twilio.receive(DRIVER, TEXT_NUMBER, 'HERE');
  await relay(world);
  twilio.receive(DRIVER, TEXT_NUMBER, 'UNDO');
  await relay(world);
  // Calls: one that is answered, one that no one takes, and one that a dispatcher asks for.
  twilio.call(MARIA, TEXT_NUMBER);
  await twilio.settled();
  twilio.setAnswering(DANA, 'busy');
  twilio.call(MARIA, TEXT_NUMBER);
  await relay(world);
  twilio.setAnswering(DANA, 'answers');
  twilio.receive(DANA, TEXT_NUMBER, '@1042 call');
  await relay(world);
  expect(twilio.calls().map(({ direction, status }) => [direction, status])).toEqual([
    ['inbound', 'completed'],
    ['inbound', 'completed'],
    ['outbound-api', 'completed'],
  ]);
  // Starts a container with an existing log, and an unreadable record in the queue.
  await functions.freeze('relay-message');
  await put(world, { schema: 1, kind: 'unheard-of' });
  await relay(world);
  await leaveSomethingWaiting(cloud);
  await put(world, { schema: 1, kind: 'sweep' });
  twilio.receive(MARIA, TEXT_NUMBER, 'And now?');
  await relay(world);

  // Sends messages over the fallback: one from Twilio, one without a valid signature.
  world.broken.add('receive-message');
  twilio.receive(MARIA, TEXT_NUMBER, 'Over the fallback');
  await twilio.settled();
  world.broken.clear();
  const form = new URLSearchParams({
    From: MARIA,
    To: TEXT_NUMBER,
    Body: 'x',
    MessageSid: `SM${'1'.repeat(32)}`,
    AccountSid: ensureSecrets(SECRETS_FILE).admin.accountSid,
  });
  const signature = Buffer.alloc(20).toString('base64');
  const forged = { method: 'POST', body: form, headers: { 'x-twilio-signature': signature } };
  expect((await fetch(`${world.url}/api/jobs/inbound/messages`, forged)).status).toBe(403);
  expect((await fetch(`${world.url}/api/fallback/jobs/inbound/messages`, forged)).status).toBe(200);
  expect(await work(world, 'qdn-unverified-messages', 'admit-message')).toBe(2);
  await relay(world);

  // Scheduled functions. A trailer that has been silent since it came to its stop stands there, which only the schedule can see.
  await expectStatus(ask(world, 'POST', '/api/jobs', job('QDN-1044', MARIA, 'T3')), 201);
  const dispatched = await jobs.find('QDN-1044' as JobId);
  if (!dispatched) throw new Error('The job is missing');
  const anHourAgo = Date.now() - 3_600_000;
  await jobs.update({
    ...dispatched,
    status: 'in_transit',
    history: [{ status: 'in_transit', at: anHourAgo, by: 'operator', reason: 'dispatched', stop: 0 }],
    createdAt: anHourAgo,
    version: dispatched.version + 1,
  });
  const silentSinceS = SILENT_STAND_MS / 1000;
  for (const [km, agoS] of [
    [1, silentSinceS + 30],
    [0, silentSinceS - 1],
  ] as const)
    await ask(world, 'POST', '/api/trailers/T3/location', fixes(km, agoS)[0] ?? {}, world.device('T3'));
  await new Promise((resolve) => setTimeout(resolve, 2000));
  await functions.invoke('watch-trailers', {});
  await functions.invoke('keep-days', {});
  await functions.invoke('check-account', {});
  await expectStatus(ask(world, 'PATCH', '/api/jobs/QDN-1044', { undo: 'last' }), 200);

  // Reads of the operator.
  await expectStatus(ask(world, 'GET', '/api/jobs/QDN-1042'), 200);
  await expectStatus(ask(world, 'GET', '/api/jobs/QDN-1042/location'), 200);
  await expectStatus(ask(world, 'GET', '/api/jobs'), 200);
  // A store’s name takes both of the geocoder’s operations.
  await expectStatus(ask(world, 'GET', '/api/places?text=Home%20Depot'), 200);
  await expectStatus(ask(world, 'GET', `/api/places?text=same%20as%20last%20time&customer=%2B${MARIA.slice(1)}`), 200);
  await expectStatus(ask(world, 'GET', '/api/attention'), 200);
  const talks = await ask(world, 'GET', '/api/conversations');
  expect(talks.status).toBe(200);
  const talk = `/api/conversations/${talks.json.conversations[0].id}`;
  await expectStatus(ask(world, 'GET', talk), 200);
  await expectStatus(ask(world, 'GET', '/api/conversations/QDN-1042'), 200);
  await expectStatus(ask(world, 'POST', talk, { command: 'note', text: 'Gate 4' }), 200);
  await expectStatus(ask(world, 'POST', talk, { command: 'close' }), 200);
  await expectStatus(ask(world, 'PUT', '/api/consents', { phone: OPTED_OUT, isStopped: true, why: 'asked' }), 202);
  await relay(world);
  // A number without a history takes a second read.
  for (const phone of [OPTED_OUT, DANA]) await expectStatus(ask(world, 'POST', '/api/consents/find', { phone }), 200);
  await expectStatus(ask(world, 'POST', '/api/consents/find', {}), 200);
  await expectStatus(ask(world, 'GET', '/api/trailers/T1'), 200);
  await expectStatus(ask(world, 'GET', '/api/trailers'), 200);
  await expectStatus(ask(world, 'GET', '/api/visits'), 200);
  await expectStatus(ask(world, 'GET', '/api/trailers/T1/track'), 200);
  await expectStatus(
    ask(world, 'GET', '/api/trailers/T1/track?from=2026-01-05T00:00:00Z&to=2026-01-06T00:00:00Z'),
    200,
  );
  const link = await ask(world, 'POST', '/api/jobs/QDN-1042/tracking-links', {});
  expect(link.status).toBe(201);
  await expectStatus(ask(world, 'DELETE', `/api/jobs/QDN-1042/tracking-links/${link.json.linkId}`), 204);
};

beforeAll(async () => {
  templates = await templatesWith({ ...EVERYTHING, carriers: CARRIERS }, SERVICES);
  await runEverything();
}, 300_000);
afterAll(async () => {
  for (const close of closers.reverse()) await close();
  rmSync(folder, { recursive: true, force: true });
});

const shown = ({ action, resource }: { action: string; resource: string }): string => `${action} ${resource}`;
const unique = (texts: readonly string[]): string[] => [...new Set(texts)].sort();
const madeBy = (name: string) => recorder.calls().filter(({ functionName }) => functionName === name);

describe('a function’s role', () => {
  test('is compared with a complete record: every function ran, and every call was parsed', () => {
    expect(recorder.faults()).toEqual([]);
    const names = deployed().map(({ name }) => name);
    expect(names.length).toBe(31);
    expect(names.filter((name) => madeBy(name).length === 0)).toEqual([]);
  });

  test('allows every call that the function makes', () => {
    const missing = deployed().flatMap(({ name, role, template }) => {
      const permissions = permissionsOf(template, role);
      const refused = madeBy(name).filter((call) => !permissions.some((permission) => permits(permission, call)));
      return unique(refused.map(shown)).map((call) => `${name}: ${call}`);
    });
    expect(missing).toEqual([]);
  });

  test('allows nothing that neither the function nor Lambda uses', () => {
    const unused = deployed().flatMap(({ name, role, template, logicalId, deployedName }) => {
      const made = [...madeBy(name), ...doneByLambda(template, logicalId, deployedName)];
      const idle = permissionsOf(template, role).filter(
        (permission) => !made.some((call) => permits(permission, call)),
      );
      return unique(idle.map(shown)).map((permission) => `${name}: ${permission}`);
    });
    expect(unused).toEqual([]);
  });

  test('lets Lambda write the function’s log and read its queue', () => {
    const missing = deployed().flatMap(({ name, role, template, logicalId, deployedName }) => {
      const permissions = permissionsOf(template, role);
      const needed = doneByLambda(template, logicalId, deployedName);
      return needed
        .filter((call) => !permissions.some((one) => permits(one, call)))
        .map((call) => `${name}: ${shown(call)}`);
    });
    expect(missing).toEqual([]);
  });

  test('allows each secret only to the functions that read it', () => {
    const readers: Record<string, string[]> = {};
    for (const { name } of deployed()) {
      for (const { action, resource } of madeBy(name)) {
        const secret = /secret:(.+)-\w{6}$/.exec(resource)?.[1];
        if (action === 'secretsmanager:GetSecretValue' && secret)
          readers[secret] = unique([...(readers[secret] ?? []), name]);
      }
    }
    expect(readers['qdn/twilio-admin']).toEqual([
      'admit-message',
      'check-account',
      'receive-call',
      'receive-message',
      'record-delivery',
    ]);
    expect(readers['qdn/twilio-sender']).toEqual(['get-media', 'relay-message']);
    // The public webhook function has the public key from its settings, and cannot read the sending key.
    expect(readers['qdn/telnyx']).toEqual(['relay-message']);
    expect(Object.keys(readers).sort()).toEqual(['qdn/telnyx', 'qdn/tokens', 'qdn/twilio-admin', 'qdn/twilio-sender']);
  });
});

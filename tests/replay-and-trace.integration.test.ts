import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand } from '@aws-sdk/client-s3';
import { DeleteMessageCommand, ReceiveMessageCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { createComplianceLog } from '@qdn/aws/compliance-log';
import { createJobStore } from '@qdn/aws/jobs-table';
import { createRelayStore } from '@qdn/aws/relay';
import { startDynamo, type TestDynamo } from '@qdn/aws/testing';
import { createProgram } from '@qdn/cli/program';
import type { ComplianceLog, SendOutcome } from '@qdn/domain';
import { aCompany, aJob, memoryLocations, typicalTravel } from '@qdn/domain/testing';
import { startTestSqsS3 } from '@qdn/emulator-aws/testing/engines';
import { findConsents } from '@qdn/job-api/functions/find-consents';
import { setConsent } from '@qdn/job-api/functions/set-consent';
import { createKeyring, signToken } from '@qdn/lambda';
import { apiEvent, lambdaContext, newTokenKeys, recordingLogger } from '@qdn/lambda/testing';
import { relayMessage } from '@qdn/sms-relay/functions/relay-message';

/*
 * Tests the operator's commands for past messages, with the real worker, table, queue and log on the emulated engines.
 */
const QUEUE = 'qdn-inbound-messages';
const BUCKET = 'log';
const DANA = '+15125550171';
const NOW = Date.now();

let dynamo: TestDynamo;
let cloud: Awaited<ReturnType<typeof startTestSqsS3>>;
let table: string;
let repository: string;
let sends: string[];
/** Log lines of the functions, as in `.local/logs`. */
let logLines: string[];

beforeAll(async () => {
  dynamo = await startDynamo();
  table = await dynamo.createTable('JobsTable');
  const dead = { Type: 'AWS::SQS::Queue', Properties: { QueueName: `${QUEUE}-dlq` } };
  const redrive = { deadLetterTargetArn: { 'Fn::GetAtt': ['Dead', 'Arn'] }, maxReceiveCount: 5 };
  cloud = await startTestSqsS3({
    Queue: { Type: 'AWS::SQS::Queue', Properties: { QueueName: QUEUE, RedrivePolicy: redrive } },
    Dead: dead,
    Log: { Type: 'AWS::S3::Bucket', Properties: { BucketName: BUCKET } },
  });
  await createJobStore(dynamo.client, table).create(aJob());
  repository = mkdtempSync(join(tmpdir(), 'qdn-replay-'));
  mkdirSync(join(repository, '.local', 'logs'), { recursive: true });
  const dynamodb = await dynamo.client.config.endpoint?.();
  const local = {
    cloud: {
      dynamodb: `http://127.0.0.1:${dynamodb?.port}`,
      sqs: cloud.endpoint,
      s3: cloud.endpoint,
      jobsTable: table,
      logBucket: BUCKET,
      logs: join(repository, '.local', 'logs'),
    },
  };
  writeFileSync(join(repository, '.local', 'local.json'), JSON.stringify(local));
}, 60_000);
afterAll(async () => {
  await dynamo.stop();
  await cloud.close();
  rmSync(repository, { recursive: true });
});
beforeEach(() => {
  sends = [];
  logLines = [];
});

type WorkerOptions = {
  complianceLog?: ComplianceLog;
  /** Returns the outcome of each outbound message. */
  send?: (to: string) => SendOutcome;
};

/** Returns a worker in a new container, without any cached state. */
const startWorker = ({
  complianceLog = createComplianceLog(cloud.s3, BUCKET, Date.now),
  send = () => ({ kind: 'accepted', carrierSid: `SM${sends.length}` }),
}: WorkerOptions = {}) => {
  const log = recordingLogger();
  let owners = 0;
  const handler = relayMessage({
    jobs: createJobStore(dynamo.client, table),
    relay: createRelayStore(dynamo.client, table),
    travel: typicalTravel,
    locations: memoryLocations(),
    complianceLog,
    notices: { send: async () => {} },
    followUps: { schedule: async () => {} },
    carriers: [
      {
        name: 'twilio',
        send: async ({ to }) => {
          sends.push(to);
          return send(to);
        },
        find: async () => [],
      },
    ],
    company: aCompany(),
    segmentUsd: 0.01,
    mediaLink: async () => '',
    trackingLink: async () => 'https://x.example/t/abc',
    now: Date.now,
    random: () => 0,
    pause: async () => {},
    newOwner: () => `${Math.random()}-${++owners}`,
    postpone: async () => {},
    log,
  });
  /** Processes the queue; `failures` are those of each batch. @returns the number of received messages */
  return async (failures = 0): Promise<number> => {
    let done = 0;
    for (;;) {
      const QueueUrl = cloud.queueUrl(QUEUE);
      const { Messages = [] } = await cloud.sqs.send(
        new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, MessageSystemAttributeNames: ['All'] }),
      );
      if (Messages.length === 0) break;
      const { batchItemFailures } = await handler({
        Records: Messages.map(({ MessageId = '', ReceiptHandle = '', Body = '', Attributes = {} }) => ({
          messageId: MessageId,
          receiptHandle: ReceiptHandle,
          body: Body,
          attributes: {
            ApproximateReceiveCount: Attributes['ApproximateReceiveCount'] ?? '1',
            SentTimestamp: Attributes['SentTimestamp'] ?? '0',
            SenderId: '',
            ApproximateFirstReceiveTimestamp: '0',
          },
          messageAttributes: {},
          md5OfBody: '',
          eventSource: 'aws:sqs',
          eventSourceARN: '',
          awsRegion: '',
        })),
      });
      expect(batchItemFailures).toHaveLength(failures);
      for (const { ReceiptHandle } of Messages)
        await cloud.sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
      done += Messages.length;
    }
    logLines.push(...log.lines.splice(0));
    writeFileSync(join(repository, '.local', 'logs', 'sms-relay.log'), `${logLines.join('\n')}\n`);
    return done;
  };
};

let count = 0;
const aMessage = (body: string, receivedAt = NOW) => ({
  schema: 1,
  kind: 'message',
  via: 'twilio',
  messageSid: `SM${String(++count).padStart(32, '0')}`,
  pathJob: 'QDN-1042',
  receivedAt: new Date(receivedAt).toISOString(),
  from: '+15125550111',
  to: '+15125550142',
  body,
  optOutType: null,
  media: [],
  parameters: {},
});
const put = (record: object, queue = QUEUE) =>
  cloud.sqs.send(new SendMessageCommand({ QueueUrl: cloud.queueUrl(queue), MessageBody: JSON.stringify(record) }));

/** Environment of the commands. */
let environment: NodeJS.ProcessEnv = {};
const qdn = async (...args: string[]): Promise<string> => {
  const printed: string[] = [];
  const program = createProgram({
    environment,
    repository,
    print: (text) => printed.push(text),
    note: () => {},
  });
  await program.parseAsync(['node', 'qdn', ...args]);
  return printed.join('\n');
};

describe('./qdn replay-messages', () => {
  test('moves dead letters back and prints their number, then reports that none are left', async () => {
    const message = aMessage('stuck');
    await put(message, `${QUEUE}-dlq`);
    expect(await qdn('replay-messages', '--dry-run')).toBe(`1 message would go back from ${QUEUE}-dlq to ${QUEUE}.`);
    expect(await startWorker()()).toBe(0);
    expect(await qdn('replay-messages')).toContain(`1 message moved back from ${QUEUE}-dlq to ${QUEUE}.`);
    expect(await startWorker()()).toBe(1);
    expect(sends).toHaveLength(1);
    expect(await qdn('replay-messages')).toBe(`${QUEUE}-dlq is empty. There is nothing to replay.`);
  });

  test('relays past messages again, by SID and by time, and sends nothing twice', async () => {
    const hours = 40;
    const [one, two] = [aMessage('one', NOW - hours * 3_600_000), aMessage('two', NOW - hours * 3_600_000 + 60_000)];
    const worker = startWorker();
    await put(one);
    await put(two);
    await worker();
    expect(sends).toHaveLength(2);

    expect(await qdn('replay-messages', '--sid', one.messageSid)).toContain('1 message put back');
    expect(await worker()).toBe(1);
    const range = ['--from', one.receivedAt, '--to', two.receivedAt];
    for (const container of [worker, startWorker(), startWorker()]) {
      expect(await qdn('replay-messages', ...range)).toContain('2 messages put back');
      expect(await container()).toBe(2);
    }
    expect(sends).toHaveLength(2);
    expect(
      (await createRelayStore(dynamo.client, table).timeline('QDN-1042')).map(({ message }) => message.body),
    ).toEqual(expect.arrayContaining(['one', 'two']));
  });

  test('lists with --dry-run what it would relay, and sends nothing to the queue', async () => {
    const message = aMessage('only looked at', NOW - 100 * 3_600_000);
    await put(message);
    const worker = startWorker();
    await worker();
    const shown = await qdn('replay-messages', '--sid', message.messageSid, '--dry-run');
    expect(shown).toContain(`${message.messageSid}  +15125550111  "only looked at"`);
    expect(shown).toContain('Nothing was sent.');
    expect(await worker()).toBe(0);
  });

  test('says what is wrong with what it was asked for', async () => {
    await expect(qdn('replay-messages', '--from', 'yesterday')).rejects.toThrow(
      '"yesterday" is not a valid time. Write 2026-11-23',
    );
    await expect(qdn('replay-messages', '--to', '2h')).rejects.toThrow('--to needs a start');
    await expect(qdn('replay-messages', '--from', '1h', '--to', '2h')).rejects.toThrow('--from is later than --to');
    await expect(qdn('replay-messages', '--from', '2001-01-01', '--to', '2001-01-02')).rejects.toThrow(
      'no message of that time range',
    );
    await expect(qdn('replay-messages', '--queue', 'unverified')).rejects.toThrow('has no queue of that name');
    await expect(qdn('replay-messages', '--queue', 'unverified', '--sid', 'SM1')).rejects.toThrow('Leave --queue out');
  });
});

test('./qdn trace shows the timeline of a message in order', async () => {
  const message = aMessage('Come to the back gate', Date.now());
  await put(message);
  const worker = startWorker();
  await worker();
  const outboundMessageId = `QDN-1042~${message.messageSid}~dana`;
  await put({
    schema: 1,
    kind: 'receipt',
    outboundMessageId,
    carrier: 'twilio',
    carrierSid: 'SM1',
    status: 'delivered',
    errorCode: null,
    errorClass: null,
    receivedAt: new Date().toISOString(),
  });
  await worker();
  const timeline = await qdn('trace', message.messageSid);
  const inOrder = [
    'QDN-1042',
    'webhook          received from twilio, +15125550111 to +15125550142',
    'message          customer (+15125550111) wrote "Come to the back gate"  [messages/',
    'plan             ',
    'outbound         dana: started',
    'receipt          dana: delivered',
    'sms-relay        info: MESSAGE_RELAYED',
    '1 accepted, 0 refused, 0 open.',
  ];
  let place = 0;
  for (const part of inOrder) {
    expect(timeline.slice(place)).toContain(part);
    place = timeline.indexOf(part, place) + 1;
  }
  expect(timeline).toContain('outbound         dana: accepted, via twilio, claimed once, SM1, delivered');
  await expect(qdn('trace', 'SM1')).rejects.toThrow('"SM1" is not a valid MessageSid');
  await expect(qdn('trace', `SM${'9'.repeat(32)}`)).rejects.toThrow('does not know SM999');
});

describe('./qdn consent', () => {
  const PHONE = '+15125550188';
  const keyring = createKeyring(newTokenKeys());
  const access = { keyring: async () => keyring, now: Date.now, log: recordingLogger() };
  let server: Server;

  // The two functions of the API behind the command, on the same table and queue.
  beforeAll(async () => {
    const consents = findConsents({ ...access, relay: createRelayStore(dynamo.client, table) });
    const change = setConsent({ ...access, queue: { send: async (record) => void (await put(record)) } });
    server = createServer((request, response) => {
      void (async () => {
        let body = '';
        for await (const chunk of request) body += String(chunk);
        const { method = '', url = '' } = request;
        const headers = Object.fromEntries(Object.entries(request.headers).map(([name, one]) => [name, String(one)]));
        const fn = method === 'PUT' ? change : consents;
        const answer = await fn(apiEvent({ method, path: url, headers, body }), lambdaContext);
        response.writeHead(answer.statusCode ?? 500, { 'content-type': 'application/json' }).end(answer.body);
      })();
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    environment = {
      QDN_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      QDN_OPERATOR_TOKEN: signToken({ kind: 'operator', label: 'office' }, keyring, Date.now() + 3_600_000),
    };
  });
  afterAll(() => {
    environment = {};
    server.closeAllConnections();
    server.close();
  });

  test('shows and changes the consent of a number, in any way of writing it; the log has the reason', async () => {
    expect(await qdn('consent', PHONE)).toBe(`${PHONE} gets texts.`);
    expect(await qdn('consent', PHONE, '--stop', '--why', 'asked by phone')).toContain('gets no more texts');
    await startWorker()();
    expect(await qdn('consent', '(512) 555-0188')).toMatch(
      /has opted out: it gets no texts.*\n.* {2}opted out {2}operator office: asked by phone$/,
    );
    expect(await qdn('consent')).toContain(`${PHONE}  `);
    expect(await qdn('log', 'show', '--from', '1h')).toContain('asked by phone');
    await qdn('consent', PHONE, '--start', '--why', 'asked to go on');
    await startWorker()();
    expect(await qdn('consent', PHONE)).toMatch(/ gets texts\.\n.* {2}gets texts {2}operator office: asked to go on\n/);
    expect(await qdn('consent')).not.toContain(PHONE);
  });

  test('refuses a change without a reason, both changes at once, and what is not a number', async () => {
    await expect(qdn('consent', PHONE, '--stop')).rejects.toThrow('The reason is missing');
    await expect(qdn('consent', PHONE, '--stop', '--start')).rejects.toThrow('not both');
    await expect(qdn('consent', 'Maria')).rejects.toThrow('"Maria" is not a phone number');
  });
});

describe('./qdn resolve', () => {
  const outboundMessagesOf = async (sid: string) =>
    Object.fromEntries(
      (await createRelayStore(dynamo.client, table).timeline('QDN-1042'))
        .filter(({ message }) => message.messageSid === sid)
        .flatMap(({ outboundMessages }) =>
          outboundMessages.map(({ recipient, state, delivery }) => [recipient, [state, delivery]]),
        ),
    );
  /** A message with an unknown outcome for Dana. */
  const inDoubt = async (body: string) => {
    const message = aMessage(body, Date.now());
    await put(message);
    const worker = startWorker({
      send: (to) => (to === DANA ? { kind: 'unknown', detail: 'timed out' } : { kind: 'accepted', carrierSid: 'SM1' }),
    });
    await worker(1);
    expect(await outboundMessagesOf(message.messageSid)).toMatchObject({ dana: ['UNKNOWN', null] });
    sends = [];
    return message.messageSid;
  };

  test('records the arrival of a message, also in the log, and resends nothing', async () => {
    const sid = await inDoubt('Is it there?');
    expect(await qdn('resolve', sid, '--arrived')).toBe(
      'Recorded: dana received the message. It leaves the list of ./qdn attention in a moment.',
    );
    const worker = startWorker();
    await worker();
    expect(await outboundMessagesOf(sid)).toMatchObject({ dana: ['ACCEPTED', 'delivered'] });
    expect(await qdn('log', 'show', '--from', '1h', '--sid', sid)).toContain('dana: delivered, said by the operator');
    await qdn('replay-messages', '--sid', sid);
    await worker();
    expect(sends).toEqual([]);
    await expect(qdn('resolve', sid, '--not-arrived')).rejects.toThrow(`${sid} has no unknown outcome: dana delivered`);
  });

  test('records that a message has not arrived, does not resend it, and texts the next recipient', async () => {
    const sid = await inDoubt('Is it not there?');
    expect(await qdn('resolve', sid, '--not-arrived')).toContain('dana did not receive the message');
    await startWorker()();
    expect(await outboundMessagesOf(sid)).toMatchObject({ dana: ['ACCEPTED', 'undelivered'] });
    expect(sends).not.toContain(DANA);
  });

  test('says what is wrong with what it was asked for', async () => {
    const sid = await inDoubt('Asked wrongly');
    await expect(qdn('resolve', sid)).rejects.toThrow(
      'The outcome is missing. Add one of --arrived, --not-arrived and --called.',
    );
    await expect(qdn('resolve', sid, '--arrived', '--not-arrived')).rejects.toThrow('The outcome is missing');
    await expect(qdn('resolve', sid, 'luis', '--arrived')).rejects.toThrow(
      'for luis is not unknown. Recipients with an unknown outcome: dana',
    );
    await expect(qdn('resolve', 'SM1', '--arrived')).rejects.toThrow('"SM1" is not a valid MessageSid');
    await expect(qdn('resolve', `SM${'9'.repeat(32)}`, '--arrived')).rejects.toThrow(
      'The relay has not processed SM999',
    );
    expect(await startWorker()()).toBe(0);
  });
});

describe('./qdn log', () => {
  test('shows the log of a message, verifies it, and detects a changed word', async () => {
    const message = aMessage('a word of mine', Date.now());
    await put(message);
    await startWorker()();
    const shown = await qdn('log', 'show', '--from', '1h', '--sid', message.messageSid);
    expect(shown.split('\n')[0]).toMatch(
      / message +QDN-1042 +SM0+\d+ +customer \(\+15125550111\) wrote "a word of mine"$/,
    );
    expect(shown).toContain('to dana (+15125550171): accepted, via twilio');
    const [line = ''] = (await qdn('log', 'show', '--from', '1h', '--sid', message.messageSid, '--json')).split('\n');
    expect(JSON.parse(line)).toMatchObject({ type: 'message', data: { record: message } });

    const proven = await qdn('log', 'verify');
    expect(proven).toMatch(/^Proven: \d+ records in \d+ objects, up to record \d+\. None was removed/);
    const [hash = ''] = /[0-9a-f]{64}/.exec(proven) ?? [];
    expect(await qdn('log', 'verify', '--expect', hash)).toContain('Proven');
    await expect(qdn('log', 'verify', '--expect', 'f'.repeat(64))).rejects.toThrow(
      'not the log that the hash was noted from',
    );
    await expect(qdn('log', 'verify', '--expect', 'abc')).rejects.toThrow('a hash of 64 digits');

    const { Contents = [] } = await cloud.s3.send(new ListObjectsV2Command({ Bucket: BUCKET, Prefix: 'messages/2' }));
    const Key = Contents[0]?.Key ?? '';
    const { Body } = await cloud.s3.send(new GetObjectCommand({ Bucket: BUCKET, Key }));
    const text = (await Body?.transformToString()) ?? '';
    await cloud.s3.send(new PutObjectCommand({ Bucket: BUCKET, Key, Body: text.replace('customer', 'costumer') }));
    await expect(qdn('log', 'verify')).rejects.toThrow(`The log is not as it was written.\n${Key}, line`);
    await cloud.s3.send(new PutObjectCommand({ Bucket: BUCKET, Key, Body: text }));
    expect(await qdn('log', 'verify')).toContain('Proven');
  });

  test('names the messages in the timeline that are missing from the log', async () => {
    const at = NOW - 500 * 3_600_000;
    const [logged, lost] = [aMessage('logged', at), aMessage('not logged', at)];
    await put(logged);
    await startWorker()();
    const range = ['--from', logged.receivedAt, '--to', logged.receivedAt];
    expect(await qdn('log', 'verify', ...range, '--timeline')).toContain(
      'The timeline has 1 message of that time range; the log has all of them.',
    );
    await put(lost);
    await startWorker({ complianceLog: { append: async () => {} } })();
    await expect(qdn('log', 'verify', ...range, '--timeline')).rejects.toThrow(
      `The log lacks 1 of them:\n  ${lost.messageSid}\n`,
    );
  });
});

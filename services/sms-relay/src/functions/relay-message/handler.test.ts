import { expect, test } from '@jest/globals';
import type { FollowUp, LogEntry, SendOutcome, Sms } from '@qdn/domain';
import {
  aCompany,
  aJob,
  memoryJobs,
  memoryLocations,
  memoryLog,
  memoryRelay,
  typicalTravel,
} from '@qdn/domain/testing';
import { recordingLogger, sqsEvent } from '@qdn/lambda/testing';
import { type RelayMessageDependencies, relayMessage } from './handler.ts';

const record = (n: number, body: string) => ({
  schema: 1,
  kind: 'message',
  via: 'twilio',
  messageSid: `SM${String(n).padStart(32, '0')}`,
  pathJob: null,
  receivedAt: '2026-11-23T15:00:00.000Z',
  from: '+15125550111',
  to: '+15125550142',
  body,
  optOutType: null,
  media: [],
  parameters: {},
});

const aWorker = (behave: (sms: Sms) => SendOutcome, changes: Partial<RelayMessageDependencies> = {}) => {
  const relay = memoryRelay();
  const complianceLog = memoryLog();
  const log = recordingLogger();
  const postponed: Array<[string, number]> = [];
  const scheduled: FollowUp[] = [];
  let owners = 0;
  const handler = relayMessage({
    jobs: memoryJobs([aJob()]),
    relay,
    locations: memoryLocations(),
    travel: typicalTravel,
    complianceLog,
    notices: { send: async () => {} },
    followUps: {
      schedule: async (task) => {
        scheduled.push(task);
      },
    },
    carriers: [{ name: 'fake', send: async (sms) => behave(sms), find: async () => [] }],
    company: aCompany(),
    segmentUsd: 0.01,
    mediaLink: async () => '',
    random: () => 0,
    trackingLink: async () => 'https://x.example/track?job_id=a.b.c',
    now: () => Date.UTC(2026, 10, 23, 15),
    pause: async () => {},
    newOwner: () => `run-${++owners}`,
    postpone: async (receiptHandle, seconds) => {
      postponed.push([receiptHandle, seconds]);
    },
    log,
    ...changes,
  });
  const outboundMessages = async () => (await relay.timeline('QDN-1042')).flatMap((entry) => entry.outboundMessages);
  return { handler, relay, complianceLog, log, postponed, outboundMessages, scheduled };
};

test('retries only the records of a batch that were not relayed, soon', async () => {
  const { handler, relay, log, postponed } = aWorker(({ body }) =>
    body.includes('second') ? { kind: 'not-processed', detail: '429' } : { kind: 'accepted', carrierSid: 'SMx' },
  );
  const response = await handler(
    sqsEvent([record(1, 'first'), record(2, 'second'), { schema: 2 }, record(4, 'fourth')]),
  );
  expect(response.batchItemFailures).toEqual([{ itemIdentifier: 'message-1' }, { itemIdentifier: 'message-2' }]);
  const states = (await relay.timeline('QDN-1042')).map(({ message, outboundMessages }) => [
    message.body,
    outboundMessages[0]?.state,
  ]);
  expect(states.toSorted()).toEqual([
    ['first', 'ACCEPTED'],
    ['fourth', 'ACCEPTED'],
    ['second', 'PENDING'],
  ]);
  expect(postponed.toSorted()).toEqual([
    ['receipt-1', 15],
    // No retry by the same code makes a record readable: a newer worker may read it, in the middle of a deployment.
    ['receipt-2', 60],
  ]);
  expect(log.lines.join()).not.toMatch(/5550111|5550171|first|second/);
});

test('each attempt waits longer than the previous one', async () => {
  const { handler, postponed } = aWorker(() => ({ kind: 'unknown', detail: 'timeout' }));
  for (const count of [1, 2, 3, 4]) await handler(sqsEvent([record(1, 'x')], count));
  const waits = postponed.map(([, seconds]) => seconds);
  expect(waits).toEqual([...new Set(waits)].sort((a, b) => a - b));
  expect(waits).toHaveLength(4);
});

test('a record counts as stuck from the fifth delivery on', async () => {
  const { handler, log } = aWorker(() => ({ kind: 'not-processed', detail: '429' }));
  const stuck = () => log.measured.filter((one) => 'Stuck' in one).length;
  for (const count of [1, 2, 3, 4]) await handler(sqsEvent([record(1, 'x')], count));
  expect(stuck()).toBe(0);
  for (const count of [5, 6]) await handler(sqsEvent([record(1, 'x')], count));
  expect(stuck()).toBe(2);
});

test('the same message twice in a batch is sent once', async () => {
  let sends = 0;
  const { handler, outboundMessages } = aWorker(() => ({ kind: 'accepted', carrierSid: `SM${++sends}` }));
  await handler(sqsEvent([record(1, 'x'), record(1, 'x')]));
  expect(sends).toBe(1);
  expect(await outboundMessages()).toMatchObject([{ state: 'ACCEPTED', owner: expect.stringMatching(/^run-[12]$/) }]);
});

test('the log distinguishes a recipient’s refusal from a setup error, without a number', async () => {
  const detail = 'The number +15125550171 is no number';
  const refusing = (code: number) =>
    aWorker(() => ({ kind: 'rejected', class: code === 21211 ? 'unreachable' : 'credentials', code, detail }));
  const [theirs, ours] = [refusing(21211), refusing(20003)];
  expect((await theirs.handler(sqsEvent([record(1, 'x')]))).batchItemFailures).toEqual([]);
  expect((await ours.handler(sqsEvent([record(1, 'x')]))).batchItemFailures).toHaveLength(1);
  const outboundMessageId = `QDN-1042~${record(1, '').messageSid}~dana`;
  expect(JSON.parse(theirs.log.lines[0] ?? '')).toMatchObject({ level: 'warn', outboundMessageId, code: 21211 });
  expect(JSON.parse(ours.log.lines[0] ?? '')).toMatchObject({ level: 'error', outboundMessageId, code: 20003 });
  expect([...theirs.log.lines, ...ours.log.lines].join()).not.toContain('5550171');
});

test('a text goes out without an ETA when positions cannot be read, and the log says so', async () => {
  const locations = { shown: async () => Promise.reject(new Error('throttled')) };
  const { handler, log, outboundMessages } = aWorker(() => ({ kind: 'accepted', carrierSid: 'SMx' }), { locations });
  expect(await handler(sqsEvent([record(1, 'x')]))).toEqual({ batchItemFailures: [] });
  expect(await outboundMessages()).toHaveLength(1);
  expect(log.lines.map((line) => JSON.parse(line))).toMatchObject([
    { level: 'warn', reason: 'throttled' },
    { level: 'info', timelineId: 'QDN-1042', recipients: 1 },
  ]);
});

const receipt = (status: string, changes: object = {}) => ({
  schema: 1,
  kind: 'receipt',
  outboundMessageId: `QDN-1042~${record(1, '').messageSid}~dana`,
  carrier: 'twilio',
  carrierSid: `SM${'c'.repeat(32)}`,
  status,
  errorCode: null,
  errorClass: null,
  receivedAt: '2026-11-23T15:00:00.000Z',
  ...changes,
});

test('a receipt resolves its message, even when our own record of it was lost', async () => {
  const { handler, outboundMessages } = aWorker(() => ({ kind: 'unknown', detail: 'timeout' }));
  await handler(sqsEvent([record(1, 'x')]));
  expect(await outboundMessages()).toMatchObject([{ state: 'UNKNOWN' }]);
  expect(await handler(sqsEvent([receipt('accepted')]))).toEqual({ batchItemFailures: [] });
  expect(await outboundMessages()).toMatchObject([{ state: 'ACCEPTED', delivery: null }]);
  await handler(sqsEvent([receipt('undelivered', { errorCode: 30003, errorClass: 'elsewhere' })]));
  expect(await outboundMessages()).toMatchObject([
    { state: 'ACCEPTED', delivery: 'undelivered', errorCode: 30003, errorClass: 'elsewhere' },
  ]);
});

test('a receipt that matches no outbound message is completed with a warning', async () => {
  const { handler, log } = aWorker(() => ({ kind: 'unknown', detail: '' }));
  expect(await handler(sqsEvent([receipt('sent', { outboundMessageId: 'none' })]))).toEqual({ batchItemFailures: [] });
  expect(JSON.parse(log.lines[0] ?? '')).toMatchObject({ level: 'warn' });
});

/** Makes an AWS event as SNS puts it into the queue. */
const awsEvent = (eventType: string, outboundMessageId: string) => ({
  eventType,
  isFinal: true,
  messageId: 'ed23196c-75ce-4727-93ee-7bf72b64998f',
  context: { message: outboundMessageId },
});
const awsText = {
  originationNumber: '+15125550111',
  destinationNumber: '+15125550143',
  messageKeyword: 'KEYWORD_000000000000',
  messageBody: 'Are you close?',
  inboundMessageId: 'cae173d2-66b9-564c-8309-21f858e9fb84',
};

test('a text to the second carrier’s number is relayed, once, and logged in our own words', async () => {
  let sends = 0;
  const { handler, relay, complianceLog } = aWorker(() => ({ kind: 'accepted', carrierSid: `SM${++sends}` }));
  for (const _ of ['once', 'and again']) expect(await handler(sqsEvent([awsText]))).toEqual({ batchItemFailures: [] });
  expect(sends).toBe(1);
  const timeline = await relay.timeline('QDN-1042');
  expect(timeline.map(({ message }) => [message.messageSid, message.body])).toEqual([
    ['QAcae173d266b9564c830921f858e9fb84', 'Are you close?'],
  ]);
  expect(complianceLog.batches[0]?.[0]).toMatchObject({ type: 'message', data: { record: { via: 'aws' } } });
});

test('an event of the second carrier resolves its message; another program’s is ignored', async () => {
  const { handler, outboundMessages, log } = aWorker(() => ({ kind: 'unknown', detail: 'timeout' }));
  await handler(sqsEvent([record(1, 'x')]));
  const outboundMessageId = `QDN-1042~${record(1, '').messageSid}~dana`;
  const events = [
    awsEvent('TEXT_DELIVERED', outboundMessageId),
    awsEvent('TEXT_DELIVERED', ''),
    { eventType: 'VOICE_RINGING' },
  ];
  expect((await handler(sqsEvent(events))).batchItemFailures).toEqual([{ itemIdentifier: 'message-2' }]);
  expect(await outboundMessages()).toMatchObject([{ state: 'ACCEPTED', delivery: 'delivered' }]);
  expect(log.lines.join()).toContain('CARRIER_EVENT_UNMATCHED');
});

test('logs a batch together, and when that fails retries all of it without sending twice', async () => {
  let sends = 0;
  let isDown = true;
  const entries: LogEntry[][] = [];
  const { handler, outboundMessages } = aWorker(() => ({ kind: 'accepted', carrierSid: `SM${++sends}` }), {
    complianceLog: {
      append: async (batch) => {
        if (isDown) throw new Error('no bucket');
        entries.push([...batch]);
      },
    },
  });
  const batch = [record(1, 'x'), record(2, 'y')];
  expect((await handler(sqsEvent(batch))).batchItemFailures).toHaveLength(2);
  isDown = false;
  expect((await handler(sqsEvent(batch))).batchItemFailures).toEqual([]);
  expect(sends).toBe(2);
  expect(await outboundMessages()).toMatchObject([{ state: 'ACCEPTED' }, { state: 'ACCEPTED' }]);
  expect(entries).toHaveLength(1);
  const messages = entries.flat().filter(({ type }) => type === 'message');
  expect(messages.map(({ data }) => data['record'])).toEqual(batch);
});

test('waits at least as long as the carrier requests', async () => {
  const asking = (retryAfterMs: number) => aWorker(() => ({ kind: 'not-processed', detail: '429', retryAfterMs }));
  const [long, short] = [asking(120_000), asking(5000)];
  await long.handler(sqsEvent([record(1, 'x')]));
  await short.handler(sqsEvent([record(1, 'x')]));
  expect(long.postponed).toEqual([['receipt-0', 120]]);
  expect(short.postponed).toEqual([['receipt-0', 15]]);
});

test('a follow-up runs, and an early one is postponed again', async () => {
  const { handler, scheduled, log } = aWorker(() => ({ kind: 'accepted', carrierSid: 'SMx' }));
  await handler(sqsEvent([record(1, 'x')]));
  const [task] = scheduled;
  if (!task) throw new Error('No follow-up is scheduled');
  const dueAt = new Date(task.dueAt).toISOString();
  const followUp = { ...task, schema: 1, kind: 'follow-up', dueAt };
  expect(await handler(sqsEvent([followUp]))).toEqual({ batchItemFailures: [] });
  expect(scheduled).toEqual([task, task]);
  expect(log.lines.at(-1)).toContain('FOLLOW_UP_DONE');
});

test('the sweep reports unknown outcomes, without a number', async () => {
  let now = Date.UTC(2026, 10, 23, 15);
  const { handler, log } = aWorker(() => ({ kind: 'unknown', detail: 'timeout' }), { now: () => now });
  await handler(sqsEvent([record(1, 'x')]));
  now += 600_000;
  expect(await handler(sqsEvent([{ schema: 1, kind: 'sweep' }]))).toEqual({ batchItemFailures: [] });
  expect(JSON.parse(log.lines.at(-1) ?? '')).toMatchObject({
    level: 'error',
    count: 1,
    outboundMessageIds: expect.any(String),
  });
  expect(log.lines.join()).not.toContain('5550171');
});

test('a notice is texted to the customer', async () => {
  const texts: string[] = [];
  const at = '2026-11-23T15:00:00.000Z';
  const job = aJob({
    status: 'at_site',
    history: [{ status: 'at_site', at: Date.parse(at), by: 'fixes', reason: '', stop: 0 }],
    notices: [{ what: 'arrived', stop: 0, at: Date.parse(at), promised: null }],
  });
  const { handler } = aWorker(
    ({ to, body }) => {
      texts.push(`${to} ${body}`);
      return { kind: 'accepted', carrierSid: 'SMx' };
    },
    { jobs: memoryJobs([job]) },
  );
  const notice = { schema: 1, kind: 'notice', jobId: 'QDN-1042', what: 'arrived', stop: 0, at, eta: null };
  for (const _ of [1, 2]) expect(await handler(sqsEvent([notice]))).toEqual({ batchItemFailures: [] });
  expect(texts).toEqual([
    '+15125550111 QuickDumpNow: Your delivery is here. It arrived at 9:00 AM.\nReply STOP to end',
  ]);
});

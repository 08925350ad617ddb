import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createFollowUps } from '@qdn/aws/inbound-queue';
import { createTwilioCalls } from '@qdn/carrier-twilio/calls';
import { createTwilioCarrier } from '@qdn/carrier-twilio/carrier';
import { callWebhooks, inboundWebhooks, statusWebhook } from '@qdn/carrier-twilio/webhook-addresses';
import type { Wire } from '@qdn/contracts';
import * as routes from '@qdn/contracts/routes';
import {
  CHANNELS,
  DEFAULT_POLICY,
  type Job,
  type MessageSid,
  type PhoneNumber,
  type RecipientId,
  type RelayCompany,
  type SmsCarrier,
  type TrailerId,
} from '@qdn/domain';
import { aJob, memoryJobs, memoryLocations, memoryLog, memoryRelay, typicalTravel } from '@qdn/domain/testing';
import { type CarrierEmulator, startCarrierEmulator } from '@qdn/emulator-carriers/emulator';
import type { ApiFunction } from '@qdn/lambda';
import { apiEvent, lambdaContext, recordingLogger, sqsEvent } from '@qdn/lambda/testing';
import { receiveCall } from '@qdn/sms-relay/functions/receive-call';
import { receiveFallback } from '@qdn/sms-relay/functions/receive-fallback';
import { receiveMessage } from '@qdn/sms-relay/functions/receive-message';
import { recordDelivery } from '@qdn/sms-relay/functions/record-delivery';
import { relayMessage } from '@qdn/sms-relay/functions/relay-message';

/*
 * The relay behind the emulated Twilio: signed webhooks over HTTP, the functions with their whole stack, the queue and the worker. The stores
 * are in memory, and the clock stands at one moment, unless a test moves it.
 */

export const NUMBERS = {
  company: '+15125550142',
  ann: '+15125550111',
  dana: '+15125550171',
  luis: '+15125550172',
  ray: '+15125550131',
  olga: '+15125550180',
} as const;

const ACCOUNT_SID = `AC${'a1'.repeat(16)}`;
const AUTH_TOKEN = 'the-primary-auth-token';
const API_KEY = { apiKeySid: `SK${'b2'.repeat(16)}`, apiKeySecret: 'the-secret-of-the-key' };
/** Tuesday 10 March 2026, 10:00 in Chicago. */
const MORNING = Date.UTC(2026, 2, 10, 15);

const contact = (id: 'dana' | 'luis', name: string, isQuiet: boolean) => ({
  id: id as RecipientId,
  name,
  phone: NUMBERS[id] as PhoneNumber,
  ...(isQuiet ? { quietHours: { from: '09:00', to: '11:00' } } : {}),
});

export type CallSetup = {
  quiet?: boolean;
  noContacts?: boolean;
  off?: boolean;
  storeDown?: boolean;
  advancedOptOut?: boolean;
  /** The company's senders on other channels than SMS; none by default. */
  senders?: { whatsapp?: string; rcs?: string };
  /** A second carrier, without WhatsApp and RCS, to which texts fail over. */
  second?: SmsCarrier;
  /** The operator gets an alarm when no one answers. */
  operator?: boolean;
  /** Steps of a call at which the webhook fails. */
  broken?: readonly string[];
};

const companyOf = ({
  quiet = false,
  noContacts = false,
  off = false,
  advancedOptOut = false,
  operator = false,
  senders = {},
}: CallSetup): RelayCompany => ({
  name: 'QuickDumpNow',
  phone: '+15125550100',
  textNumbers: [NUMBERS.company],
  answersOn: CHANNELS.filter((channel) => channel === 'sms' || senders[channel] !== undefined),
  timeZone: 'America/Chicago',
  jobPrefix: 'QDN',
  contacts: noContacts ? [] : [contact('dana', 'Dana', quiet), contact('luis', 'Luis', quiet)],
  operator: operator ? NUMBERS.olga : null,
  drivers: [{ name: 'Ray', phone: NUMBERS.ray as PhoneNumber, trailers: ['T4' as TrailerId] }],
  policy: { ...DEFAULT_POLICY, calls: { ...DEFAULT_POLICY.calls, answer: !off }, advancedOptOut },
});

const annsJob = (): Job =>
  aJob({
    id: 'QDN-4401' as Job['id'],
    customer: { name: 'Ann Lee', phone: NUMBERS.ann as PhoneNumber },
    contacts: [],
    status: 'in_transit',
  });

/** The functions that Twilio calls, with the variable of their path. */
const ROUTES = [
  { route: routes.receiveCall, name: 'receive-call' },
  { route: routes.refuseCall, name: 'receive-fallback' },
  { route: routes.receiveMessage, name: 'receive-message' },
  { route: routes.recordDelivery, name: 'record-delivery' },
] as const;

const matchOf = (path: string) => {
  for (const { route, name } of ROUTES) {
    const pattern = new RegExp(`^${route.path.replace(/\{(\w+)\}/g, '(?<$1>[^/]+)')}$`);
    const found = pattern.exec(path);
    if (found) return { name, pathParameters: { ...found.groups } };
  }
  return null;
};

/** Starts the system. Close it after the test. */
export const startCallSystem = async (setup: CallSetup = {}) => {
  const company = companyOf(setup);
  const jobs = memoryJobs([annsJob()]);
  const relay = memoryRelay();
  const log = recordingLogger();
  const queue: Array<{ record: object; dueAt: number }> = [];
  const state = { now: MORNING, broken: new Set(setup.broken), runs: 0 };
  const now = () => state.now;
  const send = async (record: object, delayS = 0): Promise<void> => {
    queue.push({ record, dueAt: state.now + delayS * 1000 });
  };

  let functions: Readonly<Record<string, ApiFunction>> = {};
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    let body = '';
    for await (const chunk of request) body += String(chunk);
    const url = new URL(request.url ?? '', 'http://localhost');
    const found = matchOf(url.pathname);
    const fn = found && functions[found.name];
    if (!fn || state.broken.has(url.pathname.split('/').at(-1) ?? '')) {
      response.writeHead(503).end();
      return;
    }
    const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
    const event = { path: url.pathname, rawQuery: url.search.slice(1), pathParameters: found.pathParameters };
    const result = await fn(apiEvent({ ...event, body, headers }), lambdaContext);
    response.writeHead(result.statusCode ?? 500, { ...(result.headers as Record<string, string>) });
    response.end(String(result.body ?? ''));
  };
  const server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const publicUrl = `http://localhost:${(server.address() as AddressInfo).port}`;

  const twilio: CarrierEmulator = await startCarrierEmulator({
    port: 0,
    statePath: null,
    accountSid: ACCOUNT_SID,
    authTokens: [AUTH_TOKEN],
    apiKeys: [{ sid: API_KEY.apiKeySid, secret: API_KEY.apiKeySecret }],
    numbers: [
      { number: NUMBERS.company, name: company.name, ...inboundWebhooks(publicUrl), ...callWebhooks(publicUrl) },
    ],
    phones: Object.entries(NUMBERS)
      .filter(([name]) => name !== 'company')
      .map(([name, number]) => ({ number, name, role: 'other' as const })),
    pace: { queueMs: 0, deliveryMs: 0, callMs: 0 },
    senders: setup.senders ?? {},
    clock: { now, sleep: (ms) => new Promise((done) => setTimeout(done, Math.min(ms, 5))) },
  });

  const webhook = {
    queue: { send },
    authTokens: async () => [AUTH_TOKEN],
    isOurAccount: async (sid: string) => sid === ACCOUNT_SID,
    publicUrl,
    now,
    log,
  };
  const stored = <T>(value: Promise<T>): Promise<T> =>
    setup.storeDown ? Promise.reject(new Error('DynamoDB does not answer')) : value;
  functions = {
    'receive-call': receiveCall({
      ...webhook,
      company,
      jobOf: (phone) => stored(jobs.activeByPhone(phone).then(([first]) => first ?? null)),
      customerOf: (jobId) => stored(jobs.find(jobId).then((job) => job?.customer.name ?? null)),
      plannedCall: (sid) => stored(relay.plan(sid as MessageSid).then((plan) => plan?.call ?? null)),
      swaps: () => stored(relay.dutySwaps().then(({ swaps }) => swaps)),
      record: (record: Wire<'callRecord'>) => send(record),
    }),
    'receive-fallback': receiveFallback({ queue: { send }, now, log }),
    'receive-message': receiveMessage(webhook),
    'record-delivery': recordDelivery(webhook),
  };
  const sender = { accountSid: ACCOUNT_SID, ...API_KEY };
  const worker = relayMessage({
    jobs,
    relay,
    locations: memoryLocations(),
    travel: typicalTravel,
    complianceLog: memoryLog(),
    notices: { send: async () => {} },
    followUps: createFollowUps({ send }, now),
    carriers: [
      createTwilioCarrier({
        ...sender,
        from: NUMBERS.company,
        senders: setup.senders ?? {},
        apiUrl: twilio.url,
        statusCallback: (id) => statusWebhook(publicUrl, id),
      }),
      ...(setup.second ? [setup.second] : []),
    ],
    calls: createTwilioCalls({ sender: async () => sender, from: NUMBERS.company, publicUrl, apiUrl: twilio.url }),
    company,
    segmentUsd: 0.01,
    mediaLink: async () => '',
    trackingLink: async () => `${publicUrl}/t/link`,
    random: () => 0,
    now,
    pause: async () => {},
    newOwner: () => `run-${++state.runs}`,
    postpone: async () => {},
    log,
  });

  /** Runs what is due, until nothing is: the phones, the webhooks and the worker. */
  const settle = async (): Promise<void> => {
    for (;;) {
      await twilio.settled();
      const due = queue.filter(({ dueAt }) => dueAt <= state.now);
      if (due.length === 0) return;
      for (const one of due) {
        queue.splice(queue.indexOf(one), 1);
        const { batchItemFailures } = await worker(sqsEvent([one.record]));
        if (batchItemFailures.length > 0) queue.push({ ...one, dueAt: state.now + 60_000 });
      }
    }
  };

  return {
    twilio,
    log,
    relay,
    settle,
    /** Moves the clock, and runs what becomes due. */
    wait: async (minutes: number): Promise<void> => {
      for (let left = minutes; left > 0; left--) {
        state.now += 60_000;
        await settle();
      }
    },
    call: async (from: string, hangsUp = false) => {
      const made = twilio.call(from, NUMBERS.company, hangsUp);
      await settle();
      return made;
    },
    text: async (from: string, body: string): Promise<void> => {
      twilio.receive(from, NUMBERS.company, body);
      await settle();
    },
    /** Texts to a phone, in order, with the channel; undefined for SMS. */
    channelsTo: (phone: string): Array<[body: string, channel: string | undefined, status: string]> =>
      twilio
        .messages()
        .filter(({ direction, to }) => direction !== 'inbound' && to === phone)
        .map(({ body, channel, status }) => [body, channel, status]),
    /** Texts to a phone, in order. */
    textsTo: (phone: string): string[] =>
      twilio
        .messages()
        .filter(({ direction, to }) => direction !== 'inbound' && to === phone)
        .map(({ body }) => body),
    close: async (): Promise<void> => {
      await twilio.close();
      server.closeAllConnections();
      server.close();
    },
  };
};
export type CallSystem = Awaited<ReturnType<typeof startCallSystem>>;

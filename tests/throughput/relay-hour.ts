import { createChain } from '@qdn/aws/compliance-log/writer';
import { createFollowUps, createNoticeQueue } from '@qdn/aws/inbound-queue';

import { DEFAULT_POLICY, type RelayCompany, type RelayStore } from '@qdn/domain';
import { aCompany, memoryJobs, memoryLocations, memoryRelay, typicalTravel } from '@qdn/domain/testing';
import { signatureOf } from '@qdn/emulator-carriers/twilio/signature';
import type { ApiFunction } from '@qdn/lambda';
import { apiEvent, lambdaContext } from '@qdn/lambda/testing';
import { receiveMessage } from '@qdn/sms-relay/functions/receive-message';
import { recordDelivery } from '@qdn/sms-relay/functions/record-delivery';
import { relayMessage } from '@qdn/sms-relay/functions/relay-message';
import { randomFrom } from '../nemesis/random.ts';
import { type Timeline, timelineFrom } from '../nemesis/timeline.ts';
import { COMPANY_NUMBER, officeJobs, officeTexts, type WrittenText } from './busy-office.ts';
import { forgetfulBucket } from './forgetful-bucket.ts';
import { type CallCount, createCpu, modelled } from './modelled-calls.ts';
import { createNumberPool, type TakenText } from './number-pool.ts';
import { type Container, createQueueTrigger, createSamples, type TriggerSetting } from './queue-trigger.ts';
import { RECORD_CPU_MS, type Service } from './service-times.ts';

/*
 * Plays texts at a constant rate against the real handlers of the relay over the memory stores, in virtual time, with modelled service
 * times. The one file that knows the functions under test.
 */

const PUBLIC_URL = 'https://qdn.example';
const AUTH_TOKEN = 'the token that Twilio signs with';
const ACCOUNT_SID = `AC${'0'.repeat(32)}`;
/** Ten in the morning of a working day in the company's time zone: no one's quiet hours. */
const START = Date.UTC(2026, 10, 23, 16, 5);
/** Time after the last text in which the queue must become empty, in ms. Follow-ups come a quarter of an hour later. */
const REST_MS = 120_000;
const UNDO_MS = DEFAULT_POLICY.team.undoSeconds * 1000;

export type HourSetting = TriggerSetting & {
  textsPerSecond: number;
  seconds: number;
  /** Numbers in the carrier's pool. */
  numbers: number;
  seed: number;
  /** Notices that are due at once, half a minute after the start. */
  notices?: number;
  /** Time between the lines of a burst, in ms. */
  secondLineMs?: { from: number; to: number };
  /** A relay that breaks a promise, to prove that the figures show it. */
  mutate?: (relay: RelayStore) => RelayStore;
  /** Mutant: the webhook tells the worker nothing about lines before. */
  isForgetful?: boolean;
  /** Called every simulated minute with a line about it. */
  onMinute?: (line: string) => void;
};

/** A notice that all jobs have written. */
const NOTICE = { what: 'on-the-way', stop: 0, at: START + 30_000, promised: null } as const;

const quiet = { info: () => {}, warn: () => {}, error: () => {}, measure: () => {} };

const s3Service = (call: string): Service => (call === 'putNew' ? 's3 put' : call === 'read' ? 's3 get' : 's3 list');

/** Counts requests of each second, and returns the most. */
const createRate = (timeline: Timeline) => {
  let second = 0;
  let count = 0;
  let most = 0;
  return {
    note: (): void => {
      const now = Math.floor(timeline.now() / 1000);
      count = now === second ? count + 1 : 1;
      second = now;
      most = Math.max(most, count);
    },
    most: (): number => most,
  };
};

/** The stores, the log and the calls to them. */
const openStage = (setting: HourSetting) => {
  const random = randomFrom(setting.seed);
  const timeline = timelineFrom(START);
  const calls: CallCount = new Map();
  const jobs = officeJobs(setting.textsPerSecond, START);
  const { notices } = DEFAULT_POLICY;
  const kinds = setting.notices ? ([NOTICE.what] as const) : [];
  const company: RelayCompany = {
    ...aCompany([], { notices: { ...notices, kinds } }),
    operator: '+15125550180',
    sendingNumbers: setting.numbers,
  };
  return {
    setting,
    random,
    timeline,
    calls,
    company,
    officeJobs: jobs,
    jobs: memoryJobs(jobs.map((job) => ({ ...job, notices: setting.notices ? [NOTICE] : [] }))),
    relay: (setting.mutate ?? ((relay: RelayStore) => relay))(memoryRelay()),
    locations: memoryLocations(),
    bucket: forgetfulBucket(),
    rates: { messages: createRate(timeline), receipts: createRate(timeline) },
    /** Texts under way, by their SIDs. */
    written: new Map<string, WrittenText>(),
    delays: { toTeam: createSamples(), toCustomer: createSamples(), log: createSamples() },
    /** The time of the newest line that each dispatcher has of each customer, and the number of lines that came after a later one. */
    order: { newest: new Map<string, number>(), overtaken: 0 },
  };
};
type Stage = ReturnType<typeof openStage>;
type Trigger = ReturnType<typeof createQueueTrigger>;

/** Makes a container of the worker: its own CPU, and its own end of the compliance log. */
const newWorker = (stage: Stage, trigger: () => Trigger, pool: () => ReturnType<typeof createNumberPool>) => {
  const { random, timeline, calls } = stage;
  let owners = 0;
  return (): Container => {
    const cpu = createCpu(timeline);
    const model = { timeline, random, cpu, calls };
    const inDynamo = (): Service => 'dynamodb';
    const chain = createChain(modelled(stage.bucket, 's3', model, s3Service), timeline.now, random.fraction);
    const queue = modelled({ send: trigger().send }, 'sqs', model, () => 'sqs');
    const worker = relayMessage({
      jobs: modelled(stage.jobs, 'jobs', model, inDynamo),
      locations: modelled(stage.locations, 'locations', model, inDynamo),
      relay: modelled(stage.relay, 'relay', model, inDynamo),
      travel: typicalTravel,
      complianceLog: {
        append: async (entries) => {
          const begunAt = timeline.now();
          await chain.append(entries);
          stage.delays.log.add(timeline.now() - begunAt);
        },
      },
      followUps: createFollowUps(queue, timeline.now),
      notices: createNoticeQueue(queue),
      carriers: [modelled(pool().carrier, 'carrier', model, () => 'carrier')],
      company: stage.company,
      segmentUsd: 0.01,
      trackingLink: async (job, { messageSid }) => `${PUBLIC_URL}/t/${job.id}.${messageSid.slice(-6)}`,
      mediaLink: async ({ messageSid }, index) => `${PUBLIC_URL}/m/${messageSid.slice(-6)}.${index}`,
      postpone: (receipt, seconds) => trigger().postpone(receipt, seconds),
      now: timeline.now,
      random: random.fraction,
      pause: (ms) => new Promise((resolve) => timeline.after(ms, resolve)),
      newOwner: () => `run-${++owners}`,
      log: quiet,
    });
    return {
      run: async (event) => {
        const parsedMs = cpu.spend(RECORD_CPU_MS * event.Records.length);
        await new Promise<void>((resolve) => timeline.after(parsedMs, resolve));
        return worker(event);
      },
    };
  };
};

/** Number of containers of the webhook for texts: 50 a second of 40 ms need two. Each knows the lines that it has received itself. */
const WEBHOOK_CONTAINERS = 3;

const withoutFollows = (record: object): object => ({ ...record, follows: undefined });

/** Makes Twilio's signed webhooks. */
const openWebhooks = ({ timeline, random, calls, rates, setting }: Stage, trigger: Trigger) => {
  const send = (record: object): Promise<void> => trigger.send(setting.isForgetful ? withoutFollows(record) : record);
  const queue = modelled({ send }, 'webhook sqs', { timeline, random, cpu: null, calls }, () => 'sqs');
  const webhook = { queue, authTokens: async () => [AUTH_TOKEN], publicUrl: PUBLIC_URL, now: timeline.now, log: quiet };
  const receivers = Array.from({ length: WEBHOOK_CONTAINERS }, () => receiveMessage(webhook));
  const record = recordDelivery(webhook);
  const post = async (fn: ApiFunction, path: string, names: Record<string, string>, form: Record<string, string>) => {
    const signature = signatureOf(AUTH_TOKEN, `${PUBLIC_URL}${path}`, form);
    const headers = { 'content-type': 'application/x-www-form-urlencoded', 'x-twilio-signature': signature };
    const body = new URLSearchParams(form).toString();
    const event = apiEvent({ method: 'POST', path, pathParameters: names, headers, body });
    const { statusCode = 0, body: answer } = await fn(event, lambdaContext);
    if (statusCode >= 300) throw new Error(`${path} was answered ${statusCode}: ${answer}`);
  };
  return {
    text: (sid: string, { from, body }: WrittenText): Promise<void> => {
      rates.messages.note();
      const form = { MessageSid: sid, AccountSid: ACCOUNT_SID, From: from, To: COMPANY_NUMBER, Body: body };
      const rest = { NumMedia: '0', NumSegments: '1', SmsStatus: 'received', ApiVersion: '2010-04-01' };
      return post(random.pick(receivers), '/api/jobs/inbound/messages', { job_id: 'inbound' }, { ...form, ...rest });
    },
    receipt: (outboundMessageId: string, carrierSid: string, status: string): Promise<void> => {
      rates.receipts.note();
      const form = { MessageSid: carrierSid, AccountSid: ACCOUNT_SID, MessageStatus: status };
      return post(record, `/api/messages/${outboundMessageId}/status`, { message_id: outboundMessageId }, form);
    },
  };
};

/** Notes the delay of a text that the carrier has taken, from the webhook to the carrier's answer, and its order. */
const noteText = ({ timeline, written, delays, order }: Stage, { sms }: TakenText): void => {
  const [, sid = '', recipient = ''] = sms.outboundMessageId.split('~');
  const text = written.get(sid);
  const delay = text ? timeline.now() - text.at : 0;
  if (!text || recipient === 'operator') return;
  if (text.isCustomer) {
    delays.toTeam.add(delay);
    const reader = `${text.from} ${sms.to}`;
    const newest = order.newest.get(reader) ?? 0;
    if (text.at < newest) order.overtaken += 1;
    order.newest.set(reader, Math.max(newest, text.at));
  }
  // An answer to another conversation than the open one waits for its UNDO.
  if (!text.isCustomer && recipient === 'customer') delays.toCustomer.add(delay >= UNDO_MS ? delay - UNDO_MS : delay);
};

const round = (value: number): number => Math.round(value);

/** Plays the texts. @returns the measured figures */
export const playHour = async (setting: HourSetting) => {
  const stage = openStage(setting);
  const { timeline, random, delays, rates, calls } = stage;
  const pool = createNumberPool(setting.numbers, timeline, (text) => {
    noteText(stage, text);
    const { sms, carrierSid, sentAt } = text;
    timeline.after(sentAt - timeline.now() + random.between(50, 300), () =>
      webhooks.receipt(sms.outboundMessageId, carrierSid, 'sent'),
    );
    timeline.after(sentAt - timeline.now() + random.between(800, 6000), () =>
      webhooks.receipt(sms.outboundMessageId, carrierSid, 'delivered'),
    );
  });
  const trigger: Trigger = createQueueTrigger(
    setting,
    timeline,
    random,
    newWorker(
      stage,
      () => trigger,
      () => pool,
    ),
  );
  const webhooks = openWebhooks(stage, trigger);
  const depths = createSamples();
  const texts = officeTexts(stage.officeJobs, { ...setting, startAt: START }, random);

  let next = 0;
  const endAt = START + setting.seconds * 1000;
  /** Puts the texts of a second on the timeline: all of them at once would slow each event down. */
  const deliverSecond = (from: number): void => {
    for (let text = texts[next]; text && text.at < from + 1000; text = texts[next]) {
      const sid = `SM${(next + 1).toString(16).padStart(32, '0')}`;
      const written = text;
      stage.written.set(sid, written);
      timeline.after(written.at - timeline.now(), () => webhooks.text(sid, written));
      next += 1;
    }
    depths.add(trigger.depth());
    if (from + 1000 < endAt) timeline.after(1000, () => deliverSecond(from + 1000));
  };
  deliverSecond(START);
  const noticeQueue = createNoticeQueue(trigger);
  timeline.after(NOTICE.at - START, () => {
    for (const { id } of stage.officeJobs.slice(0, setting.notices ?? 0))
      void noticeQueue.send({ jobId: id, notice: NOTICE, eta: null });
  });
  for (let at = START + 60_000; at <= endAt + REST_MS; at += 60_000) {
    await timeline.advanceTo(Math.min(at, endAt + REST_MS));
    const [p50 = 0, p99 = 0] = delays.toTeam.quantiles(0.5, 0.99);
    setting.onMinute?.(
      `minute ${(at - START) / 60_000}: queue ${trigger.depth()}, batches under way ${trigger.busy()}, containers ${trigger.containers()}, p50 ${round(p50)} ms, p99 ${round(p99)} ms, in the carrier's queue ${pool.depth()}`,
    );
  }
  return { stage, trigger, pool, depths, texts: texts.length, calls, delays, rates };
};
export type Played = Awaited<ReturnType<typeof playHour>>;

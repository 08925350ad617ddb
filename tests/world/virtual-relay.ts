import { createHash } from 'node:crypto';
import { createFollowUps, createNoticeQueue } from '@qdn/aws/inbound-queue';
import { type Company, relayCompany } from '@qdn/company/packaged';
import type { CarrierList, ComplianceLog } from '@qdn/domain';
import { type Keyring, type Logger, type QueueFunction, shortLink } from '@qdn/lambda';
import { admitMessage } from '@qdn/sms-relay/functions/admit-message';
import { relayMessage } from '@qdn/sms-relay/functions/relay-message';
import type { Nemesis, Process } from '../nemesis/nemesis.ts';
import type { Queue } from '../nemesis/queue.ts';
import type { Random } from '../nemesis/random.ts';
import type { Timeline } from '../nemesis/timeline.ts';
import { coldStarts, type UsageCount } from './usage-count.ts';
import { AUTH_TOKEN, PUBLIC_URL, type Stores, travelOf } from './virtual-functions.ts';

/** Validity of a link in a text, in ms: as services/sms-relay sets it. */
const LINK_LIFE_MS = 72 * 3_600_000;
/** Price of a segment in US dollars, for the metric alone. */
const SEGMENT_USD = 0.0083;

/** Dependencies of the relay's workers. */
export type RelaySetting = {
  stores: Stores;
  carriers: CarrierList;
  complianceLog: ComplianceLog;
  queue: Queue;
  /** Sends a record to the queue, with a delay in s. */
  send: (record: unknown, delayS?: number) => Promise<void>;
  company: Company;
  keyring: Keyring;
  log: Logger;
  timeline: Timeline;
  random: Random;
  nemesis: Nemesis;
  usage: UsageCount;
};

/** Returns the part of the path of a picture's link: as long as the product's token, and the same for the same picture. */
const mediaToken = (messageSid: string, index: number): string =>
  createHash('sha256').update(`${messageSid} ${index}`).digest('base64url').slice(0, 36);

/** Returns a maker of the worker behind the queue, one per run of a container. */
export const relayWorkers = (setting: RelaySetting): ((process: Process, clock: () => number) => QueueFunction) => {
  const { stores, carriers, complianceLog, queue, send, company, keyring, log, timeline, random, nemesis } = setting;
  const { usage } = setting;
  const isCold = coldStarts(timeline.now);
  let owners = 0;
  return (process, clock) => {
    usage.add('lambda.relay-message');
    if (isCold('relay-message')) usage.add('cold-start.relay');
    const [first, ...others] = carriers;
    const travel = travelOf({
      stores: { ...stores, samples: nemesis.between(process, 'samples', stores.samples) },
      company,
      now: clock,
      log,
    });
    return relayMessage({
      jobs: nemesis.between(process, 'jobs', stores.jobs),
      locations: nemesis.between(process, 'locations', stores.locations),
      travel,
      relay: nemesis.between(process, 'relay', stores.relay),
      complianceLog: nemesis.between(process, 'log', complianceLog),
      followUps: createFollowUps(nemesis.between(process, 'queue', { send }), clock),
      notices: createNoticeQueue(nemesis.between(process, 'queue', { send })),
      carriers: [
        nemesis.between(process, 'carrier', first, { isSpoilt: false }),
        ...others.map((carrier, i) => nemesis.between(process, `carrier ${i + 2}`, carrier, { isSpoilt: false })),
      ],
      company: relayCompany(company, []),
      segmentUsd: SEGMENT_USD,
      trackingLink: async (job, { receivedAt }) =>
        `${PUBLIC_URL}${shortLink({ jobId: job.id, accountId: job.accountId }, keyring, receivedAt + LINK_LIFE_MS).path}`,
      mediaLink: async ({ messageSid }, index) => `${PUBLIC_URL}/api/media/${mediaToken(messageSid, index)}`,
      postpone: nemesis.around(process, 'queue.postpone', async (receipt: string, seconds: number) => {
        usage.add('sqs.postpone');
        await queue.postpone(receipt, seconds);
      }),
      now: clock,
      random: random.fraction,
      pause: (ms) => new Promise((resolve) => timeline.after(ms, () => process.isAlive && resolve())),
      newOwner: () => `run-${++owners}`,
      log,
    });
  };
};

/** Returns a maker of the worker behind the fallback's queue. */
export const admissionWorkers =
  (
    { send, log, nemesis }: Pick<RelaySetting, 'send' | 'log' | 'nemesis'>,
    unverified: Queue,
  ): ((process: Process) => QueueFunction) =>
  (process) =>
    admitMessage({
      queue: nemesis.between(process, 'queue', { send }),
      postpone: unverified.postpone,
      authTokens: async () => [AUTH_TOKEN],
      publicUrl: PUBLIC_URL,
      log,
    });

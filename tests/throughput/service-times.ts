import type { Random } from '../nemesis/random.ts';

/*
 * Assumed times of the services that the worker calls, in ms. A call takes an evenly distributed time between the two figures; one in a
 * hundred takes five times as long.
 */
type Times = { from: number; to: number };

/** The services. AWS and Twilio publish no guarantees of latency: these are the figures that the rest of docs/scale.md uses, with spread. */
export const SERVICE_TIMES = {
  /** "Single-digit millisecond" by https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Introduction.html */
  dynamodb: { from: 3, to: 8 },
  /** "Tens of milliseconds" by https://aws.amazon.com/sqs/faqs/ */
  sqs: { from: 8, to: 25 },
  /** A small object takes some tens of ms: docs/adr/0013-compliance-log.md */
  's3 put': { from: 25, to: 55 },
  's3 get': { from: 15, to: 40 },
  's3 list': { from: 30, to: 80 },
  /** Twilio's answer to a new message, from a function in the same country. */
  carrier: { from: 250, to: 550 },
  /** An account's own functions: tokens and links, without a request. */
  own: { from: 0, to: 0 },
} as const satisfies Readonly<Record<string, Times>>;

export type Service = keyof typeof SERVICE_TIMES;

/** Share of slow answers, and their factor. */
const SLOW_SHARE = 0.01;
const SLOW_FACTOR = 5;

/** Returns the time of one call, in ms. */
export const serviceTime = (service: Service, random: Random): number => {
  const { from, to } = SERVICE_TIMES[service];
  const usual = from + random.fraction() * (to - from);
  return random.chance(SLOW_SHARE) ? usual * SLOW_FACTOR : usual;
};

/**
 * CPU of a request of the AWS SDK or of the carrier's client, in ms on a whole CPU (docs/scale.md), and the share of a CPU that a
 * function of 512 MB has: 1,769 MB are one.
 */
export const REQUEST_CPU_MS = 0.65;
export const CPU_SHARE = 512 / 1769;
/** CPU of a record beside its requests, in ms on a whole CPU: parsing, planning, logging. */
export const RECORD_CPU_MS = 1.5;
/** Time until a new container of the worker takes its first batch, in ms (bench/run.ts, times 1 / CPU_SHARE). */
export const COLD_START_MS = 900;

/** Longest wait of a visible record for the queue's poll, in ms. */
export const POLL_MS = 40;
/** Batches at once when the trigger begins, and further ones in each second (300 in a minute). */
export const FIRST_BATCHES = 5;
export const FURTHER_BATCHES_A_SECOND = 5;

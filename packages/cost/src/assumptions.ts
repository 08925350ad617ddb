/*
 * Values that a laptop cannot measure: durations on AWS, retention, and AWS's own background calls. docs/cost.md lists each of
 * them.
 */
import type { Usage } from './prices.ts';

export const ASSUMED = {
  /** Duration of a handler's own work, in ms, on the CPU share of 512 MB. */
  handlerMs: 15,
  /** Duration of a call to an AWS service, in ms; the calls of an invocation count as sequential. */
  awsCallMs: 5,
  /** Duration of a call to Twilio, in ms. */
  carrierCallMs: 200,
  /**
   * Duration of a cold start, in ms; billed since August 2025.
   * @see https://aws.amazon.com/blogs/compute/aws-lambda-standardizes-billing-for-init-phase/
   */
  coldStartMs: 500,
  /** Idle time after which a function starts cold, in ms. */
  warmForMs: 10 * 60_000,
  /** Lambda's own log lines of an invocation (START, END, REPORT), in bytes. */
  lambdaLogBytes: 400,
  /** Headers and body of an answer that no viewer reads, in bytes. */
  answerBytes: 600,
  /** Overhead of TLS, HTTP/2 and headers for an answer to a viewer, in bytes. */
  headerBytes: 400,
  /** Age of the stored jobs, messages and log at the time of the bill, in months. */
  keptMonths: 12,
  /** Retention of fixes, seven days, in months. */
  fixesKeptMonths: 7 / 30,
  /** Interval at which DynamoDB requests a table's key from KMS, in ms per caller (DynamoDB's developer guide, encryption usage notes). */
  tableKeyMs: 5 * 60_000,
  /** Number of Lambda's concurrent long polls per queue, each of 20 s, also when the queue is empty. */
  pollers: 5,
  pollS: 20,
  /** Hours of a month, and a company's working hours in it: 8 on 22 days. */
  monthHours: 730,
  workHours: 176,
} as const;

/** Returns the GB-seconds of invocations, cold starts and their calls. @param memoryMb as in the templates */
export const gbSeconds = (
  {
    invocations,
    coldStarts,
    awsCalls,
    carrierCalls,
  }: Record<'invocations' | 'coldStarts' | 'awsCalls' | 'carrierCalls', number>,
  memoryMb: number,
): number => {
  const ms =
    invocations * ASSUMED.handlerMs +
    coldStarts * ASSUMED.coldStartMs +
    awsCalls * ASSUMED.awsCallMs +
    carrierCalls * ASSUMED.carrierCallMs;
  return (ms / 1000) * (memoryMb / 1024);
};

/** Returns the billed requests of Lambda's polling in a month. @param queues the number of polled queues */
export const polling = (queues: number): Usage => ({
  queueRequest: (queues * ASSUMED.pollers * ASSUMED.monthHours * 3600) / ASSUMED.pollS,
});

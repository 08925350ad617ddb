/*
 * What cannot be counted on a laptop: how long things take on AWS, how long they are kept, and what AWS does unasked. Each stands in
 * docs/cost.md.
 */
import type { Usage } from './prices.ts';

export const ASSUMED = {
  /** Of an invocation, in ms: the handler's own work on the part of a CPU that 512 MB buy. */
  handlerMs: 15,
  /** Until an AWS service answers, in ms; as if the calls of an invocation came one after another. */
  awsCallMs: 5,
  /** Until Twilio answers, in ms. */
  carrierCallMs: 200,
  /**
   * Until a function is loaded, in ms; billed since August 2025.
   * @see https://aws.amazon.com/blogs/compute/aws-lambda-standardizes-billing-for-init-phase/
   */
  coldStartMs: 500,
  /** A function that was not called for so long is loaded anew, in ms. */
  warmForMs: 10 * 60_000,
  /** What Lambda itself logs of an invocation (START, END, REPORT), in bytes. */
  lambdaLogBytes: 400,
  /** Headers and body of an answer that no viewer reads, in bytes. */
  answerBytes: 600,
  /** What TLS, HTTP/2 and headers add to an answer for a viewer, in bytes. */
  headerBytes: 400,
  /** How long jobs, texts and their log have been kept when the bill comes, in months. */
  keptMonths: 12,
  /** Fixes expire after seven days; in months. */
  fixesKeptMonths: 7 / 30,
  /** DynamoDB asks KMS for a table's key once in so many ms, for each caller (DynamoDB's developer guide, encryption usage notes). */
  tableKeyMs: 5 * 60_000,
  /** Lambda asks a queue with so many long polls at once, each of 20 s, whether or not there is something in it. */
  pollers: 5,
  pollS: 20,
  /** Hours of a month, and those in which a company works: 8 on 22 days. */
  monthHours: 730,
  workHours: 176,
} as const;

/** GB-seconds of so many invocations, cold starts, and calls that they make. @param memoryMb as in the templates */
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

/** What Lambda's polling of so many queues is billed as, in a month. */
export const polling = (queues: number): Usage => ({
  queueRequest: (queues * ASSUMED.pollers * ASSUMED.monthHours * 3600) / ASSUMED.pollS,
});

import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { Schedule } from '@qdn/cloudformation/resources';

/**
 * Puts the records of rules that run by the clock into their queues, as EventBridge does.
 * @param queueUrl the URL of a queue by its ARN
 * @param onError told of a record that could not be put in; the next one is tried in its time
 * @returns stops it
 */
export const startSchedules = (
  schedules: readonly Schedule[],
  queueUrl: (arn: string) => string,
  sqs: SQSClient,
  onError: (error: unknown) => void,
): (() => void) => {
  const timers = schedules.map(({ everyMs, queueArn, input }) =>
    setInterval(() => {
      sqs.send(new SendMessageCommand({ QueueUrl: queueUrl(queueArn), MessageBody: input })).catch(onError);
    }, everyMs),
  );
  return () => {
    for (const timer of timers) clearInterval(timer);
  };
};

import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { Schedule } from '@qdn/cloudformation/resources';

/**
 * Sends the records of scheduled rules to their queues, as EventBridge does.
 * @param queueUrl returns a queue's URL from its ARN
 * @param onError takes the error of a record that could not be sent; the next one is sent on schedule
 * @returns a function that stops the schedules
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

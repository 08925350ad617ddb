import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { Wire } from '@qdn/contracts';
import { unavailable } from './failures.ts';

/** Puts a received message into SQS. Resolves only once SQS holds it. @throws ProductError `unavailable` */
export type InboundQueue = { send(message: Wire<'inboundMessage'>): Promise<void> };

/** Twilio waits 4 s for the whole webhook (`rt=4000`), so one try may take little of it. */
export const createSqsClient = (): SQSClient =>
  new SQSClient({ maxAttempts: 2, requestHandler: { connectionTimeout: 800, requestTimeout: 1500 } });

export const createInboundQueue = (client: SQSClient, queueUrl: string): InboundQueue => ({
  send: async (message) => {
    try {
      await client.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: JSON.stringify(message) }));
    } catch (error) {
      throw unavailable('The message queue', error);
    }
  },
});

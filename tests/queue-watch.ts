import { setTimeout } from 'node:timers/promises';
import {
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SQSClient,
  StartMessageMoveTaskCommand,
} from '@aws-sdk/client-sqs';
import { clientSettings } from '@qdn/emulator-aws/client-settings';

const QUEUE = 'qdn-inbound-messages';
const DEAD = 'qdn-inbound-messages-dlq';
const FALLBACK = 'qdn-unverified-messages';
const EVERY_MS = 500;

const sidOf = (body: string): string => /"messageSid":"(\w+)"/.exec(body)?.[1] ?? /~(\w{34})~/.exec(body)?.[1] ?? '';

/** Returns readers of the relay's queues. */
export const startQueueWatch = (endpoint: string, queueUrl: (name: string) => string) => {
  const sqs = new SQSClient({ ...clientSettings(endpoint), useQueueUrlAsEndpoint: false });
  const depth = async (name: string) => {
    const { Attributes = {} } = await sqs.send(
      new GetQueueAttributesCommand({ QueueUrl: queueUrl(name), AttributeNames: ['All'] }),
    );
    const visible = Number(Attributes['ApproximateNumberOfMessages'] ?? 0);
    const inHand = Number(Attributes['ApproximateNumberOfMessagesNotVisible'] ?? 0);
    const delayed = Number(Attributes['ApproximateNumberOfMessagesDelayed'] ?? 0);
    return { open: visible + inHand, delayed };
  };
  const arnOf = async (name: string): Promise<string | undefined> => {
    const wanted = { QueueUrl: queueUrl(name), AttributeNames: ['QueueArn' as const] };
    return (await sqs.send(new GetQueueAttributesCommand(wanted))).Attributes?.['QueueArn'];
  };
  const depths = async () => {
    const [queue, dead, fallback] = [await depth(QUEUE), await depth(DEAD), await depth(FALLBACK)];
    return { open: queue.open + fallback.open, delayed: queue.delayed, deadLettered: dead.open };
  };
  return {
    depths,
    /** Resolves when the queues have been without waiting or in-flight messages for this duration, in ms. */
    rest: async (quietMs: number): Promise<void> => {
      let quietSince = performance.now();
      while (performance.now() - quietSince < quietMs) {
        if ((await depths()).open > 0) quietSince = performance.now();
        await setTimeout(EVERY_MS);
      }
    },
    /** Moves the dead letters back, each with a receive count of zero. */
    replay: async (): Promise<void> => {
      await sqs.send(new StartMessageMoveTaskCommand({ SourceArn: await arnOf(DEAD) }));
      while ((await depths()).deadLettered > 0) await setTimeout(EVERY_MS);
    },
    /** Returns the current dead letters. */
    dead: async (): Promise<Set<string>> => {
      const sids = new Set<string>();
      for (;;) {
        const { Messages = [] } = await sqs.send(
          new ReceiveMessageCommand({ QueueUrl: queueUrl(DEAD), MaxNumberOfMessages: 10, VisibilityTimeout: 300 }),
        );
        if (Messages.length === 0) return sids;
        for (const { Body = '' } of Messages) sids.add(sidOf(Body));
      }
    },
  };
};

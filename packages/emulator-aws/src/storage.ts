import { mkdirSync } from 'node:fs';
import { CreateQueueCommand, SetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { bucketsOf, queuesOf } from '@qdn/cloudformation/resources';
import { ACCOUNT, REGION, type Template } from '@qdn/cloudformation/template';
import { HOST, isPortTaken, portTaken } from '@qdn/local-server/listen';
import { StartError } from '@qdn/local-server/start-error';
import { startFauxqs } from 'fauxqs';
import { clientSettings, endpointAt } from './client-settings.ts';
import { createMessageMoves } from './message-moves.ts';

/** Messages by whether they can be received now. `sentAt` is epoch ms; `receives` is the number of deliveries. */
export type QueueContent = Record<'visible' | 'delayed' | 'inFlight', Array<{ sentAt: number; receives: number }>>;

export type Storage = {
  endpoint: string;
  /** Returns a queue's URL. The host in fauxqs's own URLs resolves only where `*.localhost` does. */
  queueUrl(name: string): string;
  /** Returns the messages in a queue without receiving them. */
  look(queueName: string): QueueContent;
  close(): Promise<void>;
};

const startEngine = async (port: number, folder: string | null, moves: ReturnType<typeof createMessageMoves>) => {
  if (folder) mkdirSync(folder, { recursive: true });
  try {
    return await startFauxqs({
      port,
      listenHost: HOST,
      defaultRegion: REGION,
      logger: false,
      sqsActions: moves.actions,
      ...(folder ? { dataDir: folder } : {}),
    });
  } catch (error) {
    if (isPortTaken(error)) throw portTaken(port, 'SQS and S3');
    const reason = error instanceof Error ? error.message : String(error);
    throw new StartError(
      `The data in ${folder ?? 'memory'} cannot be read (${reason}). Start again with: npm start -- --fresh`,
    );
  }
};

/**
 * Starts SQS and S3 with the templates' queues and buckets. Existing ones keep their contents; a queue gets the current attributes
 * of its template.
 * @param port 0 for any that is free
 * @param folder folder of the data; null for memory
 * @throws StartError when the port is taken, or when the folder's data cannot be used
 */
export const startStorage = async (
  port: number,
  folder: string | null,
  templates: readonly Template[],
): Promise<Storage> => {
  const moves = createMessageMoves();
  const engine = await startEngine(port, folder, moves);
  const stop = (): Promise<void> => {
    moves.stop();
    return engine.stop();
  };
  const endpoint = endpointAt(engine.port);
  const queueUrl = (name: string): string => `${endpoint}/${ACCOUNT}/${name}`;
  const sqs = new SQSClient(clientSettings(endpoint));
  try {
    for (const { name, attributes } of templates.flatMap(queuesOf)) {
      if (engine.inspectQueue(name)) {
        // An empty policy removes the one of an earlier template.
        const Attributes = { RedrivePolicy: '', ...attributes };
        await sqs.send(new SetQueueAttributesCommand({ QueueUrl: queueUrl(name), Attributes }));
      } else {
        await sqs.send(new CreateQueueCommand({ QueueName: name, Attributes: attributes }));
      }
    }
  } catch (error) {
    await stop();
    throw error;
  } finally {
    sqs.destroy();
  }
  // Does not change a bucket that exists.
  for (const { name } of templates.flatMap(bucketsOf)) engine.createBucket(name);
  const look = (name: string): QueueContent => {
    const messages = engine.inspectQueue(name)?.messages;
    if (!messages) throw new Error(`There is no queue ${name}`);
    const known = ({ sentTimestamp, approximateReceiveCount }: (typeof messages.ready)[number]) => ({
      sentAt: sentTimestamp,
      receives: approximateReceiveCount,
    });
    // The engine updates a message's state only on a receive, so due times are compared here.
    const now = Date.now();
    const isDue = ({ delayUntil = 0 }: { delayUntil?: number }) => delayUntil <= now;
    const back = messages.inflight.filter(({ visibilityDeadline }) => visibilityDeadline <= now);
    return {
      visible: [...messages.ready, ...messages.delayed.filter(isDue), ...back.map(({ message }) => message)].map(known),
      delayed: messages.delayed.filter((message) => !isDue(message)).map(known),
      inFlight: messages.inflight.filter((one) => !back.includes(one)).map(({ message }) => known(message)),
    };
  };
  return { endpoint, queueUrl, look, close: stop };
};

import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { REGION, type Template } from '@qdn/cloudformation/template';
import { lockFolder } from '@qdn/local-server/folder-lock';
import { CREDENTIALS } from './client-settings.ts';
import { startDynamoDb } from './dynamodb.ts';
import { startGeoPlaces } from './geo-places.ts';
import { Invalidations } from './invalidations.ts';
import { KeyValueStore, startKeyValueStoreApi } from './key-value-store.ts';
import { startSecretsManager } from './secrets-manager.ts';
import { type QueueContent, startStorage } from './storage.ts';

/** Ports of the engines; 0 chooses a free one. */
export type CloudPorts = { dynamodb: number; storage: number; secrets: number; keyValues: number; places?: number };

export type CloudOptions = {
  /** Folder of all state: `data/`, `secrets.json`, `edge.json`. */
  folder: string;
  ports: CloudPorts;
  /** Packaged services. Their tables, queues and buckets are created. */
  templates: readonly Template[];
  /** Deletes the state of an earlier start. */
  fresh?: boolean;
  /** Keeps tables, queues and buckets in memory, where a write takes a fifth of its time. They end with the cloud, and with an interruption. */
  inMemory?: boolean;
};

export type Cloud = {
  endpoints: {
    dynamodb: string;
    sqs: string;
    s3: string;
    secretsManager: string;
    keyValueStore: string;
    places: string;
  };
  /** AWS's own variables that make a process use this cloud instead of AWS. They name no real account. */
  environment: Record<string, string>;
  queueUrl(name: string): string;
  /** Returns the messages in a queue. */
  look(queueName: string): QueueContent;
  /** Keys and values of the edge functions. */
  keyValues: KeyValueStore;
  /** Invalidated paths, for a running edge. */
  invalidations: Invalidations;
  /** Stops an engine for `ms` and starts it again, on the same port and with everything it acknowledged; one at a time. For drills. */
  interrupt(engine: 'dynamodb' | 'storage', ms: number): Promise<void>;
  close(): Promise<void>;
};

/**
 * Starts the embedded cloud: DynamoDB, SQS, S3, Secrets Manager, CloudFront's KeyValueStore and Amazon Location's Places. Acknowledged writes are on
 * disk, so they survive a process that is killed, unless the cloud is in memory.
 * @throws StartError with a sentence for the person at the terminal; the parts that had started are stopped again
 */
export const startCloud = async ({
  folder,
  ports,
  templates,
  fresh = false,
  inMemory = false,
}: CloudOptions): Promise<Cloud> => {
  const data = join(folder, 'data');
  mkdirSync(data, { recursive: true });
  const closers: Array<() => Promise<void> | void> = [lockFolder(data)];
  const close = async (): Promise<void> => {
    for (const one of closers.splice(0).reverse()) await one();
  };
  const keep = <T extends { close(): Promise<void> }>(engine: T): T => {
    closers.push(() => engine.close());
    return engine;
  };
  try {
    if (fresh) {
      // The lock in `data/` stays: this start holds it.
      for (const part of ['data/dynamodb', 'data/storage', 'secrets.json', 'edge.json']) {
        rmSync(join(folder, part), { recursive: true, force: true });
      }
    }
    const starts = {
      dynamodb: (port: number) => startDynamoDb(port, inMemory ? null : join(data, 'dynamodb'), templates),
      storage: (port: number) => startStorage(port, inMemory ? null : join(data, 'storage'), templates),
    };
    const dynamodb = await starts.dynamodb(ports.dynamodb);
    const running = { dynamodb, storage: null as Awaited<ReturnType<typeof startStorage>> | null };
    closers.push(() => running.dynamodb.close());
    const storage = await starts.storage(ports.storage);
    running.storage = storage;
    closers.push(() => running.storage?.close());
    const portOf = ({ endpoint }: { endpoint: string }): number => Number(new URL(endpoint).port);
    const interruptNow: Cloud['interrupt'] = async (engine, ms) => {
      await running[engine]?.close();
      await setTimeout(ms);
      if (engine === 'dynamodb') running.dynamodb = await starts.dynamodb(portOf(dynamodb));
      else running.storage = await starts.storage(portOf(storage));
    };
    let interruption: Promise<void> = Promise.resolve();
    const interrupt: Cloud['interrupt'] = (engine, ms) => {
      interruption = interruption.then(() => interruptNow(engine, ms));
      return interruption;
    };
    const secretsManager = keep(await startSecretsManager(ports.secrets, join(folder, 'secrets.json')));
    const keyValues = new KeyValueStore(join(folder, 'edge.json'));
    const invalidations = new Invalidations();
    const keyValuesApi = keep(await startKeyValueStoreApi(ports.keyValues, keyValues, invalidations));
    const places = keep(await startGeoPlaces(ports.places ?? 0));
    const endpoints = {
      dynamodb: dynamodb.endpoint,
      sqs: storage.endpoint,
      s3: storage.endpoint,
      secretsManager: secretsManager.endpoint,
      keyValueStore: keyValuesApi.endpoint,
      places: places.endpoint,
    };
    return {
      endpoints,
      environment: {
        AWS_REGION: REGION,
        AWS_ACCESS_KEY_ID: CREDENTIALS.accessKeyId,
        AWS_SECRET_ACCESS_KEY: CREDENTIALS.secretAccessKey,
        AWS_ENDPOINT_URL_DYNAMODB: endpoints.dynamodb,
        AWS_ENDPOINT_URL_SQS: endpoints.sqs,
        AWS_ENDPOINT_URL_S3: endpoints.s3,
        AWS_ENDPOINT_URL_SECRETS_MANAGER: endpoints.secretsManager,
        AWS_ENDPOINT_URL_CLOUDFRONT_KEYVALUESTORE: endpoints.keyValueStore,
        AWS_ENDPOINT_URL_GEO_PLACES: endpoints.places,
      },
      queueUrl: storage.queueUrl,
      look: (name) => (running.storage ?? storage).look(name),
      keyValues,
      invalidations,
      interrupt,
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
};

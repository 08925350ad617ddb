import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { REGION, type Template } from '@qdn/cloudformation/template';
import { lockFolder } from '@qdn/local-server/folder-lock';
import type { OwnerCredentials } from '@qdn/owner-credentials/owner-file';
import { CREDENTIALS } from './client-settings.ts';
import { startDynamoDb } from './dynamodb.ts';
import { Invalidations } from './invalidations.ts';
import { KeyValueStore, startKeyValueStoreApi } from './key-value-store.ts';
import { type LocalSecrets, startSecretsManager, type WhichTwilio } from './secrets-manager.ts';
import { type QueueContent, startStorage } from './storage.ts';

/** Each may be 0, for any that is free. */
export type CloudPorts = { dynamodb: number; storage: number; secrets: number; keyValues: number };

export type CloudOptions = {
  /** Where everything is kept: `data/`, `secrets.json`, `edge.json`. */
  folder: string;
  ports: CloudPorts;
  /** The packaged services, whose tables, queues and buckets are created. */
  templates: readonly Template[];
  /** The owner's Twilio credentials; without them an account is made up. */
  owner?: OwnerCredentials | null;
  twilio?: WhichTwilio;
  /** Forgets what an earlier start left. */
  fresh?: boolean;
};

export type Cloud = {
  endpoints: { dynamodb: string; sqs: string; s3: string; secretsManager: string; keyValueStore: string };
  /** Under AWS's own variables, what a process needs to find this cloud instead of AWS. No real account is in it. */
  environment: Record<string, string>;
  queueUrl(name: string): string;
  /** What a queue holds now. */
  look(queueName: string): QueueContent;
  secrets: LocalSecrets;
  /** The edge's keys and values, as its functions read them. */
  keyValues: KeyValueStore;
  /** Invalidated paths, for a running edge. */
  invalidations: Invalidations;
  /** Stops an engine for so many ms and starts it again, on the same port with what it had acknowledged; one at a time. For drills. */
  interrupt(engine: 'dynamodb' | 'storage', ms: number): Promise<void>;
  close(): Promise<void>;
};

/**
 * Starts the embedded cloud: DynamoDB, SQS, S3, Secrets Manager and CloudFront's KeyValueStore. What is acknowledged is on
 * disk, so it is there again after a process that was killed.
 * @throws StartError with a sentence for the person at the terminal; what had been started is stopped again
 */
export const startCloud = async ({
  folder,
  ports,
  templates,
  owner = null,
  twilio = 'emulator',
  fresh = false,
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
      // Not the lock, which is ours.
      for (const part of ['data/dynamodb', 'data/storage', 'secrets.json', 'edge.json']) {
        rmSync(join(folder, part), { recursive: true, force: true });
      }
    }
    const starts = {
      dynamodb: (port: number) => startDynamoDb(port, join(data, 'dynamodb'), templates),
      storage: (port: number) => startStorage(port, join(data, 'storage'), templates),
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
    const secretsManager = keep(await startSecretsManager(ports.secrets, join(folder, 'secrets.json'), owner, twilio));
    const keyValues = new KeyValueStore(join(folder, 'edge.json'));
    const invalidations = new Invalidations();
    const keyValuesApi = keep(await startKeyValueStoreApi(ports.keyValues, keyValues, invalidations));
    const endpoints = {
      dynamodb: dynamodb.endpoint,
      sqs: storage.endpoint,
      s3: storage.endpoint,
      secretsManager: secretsManager.endpoint,
      keyValueStore: keyValuesApi.endpoint,
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
      },
      queueUrl: storage.queueUrl,
      look: (name) => (running.storage ?? storage).look(name),
      secrets: secretsManager.secrets,
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

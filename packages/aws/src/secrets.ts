import {
  GetSecretValueCommand,
  ResourceNotFoundException,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import type { Validate } from '@qdn/contracts';
import { unavailable } from './failures.ts';

/** How long a container goes on using a secret before it reads it again, in ms. */
const MAX_AGE_MS = 5 * 60_000;

/** The versions that a rotation leaves valid at the same time. */
export type VersionStage = 'AWSCURRENT' | 'AWSPENDING' | 'AWSPREVIOUS';

export const createSecretsClient = (): SecretsManagerClient =>
  new SecretsManagerClient({ maxAttempts: 3, requestHandler: { connectionTimeout: 1000, requestTimeout: 2000 } });

/**
 * Reads JSON secrets, checked against their schema, and keeps each for five minutes. When Secrets Manager cannot be reached,
 * the value that was read last goes on being used.
 * @throws ProductError `unavailable` when there is none yet
 */
export const createSecretReader = (client: SecretsManagerClient, now: () => number = Date.now) => {
  const cache = new Map<string, { value: unknown; readAt: number }>();

  const fetch = async (id: string, stage: VersionStage): Promise<unknown> => {
    try {
      const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId: id, VersionStage: stage }));
      return JSON.parse(SecretString ?? 'null');
    } catch (error) {
      if (stage !== 'AWSCURRENT' && error instanceof ResourceNotFoundException) return null;
      throw error;
    }
  };

  const read = async (id: string, stage: VersionStage): Promise<unknown> => {
    const key = `${id} ${stage}`;
    const cached = cache.get(key);
    if (cached && now() - cached.readAt < MAX_AGE_MS) return cached.value;
    try {
      const value = await fetch(id, stage);
      cache.set(key, { value, readAt: now() });
      return value;
    } catch (error) {
      if (cached) return cached.value;
      throw unavailable('The secret store', error);
    }
  };

  return {
    /** The current version. */
    current: async <T>(id: string, validate: Validate<T>): Promise<T> => {
      const value = await read(id, 'AWSCURRENT');
      if (!validate(value)) throw new Error(`The secret ${id} does not follow its schema`);
      return value;
    },
    /** Every version that a rotation in progress leaves valid: current, pending, previous. Broken ones are left out. */
    valid: async <T>(id: string, validate: Validate<T>): Promise<T[]> => {
      const values = await Promise.all(
        (['AWSCURRENT', 'AWSPENDING', 'AWSPREVIOUS'] as const).map((stage) => read(id, stage)),
      );
      return values.filter((value) => validate(value));
    },
  };
};
export type SecretReader = ReturnType<typeof createSecretReader>;

import {
  GetSecretValueCommand,
  ResourceNotFoundException,
  SecretsManagerClient,
  type SecretsManagerClientConfig,
} from '@aws-sdk/client-secrets-manager';
import type { Validate } from '@qdn/contracts';
import { unavailable } from './failures.ts';
import { timeouts } from './timeouts.ts';

/** Ages of a secret in a container, in ms. */
export type SecretAges = {
  /** Maximum age of a secret before it is read again. A rotation waits for longer than this. */
  maxAgeMs: number;
  /** Minimum time between two reads, for any token and any answer of the store. */
  minIntervalMs: number;
};
export const SECRET_AGES: SecretAges = { maxAgeMs: 5 * 60_000, minIntervalMs: 10_000 };

/** The versions that a rotation leaves valid at the same time. */
export type VersionStage = 'AWSCURRENT' | 'AWSPENDING' | 'AWSPREVIOUS';

/** @param settings for an operator's machine, where no Lambda environment gives the store's address */
export const createSecretsClient = (
  settings: Pick<SecretsManagerClientConfig, 'endpoint' | 'region' | 'credentials'> = {},
): SecretsManagerClient =>
  new SecretsManagerClient({ maxAttempts: 3, requestHandler: timeouts(1000, 2000), ...settings });

type Kept<T> = { value: T; readAt: number } | null;

/** A cached version of a secret. `askedAt` is the time of the last request to the store, with or without an answer. */
type Entry = { kept: Kept<unknown>; askedAt: number; asking: Promise<void> | null };

/**
 * Reads JSON secrets, checked against their schema, and caches each for five minutes. Concurrent callers share one request. When the
 * store cannot be reached, or holds a secret that does not follow its schema, the last value stays in use, `onStale` is called, and
 * the store is read again after ten seconds.
 * @param now epoch ms
 * @throws ProductError `unavailable` when the store cannot be reached and there is no value yet; Error when the secret is broken
 */
export const createSecretReader = (
  client: SecretsManagerClient,
  now: () => number = Date.now,
  onStale: (secretId: string, error: unknown) => void = () => {},
  { maxAgeMs, minIntervalMs }: SecretAges = SECRET_AGES,
) => {
  const entries = new Map<string, Entry>();

  const fetch = async <T>(id: string, stage: VersionStage, validate: Validate<T>): Promise<T | null> => {
    let text: string | undefined;
    try {
      ({ SecretString: text } = await client.send(new GetSecretValueCommand({ SecretId: id, VersionStage: stage })));
    } catch (error) {
      // Without a rotation there is neither a pending nor a previous version.
      if (stage !== 'AWSCURRENT' && error instanceof ResourceNotFoundException) return null;
      throw unavailable('The secret store', error);
    }
    const value = parsed(text);
    // Reveals nothing of the content: JSON.parse's message would quote it.
    if (!validate(value)) throw new Error(`The secret ${id} (${stage}) does not follow its schema`);
    return value;
  };

  const read = async <T>(id: string, stage: VersionStage, validate: Validate<T>, fresh: boolean): Promise<T | null> => {
    const key = `${id} ${stage}`;
    const entry: Entry = entries.get(key) ?? { kept: null, askedAt: Number.NEGATIVE_INFINITY, asking: null };
    entries.set(key, entry);
    const mayAsk = !entry.kept || now() - entry.askedAt >= minIntervalMs;
    const wants = !entry.kept || fresh || now() - entry.kept.readAt >= maxAgeMs;
    if (wants && mayAsk) {
      entry.asking ??= (async () => {
        entry.askedAt = now();
        try {
          entry.kept = { value: await fetch(id, stage, validate), readAt: now() };
        } catch (error) {
          if (!entry.kept) throw error;
          onStale(id, error);
        } finally {
          entry.asking = null;
        }
      })();
      await entry.asking;
    }
    const value = entry.kept?.value ?? null;
    return value === null ? null : validate(value) ? value : null;
  };

  return {
    /**
     * Returns the current version.
     * @param fresh reads the store even when the cached value is young, but at most every ten seconds: for a token or signature with a key
     *   that this value does not have
     */
    current: async <T>(id: string, validate: Validate<T>, fresh = false): Promise<T> => {
      const value = await read(id, 'AWSCURRENT', validate, fresh);
      if (value === null) throw new Error(`The secret ${id} is empty`);
      return value;
    },
    /** Returns every version that a rotation leaves valid: current, pending, previous. Leaves out broken pending and previous ones. */
    valid: async <T>(id: string, validate: Validate<T>, fresh = false): Promise<T[]> => {
      const extra = (stage: VersionStage) =>
        read(id, stage, validate, fresh).catch((error: unknown) => {
          onStale(id, error);
          return null;
        });
      const values = await Promise.all([
        read(id, 'AWSCURRENT', validate, fresh),
        extra('AWSPENDING'),
        extra('AWSPREVIOUS'),
      ]);
      return values.filter((value) => value !== null);
    },
  };
};
export type SecretReader = ReturnType<typeof createSecretReader>;

const parsed = (text: string | undefined): unknown => {
  try {
    return JSON.parse(text ?? 'null');
  } catch {
    return undefined;
  }
};

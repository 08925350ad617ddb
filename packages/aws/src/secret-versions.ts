import {
  CreateSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  ResourceNotFoundException,
  type SecretsManagerClient,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import type { VersionStage } from './secrets.ts';

/** One version of a secret. */
export type SecretVersion = { versionId: string; value: unknown };

/**
 * JSON secrets, version by version, for an operator who changes them. Code that only uses a secret reads it through
 * `createSecretReader`. Errors of the store are thrown unchanged, because an operator must see them.
 * @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/whats-in-a-secret.html#term_version
 */
export const createSecretVersions = (client: SecretsManagerClient) => {
  /** @returns null when there is no such secret, or no version at this stage */
  const read = async (secretId: string, stage: VersionStage): Promise<SecretVersion | null> => {
    try {
      const command = new GetSecretValueCommand({ SecretId: secretId, VersionStage: stage });
      const { SecretString = 'null', VersionId = '' } = await client.send(command);
      return { versionId: VersionId, value: parsed(SecretString) };
    } catch (error) {
      if (error instanceof ResourceNotFoundException) return null;
      throw error;
    }
  };

  return {
    read,
    /** Adds a version at this stage; the old current version becomes the previous one. Creates the secret if necessary. */
    put: async (secretId: string, value: unknown, stage: 'AWSCURRENT' | 'AWSPENDING'): Promise<void> => {
      const SecretString = JSON.stringify(value);
      try {
        await client.send(new PutSecretValueCommand({ SecretId: secretId, SecretString, VersionStages: [stage] }));
      } catch (error) {
        // A secret's first version is always the current one.
        if (!(error instanceof ResourceNotFoundException) || stage !== 'AWSCURRENT') throw error;
        await client.send(new CreateSecretCommand({ Name: secretId, SecretString }));
      }
    },
    /** Makes the pending version the current one too, and the old current one the previous. Repeating it changes nothing. */
    promote: async (secretId: string): Promise<void> => {
      const [pending, current] = [await read(secretId, 'AWSPENDING'), await read(secretId, 'AWSCURRENT')];
      if (!pending || pending.versionId === current?.versionId) return;
      await client.send(
        new UpdateSecretVersionStageCommand({
          SecretId: secretId,
          VersionStage: 'AWSCURRENT',
          MoveToVersionId: pending.versionId,
          RemoveFromVersionId: current?.versionId,
        }),
      );
    },
    /** Removes the pending stage from the version that has it. */
    unstage: async (secretId: string): Promise<void> => {
      const pending = await read(secretId, 'AWSPENDING');
      if (!pending) return;
      await client.send(
        new UpdateSecretVersionStageCommand({
          SecretId: secretId,
          VersionStage: 'AWSPENDING',
          RemoveFromVersionId: pending.versionId,
        }),
      );
    },
  };
};
export type SecretVersions = ReturnType<typeof createSecretVersions>;

/** Reveals nothing of the content: JSON.parse's message would quote it. */
const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

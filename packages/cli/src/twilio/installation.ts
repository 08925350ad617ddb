import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createSecretVersions } from '@qdn/aws/secret-versions';
import { createSecretsClient } from '@qdn/aws/secrets';
import {
  createTwilioAccount,
  type TwilioAccount,
  type TwilioLogin,
  TwilioRefusal,
  TwilioSilence,
} from '@qdn/carrier-twilio/account';
import { validate as isTwilioAdminSecret } from '@qdn/contracts/validators/twilioAdminSecret';
import { changeOwnerFile, OWNER_FILE, type OwnerCredentials, readOwnerFile } from '@qdn/owner-credentials/owner-file';
import { readCompany, tryToRead } from '../company/company.ts';
import { CommandError } from '../connection.ts';
import { awsInWords, readPublicUrl, regionOf, type Where } from '../deployed.ts';
import type { AdminSecret, RotatingSecret, SenderSecret } from './rotation.ts';
import { rotatingSecret } from './rotation.ts';

export const ADMIN_SECRET = 'qdn/twilio-admin';
export const SENDER_SECRET = 'qdn/twilio-sender';
export const TOKENS_SECRET = 'qdn/tokens';

type Local = { secretsUrl?: string; twilioUrl?: string | null; publicUrl?: string };

/** The secret store of one installation, and the Twilio that its credentials are for. */
export type Installation = {
  /** Name of the installation, as messages print it. */
  place: string;
  versions: ReturnType<typeof createSecretVersions>;
  /** Address of the emulator; undefined for Twilio itself. */
  twilioUrl: string | undefined;
  /** Returns another base URL of a further carrier's API, from the company file; undefined for the carrier itself. */
  carrierUrl: (carrier: string) => string | undefined;
  ownerFile: string;
  owner: OwnerCredentials | null;
  /** Returns the public address without a trailing slash. @throws CommandError when it is not deployed */
  publicUrl: () => Promise<string>;
};

/** Returns the selected installation. @throws CommandError when it does not exist, or the owner's file is not valid */
export const findInstallation = (where: Where, environment: NodeJS.ProcessEnv, repository: string): Installation => {
  const ownerFile = join(repository, OWNER_FILE);
  const owner = readOwnerFile(ownerFile);
  const { stage } = where;
  const carrierUrl = (carrier: string): string | undefined => {
    // A company file with mistakes is reported by the doctor.
    const { deployment } = tryToRead(() => readCompany({ repository, environment })) ?? {};
    return deployment?.carriers?.find(({ name }) => name === carrier)?.apiUrl;
  };
  if (stage !== undefined) {
    const region = regionOf(where, environment);
    return {
      place: `AWS Secrets Manager in ${region}`,
      versions: createSecretVersions(createSecretsClient({ region })),
      // Another address of Twilio's API, as in the functions' twilioApiUrl: an emulator.
      twilioUrl: environment['TWILIO_API_URL'],
      carrierUrl,
      ownerFile,
      owner,
      publicUrl: () => readPublicUrl(region, stage),
    };
  }
  const file = join(repository, '.local', 'local.json');
  const local: Local = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {};
  if (!local.secretsUrl)
    throw new CommandError(
      'The local system is not running. Start it with: npm start. Or name a deployed system: --stage prod.',
    );
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  return {
    place: 'the local system',
    versions: createSecretVersions(
      createSecretsClient({ endpoint: local.secretsUrl, region: 'us-east-1', credentials }),
    ),
    twilioUrl: local.twilioUrl ?? undefined,
    carrierUrl,
    ownerFile,
    owner,
    publicUrl: async () => {
      if (local.publicUrl) return local.publicUrl;
      throw new CommandError('What runs here is of an older version. Start it again: npm start');
    },
  };
};

/** Returns one of an installation's secrets for rotation. */
export const secretOf = ({ versions }: Installation, id: string): RotatingSecret =>
  rotatingSecret(id, {
    read: (stage) => versions.read(id, stage),
    put: (value, stage) => versions.put(id, value, stage),
    promote: () => versions.promote(id),
    unstage: () => versions.unstage(id),
  });

/**
 * Returns the account, and the Auth Token that administers it now: the current one, else (during a promotion) the pending
 * one, else the owner's.
 */
export const accountOf = async (
  installation: Installation,
): Promise<{ account: TwilioAccount; login: TwilioLogin; admin: AdminSecret }> => {
  const { versions, twilioUrl, owner } = installation;
  const stored = [await versions.read(ADMIN_SECRET, 'AWSCURRENT'), await versions.read(ADMIN_SECRET, 'AWSPENDING')];
  const known = [...stored.map((version) => version?.value), owner?.admin].filter((value) =>
    isTwilioAdminSecret(value),
  );
  const [first] = known;
  if (!first)
    throw new CommandError(`${installation.place} has no secret ${ADMIN_SECRET}. Store it with: ./qdn secrets push`);
  const account = createTwilioAccount({ accountSid: first.accountSid, apiUrl: twilioUrl });
  for (const admin of known) {
    if (admin.accountSid !== first.accountSid || !(await account.acceptsToken(admin.authToken))) continue;
    return { account, admin, login: { user: admin.accountSid, password: admin.authToken } };
  }
  throw new CommandError(
    `Twilio refuses the Auth Token of ${installation.place}. Copy the token from the Twilio Console into ${OWNER_FILE}, then run ./qdn secrets push (or restart the local system)`,
  );
};

/**
 * Returns the updates of the owner's file after a rotation at Twilio itself. Credentials of the emulator are not written to it.
 */
export const mirrorsOf = (
  { twilioUrl, owner, ownerFile }: Installation,
  say: (sentence: string) => void,
): {
  key: (old: SenderSecret | null, now: SenderSecret) => void;
  token: (old: AdminSecret | null, now: AdminSecret) => void;
} => {
  const ownerOf = (accountSid: string): OwnerCredentials | null =>
    twilioUrl === undefined && owner?.admin.accountSid === accountSid ? owner : null;
  return {
    key: (old, now) => {
      if (!old || ownerOf(now.accountSid)?.sender.apiKeySid !== old.apiKeySid) return;
      changeOwnerFile(ownerFile, { TWILIO_API_KEY_SID: now.apiKeySid, TWILIO_API_KEY_SECRET: now.apiKeySecret });
      say(`${OWNER_FILE} has the new key, too.`);
    },
    token: (old, now) => {
      if (!old || ownerOf(now.accountSid)?.admin.authToken !== old.authToken) return;
      changeOwnerFile(ownerFile, { TWILIO_AUTH_TOKEN: now.authToken, TWILIO_AUTH_TOKEN_SECONDARY: null });
      say(`${OWNER_FILE} has the new Auth Token too.`);
    },
  };
};

const GO_ON = 'Nothing is lost. Run the same command again to continue.';

/** Runs `work`, and explains errors of AWS and Twilio that the user can act on. */
export const inWords = async (work: () => Promise<void>): Promise<void> => {
  try {
    await work();
  } catch (error) {
    if (error instanceof TwilioSilence) throw new CommandError(`${error.message}. ${GO_ON}`, { cause: error });
    if (error instanceof TwilioRefusal) {
      throw new CommandError(`Twilio refuses: ${error.message} (${error.code ?? error.status}). ${GO_ON}`, {
        cause: error,
      });
    }
    if (!(error instanceof Error) || error instanceof CommandError) throw error;
    const words = awsInWords(error);
    if (words !== null) throw new CommandError(words, { cause: error });
    throw error;
  }
};

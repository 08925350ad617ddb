import { createHash, randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import type { Wire } from '@qdn/contracts';
import { validate as isTelnyxSecret } from '@qdn/contracts/validators/telnyxSecret';
import { validate as isTokenKeys } from '@qdn/contracts/validators/tokenKeys';
import { validate as isTwilioAdminSecret } from '@qdn/contracts/validators/twilioAdminSecret';
import { validate as isTwilioSenderSecret } from '@qdn/contracts/validators/twilioSenderSecret';
import { readSecrets, type Secrets, type Versions, writeSecrets } from '@qdn/emulator-aws/secrets-manager';
import { StartError } from '@qdn/local-server/start-error';
import type { OwnerCredentials } from '@qdn/owner-credentials/owner-file';

/** The Twilio that the credentials are for. Changes at an emulator mean nothing to Twilio itself, and the reverse. */
export type WhichTwilio = 'emulator' | 'real';

/**
 * The versions of a secret of this machine. `from` is there when the owner's file gave the secret: for which Twilio, a hash of
 * the values, and a random name of that import. Without it the secret was generated.
 */
type LocalVersions = Versions & { from?: { twilio: WhichTwilio; mark: string; name: string } };

export type LocalSecrets = {
  tokens: Wire<'tokenKeys'>;
  admin: Wire<'twilioAdminSecret'>;
  sender: Wire<'twilioSenderSecret'>;
  telnyx: Wire<'telnyxSecret'>;
  /** The admin credentials with the next Auth Token, while it is being rotated. */
  pendingAdmin: Wire<'twilioAdminSecret'> | null;
  /** Changes whenever Twilio credentials are read from the owner's file or generated again. */
  generation: string;
};

const TOKENS = 'qdn/tokens';
const ADMIN = 'qdn/twilio-admin';
const SENDER = 'qdn/twilio-sender';
const TELNYX = 'qdn/telnyx';

const hex = (bytes: number) => randomBytes(bytes).toString('hex');
const keyPair = () => ({ current: { kid: hex(3), key: randomBytes(32).toString('base64url') } });

const generateTokens = (): Secrets<LocalVersions> => ({
  [TOKENS]: { AWSCURRENT: { track: keyPair(), device: keyPair(), operator: keyPair() } },
});

/** Generates a Twilio account that exists nowhere else. */
const generateTwilio = (): Secrets<LocalVersions> => {
  const accountSid = `AC${hex(16)}`;
  return {
    [ADMIN]: { AWSCURRENT: { accountSid, authToken: hex(16) } },
    [SENDER]: { AWSCURRENT: { accountSid, apiKeySid: `SK${hex(16)}`, apiKeySecret: hex(16) } },
  };
};

/**
 * Returns a secret with the owner's value as its current version. An unchanged file is not imported again, so that a key rotated
 * since stays. Versions for another Twilio are dropped.
 */
const withOwnersValue = (
  known: LocalVersions | undefined,
  twilio: WhichTwilio,
  value: object,
  pending: object | null,
): LocalVersions => {
  const mark = createHash('sha256')
    .update(JSON.stringify([value, pending]))
    .digest('hex')
    .slice(0, 16);
  const isOfThisTwilio = known?.from?.twilio === twilio;
  if (known && isOfThisTwilio && known.from?.mark === mark) return known;
  const isSame = JSON.stringify(known?.AWSCURRENT) === JSON.stringify(value);
  const replaced = isSame ? known : { AWSPREVIOUS: known?.AWSCURRENT };
  return {
    ...(isOfThisTwilio ? replaced : {}),
    AWSCURRENT: value,
    ...(pending ? { AWSPENDING: pending } : {}),
    from: { twilio, mark, name: hex(4) },
  };
};

/** Returns the Telnyx key of the owner's file; null without one. */
export const telnyxOf = (owner: OwnerCredentials | null): object | null => owner?.carriers?.[TELNYX] ?? null;

/**
 * Returns the secrets with a Telnyx key. The emulator takes any, so that it gets one that exists nowhere else, and the owner's stays out of
 * this machine's file. Beside Twilio itself, the owner's key is used, since texts go out.
 */
const withTelnyx = (
  secrets: Secrets<LocalVersions>,
  owner: OwnerCredentials | null,
  twilio: WhichTwilio,
): Secrets<LocalVersions> => {
  const owners = telnyxOf(owner);
  const known = secrets[TELNYX];
  if (twilio === 'real' && owners) return { ...secrets, [TELNYX]: withOwnersValue(known, twilio, owners, null) };
  const isOwners = known?.from !== undefined || JSON.stringify(known?.AWSCURRENT) === JSON.stringify(owners);
  return known && !isOwners ? secrets : { ...secrets, [TELNYX]: { AWSCURRENT: { apiKey: `KEY${hex(16)}` } } };
};

/** Returns the secrets with the owner's Twilio credentials. Without the owner's file, an imported account is replaced. */
const withOwner = (
  secrets: Secrets<LocalVersions>,
  owner: OwnerCredentials | null,
  twilio: WhichTwilio,
): Secrets<LocalVersions> => {
  const [admin, sender] = [secrets[ADMIN], secrets[SENDER]];
  if (!owner) return admin?.from || sender?.from ? { ...secrets, ...generateTwilio() } : secrets;
  return {
    ...secrets,
    [ADMIN]: withOwnersValue(admin, twilio, owner.admin, owner.secondary),
    [SENDER]: withOwnersValue(sender, twilio, owner.sender, null),
  };
};

/**
 * Returns this machine's secrets: token keys of the three audiences, and Twilio credentials. On the first start they are written
 * to the file of the emulated Secrets Manager.
 * @param file `.local/secrets.json`, which only its owner can read
 * @param owner contents of `.secrets/qdn.env`, or null to generate a Twilio account
 * @param twilio the Twilio that the credentials are for
 * @throws StartError when others can read the file, or when a secret in it is missing or malformed
 */
export const ensureSecrets = (
  file: string,
  owner: OwnerCredentials | null = null,
  twilio: WhichTwilio = 'emulator',
): LocalSecrets => {
  const stored: Secrets<LocalVersions> = existsSync(file) ? readSecrets(file) : {};
  const known = Object.keys(stored).length === 0 ? { ...generateTokens(), ...generateTwilio() } : stored;
  const secrets = withTelnyx(withOwner(known, owner, twilio), owner, twilio);
  if (JSON.stringify(secrets) !== JSON.stringify(stored)) writeSecrets(file, secrets);
  const tokens = secrets[TOKENS]?.AWSCURRENT;
  const admin = secrets[ADMIN]?.AWSCURRENT;
  const sender = secrets[SENDER]?.AWSCURRENT;
  const telnyx = secrets[TELNYX]?.AWSCURRENT;
  const pending = secrets[ADMIN]?.AWSPENDING;
  if (!isTokenKeys(tokens) || !isTwilioAdminSecret(admin) || !isTwilioSenderSecret(sender) || !isTelnyxSecret(telnyx)) {
    throw new StartError(`${file} does not hold the keys that are needed. Start again with: npm start -- --fresh`);
  }
  const imports = [secrets[ADMIN]?.from?.name, secrets[SENDER]?.from?.name];
  return {
    tokens,
    admin,
    sender,
    telnyx,
    pendingAdmin: isTwilioAdminSecret(pending) ? pending : null,
    generation: [admin.accountSid, ...imports].join(' ').trim(),
  };
};

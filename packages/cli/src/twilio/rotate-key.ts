import type { TwilioAccount, TwilioLogin } from '@qdn/carrier-twilio/account';
import { validate as isTwilioSenderSecret } from '@qdn/contracts/validators/twilioSenderSecret';
import { CommandError } from '../connection.ts';
import {
  becomesAccepted,
  duration,
  type RotatingSecret,
  type RotationSurroundings,
  type SenderSecret,
} from './rotation.ts';

export type KeyAccount = Pick<TwilioAccount, 'acceptsKey' | 'listKeys' | 'createKey' | 'revokeKey'>;

export type KeyRotation = RotationSurroundings & {
  account: KeyAccount;
  /** The admin pair: only it may create and revoke keys. */
  login: TwilioLogin;
  secret: RotatingSecret;
  /** Called after the key has changed and before the old one is revoked; it updates the owner's file. */
  mirror: (old: SenderSecret | null, now: SenderSecret) => void;
};

/** Prefix of the keys' names in Twilio's list. */
const NAME = 'qdn-relay ';
const nameOf = (id: string): string => `${NAME}${id}`;

/**
 * State of a rotation, from the stored versions:
 *
 *     idle ──► begun(id) ──► made(key) ──► in-use(old) ──► idle
 *
 * - `begun`: a key is about to be created, or was created and not stored; it has the rotation's name.
 * - `made`: the new key is the pending version; the old one is in use.
 * - `in-use`: the new key is pending and current; the old one is the previous version, and must still be revoked.
 */
type Standing =
  | { kind: 'idle' }
  | { kind: 'begun'; id: string }
  | { kind: 'made'; key: SenderSecret }
  | { kind: 'in-use'; old: SenderSecret | null };

const asKey = (value: unknown): SenderSecret | null => (isTwilioSenderSecret(value) ? value : null);

const currentKey = async (secret: RotatingSecret): Promise<SenderSecret> => {
  const current = asKey(await secret.current());
  if (!current)
    throw new CommandError('The secret qdn/twilio-sender has no API key. Store one with: ./qdn secrets push');
  return current;
};

const standingOf = async (secret: RotatingSecret): Promise<Standing> => {
  const pending = await secret.pending();
  if (!pending) return { kind: 'idle' };
  const key = asKey(pending.value);
  if (pending.isCurrent) {
    const old = asKey(await secret.previous());
    return { kind: 'in-use', old: old?.apiKeySid === key?.apiKeySid ? null : old };
  }
  if (key) return { kind: 'made', key };
  const id =
    typeof pending.value === 'object' && pending.value !== null && 'rotation' in pending.value
      ? pending.value.rotation
      : null;
  if (typeof id === 'string') return { kind: 'begun', id };
  throw new CommandError(
    'The pending version of qdn/twilio-sender has an unknown format. Remove its stage AWSPENDING, then run this again.',
  );
};

/** Returns the steps of a run as sentences. Changes nothing. */
export const planKeyRotation = async ({
  secret,
  propagationMs,
}: Pick<KeyRotation, 'secret' | 'propagationMs'>): Promise<string[]> => {
  const current = await currentKey(secret);
  const standing = await standingOf(secret);
  const old = standing.kind === 'in-use' ? standing.old : current;
  const make = 'Create a new API key at Twilio, and store it as the pending version of qdn/twilio-sender.';
  const use = 'Check it with a real call, and make it the current version.';
  const wait = `Wait ${duration(propagationMs)}, longer than a running function keeps a secret, and check the new key again.`;
  const revoke = old ? `Revoke the old key ${old.apiKeySid}.` : 'There is no old key to revoke.';
  switch (standing.kind) {
    case 'idle':
      return [make, use, wait, revoke];
    case 'begun':
      return [
        'An earlier run was interrupted. Revoke a key that it created and did not store, if there is one.',
        make,
        use,
        wait,
        revoke,
      ];
    case 'made':
      return [
        `An earlier run was interrupted after it created ${standing.key.apiKeySid}. Continue with that key.`,
        use,
        wait,
        revoke,
      ];
    case 'in-use':
      return [
        `An earlier run was interrupted while functions switched to ${current.apiKeySid}. Continue.`,
        wait,
        revoke,
      ];
  }
};

/** Prints the keys that other rotations left, which may be in use elsewhere. */
const reportOtherKeys = async ({ account, login, say }: KeyRotation, key: SenderSecret): Promise<void> => {
  const others = (await account.listKeys(login)).filter(
    ({ sid, name }) => name.startsWith(NAME) && sid !== key.apiKeySid,
  );
  if (others.length > 0) {
    say(
      `Twilio has other keys of the name “${NAME.trim()}”: ${others.map(({ sid }) => sid).join(', ')}. If no other installation uses them, revoke them in the Twilio Console.`,
    );
  }
};

/**
 * Replaces the API key for sending. The stored key is valid at every moment. After an interruption, the next run
 * finishes the work.
 * @throws CommandError; no key in use was revoked
 */
export const rotateKey = async (rotation: KeyRotation): Promise<void> => {
  const { account, login, secret, mirror, propagationMs, wait, say, newId } = rotation;
  const { accountSid } = await currentKey(secret);

  /** Creates a key and stores it. A key that was created but not stored is revoked, because no one has its secret. */
  const make = async (id: string): Promise<SenderSecret> => {
    const made = { accountSid, ...(await account.createKey(login, nameOf(id))) };
    const pending = (await secret.pending())?.value;
    const isOurs = typeof pending === 'object' && pending !== null && 'rotation' in pending && pending.rotation === id;
    if (!isOurs) {
      await account.revokeKey(login, made.apiKeySid);
      throw new CommandError(
        'Another rotation of this key is running. Wait until it has finished. The key of this run is revoked.',
      );
    }
    await secret.stage(made);
    say(`Created the API key ${made.apiKeySid}, and stored it as the pending version of qdn/twilio-sender.`);
    return made;
  };

  let standing = await standingOf(secret);
  if (standing.kind === 'begun') {
    const { id } = standing;
    for (const { sid, name } of await account.listKeys(login)) {
      if (name !== nameOf(id)) continue;
      await account.revokeKey(login, sid);
      say(
        `Revoked ${sid}: an earlier run created it and was interrupted before it was stored, so no one has its secret.`,
      );
    }
    standing = { kind: 'made', key: await make(id) };
  }
  if (standing.kind === 'idle') {
    const id = newId();
    await secret.stage({ rotation: id });
    standing = { kind: 'made', key: await make(id) };
  }
  if (standing.kind === 'made') {
    const { key } = standing;
    if (!(await becomesAccepted(() => account.acceptsKey(key), wait))) {
      // The key was never in use.
      await account.revokeKey(login, key.apiKeySid);
      await secret.unstage();
      throw new CommandError(
        `Twilio refuses the new key ${key.apiKeySid}. It is revoked, and the old key stays in use. Run this again later.`,
      );
    }
    await secret.promote();
    say(
      `Twilio accepts the new key. It is the current version now; running functions use it within ${duration(propagationMs)}.`,
    );
    standing = await standingOf(secret);
  }
  const old = standing.kind === 'in-use' ? standing.old : null;
  const key = await currentKey(secret);
  mirror(old, key);
  const isThere = async ({ apiKeySid }: SenderSecret): Promise<boolean> =>
    (await account.listKeys(login)).some(({ sid }) => sid === apiKeySid);
  if (old && (await isThere(old))) {
    await wait(propagationMs, `running functions still send with ${old.apiKeySid}`);
    const stored = await currentKey(secret);
    if (stored.apiKeySid !== key.apiKeySid || !(await account.acceptsKey(stored))) {
      throw new CommandError(
        `The current version of qdn/twilio-sender is not the new key, or Twilio refuses it. Nothing was revoked: ${old.apiKeySid} still works. Check the secret, then run this again.`,
      );
    }
    await account.revokeKey(login, old.apiKeySid);
    say(`Revoked the old key ${old.apiKeySid}.`);
  }
  await secret.unstage();
  await reportOtherKeys(rotation, key);
  say(`Messages are sent with ${key.apiKeySid}.`);
};

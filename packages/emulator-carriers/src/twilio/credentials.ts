import { randomBytes } from 'node:crypto';
import type { CredentialState, Memory, StoredKey } from '../phones/memory.ts';

/** The account's first credentials. The first Auth Token is the primary one; another is the secondary. */
export type ConfiguredCredentials = {
  accountSid: string;
  authTokens: readonly string[];
  apiKeys: ReadonlyArray<{ sid: string; secret: string }>;
  /** A new value makes these credentials replace the account's later changes. */
  generation?: string;
};

/** The caller: the account itself, with either Auth Token, or a Standard key, which may not change accounts and keys. */
export type Caller = 'account' | 'key';

const hex = (bytes: number): string => randomBytes(bytes).toString('hex');

/** Returns the stored credentials, or the configured ones at the first start: a revoked key stays revoked after a restart. */
const beginWith = (known: CredentialState | null, configured: ConfiguredCredentials, now: number): CredentialState => {
  const { accountSid, authTokens, apiKeys, generation = '' } = configured;
  if (known?.accountSid === accountSid && known.generation === generation) return known;
  const [primary = '', secondary = null] = authTokens;
  const keys = apiKeys.map((key) => ({ ...key, name: 'configured', createdAt: now, updatedAt: now }));
  return { accountSid, generation, createdAt: now, primary, secondary, secondaryAt: now, keys };
};

/**
 * The account's Auth Tokens and API keys, as its API changes them. They are stored with the other state, so that a
 * revoked key stays revoked after a restart.
 */
export const createCredentials = (memory: Memory, configured: ConfiguredCredentials, now: () => number) => {
  memory.setCredentials(beginWith(memory.credentials, configured, now()));
  const state = (): CredentialState => {
    if (!memory.credentials) throw new Error('The account has no credentials');
    return memory.credentials;
  };
  const change = (changes: Partial<CredentialState>): void => memory.setCredentials({ ...state(), ...changes });
  const keyOf = (sid: string): StoredKey | undefined => state().keys.find((key) => key.sid === sid);

  return {
    /** The Auth Token that signs webhooks. */
    primary: (): string => state().primary,
    createdAt: (): number => state().createdAt,
    /** Returns the sender of this `Authorization` header, or null. */
    callerOf: (header: string | undefined): Caller | null => {
      const [scheme = '', encoded = ''] = (header ?? '').split(' ');
      if (scheme.toLowerCase() !== 'basic') return null;
      const decoded = Buffer.from(encoded, 'base64').toString('utf8');
      const colon = decoded.indexOf(':');
      const [user, password] = [decoded.slice(0, colon), decoded.slice(colon + 1)];
      const { accountSid, primary, secondary } = state();
      if (user === accountSid) return password !== '' && [primary, secondary].includes(password) ? 'account' : null;
      const key = keyOf(user);
      return key && key.secret === password ? 'key' : null;
    },

    /** API keys, newest first. */
    keys: (): readonly StoredKey[] => state().keys.toReversed(),
    key: keyOf,
    createKey: (name: string): StoredKey => {
      const key = { sid: `SK${hex(16)}`, secret: hex(16), name, createdAt: now(), updatedAt: now() };
      change({ keys: [...state().keys, key] });
      return key;
    },
    renameKey: (sid: string, name: string): void =>
      change({ keys: state().keys.map((key) => (key.sid === sid ? { ...key, name, updatedAt: now() } : key)) }),
    revokeKey: (sid: string): void => change({ keys: state().keys.filter((key) => key.sid !== sid) }),

    secondary: (): string | null => state().secondary,
    createSecondary: (): string => {
      const secondary = hex(16);
      change({ secondary, secondaryAt: now() });
      return secondary;
    },
    deleteSecondary: (): void => change({ secondary: null }),
    /** Makes the secondary token the primary one. The old primary token is refused at once. */
    promote: (): { token: string; createdAt: number } => {
      const { secondary, secondaryAt } = state();
      if (secondary === null) throw new Error('There is no secondary token');
      change({ primary: secondary, secondary: null });
      return { token: secondary, createdAt: secondaryAt };
    },
  };
};
export type Credentials = ReturnType<typeof createCredentials>;

import type { StoredKey } from '../phones/memory.ts';
import { type ApiError, apiErrors } from './api-error.ts';
import type { Credentials } from './credentials.ts';
import { listPage } from './list-page.ts';
import { API_VERSION, rfc2822 } from './message-resource.ts';

/** An answer without a body. */
export type AccountAnswer = { status: number; body: object | null } | ApiError;

const ACCOUNTS_URL = 'https://accounts.twilio.com/v1';
const ok = (body: object, status = 200): AccountAnswer => ({ status, body });
const iso = (at: number): string => new Date(at).toISOString().replace(/\.\d+Z$/, 'Z');
const GONE: AccountAnswer = { status: 204, body: null };

const keyResource = ({ sid, name, createdAt, updatedAt }: StoredKey) => ({
  sid,
  friendly_name: name,
  date_created: rfc2822(createdAt),
  date_updated: rfc2822(updatedAt),
});

/**
 * Serves the administration of the account: fetch it and its balance; create, list, rename and revoke API keys; create a
 * secondary Auth Token and promote it.
 * @see https://www.twilio.com/docs/iam/api/account
 * @see https://www.twilio.com/docs/usage/api/keys
 * @see https://www.twilio.com/docs/iam/api/authtoken
 */
export const createAccountApi = (
  accountSid: string,
  credentials: Credentials,
  now: () => number,
  balance: () => string,
) => {
  const accountPath = `/${API_VERSION}/Accounts/${accountSid}`;

  const account = () => ({
    sid: accountSid,
    owner_account_sid: accountSid,
    friendly_name: 'The account of this machine',
    status: 'active',
    type: 'Full',
    auth_token: credentials.primary(),
    date_created: rfc2822(credentials.createdAt()),
    date_updated: rfc2822(credentials.createdAt()),
    subresource_uris: {
      balance: `${accountPath}/Balance.json`,
      keys: `${accountPath}/Keys.json`,
      messages: `${accountPath}/Messages.json`,
    },
    uri: `${accountPath}.json`,
  });

  const authTokenResource = (part: string, createdAt: number) => ({
    account_sid: accountSid,
    date_created: iso(createdAt),
    date_updated: iso(now()),
    url: `${ACCOUNTS_URL}/AuthTokens/${part}`,
  });
  const keyOr404 = (sid: string, answer: (key: StoredKey) => AccountAnswer): AccountAnswer => {
    const key = credentials.key(sid);
    return key ? answer(key) : apiErrors.notFound(`${accountPath}/Keys/${sid}.json`);
  };

  return {
    fetch: (): AccountAnswer => ok(account()),
    balance: (): AccountAnswer => ok({ account_sid: accountSid, balance: balance(), currency: 'USD' }),

    listKeys: (query: URLSearchParams): AccountAnswer =>
      ok(listPage('keys', `${accountPath}/Keys.json`, credentials.keys(), query, keyResource)),
    createKey: (form: URLSearchParams): AccountAnswer => {
      const key = credentials.createKey(form.get('FriendlyName') ?? '');
      // The secret is shown only here.
      return ok({ ...keyResource(key), secret: key.secret }, 201);
    },
    fetchKey: (sid: string): AccountAnswer => keyOr404(sid, (key) => ok(keyResource(key))),
    renameKey: (sid: string, form: URLSearchParams): AccountAnswer =>
      keyOr404(sid, (key) => {
        const name = form.get('FriendlyName');
        if (name !== null) credentials.renameKey(sid, name);
        return ok(keyResource(credentials.key(sid) ?? key));
      }),
    revokeKey: (sid: string): AccountAnswer =>
      keyOr404(sid, () => {
        credentials.revokeKey(sid);
        return GONE;
      }),

    /** `/AuthTokens/Secondary` of accounts.twilio.com. */
    createSecondaryToken: (): AccountAnswer => {
      if (credentials.secondary() !== null) return apiErrors.secondaryExists();
      const secondary_auth_token = credentials.createSecondary();
      return ok({ ...authTokenResource('Secondary', now()), secondary_auth_token }, 201);
    },
    deleteSecondaryToken: (): AccountAnswer => {
      if (credentials.secondary() === null) return apiErrors.notFound('/AuthTokens/Secondary');
      credentials.deleteSecondary();
      return GONE;
    },
    /** `/AuthTokens/Promote` of accounts.twilio.com. */
    promoteSecondaryToken: (): AccountAnswer => {
      if (credentials.secondary() === null) return apiErrors.notFound('/AuthTokens/Promote');
      const { token, createdAt } = credentials.promote();
      return ok({ ...authTokenResource('Promote', createdAt), auth_token: token });
    },
  };
};
export type AccountApi = ReturnType<typeof createAccountApi>;

/** Returns an answer for the Phones page, without its secrets. */
export const withoutSecrets = (body: object): object =>
  Object.fromEntries(
    Object.entries(body).map(([name, value]) => [
      name,
      ['secret', 'auth_token', 'secondary_auth_token'].includes(name) ? '(not shown)' : value,
    ]),
  );

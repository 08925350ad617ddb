import type { StoredKey } from '../phones/memory.ts';
import { type ApiError, apiErrors } from './api-error.ts';
import type { Credentials } from './credentials.ts';
import { listPage } from './list-page.ts';
import { API_VERSION, rfc2822 } from './message-resource.ts';

/** A request of the account's own: `path` after `/Accounts/{sid}`, or after `/v1` for the Accounts API. */
export type AccountRequest = { method: string; path: string; form: URLSearchParams; query: URLSearchParams };

/** 204 has no body. */
export type AccountAnswer = { status: number; body: object | null } | ApiError;

const ACCOUNTS_URL = 'https://accounts.twilio.com/v1';
const ok = (body: object, status = 200): AccountAnswer => ({ status, body });
const GONE: AccountAnswer = { status: 204, body: null };

const keyResource = ({ sid, name, createdAt, updatedAt }: StoredKey) => ({
  sid,
  friendly_name: name,
  date_created: rfc2822(createdAt),
  date_updated: rfc2822(updatedAt),
});

/**
 * What the account may do with itself: fetch it and its balance, create, list, rename and revoke API keys, make a secondary
 * Auth Token and promote it.
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

  const keys = ({ method, form, query }: AccountRequest): AccountAnswer => {
    if (method === 'GET')
      return ok(listPage('keys', `${accountPath}/Keys.json`, credentials.keys(), query, keyResource));
    if (method !== 'POST') return apiErrors.methodNotAllowed();
    const key = credentials.createKey(form.get('FriendlyName') ?? '');
    // The only time that the secret is told.
    return ok({ ...keyResource(key), secret: key.secret }, 201);
  };

  const oneKey = ({ method, path, form }: AccountRequest, sid: string): AccountAnswer => {
    if (!credentials.key(sid)) return apiErrors.notFound(`${accountPath}${path}`);
    if (method === 'DELETE') {
      credentials.revokeKey(sid);
      return GONE;
    }
    const name = form.get('FriendlyName');
    if (method === 'POST' && name !== null) credentials.renameKey(sid, name);
    const key = credentials.key(sid);
    return key && (method === 'GET' || method === 'POST') ? ok(keyResource(key)) : apiErrors.methodNotAllowed();
  };

  /** `/AuthTokens/…` of accounts.twilio.com. */
  const authTokens = ({ method, path }: AccountRequest): AccountAnswer => {
    const iso = (at: number): string => new Date(at).toISOString().replace(/\.\d+Z$/, 'Z');
    const resource = (part: string, createdAt: number) => ({
      account_sid: accountSid,
      date_created: iso(createdAt),
      date_updated: iso(now()),
      url: `${ACCOUNTS_URL}/AuthTokens/${part}`,
    });
    if (path === '/AuthTokens/Secondary' && method === 'POST') {
      if (credentials.secondary() !== null) return apiErrors.secondaryExists();
      const secondary_auth_token = credentials.createSecondary();
      return ok({ ...resource('Secondary', now()), secondary_auth_token }, 201);
    }
    if (path === '/AuthTokens/Secondary' && method === 'DELETE') {
      if (credentials.secondary() === null) return apiErrors.notFound(path);
      credentials.deleteSecondary();
      return GONE;
    }
    if (path === '/AuthTokens/Promote' && method === 'POST') {
      if (credentials.secondary() === null) return apiErrors.notFound(path);
      const { token, createdAt } = credentials.promote();
      return ok({ ...resource('Promote', createdAt), auth_token: token });
    }
    return apiErrors.notFound(path);
  };

  return {
    /** What is under `/2010-04-01/Accounts/{sid}`; null when it is none of the account's own resources. */
    ofAccount: (request: AccountRequest): AccountAnswer | null => {
      const { method, path } = request;
      const key = /^\/Keys\/(SK[0-9a-f]{32})\.json$/i.exec(path)?.[1];
      if (key) return oneKey(request, key);
      if (path === '/Keys.json') return keys(request);
      if (path !== '.json' && path !== '/Balance.json') return null;
      if (method !== 'GET') return apiErrors.methodNotAllowed();
      return ok(path === '.json' ? account() : { account_sid: accountSid, balance: balance(), currency: 'USD' });
    },
    authTokens,
  };
};

/** An answer as it may be shown: what the account alone is told stays out. */
export const withoutSecrets = (body: object): object =>
  Object.fromEntries(
    Object.entries(body).map(([name, value]) => [
      name,
      ['secret', 'auth_token', 'secondary_auth_token'].includes(name) ? '(not shown)' : value,
    ]),
  );

/*
 * Administration of a Twilio account: API keys, Auth Tokens, and what is left in it. Plain requests, since eight calls need no
 * client: what checks the balance on Lambda brings 3 KB along.
 */

/** User and password of HTTP Basic: Account SID and Auth Token, or SID and secret of an API key. */
export type TwilioLogin = { user: string; password: string };

export type ApiKey = { sid: string; name: string };

/** Twilio answered, and refused. https://www.twilio.com/docs/api/errors */
export class TwilioRefusal extends Error {
  readonly status: number;
  readonly code: number | null;
  constructor(status: number, code: number | null, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

/** Twilio did not answer, or not so that one can know what became of the request. */
export class TwilioSilence extends Error {}

export type TwilioAccountOptions = {
  accountSid: string;
  /** Another base URL for both of Twilio's APIs, for a stand-in. */
  apiUrl?: string | undefined;
  timeoutMs?: number;
};

const API = 'https://api.twilio.com';
const ACCOUNTS = 'https://accounts.twilio.com';
const TIMEOUT_MS = 15_000;
const PAGE_SIZE = 1000;

const textOf = (body: Record<string, unknown>, name: string): string => {
  const value = body[name];
  if (typeof value !== 'string' || value === '') throw new TwilioSilence(`Twilio answered without ${name}`);
  return value;
};

/**
 * @see https://www.twilio.com/docs/usage/api/keys
 * @see https://www.twilio.com/docs/iam/api/secondary_authtoken
 * @see https://www.twilio.com/docs/iam/api/authtoken
 */
export const createTwilioAccount = ({ accountSid, apiUrl, timeoutMs = TIMEOUT_MS }: TwilioAccountOptions) => {
  const account = `${apiUrl ?? API}/2010-04-01/Accounts/${accountSid}`;
  const authTokens = `${apiUrl ?? ACCOUNTS}/v1/AuthTokens`;

  /** @throws TwilioRefusal for a 4xx; TwilioSilence for everything that leaves open what happened */
  const call = async (
    { user, password }: TwilioLogin,
    method: 'GET' | 'POST' | 'DELETE',
    url: string,
    form?: Record<string, string>,
  ): Promise<Record<string, unknown>> => {
    let status: number;
    let text: string;
    try {
      const response = await fetch(url, {
        method,
        headers: {
          authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`,
          accept: 'application/json',
        },
        ...(form ? { body: new URLSearchParams(form) } : {}),
        signal: AbortSignal.timeout(timeoutMs),
      });
      status = response.status;
      text = await response.text();
    } catch (error) {
      throw new TwilioSilence('Twilio does not answer', { cause: error });
    }
    const body = objectFrom(text);
    if (status < 300) return body;
    const message = typeof body['message'] === 'string' ? body['message'] : `status ${status}`;
    if (status >= 500) throw new TwilioSilence(`Twilio answered ${status}: ${message}`);
    throw new TwilioRefusal(status, typeof body['code'] === 'number' ? body['code'] : null, message);
  };

  /** Whether it was there: a second deletion finds nothing, and that is what was wanted. */
  const remove = async (login: TwilioLogin, url: string): Promise<boolean> => {
    try {
      await call(login, 'DELETE', url);
      return true;
    } catch (error) {
      if (error instanceof TwilioRefusal && error.status === 404) return false;
      throw error;
    }
  };

  /** Whether Twilio lets this login in; a look that changes nothing. */
  const accepts = async (login: TwilioLogin, url: string): Promise<boolean> => {
    try {
      await call(login, 'GET', url);
      return true;
    } catch (error) {
      if (error instanceof TwilioRefusal && error.status === 401) return false;
      throw error;
    }
  };

  return {
    accountSid,
    acceptsToken: (authToken: string) => accepts({ user: accountSid, password: authToken }, `${account}.json`),
    /** A Standard key may list messages; keys and the account itself it may not see. */
    acceptsKey: (key: { apiKeySid: string; apiKeySecret: string }) =>
      accepts({ user: key.apiKeySid, password: key.apiKeySecret }, `${account}/Messages.json?PageSize=1`),

    /** What is left, in the account's currency. A subaccount has none of its own. https://www.twilio.com/docs/usage/api/account-balance */
    balance: async (login: TwilioLogin): Promise<{ amount: number; currency: string }> => {
      const body = await call(login, 'GET', `${account}/Balance.json`);
      const amount = Number(textOf(body, 'balance'));
      if (!Number.isFinite(amount)) throw new TwilioSilence('Twilio answered with a balance that is no number');
      return { amount, currency: textOf(body, 'currency') };
    },

    listKeys: async (login: TwilioLogin): Promise<ApiKey[]> => {
      const found: ApiKey[] = [];
      for (let next: unknown = `/2010-04-01/Accounts/${accountSid}/Keys.json?PageSize=${PAGE_SIZE}`; ; ) {
        if (typeof next !== 'string' || next === '') return found;
        const body = await call(login, 'GET', `${apiUrl ?? API}${next}`);
        const keys: unknown = body['keys'];
        if (!Array.isArray(keys)) throw new TwilioSilence('Twilio answered without keys');
        for (const key of keys) found.push({ sid: textOf(key, 'sid'), name: String(key['friendly_name'] ?? '') });
        next = body['next_page_uri'];
      }
    },
    /** A Standard key. The secret is told this once. */
    createKey: async (login: TwilioLogin, name: string): Promise<{ apiKeySid: string; apiKeySecret: string }> => {
      const body = await call(login, 'POST', `${account}/Keys.json`, { FriendlyName: name });
      return { apiKeySid: textOf(body, 'sid'), apiKeySecret: textOf(body, 'secret') };
    },
    /** @returns false when there was no such key */
    revokeKey: (login: TwilioLogin, sid: string) => remove(login, `${account}/Keys/${sid}.json`),

    /** The token is told this once. */
    createSecondaryToken: async (login: TwilioLogin): Promise<string> =>
      textOf(await call(login, 'POST', `${authTokens}/Secondary`), 'secondary_auth_token'),
    /** @returns false when there was none */
    deleteSecondaryToken: (login: TwilioLogin) => remove(login, `${authTokens}/Secondary`),
    /** The primary token is dead from now on. @returns the new primary one */
    promoteSecondaryToken: async (login: TwilioLogin): Promise<string> =>
      textOf(await call(login, 'POST', `${authTokens}/Promote`), 'auth_token'),
  };
};
export type TwilioAccount = ReturnType<typeof createTwilioAccount>;

const objectFrom = (text: string): Record<string, unknown> => {
  try {
    const value: unknown = JSON.parse(text || '{}');
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
};

import type { TwilioLogin } from './twilio-login.ts';
import { createTwilioRequest, TwilioRefusal, TwilioSilence, textOf } from './twilio-request.ts';

export type { TwilioLogin } from './twilio-login.ts';
export { TwilioRefusal, TwilioSilence } from './twilio-request.ts';

/* Administration of a Twilio account: API keys, Auth Tokens, and what is left in it. */

export type ApiKey = { sid: string; name: string };

export type TwilioAccountOptions = {
  accountSid: string;
  /** Another base URL for both of Twilio's APIs, for an emulator. */
  apiUrl?: string | undefined;
  timeoutMs?: number;
};

const API = 'https://api.twilio.com';
const ACCOUNTS = 'https://accounts.twilio.com';
const PAGE_SIZE = 1000;

/**
 * @see https://www.twilio.com/docs/usage/api/keys
 * @see https://www.twilio.com/docs/iam/api/secondary_authtoken
 * @see https://www.twilio.com/docs/iam/api/authtoken
 */
export const createTwilioAccount = ({ accountSid, apiUrl, timeoutMs }: TwilioAccountOptions) => {
  const account = `${apiUrl ?? API}/2010-04-01/Accounts/${accountSid}`;
  const authTokens = `${apiUrl ?? ACCOUNTS}/v1/AuthTokens`;
  const call = createTwilioRequest(timeoutMs);

  /** Deletes a resource. Returns false when there was none: a second deletion has nothing left to do. */
  const remove = async (login: TwilioLogin, url: string): Promise<boolean> => {
    try {
      await call(login, 'DELETE', url);
      return true;
    } catch (error) {
      if (error instanceof TwilioRefusal && error.status === 404) return false;
      throw error;
    }
  };

  /** Tells whether Twilio accepts this login; changes nothing. */
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

    /** Returns the balance, in the account's currency. A subaccount has none of its own. https://www.twilio.com/docs/usage/api/account-balance */
    balance: async (login: TwilioLogin): Promise<{ amount: number; currency: string }> => {
      const body = await call(login, 'GET', `${account}/Balance.json`);
      const amount = Number(textOf(body, 'balance'));
      if (!Number.isFinite(amount)) throw new TwilioSilence('Twilio answered with a balance that is not a number');
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
    /** A Standard key. Twilio shows the secret this once. */
    createKey: async (login: TwilioLogin, name: string): Promise<{ apiKeySid: string; apiKeySecret: string }> => {
      const body = await call(login, 'POST', `${account}/Keys.json`, { FriendlyName: name });
      return { apiKeySid: textOf(body, 'sid'), apiKeySecret: textOf(body, 'secret') };
    },
    /** @returns false when there was no such key */
    revokeKey: (login: TwilioLogin, sid: string) => remove(login, `${account}/Keys/${sid}.json`),

    /** Twilio shows the token this once. */
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

/*
 * Requests to Twilio's REST APIs. Plain ones, since a dozen calls need no client: what checks the balance on Lambda brings 3 KB
 * along.
 */
import { basicAuthorization, type TwilioLogin } from './twilio-login.ts';

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

const TIMEOUT_MS = 15_000;

/** @throws TwilioSilence when it is none, or empty */
export const textOf = (body: Record<string, unknown>, name: string): string => {
  const value = body[name];
  if (typeof value !== 'string' || value === '') throw new TwilioSilence(`Twilio answered without ${name}`);
  return value;
};

const objectFrom = (text: string): Record<string, unknown> => {
  try {
    const value: unknown = JSON.parse(text || '{}');
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
};

export type TwilioRequest = (
  login: TwilioLogin,
  method: 'GET' | 'POST' | 'DELETE',
  url: string,
  form?: Record<string, string>,
) => Promise<Record<string, unknown>>;

/** @returns a function that @throws TwilioRefusal for a 4xx; TwilioSilence for everything that leaves open what happened */
export const createTwilioRequest =
  (timeoutMs = TIMEOUT_MS): TwilioRequest =>
  async (login, method, url, form) => {
    let status: number;
    let text: string;
    try {
      const response = await fetch(url, {
        method,
        headers: {
          authorization: basicAuthorization(login),
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

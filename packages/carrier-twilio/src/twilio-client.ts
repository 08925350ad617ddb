/*
 * The HTTP side of Twilio's message resource. It takes the place of `BaseTwilio` and `RequestClient` of the twilio package, which
 * bring axios, its forms and a table of media types along: 390 KB of the worker's bundle.
 */
import { retryAfterMs } from '@qdn/carrier-adapter/retry-after';
import type DomainModule from 'twilio/lib/base/Domain.js';
import { basicAuthorization, type TwilioLogin } from './twilio-login.ts';

/** A request as the resources of the twilio package make it. */
type ResourceRequest = {
  method: string;
  /** An absolute URL. */
  uri: string;
  headers?: Record<string, string>;
  params?: Record<string, unknown>;
  data?: Record<string, unknown>;
};

/** An answer as the resources of the twilio package read it. `body`: parsed JSON, or the text when it is not JSON. */
type ResourceAnswer = { statusCode: number; body: unknown };

/** The client that a `Domain` of the twilio package calls. */
type DomainClient = ConstructorParameters<typeof DomainModule>[0];

/** 429: documented as not processed. https://www.twilio.com/docs/api/errors/20429 */
export class TooManyRequests extends Error {
  readonly retryAfterMs: number | undefined;
  constructor(retryAfter: unknown) {
    super('429 too many requests');
    this.retryAfterMs = retryAfterMs(retryAfter, Date.now());
  }
}

/** Encodes fields as a form, a list as its field several times. The resource sets the fields of absent options to undefined; those are left out. */
const formOf = (fields: Record<string, unknown>): URLSearchParams =>
  new URLSearchParams(
    Object.entries(fields).flatMap(([name, value]) =>
      value === undefined ? [] : [value].flat().map((one): [string, string] => [name, String(one)]),
    ),
  );

const jsonOr = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
};

/**
 * Returns a client for the resources of the twilio package. A redirect is not followed, and nothing is sent twice in here.
 * @param apiUrl base URL of the API; requests to Twilio's own host go there
 * @returns a client whose `request` throws TooManyRequests for a 429, and the error of `fetch` when no answer came
 */
export const createTwilioClient = (login: TwilioLogin, apiUrl: string, timeoutMs: number): DomainClient => {
  const base = new URL(apiUrl);
  const authorization = basicAuthorization(login);
  const request = async ({ method, uri, headers, params, data }: ResourceRequest): Promise<ResourceAnswer> => {
    const url = new URL(uri);
    url.protocol = base.protocol;
    url.host = base.host;
    for (const [name, value] of formOf(params ?? {})) url.searchParams.append(name, value);
    const response = await fetch(url, {
      method: method.toUpperCase(),
      headers: { accept: 'application/json', ...headers, authorization },
      ...(data ? { body: formOf(data) } : {}),
      redirect: 'manual',
      signal: AbortSignal.timeout(timeoutMs),
    });
    if (response.status === 429) {
      await response.body?.cancel();
      throw new TooManyRequests(response.headers.get('retry-after'));
    }
    return { statusCode: response.status, body: jsonOr(await response.text()) };
  };
  // A domain and its resources call `request` and nothing else of a client; twilio.test.ts covers it.
  return { request } as unknown as DomainClient;
};

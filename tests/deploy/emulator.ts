import { setTimeout } from 'node:timers/promises';

/** A minimal client of an AWS emulator, for tests that need a few answers only. */
export type Emulator = {
  /** Sends a GET to a REST API, such as `lambda` at `/2015-03-31/functions/`. @returns the JSON */
  rest(service: string, path: string): Promise<unknown>;
  /** Calls a JSON API, such as `Logs_20140328.DescribeLogGroups`. @returns the JSON */
  json(service: string, target: string, input: object): Promise<unknown>;
};

export const REGION = 'us-east-1';

/** The emulator finds the service in the signature's scope, and does not check the signature. */
const authorization = (service: string): string =>
  `AWS4-HMAC-SHA256 Credential=test/20260101/${REGION}/${service}/aws4_request, SignedHeaders=host, Signature=none`;

const answerOf = async (response: Response): Promise<unknown> => {
  const text = await response.text();
  if (!response.ok) throw new Error(`${response.url} answered ${response.status}: ${text}`);
  return JSON.parse(text);
};

export const createEmulator = (endpoint: string): Emulator => ({
  rest: async (service, path) =>
    answerOf(await fetch(endpoint + path, { headers: { authorization: authorization(service) } })),
  json: async (service, target, input) =>
    answerOf(
      await fetch(endpoint, {
        method: 'POST',
        headers: {
          authorization: authorization(service),
          'content-type': 'application/x-amz-json-1.1',
          'x-amz-target': target,
        },
        body: JSON.stringify(input),
      }),
    ),
});

/** Waits for the emulator. @throws Error when it does not answer within half a minute */
export const awaitEmulator = async (endpoint: string): Promise<void> => {
  for (let tries = 0; tries < 150; tries += 1) {
    try {
      if ((await fetch(`${endpoint}/moto-api/data.json`)).ok) return;
    } catch {
      // Not listening yet.
    }
    await setTimeout(200);
  }
  throw new Error(`Nothing answers at ${endpoint}: start it with python tests/deploy/moto_server.py <port>.`);
};

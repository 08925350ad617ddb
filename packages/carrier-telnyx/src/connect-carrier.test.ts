import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { FailureClass } from '@qdn/domain';
import { connectTelnyx, createTelnyxCarrier } from './connect-carrier.ts';

const sms = { to: '+15125550171', body: 'Hello, 3 o’clock', outboundMessageId: 'QDN-1042~SM1~dana' };
const ID = '40385f64-5717-4562-b3fc-2c963f66afa6';
type Answer = (response: ServerResponse, request: IncomingMessage) => void;
let answer: Answer;
let seen: Array<{
  method?: string | undefined;
  url?: string | undefined;
  authorization?: string | undefined;
  body: string;
}> = [];
const server = createServer(async (request, response) => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  const { method, url, headers } = request;
  seen.push({ method, url, authorization: headers.authorization, body: Buffer.concat(chunks).toString() });
  answer(response, request);
});
const apiUrl = () => `http://localhost:${(server.address() as AddressInfo).port}`;
const json =
  (status: number, body: object, headers: Record<string, string> = {}): Answer =>
  (response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
  };
const problem = (status: number, code: string, headers?: Record<string, string>) =>
  json(status, { errors: [{ code, title: 'No', detail: 'The number +15125550171' }] }, headers);
const options = { apiKey: 'KEY-1', from: '+15125550144', publicUrl: 'https://qdn.example', timeoutMs: 300 };
const carrier = () => createTelnyxCarrier({ ...options, apiUrl: apiUrl() });
const send = async (given: Answer) => {
  seen = [];
  answer = given;
  return carrier().send(sms);
};

beforeAll(() => new Promise<void>((resolve) => server.listen(0, resolve)));
afterAll(() => {
  server.closeAllConnections();
  return new Promise<void>((resolve) => server.close(() => resolve()));
});

describe('sending through Telnyx', () => {
  test('names our message in the address of its webhooks', async () => {
    expect(await send(json(200, { data: { id: ID } }))).toEqual({ kind: 'accepted', carrierSid: ID });
    expect(seen).toMatchObject([{ method: 'POST', url: '/v2/messages', authorization: 'Bearer KEY-1' }]);
    expect(JSON.parse(seen[0]?.body ?? '')).toEqual({
      from: options.from,
      to: sms.to,
      text: sms.body,
      type: 'SMS',
      webhook_url: 'https://qdn.example/api/carriers/telnyx/webhook?message=QDN-1042%7ESM1%7Edana',
      use_profile_webhooks: false,
    });
  });

  test('there is no list to ask', () => {
    expect(carrier().find).toBeNull();
  });

  test.each<[number, string, FailureClass]>([
    [422, '40300', 'opted-out'],
    [422, '40310', 'unreachable'],
    [401, '10009', 'credentials'],
    [403, '10010', 'setup'],
    [402, '20100', 'setup'],
    [422, '40305', 'setup'],
    [422, '99999', 'setup'],
  ])('%i with code %s is refused: %s', async (status, code, failure) => {
    expect(await send(problem(status, code))).toMatchObject({ kind: 'rejected', class: failure, code });
    expect(seen).toHaveLength(1);
  });

  test('a refusal that is not Telnyx’s counts by its status', async () => {
    const page: Answer = (response) => response.writeHead(403).end('<h1>No</h1>');
    expect(await send(page)).toMatchObject({ kind: 'rejected', class: 'setup', code: '403' });
  });

  test('too many requests were not processed, and Telnyx says how long to wait', async () => {
    expect(await send(problem(429, '10011', { 'x-ratelimit-reset': '3' }))).toMatchObject({
      kind: 'not-processed',
      retryAfterMs: 3000,
    });
    expect(await send(problem(429, '10011', { 'retry-after': '2', 'x-ratelimit-reset': '3' }))).toMatchObject({
      retryAfterMs: 2000,
    });
    expect(await send(problem(422, '40318'))).toMatchObject({ kind: 'not-processed' });
  });

  test.each<[string, Answer]>([
    ['a 500', problem(500, '10007')],
    ['a gateway’s 503', (response) => response.writeHead(503).end('<h1>Bad gateway</h1>')],
    ['a 408', problem(408, '10008')],
    ['a 409', problem(409, '10012')],
    ['a redirect', (response) => response.writeHead(307, { location: 'https://example.com/' }).end()],
    ['an answer without an ID', json(200, { data: {} })],
    ['an answer that cannot be read', (response) => response.writeHead(200).end('{"data":')],
    ['a timeout', (response) => setTimeout(() => response.destroy(), 600)],
    ['a dropped connection', (_, request) => request.socket.destroy()],
  ])('after %s the outcome is unknown, and nothing is sent again', async (_, unclear) => {
    expect(await send(unclear)).toMatchObject({ kind: 'unknown' });
    expect(seen).toHaveLength(1);
  });

  test('a refused connection was not processed', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, resolve));
    const { port } = other.address() as AddressInfo;
    await new Promise<void>((resolve) => other.close(() => resolve()));
    const closed = createTelnyxCarrier({ ...options, apiUrl: `http://localhost:${port}` });
    expect(await closed.send(sms)).toEqual({ kind: 'not-processed', detail: 'ECONNREFUSED' });
  });

  test('a key that was rotated is read again', async () => {
    seen = [];
    answer = (response, request) =>
      (request.headers.authorization === 'Bearer KEY-2' ? json(200, { data: { id: ID } }) : problem(401, '10009'))(
        response,
        request,
      );
    const connected = connectTelnyx({
      number: options.from,
      identity: '',
      publicUrl: options.publicUrl,
      apiUrl: apiUrl(),
      readSecret: async (isSecret, fresh) => {
        const secret: unknown = { apiKey: fresh ? 'KEY-2' : 'KEY-1' };
        if (!isSecret(secret)) throw new Error('not a secret');
        return secret;
      },
    });
    expect(await connected.send(sms)).toEqual({ kind: 'accepted', carrierSid: ID });
    expect(seen.map(({ authorization }) => authorization)).toEqual(['Bearer KEY-1', 'Bearer KEY-2']);
  });
});

import { execFile } from 'node:child_process';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { promisify } from 'node:util';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { createAwsSmsCarrier } from './aws-sms.ts';

const run = promisify(execFile);
const sms = { to: '+15125550171', body: 'Hello, 3 o’clock', outboundMessageId: 'QDN-1042~SM1~dana' };
const identity = 'arn:aws:sms-voice:us-east-1:000000000000:phone-number/phone-1';
type Answer = (response: ServerResponse, request: IncomingMessage) => void;
let answer: Answer;
let seen: Array<{ target: unknown; type: unknown; body: string }>;
const server = createServer(async (request, response) => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  const { 'x-amz-target': target, 'content-type': type } = request.headers;
  seen.push({ target, type, body: Buffer.concat(chunks).toString() });
  answer(response, request);
});
const json =
  (status: number, body: object, headers: Record<string, string> = {}): Answer =>
  (response) => {
    response.writeHead(status, { 'content-type': 'application/x-amz-json-1.0', ...headers }).end(JSON.stringify(body));
  };
const exception = (status: number, name: string, more: object = {}, headers?: Record<string, string>) =>
  json(status, { __type: `com.amazonaws.pinpointsmsvoicev2#${name}`, Message: 'no', ...more }, headers);
const carrier = () =>
  createAwsSmsCarrier({ originationIdentity: identity, configurationSet: 'qdn-relay', timeoutMs: 300 });

const before = { ...process.env };
const environment = {
  AWS_REGION: 'us-east-1',
  AWS_ACCESS_KEY_ID: 'test',
  AWS_SECRET_ACCESS_KEY: 'test',
  // Neither may make the SDK send anything twice.
  AWS_MAX_ATTEMPTS: '5',
  AWS_RETRY_MODE: 'standard',
};
const ENDPOINT = 'AWS_ENDPOINT_URL_PINPOINT_SMS_VOICE_V2';
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, resolve));
  Object.assign(process.env, environment);
});
beforeEach(() => {
  process.env[ENDPOINT] = `http://localhost:${(server.address() as AddressInfo).port}`;
  seen = [];
});
afterAll(() => {
  for (const name of [...Object.keys(environment), ENDPOINT]) {
    if (before[name] === undefined) delete process.env[name];
    else process.env[name] = before[name];
  }
  server.closeAllConnections();
  return new Promise<void>((resolve) => server.close(() => resolve()));
});

describe('sending through AWS', () => {
  test('names the outbound message in the context, and does not let the text wait for days', async () => {
    answer = json(200, { MessageId: 'ed23196c-75ce-4727-93ee-7bf72b64998f' });
    expect(await carrier().send(sms)).toEqual({
      kind: 'accepted',
      carrierSid: 'ed23196c-75ce-4727-93ee-7bf72b64998f',
    });
    expect(seen).toMatchObject([{ target: 'PinpointSMSVoiceV2.SendTextMessage', type: 'application/x-amz-json-1.0' }]);
    expect(JSON.parse(seen[0]?.body ?? '')).toEqual({
      DestinationPhoneNumber: sms.to,
      OriginationIdentity: identity,
      MessageBody: sms.body,
      MessageType: 'TRANSACTIONAL',
      ConfigurationSetName: 'qdn-relay',
      TimeToLive: 600,
      Context: { message: sms.outboundMessageId },
    });
  });

  test('it has no list to be asked', () => {
    expect(carrier().find).toBeNull();
  });

  test('reports a throttled request as not processed, without a retry', async () => {
    answer = exception(400, 'ThrottlingException');
    expect(await carrier().send(sms)).toEqual({
      kind: 'not-processed',
      detail: expect.stringContaining('ThrottlingException'),
    });
    answer = exception(429, 'ThrottlingException', {}, { 'retry-after': '2' });
    expect(await carrier().send(sms)).toMatchObject({ kind: 'not-processed', retryAfterMs: 2000 });
    expect(seen).toHaveLength(2);
  });

  test.each([
    [
      'an opted-out phone',
      409,
      'ConflictException',
      { Reason: 'DESTINATION_PHONE_NUMBER_OPTED_OUT' },
      'opted-out',
      'DESTINATION_PHONE_NUMBER_OPTED_OUT',
    ],
    [
      'a phone outside the sandbox',
      409,
      'ConflictException',
      { Reason: 'DESTINATION_PHONE_NUMBER_NOT_VERIFIED' },
      'setup',
      'DESTINATION_PHONE_NUMBER_NOT_VERIFIED',
    ],
    [
      'a number that was given back',
      409,
      'ConflictException',
      { Reason: 'NO_ORIGINATION_IDENTITIES_FOUND' },
      'setup',
      'NO_ORIGINATION_IDENTITIES_FOUND',
    ],
    [
      'an unfinished registration',
      409,
      'ConflictException',
      { Reason: 'REGISTRATION_NOT_COMPLETE' },
      'setup',
      'REGISTRATION_NOT_COMPLETE',
    ],
    [
      'another conflict',
      409,
      'ConflictException',
      { Reason: 'RESOURCE_ALREADY_EXISTS' },
      'setup',
      'RESOURCE_ALREADY_EXISTS',
    ],
    [
      'no phone number',
      400,
      'ValidationException',
      { Reason: 'FIELD_VALIDATION_FAILED', Fields: [{ Name: 'DestinationPhoneNumber', Message: 'x' }] },
      'unreachable',
      'FIELD_VALIDATION_FAILED',
    ],
    [
      'a country that is not enabled',
      400,
      'ValidationException',
      { Reason: 'COUNTRY_NOT_ENABLED' },
      'setup',
      'COUNTRY_NOT_ENABLED',
    ],
    [
      'another mistake of ours',
      400,
      'ValidationException',
      { Reason: 'MAXIMUM_SIZE_EXCEEDED', Fields: null },
      'setup',
      'MAXIMUM_SIZE_EXCEEDED',
    ],
    [
      'spent money',
      402,
      'ServiceQuotaExceededException',
      { Reason: 'MONTHLY_SPEND_LIMIT_REACHED_FOR_TEXT' },
      'setup',
      'MONTHLY_SPEND_LIMIT_REACHED_FOR_TEXT',
    ],
    ['a role that may not', 403, 'AccessDeniedException', {}, 'credentials', 'AccessDeniedException'],
    ['a closed account', 403, 'AccessDeniedException', { Reason: 'ACCOUNT_DISABLED' }, 'setup', 'ACCOUNT_DISABLED'],
    ['old credentials', 403, 'ExpiredTokenException', {}, 'credentials', 'ExpiredTokenException'],
    [
      'an identity that is gone',
      404,
      'ResourceNotFoundException',
      { ResourceType: 'phone-number' },
      'setup',
      'ResourceNotFoundException',
    ],
    ['a reason of tomorrow', 400, 'BrandNewException', { Reason: 7, Fields: 'x' }, 'setup', 'BrandNewException'],
  ])('%s is refused', async (_, status, name, more, failure, code) => {
    answer = exception(status, name, more);
    expect(await carrier().send(sms)).toMatchObject({ kind: 'rejected', class: failure, code });
  });

  test('a refusal that is not AWS’s counts by its status', async () => {
    answer = (response) => response.writeHead(403, { 'content-type': 'text/html' }).end('<h1>No</h1>');
    expect(await carrier().send(sms)).toMatchObject({ kind: 'rejected', code: 403 });
  });

  test.each<[string, Answer]>([
    ['an internal error', exception(500, 'InternalServerException', { RequestId: 'r' })],
    ['a gateway’s 503', (response) => response.writeHead(503).end('<h1>Bad gateway</h1>')],
    ['a 408', exception(408, 'RequestTimeout')],
    ['a redirect', (response) => response.writeHead(307, { location: 'https://example.com/' }).end()],
    ['an answer without a MessageId', json(200, {})],
    ['an answer that cannot be read', (response) => response.writeHead(200).end('{"MessageId":')],
    ['a timeout', (response) => setTimeout(() => response.destroy(), 600)],
    ['a dropped connection', (_, request) => request.socket.destroy()],
  ])('after %s nobody knows, and nothing is sent again', async (_, unclear) => {
    answer = unclear;
    expect(await carrier().send(sms)).toMatchObject({ kind: 'unknown' });
    expect(seen).toHaveLength(1);
  });

  test.each([
    ['a refused connection', 'http://localhost:1', {}, 'ECONNREFUSED'],
    ['a name that is not known', 'http://nowhere.invalid', {}, /^(ENOTFOUND|EAI_AGAIN)$/],
    // RFC 5737: a documentation address. Without a route to it, the connection fails at once.
    ['a connection that is never made', 'http://192.0.2.1', {}, /^(TimeoutError|E\w+)$/],
    ['a request that could not be signed', 'http://localhost:1', { AWS_ACCESS_KEY_ID: '' }, 'CredentialsProviderError'],
  ])('after %s, certainly nothing was processed', async (_, endpoint, changes, detail) => {
    // In a process of its own: Jest's Error is not Node's, and the SDK puts what is none into an Error without a code.
    const script = `
      import { createAwsSmsCarrier } from ${JSON.stringify(new URL('./aws-sms.ts', import.meta.url))};
      const carrier = createAwsSmsCarrier({ originationIdentity: 'x', configurationSet: 'y', timeoutMs: 300 });
      console.log(JSON.stringify(await carrier.send(${JSON.stringify(sms)})));`;
    const { stdout } = await run(process.execPath, ['--input-type=module', '--eval', script], {
      env: { ...environment, [ENDPOINT]: endpoint, AWS_EC2_METADATA_DISABLED: 'true', HOME: '/nowhere', ...changes },
    });
    expect(JSON.parse(stdout)).toEqual({
      kind: 'not-processed',
      detail: expect.stringMatching(detail),
    });
  });
});

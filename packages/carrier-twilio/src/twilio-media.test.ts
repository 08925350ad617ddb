import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { KeyRefused } from '@qdn/carrier-adapter/key-refused';
import { locateTwilioMedia, readTwilioWords } from './twilio-media.ts';

const ACCOUNT = `AC${'a'.repeat(32)}`;
const MESSAGE = `MM${'b'.repeat(32)}`;
const [FIRST, SECOND] = [`ME${'1'.repeat(32)}`, `ME${'2'.repeat(32)}`];
const PATH = `/2010-04-01/Accounts/${ACCOUNT}/Messages/${MESSAGE}/Media`;
const CDN = 'https://media.twiliocdn.com/AC/xyz?Expires=1&Signature=s';

type Answer = { status: number; body?: string; headers?: Record<string, string> };
let server: Server;
let apiUrl: string;
let asked: Array<{ url: string; authorization: string | undefined }>;
let answers: Record<string, Answer>;
beforeEach(async () => {
  asked = [];
  answers = {
    [`${PATH}.json`]: { status: 200, body: JSON.stringify({ media_list: [{ sid: SECOND }, { sid: FIRST }] }) },
    [`${PATH}/${FIRST}`]: { status: 307, headers: { location: `${CDN}&first` } },
    [`${PATH}/${SECOND}`]: { status: 302, headers: { location: `${CDN}&second` } },
  };
  server = createServer((request: IncomingMessage, response: ServerResponse) => {
    asked.push({ url: request.url ?? '', authorization: request.headers.authorization });
    const answer = answers[request.url ?? ''];
    if (answer) response.writeHead(answer.status, answer.headers).end(answer.body);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const address = server.address();
  apiUrl = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`;
});
afterEach(async () => {
  server.closeAllConnections();
  server.close();
});

const locate = (index: number, messageSid = MESSAGE) =>
  locateTwilioMedia(
    { accountSid: ACCOUNT, apiKeySid: 'SK1', apiKeySecret: 'secret', apiUrl, timeoutMs: 300 },
    messageSid,
    index,
  );

describe('the words of a message', () => {
  const MESSAGE_PATH = `/2010-04-01/Accounts/${ACCOUNT}/Messages/${MESSAGE}.json`;
  const read = (messageSid = MESSAGE) =>
    readTwilioWords(
      { accountSid: ACCOUNT, apiKeySid: 'SK1', apiKeySecret: 'secret', apiUrl, timeoutMs: 300 },
      messageSid,
    );

  test('are read with the key', async () => {
    answers[MESSAGE_PATH] = { status: 200, body: JSON.stringify({ sid: MESSAGE, body: 'the whole story' }) };
    expect(await read()).toBe('the whole story');
    expect(asked).toMatchObject([{ url: MESSAGE_PATH }]);
  });

  test('are missing when the message was deleted, or its words are redacted', async () => {
    answers[MESSAGE_PATH] = { status: 404 };
    expect(await read()).toBeNull();
    answers[MESSAGE_PATH] = { status: 200, body: JSON.stringify({ sid: MESSAGE, body: '' }) };
    expect(await read()).toBeNull();
    expect(await read('../Messages')).toBeNull();
  });

  test('fail with a refused key, and while Twilio is down', async () => {
    answers[MESSAGE_PATH] = { status: 401 };
    await expect(read()).rejects.toThrow(KeyRefused);
    answers[MESSAGE_PATH] = { status: 500 };
    await expect(read()).rejects.toMatchObject({ code: 'unavailable' });
    answers[MESSAGE_PATH] = { status: 200, body: 'no json' };
    await expect(read()).rejects.toMatchObject({ code: 'unavailable' });
  });
});

describe('a picture’s address', () => {
  test('is what Twilio redirects to when it is asked with the key', async () => {
    expect(await locate(0)).toBe(`${CDN}&first`);
    const authorization = `Basic ${Buffer.from('SK1:secret').toString('base64')}`;
    expect(asked).toEqual([
      { url: `${PATH}.json`, authorization },
      { url: `${PATH}/${FIRST}`, authorization },
    ]);
  });

  test('does not depend on the order of Twilio’s list', async () => {
    expect(await locate(1)).toBe(`${CDN}&second`);
    answers[`${PATH}.json`] = { status: 200, body: JSON.stringify({ media_list: [{ sid: FIRST }, { sid: SECOND }] }) };
    expect(await locate(1)).toBe(`${CDN}&second`);
  });

  test('may be given relative', async () => {
    answers[`${PATH}/${FIRST}`] = { status: 307, headers: { location: '/cdn/1?a=b' } };
    expect(await locate(0)).toBe(`${apiUrl}/cdn/1?a=b`);
  });

  test('is not followed: the key goes nowhere but to the API', async () => {
    answers[`${PATH}/${FIRST}`] = { status: 307, headers: { location: `${apiUrl}/elsewhere` } };
    await locate(0);
    expect(asked.map(({ url }) => url)).not.toContain('/elsewhere');
  });

  test.each([
    ['there is no such message', () => ({ [`${PATH}.json`]: { status: 404 } }), 0],
    ['the message has fewer pictures', () => ({}), 2],
    ['it was deleted', () => ({ [`${PATH}/${FIRST}`]: { status: 404 } }), 0],
  ])('is none when %s', async (_, changes, index) => {
    Object.assign(answers, changes());
    expect(await locate(index)).toBeNull();
  });

  test.each(['SM1', `${MESSAGE}/../x`, '', `QT${'a'.repeat(32)}`])(
    'sends no request for %j, which is not a SID',
    async (sid) => {
      expect(await locate(0, sid)).toBeNull();
      expect(asked).toEqual([]);
    },
  );

  test.each([401, 403])('reports %i as a refused key, which may have been rotated', async (status) => {
    answers[`${PATH}.json`] = { status };
    await expect(locate(0)).rejects.toThrow(KeyRefused);
  });

  test.each([
    ['an error', () => ({ [`${PATH}.json`]: { status: 500 } })],
    ['what is no list', () => ({ [`${PATH}.json`]: { status: 200, body: '<html>' } })],
    [
      'the picture itself, which is too much for a function',
      () => ({ [`${PATH}/${FIRST}`]: { status: 200, body: 'jpg' } }),
    ],
    ['a redirect to nowhere', () => ({ [`${PATH}/${FIRST}`]: { status: 307 } })],
  ])('cannot be had now when Twilio answers with %s', async (_, changes) => {
    Object.assign(answers, changes());
    await expect(locate(0)).rejects.toMatchObject({ code: 'unavailable', retryAfterS: 5 });
  });

  test('cannot be had now when Twilio does not answer', async () => {
    delete answers[`${PATH}.json`];
    await expect(locate(0)).rejects.toMatchObject({ code: 'unavailable' });
    server.closeAllConnections();
    server.close();
    await expect(locate(0)).rejects.toMatchObject({ code: 'unavailable' });
  });
});

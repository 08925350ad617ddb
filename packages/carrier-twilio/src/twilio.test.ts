import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createTwilioCarrier } from './twilio.ts';

const sms = { to: '+15125550171', body: 'Hello', outboundMessageId: 'QDN-1042~SM1~dana' };
type Seen = { method?: string; url?: string; authorization?: string; body: string };
let answer: (response: ServerResponse, request: IncomingMessage) => void;
let seen: Seen;
const server = createServer(async (request, response) => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  seen = {
    method: request.method,
    url: request.url,
    authorization: request.headers.authorization,
    body: Buffer.concat(chunks).toString(),
  };
  answer(response, request);
});
const account = {
  accountSid: `AC${'1'.repeat(32)}`,
  apiKeySid: `SK${'2'.repeat(32)}`,
  apiKeySecret: 'secret-of-the-key',
  from: '+15125550142',
  statusCallback: (outboundMessageId: string) => `https://example.com/${outboundMessageId}/status`,
  timeoutMs: 300,
};
const carrier = () =>
  createTwilioCarrier({ ...account, apiUrl: `http://localhost:${(server.address() as AddressInfo).port}` });
const json =
  (status: number, body: object, headers: Record<string, string> = {}) =>
  (response: ServerResponse) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
  };
const problem = (status: number, code: number, headers?: Record<string, string>) =>
  json(status, { code, message: 'no', more_info: '', status }, headers);

beforeAll(() => new Promise<void>((resolve) => server.listen(0, resolve)));
afterAll(() => new Promise<void>((resolve) => server.close(() => resolve())));

describe('sending through Twilio', () => {
  test('creates a message with the API key and the status callback', async () => {
    answer = json(201, {
      sid: `SM${'3'.repeat(32)}`,
      status: 'queued',
      date_created: 'Mon, 23 Nov 2026 15:00:00 +0000',
    });
    expect(await carrier().send(sms)).toEqual({ kind: 'accepted', carrierSid: `SM${'3'.repeat(32)}` });
    expect(seen).toMatchObject({
      method: 'POST',
      url: `/2010-04-01/Accounts/${account.accountSid}/Messages.json`,
      authorization: `Basic ${Buffer.from(`${account.apiKeySid}:${account.apiKeySecret}`).toString('base64')}`,
    });
    expect(Object.fromEntries(new URLSearchParams(seen.body))).toEqual({
      To: sms.to,
      From: account.from,
      Body: sms.body,
      StatusCallback: 'https://example.com/QDN-1042~SM1~dana/status',
    });
  });

  test.each([
    ['whatsapp:+15125550111', 'whatsapp:+15125550142', 'whatsapp:+15125550111'],
    ['rcs:+15125550111', 'rcs:quick_agent', 'rcs:+15125550111'],
    ['+15125550111', account.from, '+15125550111'],
  ])('a text to %s has the prefix on both sides', async (to, From, To) => {
    answer = json(201, {
      sid: `SM${'3'.repeat(32)}`,
      status: 'queued',
      date_created: 'Mon, 23 Nov 2026 15:00:00 +0000',
    });
    const senders = { whatsapp: '+15125550142', rcs: 'quick_agent' };
    const apiUrl = `http://localhost:${(server.address() as AddressInfo).port}`;
    await createTwilioCarrier({ ...account, senders, apiUrl }).send({ ...sms, to });
    expect(Object.fromEntries(new URLSearchParams(seen.body))).toMatchObject({ From, To });
  });

  test('a text to a channel without a sender goes as SMS, and so does one that the channel refuses', async () => {
    const tried: string[] = [];
    answer = (response) => {
      const To = new URLSearchParams(seen.body).get('To') ?? '';
      tried.push(To);
      const isRefused = To.startsWith('whatsapp');
      (isRefused
        ? problem(400, 63007)
        : json(201, { sid: `SM${'3'.repeat(32)}`, date_created: 'Mon, 23 Nov 2026 15:00:00 +0000' }))(response);
    };
    const onWhatsApp = { ...sms, to: 'whatsapp:+15125550111' };
    expect(await carrier().send(onWhatsApp)).toMatchObject({ kind: 'accepted' });
    const apiUrl = `http://localhost:${(server.address() as AddressInfo).port}`;
    const withSender = createTwilioCarrier({ ...account, senders: { whatsapp: '+15125550142' }, apiUrl });
    expect(await withSender.send(onWhatsApp)).toMatchObject({ kind: 'accepted' });
    expect(tried).toEqual(['+15125550111', 'whatsapp:+15125550111', '+15125550111']);
  });

  test('an answer with other words is reported: the list cannot be searched by words', async () => {
    const sid = `SM${'3'.repeat(32)}`;
    const date = 'Mon, 23 Nov 2026 15:00:00 +0000';
    answer = json(201, { sid, body: 'He..o', date_created: date });
    expect(await carrier().send(sms)).toEqual({ kind: 'accepted', carrierSid: sid, isAltered: true });
    answer = json(201, { sid, body: `Sent from your Twilio trial account - ${sms.body}`, date_created: date });
    expect(await carrier().send(sms)).toEqual({ kind: 'accepted', carrierSid: sid });
  });

  test('sends pictures along, at most ten', async () => {
    const media = Array.from({ length: 11 }, (_, i) => `https://qdn.example/api/media/${i}`);
    answer = json(201, { sid: `MM${'3'.repeat(32)}`, date_created: 'Mon, 23 Nov 2026 15:00:00 +0000' });
    expect(await carrier().send({ ...sms, media })).toEqual({ kind: 'accepted', carrierSid: `MM${'3'.repeat(32)}` });
    expect(new URLSearchParams(seen.body).getAll('MediaUrl')).toEqual(media.slice(0, 10));
    expect(new URLSearchParams(seen.body).get('Body')).toBe(sms.body);
  });

  test('sends the text without its pictures when Twilio may have refused it because of them', async () => {
    const media = ['https://qdn.example/api/media/1'];
    const sid = `SM${'3'.repeat(32)}`;
    let requests = 0;
    const refuseFirst = (status: number, code: number) => (response: ServerResponse) => {
      requests += 1;
      if (requests === 1) problem(status, code)(response);
      else json(201, { sid, date_created: 'Mon, 23 Nov 2026 15:00:00 +0000' })(response);
    };
    answer = refuseFirst(400, 21620);
    expect(await carrier().send({ ...sms, media })).toEqual({ kind: 'accepted', carrierSid: sid });
    expect(new URLSearchParams(seen.body).has('MediaUrl')).toBe(false);
    for (const [status, code] of [
      [400, 21610],
      [400, 21614],
      [401, 20003],
      [429, 20429],
      [500, 20500],
    ] as const) {
      requests = 0;
      answer = refuseFirst(status, code);
      expect((await carrier().send({ ...sms, media })).kind).not.toBe('accepted');
      expect(requests).toBe(1);
    }
  });

  test('429 was not processed, and its Retry-After is kept', async () => {
    answer = problem(429, 20429, { 'retry-after': '2' });
    expect(await carrier().send(sms)).toMatchObject({ kind: 'not-processed', retryAfterMs: 2000 });
    answer = problem(429, 20429);
    expect(await carrier().send(sms)).toEqual({ kind: 'not-processed', detail: '429 too many requests' });
  });

  test('of two sends at once, each has its own Retry-After', async () => {
    let count = 0;
    const one = carrier();
    answer = (response) => problem(429, 20429, { 'retry-after': String(++count) })(response);
    const outcomes = await Promise.all([one.send(sms), one.send(sms), one.send(sms)]);
    const waits = outcomes.map((outcome) => (outcome.kind === 'not-processed' ? outcome.retryAfterMs : null));
    expect(waits.toSorted()).toEqual([1000, 2000, 3000]);
  });

  test('a full queue has taken nothing', async () => {
    answer = problem(400, 21611);
    expect(await carrier().send(sms)).toMatchObject({ kind: 'not-processed' });
  });

  test.each([
    [400, 21211, 'unreachable'],
    [400, 21610, 'opted-out'],
    [401, 20003, 'credentials'],
    [404, 20404, 'setup'],
  ])('%i with code %i is refused: %s', async (status, code, failure) => {
    answer = problem(status, code);
    expect(await carrier().send(sms)).toMatchObject({ kind: 'rejected', class: failure, code });
  });

  test('a refusal in the RFC 9457 form is a refusal, too', async () => {
    answer = json(400, { type: 'urn:x', title: 'Invalid To', status: 400, code: 21211 });
    expect(await carrier().send(sms)).toMatchObject({ kind: 'rejected', code: 21211 });
  });

  test('a refusal that is not Twilio’s counts by its status', async () => {
    answer = (response) => response.writeHead(403, { 'content-type': 'text/html' }).end('<h1>No</h1>');
    expect(await carrier().send(sms)).toMatchObject({ kind: 'rejected', code: 403 });
  });

  test.each([
    ['a 500', problem(500, 20500)],
    ['a gateway’s 502', (response: ServerResponse) => response.writeHead(502).end('<h1>Bad gateway</h1>')],
    ['a gateway’s 408', problem(408, 0)],
    ['a redirect', (response: ServerResponse) => response.writeHead(307, { location: 'https://example.com/' }).end()],
    ['a 201 that cannot be read', (response: ServerResponse) => response.writeHead(201).end('{"sid":')],
  ])('the outcome is unknown after %s', async (_, unclear) => {
    answer = unclear;
    expect(await carrier().send(sms)).toMatchObject({ kind: 'unknown' });
  });

  test('the outcome is unknown after a timeout', async () => {
    answer = (response) => setTimeout(() => response.destroy(), 600);
    expect(await carrier().send(sms)).toMatchObject({ kind: 'unknown' });
  });

  test('the outcome is unknown after a dropped connection', async () => {
    answer = (_, request) => request.socket.destroy();
    expect(await carrier().send(sms)).toMatchObject({ kind: 'unknown' });
  });

  test('a refused connection was not processed', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, resolve));
    const { port } = other.address() as AddressInfo;
    await new Promise<void>((resolve) => other.close(() => resolve()));
    const closed = createTwilioCarrier({ ...account, apiUrl: `http://localhost:${port}` });
    expect(await closed.send(sms)).toMatchObject({ kind: 'not-processed', detail: 'ECONNREFUSED' });
  });
});

describe('looking for a text', () => {
  const sentAfter = Date.UTC(2026, 10, 23, 15);
  const listed = (sid: string, body: string, minutes: number, direction = 'outbound-api') => ({
    sid,
    body,
    direction,
    date_created: new Date(sentAfter + minutes * 60_000).toUTCString().replace('GMT', '+0000'),
  });
  const find = () => carrier().find({ to: sms.to, body: 'Hello', sentAfter });

  test('it is found by recipient, time and its exact words', async () => {
    answer = json(200, {
      messages: [
        listed('SMd', 'Hello', 2, 'inbound'),
        listed('SMa', 'Hello', 1),
        listed('SMb', 'Other', 1),
        listed('SMc', 'Hello', -5),
      ],
      next_page_uri: null,
    });
    const at = sentAfter + 60_000;
    expect(await find()).toEqual([{ carrierSid: 'SMa' }, { carrierSid: 'SMb', other: { body: 'Other', at } }]);
    expect(seen.url).toContain(`To=${encodeURIComponent(sms.to)}`);
  });

  test('texts of another number of the account, and answers to keywords, are not ours', async () => {
    answer = json(200, {
      messages: [
        { ...listed('SMe', 'Hello', 1), from: '+15125550199' },
        { ...listed('SMa', 'Hello', 1), from: account.from },
        listed('SMf', 'Hello', 1, 'outbound-reply'),
      ],
      next_page_uri: null,
    });
    expect(await find()).toEqual([{ carrierSid: 'SMa' }]);
  });

  test('an account that redacts lists its texts without words', async () => {
    answer = json(200, { messages: [listed('SMa', '', 1)], next_page_uri: null });
    expect(await find()).toEqual([{ carrierSid: 'SMa', other: { body: '', at: sentAfter + 60_000 } }]);
  });

  test('a trial account’s prefix does not hide it', async () => {
    answer = json(200, {
      messages: [listed('SMa', 'Sent from your Twilio trial account - Hello', 1)],
      next_page_uri: null,
    });
    expect(await find()).toEqual([{ carrierSid: 'SMa' }]);
  });

  test('it is found behind many later texts to the same phone', async () => {
    const urls: string[] = [];
    answer = (response, request) => {
      urls.push(request.url ?? '');
      const page = urls.length;
      json(200, {
        messages: page < 3 ? [listed(`SM${page}`, 'Later', 9 - page)] : [listed('SMa', 'Hello', 1)],
        next_page_uri: page < 3 ? `/2010-04-01/Accounts/${account.accountSid}/Messages.json?Page=${page}` : null,
      })(response);
    };
    expect((await find()).filter(({ other }) => other === undefined)).toEqual([{ carrierSid: 'SMa' }]);
    expect(urls.slice(1).every((url) => /Page=\d/.test(url))).toBe(true);
  });

  test('pages older than the text are not read', async () => {
    let pages = 0;
    answer = (response) => {
      pages++;
      json(200, { messages: [listed('SMz', 'Older', -1)], next_page_uri: '/2010-04-01/next' })(response);
    };
    expect(await find()).toEqual([]);
    expect(pages).toBe(1);
  });

  test('a search that did not reach the end is no “not there”', async () => {
    answer = json(200, { messages: [listed('SMz', 'Later', 1)], next_page_uri: '/2010-04-01/next' });
    await expect(find()).rejects.toThrow('not searched to the end');
    answer = problem(500, 20500);
    await expect(find()).rejects.toThrow();
  });
});

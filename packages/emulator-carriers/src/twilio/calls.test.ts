import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type CarrierEmulator, startCarrierEmulator } from '../emulator.ts';
import { ACCOUNT_SID, API_KEY, AUTH_TOKEN, COMPANY, DANA, emulatorOptions, MARIA } from '../testing/samples.ts';
import { signatureOf } from './signature.ts';

const LUIS = '+15125550172';
type Request = { path: string; form: Record<string, string>; signature: string };

let server: Server;
let base: string;
let requests: Request[];
/** TwiML by path; a path without one answers 500. */
let documents: Record<string, string>;
let twilio: CarrierEmulator;

const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
  let body = '';
  for await (const chunk of request) body += String(chunk);
  const path = request.url ?? '';
  requests.push({
    path,
    form: Object.fromEntries(new URLSearchParams(body)),
    signature: String(request.headers['x-twilio-signature']),
  });
  const verbs = documents[path];
  response.writeHead(verbs === undefined ? 500 : 200, { 'content-type': 'text/xml' });
  response.end(`<?xml version="1.0" encoding="UTF-8"?><Response>${verbs ?? ''}</Response>`);
};

beforeEach(async () => {
  requests = [];
  documents = {};
  server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const number = {
    number: COMPANY,
    name: 'Company',
    voiceUrl: `${base}/voice`,
    voiceFallbackUrl: `${base}/fallback`,
    statusCallback: `${base}/ended`,
  };
  twilio = await startCarrierEmulator(emulatorOptions({ numbers: [number] }));
});
afterEach(async () => {
  await twilio.close();
  server.closeAllConnections();
  server.close();
});

const dial = (numbers: string, attributes = 'answerOnBridge="true"') =>
  `<Dial action="${base}/dialed" ${attributes}>${numbers}</Dial>`;
const ring = (number: string, url = '') => `<Number${url ? ` url="${base}${url}"` : ''}>${number}</Number>`;
const call = async (hangsUp = false) => {
  const made = twilio.call(MARIA, COMPANY, hangsUp);
  await twilio.settled();
  const found = twilio.calls().find(({ sid }) => sid === made?.sid);
  return { status: found?.status, texts: found?.events.map(({ text }) => text) ?? [] };
};
const asked = (path: string) => requests.find((one) => one.path === path)?.form;

describe('a call to a number', () => {
  test('is a signed request, and connects a phone that answers', async () => {
    documents = { '/voice': dial(ring(DANA)), '/dialed': '<Hangup/>', '/ended': '' };
    expect((await call()).status).toBe('completed');
    const [first] = requests;
    expect(first?.form).toMatchObject({ From: MARIA, To: COMPANY, CallStatus: 'ringing', Direction: 'inbound' });
    expect(first?.form['CallSid']).toMatch(/^CA[0-9a-f]{32}$/);
    expect(first?.signature).toBe(signatureOf(AUTH_TOKEN, `${base}/voice`, first?.form ?? {}));
    expect(asked('/dialed')).toMatchObject({ DialCallStatus: 'completed', DialBridged: 'true' });
    expect(asked('/ended')).toMatchObject({ CallStatus: 'completed' });
  });

  test.each(['busy', 'no-answer'] as const)(
    'tells the action that the phone was %s, and goes on',
    async (answering) => {
      twilio.setAnswering(DANA, answering);
      documents = { '/voice': dial(ring(DANA)), '/dialed': '<Say>Sorry</Say>', '/ended': '' };
      expect((await call()).texts.at(-1)).toBe('Sorry');
      expect(asked('/dialed')).toMatchObject({
        DialCallStatus: answering,
        DialBridged: 'false',
        CallStatus: 'ringing',
      });
    },
  );

  test('asks the called phone for a key: a person presses it, voicemail does not', async () => {
    documents = {
      '/voice': dial(ring(DANA, '/screen')),
      '/screen': `<Gather action="${base}/accepted"><Say>Press 1</Say></Gather><Hangup/>`,
      '/accepted': '',
      '/dialed': '<Hangup/>',
      '/ended': '',
    };
    await call();
    expect(asked('/accepted')).toMatchObject({ Digits: '1', Direction: 'outbound-dial', To: DANA });
    expect(asked('/dialed')).toMatchObject({ DialBridged: 'true' });
    requests = [];
    twilio.setAnswering(DANA, 'voicemail');
    await call();
    expect(asked('/accepted')).toBeUndefined();
    expect(asked('/dialed')).toMatchObject({ DialCallStatus: 'completed', DialBridged: 'false' });
  });

  test('connects voicemail when nothing screens it', async () => {
    twilio.setAnswering(DANA, 'voicemail');
    documents = { '/voice': dial(ring(DANA)), '/dialed': '', '/ended': '' };
    await call();
    expect(asked('/dialed')).toMatchObject({ DialBridged: 'true' });
  });

  test('rings the numbers of one Dial until one is connected', async () => {
    twilio.setAnswering(DANA, 'busy');
    documents = { '/voice': dial(`${ring(DANA)}${ring(LUIS)}`), '/dialed': '', '/ended': '' };
    expect((await call()).texts.join()).toContain('connected');
  });

  test('ends with no answer when the caller hangs up while it rings', async () => {
    documents = { '/voice': dial(ring(DANA)), '/dialed': dial(ring(LUIS)), '/ended': '' };
    const { status, texts } = await call(true);
    expect(status).toBe('no-answer');
    expect(texts.join()).not.toContain(LUIS);
    expect(asked('/ended')).toMatchObject({ CallStatus: 'no-answer' });
  });

  test('uses the fallback when the webhook fails', async () => {
    documents = { '/fallback': '<Reject reason="busy"/>', '/ended': '' };
    expect((await call()).status).toBe('busy');
    expect(asked('/fallback')).toMatchObject({ ErrorCode: '11200', ErrorUrl: `${base}/voice` });
    expect(asked('/ended')).toMatchObject({ CallStatus: 'busy' });
  });

  test('follows a Redirect, and ends one that leads to itself', async () => {
    documents = { '/voice': `<Redirect>${base}/voice</Redirect>`, '/ended': '' };
    await call();
    expect(requests.length).toBeLessThan(60);
  });
});

describe('a call that the API places', () => {
  const place = (form: Record<string, string>) =>
    fetch(`${twilio.url}/2010-04-01/Accounts/${ACCOUNT_SID}/Calls.json`, {
      method: 'POST',
      headers: { authorization: `Basic ${Buffer.from(`${API_KEY.sid}:${API_KEY.secret}`).toString('base64')}` },
      body: new URLSearchParams(form),
    });
  const form = () => ({ To: DANA, From: COMPANY, Url: `${base}/bridge`, StatusCallback: `${base}/placed` });

  test('rings the phone, runs the TwiML of its address, and reports the end', async () => {
    documents = {
      '/bridge': `<Gather action="${base}/go"><Say>Press 1</Say></Gather>`,
      '/go': dial(ring(MARIA)),
      '/dialed': '',
      '/placed': '',
    };
    expect((await place(form())).status).toBe(201);
    await twilio.settled();
    expect(asked('/bridge')).toMatchObject({ Direction: 'outbound-api', From: COMPANY, To: DANA });
    expect(asked('/dialed')).toMatchObject({ DialBridged: 'true' });
    expect(asked('/placed')).toMatchObject({ CallStatus: 'completed' });
  });

  test('to a phone that does not answer runs nothing', async () => {
    twilio.setAnswering(DANA, 'no-answer');
    documents = { '/placed': '' };
    await place(form());
    await twilio.settled();
    expect(requests.map(({ path }) => path)).toEqual(['/placed']);
    expect(asked('/placed')).toMatchObject({ CallStatus: 'no-answer' });
  });

  test.each([
    [{ To: '' }, 21201],
    [{ From: '' }, 21213],
    [{ To: '+1512' }, 21217],
    [{ Url: 'bridge' }, 21205],
    [{ From: MARIA }, 21210],
    [{ To: '+19005550123' }, 21215],
  ])('is refused: %j', async (changes, code) => {
    const response = await place({ ...form(), ...changes });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ code });
  });
});

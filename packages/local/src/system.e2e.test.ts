import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { GetObjectCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import type { Wire } from '@qdn/contracts';
import { sharedPackages, sharedTemplates } from '@qdn/packaging/shared-templates';
import { findChromium } from '@qdn/test-browser/chromium';
import { play, SHORT_SCRIPT_MS, shortScript, type WorldCompany } from '@qdn/world';
import { type Browser, chromium } from 'playwright-core';
import { parse } from 'yaml';
import { portsFrom } from './options.ts';
import { copySharedBundles } from './services/shared-bundles.ts';
import { type System, startSystem } from './system.ts';
import { companyWithAll } from './testing/company-file.ts';
import { openRunningSystem } from './testing/running-system.ts';

// Every step waits for its result, so a busy machine only makes it slower.
jest.setTimeout(90_000);

const repository = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..');
const folder = mkdtempSync(join(tmpdir(), 'qdn-system-'));
/** Beside the default ports, so that the tests run while `npm start` does. */
const ports = portsFrom(18_080);
const crashes: string[] = [];
let system: System;

beforeAll(async () => {
  process.env['QDN_COMPANY_FILE'] = companyWithAll(repository, folder, 15);
  const onCrash = (sentence: string) => crashes.push(sentence);
  const services = ['job-api', 'telemetry-ingest', 'sms-relay', 'tracking-site'];
  await copySharedBundles(repository, await sharedTemplates(repository, services), folder);
  system = await startSystem({
    repository,
    folder,
    packages: sharedPackages(repository),
    ports,
    fresh: true,
    demo: true,
    progress: () => {},
    onCrash,
  });
}, 180_000);
afterAll(async () => {
  await system?.stop();
  rmSync(folder, { recursive: true, force: true });
}, 30_000);

type Phones = {
  messages: Array<{
    sid: string;
    direction: string;
    to: string;
    from: string;
    body: string;
    status: string;
    errorCode: string | number | null;
    webhook: { status: number | null; problem: string | null; fallback: boolean } | null;
  }>;
};
const phones = async (): Promise<Phones['messages']> => {
  const state = await read<Phones>(fetch(`${system.phonesUrl}/state`));
  return state.messages;
};
/** A JSON answer of the system under test. It is not validated: the assertions check it. */
const read = async <T>(response: Promise<Response>): Promise<T> => (await response).json() as Promise<T>;
const act = (name: string, body: object) =>
  fetch(`${system.phonesUrl}/actions/${name}`, { method: 'POST', body: JSON.stringify(body) });
const receivedBy = async (number: string, words: string) =>
  (await phones()).filter(({ to, body }) => to === number && body.includes(words));
const api = (path: string, init: RequestInit & { token?: string } = {}) =>
  fetch(`${system.edgeUrl}${path}`, {
    ...init,
    headers: {
      ...(init.token ? { authorization: `Bearer ${init.token}` } : {}),
      ...(init.body ? { 'content-type': 'application/json' } : {}),
    },
  });
const asOperator = (path: string, init: RequestInit = {}) => api(path, { ...init, token: system.operatorToken });
const job = (id: string) => read<Wire<'jobState'>>(asOperator(`/api/jobs/${id}`));
// A text to another conversation than the open one waits 30 s for UNDO.
const until = async <T>(what: () => Promise<T | undefined | false>, seconds = 50): Promise<T> => {
  const deadline = Date.now() + seconds * 1000;
  for (;;) {
    const found = await what();
    if (found) return found;
    if (Date.now() > deadline) throw new Error('It did not happen in time');
    await new Promise((resolve) => setTimeout(resolve, 150));
  }
};
/** Maximum duration until an answer to another conversation than the open one is out, in s: UNDO can take it back for a while. */
const AFTER_UNDO_S = 60;

/** Waits for the result of a dispatcher's text, and confirms it when a colleague has answered before. */
const confirmedUntil = async (from: string, via: { to?: string }, isDone: () => Promise<boolean>): Promise<void> => {
  const asked = async () => (await receivedBy(from, 'YES')).length;
  const before = await asked();
  await until(async () => (await isDone()) || (await asked()) > before, AFTER_UNDO_S);
  if (!(await isDone())) await act('text', { from, ...via, body: 'yes' });
  await until(isDone, AFTER_UNDO_S);
};

/** Sends a dispatcher's text to a number that has just texted START. The queue has no order, so the text may overtake the START. */
const textAfterStart = async (from: string, to: string, handle: string, words: string): Promise<void> => {
  const refusals = async () => (await receivedBy(from, 'has opted out of texts')).length;
  for (let isReceived = false; !isReceived; ) {
    const before = await refusals();
    await act('text', { from, body: `${handle} ${words}` });
    await until(async () => {
      isReceived = (await receivedBy(to, words)).length > 0;
      return isReceived || (await refusals()) > before;
    }, AFTER_UNDO_S);
  }
};
const trackingToken = (id: string): string => {
  const link = system.jobs.find((one) => one.id === id)?.link;
  return new URL(link ?? '').searchParams.get('job_id') ?? '';
};

const DANA = '+15125550171';
const LUIS = '+15125550172';
const MARIA = '+15125550111';

/** The first test: later the webhook has the Auth Token cached, and works while Secrets Manager is down. */
test('a text that arrives while Secrets Manager is down is relayed once, over Twilio’s fallback', async () => {
  const secrets = join(folder, 'secrets.json');
  // Secrets Manager refuses a file that others can read.
  chmodSync(secrets, 0o644);
  const inbound = () => phones().then((messages) => messages.find(({ body }) => body === 'the secret store is away'));
  try {
    await act('text', { from: MARIA, body: 'the secret store is away' });
    const answered = await until(async () => ((await inbound())?.webhook ? inbound() : undefined));
    expect(answered?.webhook).toMatchObject({ status: 200, fallback: true, problem: null });
    expect(await receivedBy(DANA, 'the secret store is away')).toEqual([]);
  } finally {
    chmodSync(secrets, 0o600);
  }
  await until(async () => (await receivedBy(LUIS, 'the secret store is away')).length > 0, 40);
  await act('repeat', { sid: (await inbound())?.sid });
  await act('text', { from: MARIA, body: 'the secret store is back' });
  await until(async () => (await receivedBy(LUIS, 'the secret store is back')).length > 0);
  expect(await receivedBy(DANA, 'the secret store is away')).toHaveLength(1);
  expect(await receivedBy(LUIS, 'the secret store is away')).toHaveLength(1);
}, 90_000);

describe('a customer’s text', () => {
  const words = 'Running late, can you come after 3? The gate code is 5522, and the dog is inside. QDN-1042';

  test('that asks for the status gets an automatic answer in its language', async () => {
    // Without a fact about her stop, the team would get the question.
    await until(async () => (await job('QDN-1042')).location.eta !== null);
    await act('text', { from: MARIA, body: '¿Dónde está?' });
    const [answer] = await until(async () => {
      const found = await receivedBy(MARIA, 'QDN-1042 ');
      return found.length > 0 && found;
    });
    expect(answer?.body).toMatch(/^QDN-1042 (esta|va) /);
    expect(answer?.body).toContain(system.edgeUrl);
    expect(await receivedBy(DANA, 'Dónde')).toEqual([]);
  });

  test('reaches both dispatchers once, with job, customer, words, status, arrival and link', async () => {
    await act('text', { from: MARIA, body: words });
    await until(async () => (await receivedBy(DANA, words)).length > 0 && (await receivedBy(LUIS, words)).length > 0);
    const [toDana] = await receivedBy(DANA, words);
    for (const part of ['QDN-1042', 'Maria Lopez', `"${words}"`, `${system.edgeUrl}/t/`])
      expect(toDana?.body).toContain(part);
    expect(toDana?.body).toMatch(/on the way|on site|to next stop/);
  });

  test('carries a short link, which the edge turns into the page’s own', async () => {
    const [toDana] = await receivedBy(DANA, words);
    const link = toDana?.body.split('\n').find((line) => line.startsWith(system.edgeUrl)) ?? '';
    const opened = await fetch(link, { redirect: 'manual' });
    expect(opened.status).toBe(302);
    const page = new URL(opened.headers.get('location') ?? '', system.edgeUrl);
    expect(page.pathname).toBe('/track');
    expect((await fetch(page)).headers.get('content-type')).toContain('text/html');
    const location = await read<Wire<'jobLocation'>>(api(`/api/jobs/${page.searchParams.get('job_id')}/location`));
    expect(location.jobId).toBe('QDN-1042');
  });

  test('is on the job’s timeline with the outcome of each relay, and in the S3 log', async () => {
    const entry = await until(async () => {
      const found = (await job('QDN-1042')).messages.find(({ body }) => body === words);
      return found?.relays.length === 2 && found.relays.every(({ delivery }) => delivery === 'delivered')
        ? found
        : undefined;
    });
    expect(entry.relays).toEqual(
      expect.arrayContaining(
        ['dana', 'luis'].map((recipient) =>
          expect.objectContaining({ recipient, state: 'ACCEPTED', attempt: 1, claims: 1 }),
        ),
      ),
    );
    const s3 = new S3Client({
      endpoint: `http://localhost:${ports.storage}`,
      region: 'us-east-1',
      forcePathStyle: true,
      credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
    });
    const Bucket = 'qdn-compliance-log-000000000000-us-east-1';
    const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket, Prefix: 'messages/' }));
    const objects = await Promise.all(Contents.map(({ Key }) => s3.send(new GetObjectCommand({ Bucket, Key }))));
    const lines = (await Promise.all(objects.map(({ Body }) => Body?.transformToString()))).join('').split('\n');
    const records = lines.filter((line) => line.includes(entry.sid)).map((line) => JSON.parse(line));
    expect(records).toContainEqual(
      expect.objectContaining({
        schema: 2,
        type: 'message',
        timelineId: 'QDN-1042',
        sid: entry.sid,
        data: expect.objectContaining({ record: expect.objectContaining({ body: words }) }),
      }),
    );
    const texts = records.filter(({ type }) => type === 'text').map(({ data }) => data);
    expect(texts).toEqual(expect.arrayContaining([expect.objectContaining({ recipient: 'dana', state: 'ACCEPTED' })]));
    s3.destroy();
  });

  test('changes nothing when its webhook is repeated', async () => {
    const before = await job('QDN-1042');
    const [inbound] = (await phones()).filter(({ direction, body }) => direction === 'inbound' && body === words);
    await act('repeat', { sid: inbound?.sid });
    // Once a later text is relayed, the repeated one before it in the queue has been handled too.
    await act('text', { from: MARIA, body: 'second text' });
    await until(async () => (await receivedBy(LUIS, 'second text')).length > 0);
    await new Promise((resolve) => setTimeout(resolve, 1000));
    expect(await receivedBy(DANA, words)).toHaveLength(1);
    expect(await receivedBy(LUIS, words)).toHaveLength(1);
    const after = await job('QDN-1042');
    expect(after.messages.filter(({ body }) => body === words)).toEqual(
      before.messages.filter(({ body }) => body === words),
    );
  });

  test('from a number without a job is relayed too', async () => {
    await act('phone', { number: '+15125550155', name: 'Walk-in' });
    await act('text', { from: '+15125550155', body: 'do you rent by the day?' });
    await until(async () => (await receivedBy(DANA, 'do you rent by the day?')).length > 0);
    expect((await receivedBy(DANA, 'do you rent by the day?'))[0]?.body).toContain('No job found');
  });

  test('with STOP is not relayed as words: the team learns of the opt-out', async () => {
    await act('text', { from: '+15125550155', body: 'STOP' });
    await act('text', { from: MARIA, body: 'a text after the stop' });
    await until(async () => (await receivedBy(DANA, 'a text after the stop')).length > 0);
    const toDana = await until(async () => {
      const found = await receivedBy(DANA, 'STOP');
      return found.length > 0 && found;
    });
    expect(toDana.map(({ body }) => body)).toEqual([expect.stringContaining('has blocked our texts to this phone')]);
  });

  test('is answered by a dispatcher through the same number, without showing theirs', async () => {
    await act('text', { from: DANA, body: '@1042 yes, after 3 is fine' });
    await until(async () => (await receivedBy(MARIA, 'after 3 is fine')).length > 0, AFTER_UNDO_S);
    const [answer] = await receivedBy(MARIA, 'after 3 is fine');
    expect(answer?.body).toBe('QuickDumpNow: yes, after 3 is fine');
    expect(answer?.from).toBe('+15125550142');
  });

  test('from a number without a job waits for the operator, and is answered by its handle without a number', async () => {
    const attention = await read<Wire<'attention'>>(asOperator('/api/attention'));
    expect(attention.unmatched).toContainEqual(expect.objectContaining({ body: 'do you rent by the day?' }));
    await act('text', { from: '+15125550155', body: 'START' });
    await textAfterStart(DANA, '+15125550155', '@u0155', 'we do');
    // Only the text about the opt-out says how to call.
    const toDana = (await receivedBy(DANA, '')).filter(({ body }) => !body.includes('Please call'));
    expect(JSON.stringify(toDana)).not.toContain('+15125550155');
  });

  test('gets no more texts after STOP, and the dispatcher gets a notice', async () => {
    await act('text', { from: MARIA, body: 'STOP' });
    await act('text', { from: LUIS, body: '@1042 are you there?' });
    await confirmedUntil(LUIS, {}, async () => (await receivedBy(LUIS, 'has opted out of texts')).length > 0);
    expect(await receivedBy(MARIA, 'are you there?')).toEqual([]);
    await act('text', { from: MARIA, body: 'START' });
    await textAfterStart(LUIS, MARIA, '@1042', 'now you get it');
  });

  test('is not sent twice when the carrier accepts it and drops the connection', async () => {
    await act('carrier-fault', { carrier: 'twilio', fault: 'accept-and-drop' });
    await act('text', { from: MARIA, body: 'dropped line' });
    await until(
      async () =>
        (await receivedBy(LUIS, 'dropped line')).length > 0 && (await receivedBy(DANA, 'dropped line')).length > 0,
    );
    await act('carrier-fault', { carrier: 'twilio', fault: 'none' });
    const settled = await until(async () => {
      const relays = (await job('QDN-1042')).messages.find(({ body }) => body === 'dropped line')?.relays ?? [];
      return relays.length === 2 && relays.every(({ state }) => state === 'ACCEPTED') ? relays : undefined;
    });
    expect(settled).toHaveLength(2);
    expect(await receivedBy(DANA, 'dropped line')).toHaveLength(1);
    expect(await receivedBy(LUIS, 'dropped line')).toHaveLength(1);
  });

  test('is sent over the next carrier when Twilio refuses our key, and is answered on that carrier’s number', async () => {
    const SECOND = '+15125550143';
    await act('carrier-fault', { carrier: 'twilio', fault: 'unauthorized' });
    await act('text', { from: MARIA, body: 'Twilio is away, QDN-1042' });
    await until(async () => (await receivedBy(DANA, 'Twilio is away')).length > 0);
    expect((await receivedBy(DANA, 'Twilio is away')).map(({ from }) => from)).toEqual([SECOND]);
    await until(async () => {
      const relays = (await job('QDN-1042')).messages.find(({ body }) => body?.startsWith('Twilio is away'))?.relays;
      return relays?.length === 2 && relays.every(({ delivery }) => delivery === 'delivered');
    });
    await act('text', { from: DANA, to: SECOND, body: '@1042 we are not' });
    await confirmedUntil(DANA, { to: SECOND }, async () => (await receivedBy(MARIA, 'we are not')).length > 0);
    expect((await receivedBy(MARIA, 'we are not')).map(({ from }) => from)).toEqual([SECOND]);
    await act('carrier-fault', { carrier: 'twilio', fault: 'none' });
  }, 120_000);

  test('with a picture carries a link that works for anyone, and no Twilio address', async () => {
    await act('text', { from: MARIA, body: 'this one, QDN-1042', photo: true });
    await until(async () => (await receivedBy(DANA, 'this one')).length > 0);
    const [text] = await receivedBy(DANA, 'this one');
    const link = text?.body.match(/http\S+\/api\/media\/[A-Za-z0-9_-]{36}(?=\s)/)?.[0] ?? '';
    expect(text?.body).not.toContain('2010-04-01');
    const redirect = await fetch(link, { redirect: 'manual' });
    expect([redirect.status, redirect.headers.get('cache-control')]).toEqual([302, 'private, no-store']);
    const picture = await fetch(link);
    expect(picture.headers.get('content-type')).toBe('image/jpeg');
    expect((await fetch(link.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A')))).status).toBe(401);
  });

  test('without Twilio’s signature is refused', async () => {
    const response = await fetch(`${system.edgeUrl}/api/jobs/inbound/messages`, {
      method: 'POST',
      body: new URLSearchParams({ Body: 'forged' }),
      headers: { 'x-twilio-signature': 'AAAA' },
    });
    expect(response.status).toBe(403);
    expect(await response.json()).toMatchObject({ type: 'urn:qdn:problem:bad-signature' });
  });
});

describe('a trailer’s fixes', () => {
  test('are visible to the operator at once: position, age, status, arrival, trailer count', async () => {
    const at = new Date().toISOString();
    const reported = await api('/api/jobs/QDN-1043/location', {
      method: 'POST',
      token: system.operatorToken,
      body: JSON.stringify({ trailerId: 'T2', at, lat: 30.2479, lon: -97.7762 }),
    });
    expect(await reported.json()).toMatchObject({ accepted: 1, ignored: {}, status: 'at_site' });
    const location = await read<Wire<'jobLocation'>>(asOperator('/api/jobs/QDN-1043/location'));
    expect(location).toMatchObject({ status: 'at_site', trailerCount: 2, position: { freshness: 'live' } });
    expect(location.position?.ageS).toBeLessThan(60);
  });

  test('as the printed commands report them are accepted', async () => {
    const { trailerId, place, token } = system.deviceToken;
    const ownJob = system.jobs.find(({ trailers }) => trailers.includes(trailerId));
    const forJob = await api(`/api/jobs/${ownJob?.id}/location`, {
      method: 'POST',
      token,
      body: JSON.stringify({ ...place, at: new Date().toISOString() }),
    });
    expect(await forJob.json()).toMatchObject({ accepted: 1, ignored: {} });
    const query = `lat=${place.lat}&lon=${place.lon}&timestamp=${Math.floor(Date.now() / 1000)}`;
    const forTrailer = await api(`/api/trailers/${trailerId}/location?${query}`, { method: 'POST', token });
    expect(forTrailer.status).toBe(200);
  });

  test('of a trailer that is not on the job are refused', async () => {
    const response = await api('/api/jobs/QDN-1042/location', {
      method: 'POST',
      token: system.deviceToken.token,
      body: JSON.stringify({ at: new Date().toISOString(), lat: 30, lon: -97 }),
    });
    expect(response.status).toBe(403);
  });

  test('move the demo’s trailer, posted by its own device', async () => {
    const position = async () => (await job('QDN-1042')).location.position;
    const first = await until(async () => (await position()) ?? undefined);
    await until(async () => ((await position())?.at ?? '') > first.at, 15);
  }, 40_000);
});

describe('the API through the edge', () => {
  test('answers a customer’s token from the shared cache, but never an operator’s', async () => {
    const path = `/api/jobs/${trackingToken('QDN-1044')}/location`;
    // The cache's time bucket may change between two requests, so a few are made until one is a hit.
    const hit = await until(async () => {
      const response = await api(path);
      return response.headers.get('x-cache')?.startsWith('Hit') ? response : undefined;
    });
    expect(hit.headers.get('cache-control')).toBe('public, max-age=0, s-maxage=300');
    const operator = await asOperator('/api/jobs/QDN-1044/location');
    expect(operator.headers.get('cache-control')).toBe('private, no-store');
    expect(operator.headers.get('x-cache')).toMatch(/^Miss/);
  });

  test('shows a customer their own job, masked', async () => {
    const own = await read<Wire<'jobState'>>(api(`/api/jobs/${trackingToken('QDN-1043')}`));
    expect(own.customer.phone).toMatch(/^\+\*+12$/);
    expect(own).not.toHaveProperty('contacts');
  });

  test.each([
    ['no token', () => api('/api/jobs/QDN-1042/location'), 401],
    ['a token that is none', () => api('/api/jobs/a.b.c/location'), 401],
    ['a device’s token', () => api('/api/jobs/QDN-1042/location', { token: system.deviceToken.token }), 401],
    ['a token for another job', () => api('/api/jobs/QDN-1043/location', { token: trackingToken('QDN-1042') }), 403],
    ['a job that is not there', () => asOperator('/api/jobs/QDN-9999'), 404],
    ['bad JSON', () => asOperator('/api/jobs', { method: 'POST', body: '{' }), 400],
    [
      'a body over 64 KB',
      () => asOperator('/api/jobs', { method: 'POST', body: JSON.stringify({ pad: 'x'.repeat(70_000) }) }),
      413,
    ],
    ['a schema failure', () => asOperator('/api/jobs', { method: 'POST', body: '{"id":"x"}' }), 422],
    [
      'an ID that is taken',
      () =>
        asOperator('/api/jobs', {
          method: 'POST',
          body: JSON.stringify({
            id: 'QDN-1042',
            accountId: 'a',
            kind: 'delivery',
            customer: { name: 'A', phone: '+15125550119' },
            stops: [{ kind: 'drop_off', address: 'x', lat: 30, lon: -97 }],
          }),
        }),
      409,
    ],
  ])('refuses %s with a problem document', async (_, request, status) => {
    const response = await request();
    expect(response.status).toBe(status);
    expect(response.headers.get('content-type')).toContain('application/problem+json');
    expect(response.headers.get('access-control-allow-origin')).toBe('*');
  });

  test('answers every preflight', async () => {
    for (const path of [
      '/api/jobs',
      '/api/jobs/x',
      '/api/attention',
      '/api/jobs/x/location',
      '/api/jobs/x/messages',
      '/api/jobs/x/tracking-links',
      '/api/jobs/x/tracking-links/y',
      '/api/trailers/T1',
      '/api/trailers/T1/location',
      '/api/messages/x/status',
      '/api/media/x',
      '/api/fallback/jobs/x/messages',
    ]) {
      const response = await fetch(`${system.edgeUrl}${path}`, {
        method: 'OPTIONS',
        headers: {
          origin: 'https://customer.example',
          'access-control-request-method': 'POST',
          'access-control-request-headers': 'authorization',
        },
      });
      expect([path, response.ok, response.headers.get('access-control-allow-origin')]).toEqual([path, true, '*']);
    }
  });

  test('refuses a revoked link at once, while others read the same job from the cache', async () => {
    const made = await read<Wire<'trackingLink'>>(
      asOperator('/api/jobs/QDN-1044/tracking-links', { method: 'POST', body: '{}' }),
    );
    expect((await api(`/api/jobs/${made.token}/location`)).status).toBe(200);
    expect((await asOperator(`/api/jobs/QDN-1044/tracking-links/${made.linkId}`, { method: 'DELETE' })).status).toBe(
      204,
    );
    await api(`/api/jobs/${trackingToken('QDN-1044')}/location`);
    expect((await api(`/api/jobs/${made.token}/location`)).status).toBe(401);
  });
});

describe('a simulated customer, over HTTP alone', () => {
  const company: WorldCompany = {
    ...{ name: 'QuickDumpNow', textNumber: '+15125550142', timeZone: 'America/Chicago', jobPrefix: 'QDN' },
    dispatchers: [
      { id: 'dana', name: 'Dana', phone: DANA },
      { id: 'luis', name: 'Luis', phone: LUIS },
    ],
    ...{ operator: '+15125550180', trailerIds: ['T9'], stops: [], cascade: { order: 'all', minutes: 15 } },
  };

  test('gets words and page as the truth says', async () => {
    const { edgeUrl, phonesUrl, parts } = system;
    const running = await openRunningSystem({ edgeUrl, phonesUrl: phonesUrl ?? '', tokens: parts.secrets.tokens });
    const startAt = Date.now();
    const script = shortScript(company, startAt, 'QDN-9161');
    await play(running, [script.source], { until: startAt + SHORT_SCRIPT_MS });
    const faults = () => script.figures(running).filter(({ unit, value }) => unit === 'count' && value > 0);
    // On a busy machine the last texts take longer, and an answer may wait for its UNDO.
    await until(async () => {
      await running.advanceTo(Date.now());
      return faults().length === 0;
    }, 60).catch(() => {});
    expect(faults()).toEqual([]);
    expect(running.sentTexts().filter(({ body }) => body.includes('blue gate'))).toHaveLength(2);
  }, 90_000);
});

test('nothing has crashed', () => {
  expect(crashes).toEqual([]);
});

const found = await findChromium();
(found ? describe : describe.skip)('a customer’s own site, on another origin', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await chromium.launch(found ?? {});
  }, 60_000);
  afterAll(async () => browser?.close());

  /** Opens the example page, and records the browser's errors. */
  const open = async () => {
    const page = await browser.newPage();
    const complaints: string[] = [];
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
    });
    await page.goto(system.hostPageUrl ?? '');
    return { page, complaints };
  };

  test('shows the job in the widget and in the frame, without a violation of its policy', async () => {
    const { page, complaints } = await open();
    const widget = page.locator('qdn-tracker h2');
    const framed = page.frameLocator('iframe').locator('h1');
    await widget.filter({ hasText: /\w/ }).waitFor();
    await framed.filter({ hasText: /\w/ }).waitFor();
    expect(await widget.textContent()).toBe(await framed.textContent());
    await page.locator('qdn-tracker canvas').first().waitFor();
    expect(complaints).toEqual([]);
    await page.close();
  }, 60_000);

  test('can frame the form made for frames, but not the page itself', async () => {
    const { page } = await open();
    const framed = async (path: string) => {
      const src = JSON.stringify(`${system.edgeUrl}${path}`);
      await page.evaluate(
        `document.body.append(Object.assign(document.createElement('iframe'), { name: 'tried', src: ${src} }))`,
      );
      // A refused frame shows the browser’s own error page.
      const frame = await until(async () =>
        page.frames().find((one) => one.name() === 'tried' && one.url() !== 'about:blank'),
      );
      await frame.waitForLoadState().catch(() => {});
      const url = frame.url();
      await page.evaluate(`document.querySelector('iframe[name=tried]').remove()`);
      return url;
    };
    expect(await framed('/track')).toContain('chrome-error:');
    expect(await framed('/embed')).toBe(`${system.edgeUrl}/embed`);
    await page.close();
  }, 60_000);

  test('may call every endpoint: each preflight allows the request, and the answer is readable', async () => {
    const { paths }: { paths: Record<string, Record<string, unknown>> } = parse(
      readFileSync(join(repository, 'docs/openapi.yaml'), 'utf8'),
    );
    const methods = ['get', 'post', 'put', 'patch', 'delete'];
    const calls = Object.entries(paths).flatMap(([path, item]) =>
      methods
        .filter((method) => method in item)
        .map((method) => ({
          method: method.toUpperCase(),
          url: `${system.edgeUrl}${path.replace(/\{\w+\}/g, 'QDN-9999')}`,
        })),
    );
    expect(calls.length).toBeGreaterThan(12);
    const { page } = await open();
    const answers = await page.evaluate(
      (all) =>
        Promise.all(
          all.map(async ({ method, url }) => {
            const body = method === 'GET' || method === 'DELETE' ? {} : { body: '{}' };
            try {
              // A header that requires a preflight, and a token that is not valid.
              const headers = { authorization: 'Bearer none', 'content-type': 'application/json' };
              const { status } = await fetch(url, { method, headers, ...body });
              return { method, url, status };
            } catch (error) {
              return { method, url, status: String(error) };
            }
          }),
        ),
      calls,
    );
    const unread = answers.filter(({ status }) => typeof status !== 'number' || status >= 500);
    expect(unread).toEqual([]);
    await page.close();
  }, 60_000);
});

/** The last test: each carrier that failed stays behind the next one until a probe succeeds. */
test('a text to the Telnyx number is relayed once by Telnyx while Twilio and AWS refuse', async () => {
  const telnyx = '+15125550144';
  await act('carrier-fault', { carrier: 'twilio', fault: 'unauthorized' });
  await act('carrier-fault', { carrier: 'aws', fault: 'refuse' });
  const words = 'both other carriers are down';
  await act('text', { from: MARIA, to: telnyx, body: words });
  const arrived = await until(async () => {
    const texts = await receivedBy(DANA, words);
    return texts.some(({ status }) => status === 'delivered') && texts;
  });
  expect(arrived.map(({ from }) => from)).toEqual([telnyx]);
  const { sid } = (await phones()).find(({ direction, body }) => direction === 'inbound' && body === words) ?? {};
  await act('repeat', { sid });
  // From another phone: Maria's texts have used up the budget of hers by now.
  await act('phone', { number: '+15125550156', name: 'Another customer' });
  await act('text', { from: '+15125550156', to: telnyx, body: 'a later text' });
  await until(async () => (await receivedBy(DANA, 'a later text')).length > 0);
  expect(await receivedBy(DANA, words)).toHaveLength(1);
}, 60_000);

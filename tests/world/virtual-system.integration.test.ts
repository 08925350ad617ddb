import { describe, expect, test } from '@jest/globals';
import {
  type FaultPlan,
  type HttpRequest,
  play,
  SHORT_SCRIPT_MS,
  type System,
  shortScript,
  type TokenSubject,
  type WorldCompany,
} from '@qdn/world';
import { openVirtualSystem, type VirtualSystem } from './virtual-system.ts';

const START = Date.UTC(2026, 10, 23, 15);
const MINUTE = 60_000;
const MARIA = '+15125550111';
const [DANA, LUIS] = ['+15125550171', '+15125550172'] as const;
const OPERATOR = '+15125550180';
const SITE = { lat: 30.2747, lon: -97.7404 };

const COMPANY: WorldCompany = {
  name: 'QuickDumpNow',
  textNumber: '+15125550142',
  timeZone: 'America/Chicago',
  jobPrefix: 'QDN',
  dispatchers: [
    { id: 'dana', name: 'Dana', phone: DANA },
    { id: 'luis', name: 'Luis', phone: LUIS },
  ],
  operator: OPERATOR,
  trailerIds: ['T1', 'T2'],
  stops: [],
  cascade: { order: 'all', minutes: 15 },
  noticeKinds: ['on-the-way', 'arrived'],
};

const send = async (system: System, subject: TokenSubject, request: Omit<HttpRequest, 'headers'>) => {
  const headers = { authorization: `Bearer ${await system.tokenFor(subject)}`, 'content-type': 'application/json' };
  const { status, body } = await system.request({ ...request, headers });
  return { status, json: body === '' ? null : JSON.parse(body) };
};
const office = { audience: 'operator' } as const;

const openWithJob = async (faults: FaultPlan = 'none', seed = 1): Promise<VirtualSystem> => {
  const system = await openVirtualSystem({ company: COMPANY, startAt: START, seed, faults });
  const body = JSON.stringify({
    id: 'QDN-1042',
    accountId: 'lopez',
    kind: 'delivery',
    customer: { name: 'Maria Lopez', phone: MARIA },
    stops: [{ kind: 'drop_off', address: '1100 Congress Ave, Austin', ...SITE }],
    trailers: ['T1'],
  });
  let status = 0;
  for (let tries = 0; tries < 5 && status !== 201 && status !== 409; tries += 1)
    status = (await send(system, office, { method: 'POST', path: '/api/jobs', body })).status;
  expect([201, 409]).toContain(status);
  return system;
};
const start = (system: System) =>
  send(system, office, { method: 'PATCH', path: '/api/jobs/QDN-1042', body: '{"status":"in_transit"}' });
const textsTo = (system: System, phone: string): string[] =>
  system.sentTexts().flatMap(({ to, body }) => (to === phone ? [body] : []));
const say = async (system: System, from: string, body: string): Promise<void> => {
  await system.deliverText({ from, to: COMPANY.textNumber, body, media: [] });
  await system.advanceTo(system.now() + 30_000);
};

describe('the system in virtual time', () => {
  test('relays a text to the dispatchers and their answer to the customer', async () => {
    const system = await openWithJob();
    await start(system);
    await say(system, MARIA, 'are you coming?');
    for (const phone of [DANA, LUIS])
      expect(textsTo(system, phone)).toEqual([expect.stringContaining('are you coming?')]);
    await say(system, DANA, 'ten minutes');
    expect(textsTo(system, MARIA).at(-1)).toContain('ten minutes');
    await system.advanceTo(system.now() + 30 * MINUTE);
    expect(textsTo(system, OPERATOR)).toEqual([]);
  });

  test('tells the operator when no dispatcher answers', async () => {
    const system = await openWithJob();
    await start(system);
    await say(system, MARIA, 'are you coming?');
    await system.advanceTo(system.now() + 16 * MINUTE);
    expect(textsTo(system, OPERATOR)).toHaveLength(1);
    expect(system.logCounts()).toHaveProperty('DISPATCHER_UNANSWERED');
  });

  test('follows a trailer to the site, notifies the customer, and shows the page', async () => {
    const system = await openWithJob();
    await start(system);
    const device = { audience: 'device', trailerId: 'T1' } as const;
    const drive = async (distanceDeg: number, speedMps: number) => {
      const at = new Date(system.now()).toISOString();
      const body = JSON.stringify({
        lat: SITE.lat - distanceDeg,
        lon: SITE.lon,
        at,
        accuracyM: 6,
        speedMps,
        headingDeg: 0,
      });
      const answer = await send(system, device, { method: 'POST', path: '/api/jobs/QDN-1042/location', body });
      expect(answer.status).toBe(200);
      await system.advanceTo(system.now() + 10_000);
      return answer.json.status;
    };
    for (let i = 40; i > 0; i -= 1) await drive(i * 0.001, 11);
    const page = await send(
      system,
      { audience: 'track', jobId: 'QDN-1042' },
      { method: 'GET', path: '/api/jobs/QDN-1042/location' },
    );
    expect(page).toMatchObject({ status: 200, json: { status: 'in_transit' } });
    for (let i = 0; i < 30; i += 1) await drive(0, 0);
    expect(await drive(0, 0)).toBe('at_site');
    await system.advanceTo(system.now() + MINUTE);
    expect(textsTo(system, MARIA)).toEqual([expect.stringContaining('on'), expect.stringContaining('arrived')]);
  });

  test('plays the short script without a bad case', async () => {
    const system = await openVirtualSystem({ company: COMPANY, startAt: START, seed: 1, faults: 'none' });
    const script = shortScript(COMPANY, START, 'QDN-9161');
    await play(system, [script.source], { until: START + SHORT_SCRIPT_MS });
    const cases = script.figures(system).filter(({ unit }) => unit === 'count');
    expect(cases.filter(({ value }) => value > 0)).toEqual([]);
    expect(system.sentTexts().filter(({ body }) => body.includes('blue gate'))).toHaveLength(2);
  });

  test('obeys STOP, as the carrier does', async () => {
    const system = await openWithJob();
    await start(system);
    await say(system, MARIA, 'STOP');
    const before = textsTo(system, MARIA).length;
    await say(system, DANA, '@1042 we are late');
    expect(textsTo(system, MARIA)).toHaveLength(before);
  });

  test('counts calls, and refuses unknown paths and callers', async () => {
    const system = await openWithJob();
    expect(system.usage()).toMatchObject({ 'lambda.create-job': 1, 'dynamodb.write': 1 });
    expect(await system.request({ method: 'GET', path: '/api/nothing', headers: {} })).toMatchObject({ status: 404 });
    expect(await system.request({ method: 'GET', path: '/api/jobs', headers: {} })).toMatchObject({ status: 401 });
  });

  test('does the same again for the same seed', async () => {
    const play = async () => {
      const system = await openWithJob();
      await start(system);
      await say(system, MARIA, 'eta?');
      await system.advanceTo(system.now() + 60 * MINUTE);
      return [system.sentTexts(), system.usage(), system.logCounts()];
    };
    expect(await play()).toEqual(await play());
  });

  test('loses no text in a bad week, and sends few twice', async () => {
    const system = await openWithJob('bad', 3);
    await start(system);
    const HOUR = 60 * MINUTE;
    for (let i = 0; i < 60; i += 1) {
      await system.advanceTo(START + i * 2 * HOUR);
      await system.deliverText({ from: MARIA, to: COMPANY.textNumber, body: `is number ${i} on its way?`, media: [] });
    }
    await system.advanceTo(system.now() + 2 * HOUR);
    const { receivedTexts, lostTexts, repeatedTexts } = system.machine();
    expect(receivedTexts).toBe(60);
    // A bad week has an unregistered day and outages, so phones miss texts; but each text is in the log or in a dead-letter queue.
    expect(lostTexts).toBe(0);
    expect(repeatedTexts).toBeLessThanOrEqual(2);
    const heard = Array.from({ length: 60 }, (_, i) => i).filter((i) =>
      textsTo(system, DANA).some((body) => body.includes(`number ${i} `)),
    );
    expect(heard.length).toBeGreaterThan(35);
    expect(heard.length).toBeLessThan(60);
  });

  test('has the same faults again for the same seed', async () => {
    const play = async (seed: number) => {
      const system = await openWithJob('bad', seed);
      await start(system);
      for (let i = 0; i < 20; i += 1) await say(system, MARIA, `is number ${i} on its way?`);
      await system.advanceTo(system.now() + 60 * MINUTE);
      return [system.sentTexts(), system.usage(), system.logCounts(), system.machine()];
    };
    const first = await play(5);
    expect(await play(5)).toEqual(first);
    expect(await play(6)).not.toEqual(first);
  });
});

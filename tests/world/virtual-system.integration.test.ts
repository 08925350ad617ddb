import { describe, expect, test } from '@jest/globals';
import type { HttpRequest, System, TokenSubject, WorldCompany } from '@qdn/world';
import { openVirtualSystem } from './virtual-system.ts';

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

const openWithJob = async (): Promise<System> => {
  const system = await openVirtualSystem({ company: COMPANY, startAt: START, seed: 1, faults: 'none' });
  const body = JSON.stringify({
    id: 'QDN-1042',
    accountId: 'lopez',
    kind: 'delivery',
    customer: { name: 'Maria Lopez', phone: MARIA },
    stops: [{ kind: 'drop_off', address: '1100 Congress Ave, Austin', ...SITE }],
    trailers: ['T1'],
  });
  expect(await send(system, office, { method: 'POST', path: '/api/jobs', body })).toMatchObject({ status: 201 });
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
    expect(system.usage()).toMatchObject({ 'lambda.create-job': 1, 'dynamodb.jobs.create': 1 });
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
});

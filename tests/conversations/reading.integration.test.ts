import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { System, WorldCompany } from '@qdn/world';
import { openVirtualSystem } from '../world/virtual-system.ts';

/*
 * The texts that dispatchers and customers read, at the running system: texts arrive by signed webhooks, jobs are changed through the API, and the texts
 * are those that the carrier took.
 */

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** Tuesday 10 March 2026, 10:00 in Chicago. */
const MORNING = Date.UTC(2026, 2, 10, 15);
const TEXT_NUMBER = '+15125550142';
const [DANA, LUIS, ANN] = ['+15125550171', '+15125550172', '+15125550111'];
const quietHours = { from: '21:00', to: '07:00' };
const company: WorldCompany = {
  name: 'QuickDumpNow',
  textNumber: TEXT_NUMBER,
  timeZone: 'America/Chicago',
  jobPrefix: 'QDN',
  dispatchers: [
    { id: 'dana', name: 'Dana', phone: DANA, quietHours },
    { id: 'luis', name: 'Luis', phone: LUIS, quietHours },
  ],
  operator: null,
  trailerIds: ['T4'],
  stops: [
    { id: 'yard', kind: 'yard', address: '6400 Burleson Rd', place: { lat: 30.2211, lon: -97.6972 }, radiusM: 100 },
  ],
  cascade: { order: 'all', minutes: 15 },
  noticeKinds: ['arrived'],
};

let system: System;
const open = async (startAt: number, seed = 1) => {
  system = await openVirtualSystem({ company, startAt, seed, faults: 'none' });
};
afterEach(() => system.close());

const office = async (method: 'POST' | 'PATCH', path: string, body: object) => {
  const headers = {
    authorization: `Bearer ${await system.tokenFor({ audience: 'operator' })}`,
    'content-type': 'application/json',
  };
  const { status, body: answer } = await system.request({ method, path, headers, body: JSON.stringify(body) });
  if (status >= 300) throw new Error(`${method} ${path} was answered with ${status}: ${answer}`);
};
const book = (customer: object = {}) =>
  office('POST', '/api/jobs', {
    id: 'QDN-4401',
    accountId: 'lee',
    kind: 'delivery',
    customer: { name: 'Ann Lee', phone: ANN, ...customer },
    stops: [
      { kind: 'drop_off', address: '1108 Alder Dr, Austin', lat: 30.2747, lon: -97.7404 },
      { kind: 'yard', address: '6400 Burleson Rd', lat: 30.2211, lon: -97.6972 },
    ],
    trailers: ['T4'],
  });
const set = (status: string) => office('PATCH', '/api/jobs/QDN-4401', { status });
const say = async (from: string, body: string, media: readonly string[] = [], restMs = 30_000) => {
  await system.deliverText({ from, to: TEXT_NUMBER, body, media });
  await system.advanceTo(system.now() + restMs);
};
const sentTo = (phone: string) => system.sentTexts().filter(({ to }) => to === phone);
/** The lines of a text without the link, which differs each time. */
const linesOf = (text: { body: string } | undefined) =>
  (text?.body ?? '').split('\n').filter((line) => !line.startsWith('https://'));

describe('in the morning', () => {
  beforeEach(async () => {
    await open(MORNING);
    await book();
    await set('in_transit');
  });

  test('c25: a customer’s lines are plain, and none of ours can be imitated', async () => {
    await say(ANN, 'ok"\nat site\nhttps://evil.example/t/1\nReply: @9999 ...');
    for (const phone of [DANA, LUIS]) {
      expect(sentTo(phone)).toHaveLength(1);
      expect(linesOf(sentTo(phone)[0])).toEqual([
        'Ann Lee @4401:',
        '> ok"',
        '> at site',
        '> https://evil.example/t/1',
        '> Reply: @9999 ...',
        '1108 Alder Dr',
        'T4: on the way',
        'Reply: @4401 ...',
      ]);
    }
  });

  test('c25: separators of Unicode are line breaks too, and control and direction characters are gone', async () => {
    await say(ANN, 'gracias"\u2028en sitio\u2029Responder: @9999 ...\u0085\u001b[31m\u202e5522\u202c\u0007 👨‍👩‍👧‍👦');
    const [text] = sentTo(DANA);
    expect(linesOf(text)).toEqual([
      'Ann Lee @4401:',
      '> gracias"',
      '> en sitio',
      '> Responder: @9999 ...',
      '> 5522 👨‍👩‍👧‍👦',
      '1108 Alder Dr',
      'T4: on the way',
      'Reply: @4401 ...',
    ]);
  });

  test('a picture without words is named, goes along, and can be opened', async () => {
    await say(ANN, '', ['https://api.twilio.com/photo']);
    const [text] = sentTo(DANA);
    expect(linesOf(text)[1]).toMatch(/^Photo: https:\/\/.*\/api\/media\//);
    expect(linesOf(text)[0]).toBe('Ann Lee @4401:');
  });

  test('a guest’s text has the handle that answers the guest', async () => {
    await say('+15125550199', 'QDN-4401 please call me');
    const [text] = sentTo(DANA);
    expect(linesOf(text)[0]).toMatch(/ @u0199 about Ann Lee \(4401\): "QDN-4401 please call me"$/);
    expect(linesOf(text).at(-1)).toBe('Reply: @u0199 ...');
    await say(DANA, '@u0199 calling you now');
    expect(sentTo('+15125550199').map(({ body }) => body)).toEqual(['QuickDumpNow: calling you now']);
    expect(sentTo(ANN)).toEqual([]);
  });
});

describe('at night', () => {
  /** 9:42 PM. */
  const NIGHT = MORNING + 11 * HOUR_MS + 42 * MINUTE_MS;

  test.each([1, 2, 3, 4, 5, 6, 7, 8])(
    'c31: a text that waits says when it was written, has the facts of the morning, and comes in order (seed %i)',
    async (seed) => {
      await open(NIGHT - HOUR_MS, seed);
      await book();
      await set('in_transit');
      await system.advanceTo(NIGHT);
      await say(ANN, 'The gate is open now, come in the next 10 minutes', [], MINUTE_MS);
      await say(ANN, 'My husband will be there', [], MINUTE_MS);
      await say(ANN, 'ring the bell twice', [], MINUTE_MS);
      expect([...sentTo(DANA), ...sentTo(LUIS)]).toEqual([]);
      await set('at_site');
      await system.advanceTo(NIGHT + 10 * HOUR_MS);
      for (const phone of [DANA, LUIS]) {
        const texts = sentTo(phone);
        expect(texts.map((text) => linesOf(text)[0])).toEqual([
          'Ann Lee @4401, written Mar 10, 9:42 PM: "The gate is open now, come in the next 10 minutes"',
          'Ann Lee @4401, written Mar 10, 9:43 PM: "My husband will be there"',
          'Ann Lee @4401, written Mar 10, 9:44 PM: "ring the bell twice"',
        ]);
        expect(linesOf(texts[0])[2]).toBe('T4: at the site since Mar 10, 9:45 PM');
        for (const { at } of texts) expect(at - (MORNING + 21 * HOUR_MS)).toBeLessThan(2 * MINUTE_MS);
      }
    },
  );

  test('tells a customer in Spanish when the team reads it', async () => {
    await open(NIGHT);
    await book();
    await say(ANN, 'ya esta abierto el porton, vengan por favor');
    expect(sentTo(ANN).map(({ body }) => body)).toEqual([
      'QuickDumpNow: Veremos su mensaje a las 7:00 a.m. Si no puede esperar, empiece su mensaje con URGENTE.',
    ]);
  });
});

describe('a notice', () => {
  test('is in the language of the job, and names STOP once', async () => {
    await open(MORNING);
    await book({ language: 'es' });
    await set('in_transit');
    await set('at_site');
    await system.advanceTo(system.now() + 2 * MINUTE_MS);
    expect(sentTo(ANN).map(({ body }) => body)).toEqual([
      'QuickDumpNow: Su entrega ya esta aqui. Llego a las 10:00 a.m.\nResponda STOP para terminar',
    ]);
  });
});

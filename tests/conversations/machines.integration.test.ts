import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { System, WorldCompany } from '@qdn/world';
import { openVirtualSystem } from '../world/virtual-system.ts';

/*
 * Texts that phones write by themselves, thanks, and wishes for no more texts, at the running system: they arrive by signed webhooks,
 * and the texts are those that the carrier took.
 */

const MINUTE_MS = 60_000;
/** Tuesday 10 March 2026, 10:00 in Chicago. */
const MORNING = Date.UTC(2026, 2, 10, 15);
const TEXT_NUMBER = '+15125550142';
const [DANA, LUIS, ANN, OLGA, STRANGER] = [
  '+15125550171',
  '+15125550172',
  '+15125550111',
  '+15125550180',
  '+15125550199',
];
const company: WorldCompany = {
  name: 'QuickDumpNow',
  textNumber: TEXT_NUMBER,
  timeZone: 'America/Chicago',
  jobPrefix: 'QDN',
  dispatchers: [
    { id: 'dana', name: 'Dana', phone: DANA },
    { id: 'luis', name: 'Luis', phone: LUIS },
  ],
  operator: OLGA,
  trailerIds: ['T4'],
  stops: [],
  cascade: { order: 'all', minutes: 15 },
};

let system: System;
beforeEach(async () => {
  system = await openVirtualSystem({ company, startAt: MORNING, seed: 1, faults: 'none' });
  const headers = {
    authorization: `Bearer ${await system.tokenFor({ audience: 'operator' })}`,
    'content-type': 'application/json',
  };
  const body = JSON.stringify({
    id: 'QDN-4401',
    accountId: 'lee',
    kind: 'delivery',
    customer: { name: 'Ann Lee', phone: ANN },
    stops: [
      { kind: 'drop_off', address: '1108 Alder Dr, Austin', lat: 30.2747, lon: -97.7404 },
      { kind: 'yard', address: '6400 Burleson Rd', lat: 30.2211, lon: -97.6972 },
    ],
    trailers: ['T4'],
  });
  await system.request({ method: 'POST', path: '/api/jobs', headers, body });
});
afterEach(() => system.close());

const say = async (from: string, body: string, restMs = 60_000) => {
  await system.deliverText({ from, to: TEXT_NUMBER, body, media: [] });
  await system.advanceTo(system.now() + restMs);
};
const wait = (minutes: number) => system.advanceTo(system.now() + minutes * MINUTE_MS);
const bodiesTo = (phone: string) => system.sentTexts().flatMap(({ to, body }) => (to === phone ? [body] : []));

describe('a customer’s phone that speaks by itself', () => {
  test.each([
    ['c16', 'Loved “Your trailer is on the way”'],
    ['c16', '\u200a\u200b👍\u200b to “\u200aYour trailer is on the way\u200a”\u200a'],
    ['c16', 'Le gustó “Su remolque va en camino”'],
    ['c16', 'Liked an image'],
    [
      'c16',
      'I’m driving with Do Not Disturb While Driving turned on. I’ll see your message when I get where I’m going.',
    ],
    ['c16', 'Réponse automatique : je suis absent jusqu’au 14.'],
    ['c19', 'Thank you!'],
    ['c19', 'ok'],
  ])('%s: pages no one, raises no alarm and gets no answer: %s', async (_, body) => {
    await say(ANN, body);
    await wait(30);
    expect(system.sentTexts()).toEqual([]);
  });

  test.each([
    ['Is 3:15 ok for you?', 'Liked “QuickDumpNow: Is 3:15 ok for you?”'],
    ['Is 3:15 ok for you?', 'ok'],
  ])('answers a question with it: %s %s', async (question, body) => {
    await say(ANN, 'I have to leave early today');
    await say(DANA, `@4401 ${question}`);
    await say(ANN, body);
    await wait(30);
    for (const phone of [DANA, LUIS]) expect(bodiesTo(phone).at(-1)).toContain(body);
    expect(bodiesTo(OLGA)).toEqual([]);
  });

  test('needs a person after a thumb down on a plan', async () => {
    await say(ANN, 'I have to leave early today');
    await say(DANA, '@4401 We pick up Thursday');
    await say(ANN, 'Disliked “QuickDumpNow: We pick up Thursday”');
    await wait(30);
    expect(bodiesTo(DANA).at(-1)).toContain('Disliked');
    expect(bodiesTo(OLGA)).toHaveLength(1);
  });
});

describe('a dispatcher’s phone that speaks by itself', () => {
  beforeEach(() => say(ANN, 'Can you come at 3?'));

  test.each([
    ['c17', '\u200a\u200b👍\u200b to “\u200aAnn Lee @4401: "Can you come at 3?"\u200a”\u200a'],
    ['c17', 'Liked “Ann Lee @4401: "Can you come at 3?" Reply: @4401 …”'],
    ['c18', "I'm driving right now - Sent from My Car"],
    [
      'c18',
      '(I’m not receiving notifications. If this is urgent, reply “urgent” to send a notification through with your original message.)',
    ],
  ])('%s: is never passed on: %s', async (_, body) => {
    await say(DANA, body);
    await wait(30);
    expect(bodiesTo(ANN)).toEqual([]);
  });

  test('c18: does not count as an answer', async () => {
    await say(DANA, "I'm driving right now - Sent from My Car");
    await wait(30);
    expect(bodiesTo(OLGA)).toHaveLength(1);
  });
});

describe('a wish for no more texts', () => {
  test.each([
    'Wrong number, stop texting me',
    'no more texts to this phone please, email only',
    'ya no me manden mensajes',
  ])('c14: the team learns it without an alarm, and later texts do not go out: %s', async (body) => {
    await say(ANN, body);
    await wait(30);
    for (const phone of [DANA, LUIS]) expect(bodiesTo(phone)).toHaveLength(1);
    expect(bodiesTo(OLGA)).toEqual([]);
    await say(DANA, '@4401 we come at four');
    await wait(5);
    expect(bodiesTo(ANN).filter((text) => text.includes('four'))).toEqual([]);
  });

  test.each(['stop by at 3 please', 'don’t stop at the gate', 'cancel the Tuesday one'])(
    'c15: is not in ordinary words: %s',
    async (body) => {
      await say(ANN, body);
      await say(DANA, '@4401 we come at four');
      expect(bodiesTo(ANN).filter((text) => text.includes('four'))).toHaveLength(1);
      expect(bodiesTo(DANA)[0]).toContain(body);
    },
  );
});

test('spam of a stranger pages no one; a stranger who may become a customer needs an answer', async () => {
  await say(STRANGER, 'USPS: your package is on hold. Confirm the address within 12h: https://usps-hold.example/x1');
  await wait(30);
  expect(system.sentTexts()).toEqual([]);
  await say(STRANGER, 'how much for a dumpster');
  await wait(30);
  expect(bodiesTo(DANA)).toHaveLength(1);
  expect(bodiesTo(OLGA)).toHaveLength(1);
});

test('a dispatcher’s quick decline of a call is asked about, and passed on when it is addressed', async () => {
  await say(ANN, 'Can you come at 3?');
  await say(DANA, 'Can I call you later?');
  expect(bodiesTo(ANN)).toEqual([]);
  expect(bodiesTo(DANA)).toHaveLength(2);
  await say(DANA, '@4401 Can I call you later?');
  expect(bodiesTo(ANN).at(-1)).toContain('Can I call you later?');
});

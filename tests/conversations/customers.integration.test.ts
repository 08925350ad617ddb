import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { System, WorldCompany } from '@qdn/world';
import { openVirtualSystem } from '../world/virtual-system.ts';

/*
 * The customers' side at the running system: keywords, opt-outs, automatic answers, history and budgets. Texts arrive by signed webhooks,
 * and the texts are those that the carrier took.
 */

const MINUTE_MS = 60_000;
/** Tuesday 10 March 2026, 10:00 in Chicago. */
const MORNING = Date.UTC(2026, 2, 10, 15);
const TEXT_NUMBER = '+15125550142';
const [DANA, LUIS, OPERATOR, ANN, GUEST] = [
  '+15125550171',
  '+15125550172',
  '+15125550180',
  '+15125550111',
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
  operator: OPERATOR,
  trailerIds: ['T4'],
  stops: [],
  cascade: { order: 'all', minutes: 15 },
};

let system: System;
beforeEach(async () => {
  system = await openVirtualSystem({ company, startAt: MORNING, seed: 1, faults: 'none' });
});
afterEach(() => system.close());

const office = async (method: 'POST' | 'PATCH' | 'GET', path: string, body?: object) => {
  const headers = {
    authorization: `Bearer ${await system.tokenFor({ audience: 'operator' })}`,
    'content-type': 'application/json',
  };
  const request = { method, path, headers, ...(body ? { body: JSON.stringify(body) } : {}) };
  const { status, body: answer } = await system.request(request as Parameters<System['request']>[0]);
  if (status >= 300) throw new Error(`${method} ${path} was answered with ${status}: ${answer}`);
  return JSON.parse(answer || '{}');
};
const book = (change: object = {}) =>
  office('POST', '/api/jobs', {
    id: 'QDN-4417',
    accountId: 'lee',
    kind: 'delivery',
    customer: { name: 'Ann Lee', phone: ANN },
    stops: [
      { kind: 'drop_off', address: '1108 Alder Dr, Austin', lat: 30.2747, lon: -97.7404 },
      { kind: 'yard', address: '6400 Burleson Rd', lat: 30.2211, lon: -97.6972 },
    ],
    trailers: ['T4'],
    ...change,
  });
const set = (status: string) => office('PATCH', '/api/jobs/QDN-4417', { status });
const say = async (from: string, body: string, restMs = 30_000) => {
  await system.deliverText({ from, to: TEXT_NUMBER, body, media: [] });
  await system.advanceTo(system.now() + restMs);
};
const sentTo = (phone: string) =>
  system
    .sentTexts()
    .filter(({ to }) => to === phone)
    .map(({ body }) => body);

describe('a keyword of a carrier', () => {
  test('HELP reaches the team, and an alarm follows silence', async () => {
    await book();
    await say(ANN, 'HELP');
    for (const phone of [DANA, LUIS]) expect(sentTo(phone)[0]).toMatch(/^Ann Lee @4417: "HELP"/);
    await system.advanceTo(system.now() + 20 * MINUTE_MS);
    expect(sentTo(OPERATOR)).toHaveLength(1);
  });

  test('CANCEL tells the team what the carrier did and how to call, and no text follows', async () => {
    await book();
    await say(ANN, 'CANCEL');
    expect(sentTo(DANA)[0]).toContain('Ann Lee @4417: "CANCEL"\nThe carrier takes CANCEL as an opt-out');
    expect(sentTo(DANA)[0]).toContain(`Please call ${ANN}.`);
    await say(DANA, '@4417 we come at 3', 2 * MINUTE_MS);
    expect(sentTo(ANN)).toEqual([]);
    expect(sentTo(DANA).at(-1)).toContain('has opted out of texts');
    await say(ANN, 'START');
    expect(sentTo(LUIS).at(-1)).toContain('Our texts reach this phone again.');
    await say(DANA, '@4417 we come at 3', 2 * MINUTE_MS);
    expect(sentTo(ANN)).toHaveLength(1);
  });

  test('of a dispatcher tells operator and colleagues at once how to undo it', async () => {
    await say(DANA, 'Quit');
    for (const phone of [LUIS, OPERATOR])
      expect(sentTo(phone)).toEqual([expect.stringContaining(`text START from that phone to ${TEXT_NUMBER}`)]);
    expect((await office('GET', '/api/attention')).stoppedPhones).toEqual(['Dana']);
    await say(DANA, 'START');
    expect(sentTo(OPERATOR)).toHaveLength(2);
    expect((await office('GET', '/api/attention')).stoppedPhones).toEqual([]);
  });
});

describe('an opt-out in one’s own words', () => {
  test('is honoured and confirmed once, and the team learns it without an alarm', async () => {
    await book();
    await say(ANN, 'Wrong number, stop texting me');
    expect(sentTo(ANN)).toEqual([expect.stringContaining('You get no more texts from us.')]);
    expect(sentTo(DANA)[0]).toContain('Wrong number, stop texting me');
    await say(DANA, '@4417 sorry about that', 2 * MINUTE_MS);
    await system.advanceTo(system.now() + 30 * MINUTE_MS);
    expect(sentTo(ANN)).toHaveLength(1);
    expect(sentTo(OPERATOR)).toEqual([]);
  });

  test('is confirmed by one reply of a dispatcher', async () => {
    await book();
    await say(ANN, 'not so many texts please');
    await say(DANA, '@4417 stop');
    expect(sentTo(DANA).at(-1)).toContain('gets no more texts');
    await say(LUIS, '@4417 on the way', 2 * MINUTE_MS);
    expect(sentTo(ANN)).toEqual([]);
  });

  test('is not in “stop by at 3 please”', async () => {
    await book();
    await say(ANN, 'stop by at 3 please');
    await say(DANA, '@4417 will do', 2 * MINUTE_MS);
    expect(sentTo(ANN).at(-1)).toContain('will do');
  });
});

describe('a question', () => {
  test('goes to the team after a dispatcher has written, and when it is asked again', async () => {
    await book({ scheduledFor: '2026-03-11T15:00:00Z' });
    await say(ANN, 'What time?');
    expect(sentTo(ANN)[0]).toMatch(/scheduled for Mar 11, 10:00 AM\.\n.+\nFor a person, text again or call \+/);
    expect(sentTo(DANA)).toEqual([]);
    await say(ANN, 'What time?');
    expect(sentTo(DANA)[0]).toContain('"What time?"');
    await say(DANA, '@4417 Yes, Tuesday works', 2 * MINUTE_MS);
    await say(ANN, 'What time?');
    expect(sentTo(DANA).at(-1)).toContain('"What time?"');
    expect(sentTo(ANN).filter((body) => body.includes('scheduled'))).toHaveLength(1);
  });

  test('goes to the team when no date is known', async () => {
    await book();
    await say(ANN, 'When?');
    expect(sentTo(ANN)).toEqual([]);
    expect(sentTo(DANA)[0]).toContain('"When?"');
  });
});

describe('a customer of this morning', () => {
  test('has a name and a job', async () => {
    await book();
    await set('in_transit');
    await set('completed');
    await say(ANN, 'You broke my fence!!');
    expect(sentTo(DANA).at(-1)).toMatch(/^Ann Lee @4417: "You broke my fence!!"/);
    await say(`whatsapp:${ANN}`, 'and the gate');
    expect(sentTo(DANA).at(-1)).toMatch(/^Ann Lee @4417: "and the gate"/);
  });
});

describe('a guest', () => {
  test('writes about the same job again without naming it, and each text has the handle that answers the guest', async () => {
    await book();
    await say(GUEST, 'QDN-4417 the neighbour here, your truck blocks my drive');
    await say(GUEST, 'please call me');
    expect(sentTo(DANA).at(-1)).toMatch(/^Guest @u0199 about Ann Lee \(4417\): "please call me"/);
    expect(sentTo(DANA).at(-1)).toContain('Reply: @u0199 ...');
    await say(DANA, '@u0199 the driver is on the way back', 2 * MINUTE_MS);
    expect([sentTo(ANN), sentTo(GUEST)]).toEqual([[], ['QuickDumpNow: the driver is on the way back']]);
  });

  test('gets no answer from the job, however they ask', async () => {
    await book({ scheduledFor: '2026-03-11T15:00:00Z' });
    await say(GUEST, 'QDN-4417 what time?');
    await say(GUEST, 'what time?');
    expect(sentTo(GUEST)).toEqual([]);
    expect(sentTo(DANA)).toHaveLength(2);
  });
});

describe('the trailer has left her stop', () => {
  test('c22: never tells her the arrival at the landfill', async () => {
    await book({
      kind: 'final_pickup',
      stops: [
        { kind: 'pickup', address: '1108 Alder Dr, Austin', lat: 30.2747, lon: -97.7404 },
        { kind: 'dump_site', address: '9708 Giles Ln', lat: 30.33, lon: -97.63 },
      ],
    });
    await set('in_transit');
    await set('at_site');
    await system.advanceTo(system.now() + 10 * MINUTE_MS);
    await office('PATCH', '/api/jobs/QDN-4417', { status: 'en_route_to_next', currentStop: 1 });
    const headers = { authorization: `Bearer ${await system.tokenFor({ audience: 'device', trailerId: 'T4' })}` };
    const at = new Date(system.now()).toISOString();
    const body = JSON.stringify({ lat: 30.3, lon: -97.69, at, speedMps: 12, headingDeg: 140 });
    const request = { method: 'POST' as const, path: '/api/jobs/QDN-4417/location', body };
    const posted = await system.request({ ...request, headers: { ...headers, 'content-type': 'application/json' } });
    expect(posted.status).toBe(200);
    for (const question of ['ETA', 'where is the truck?', 'status']) await say(ANN, question);
    const [answer = '', ...more] = sentTo(ANN);
    expect(answer).toMatch(/^QDN-4417 was picked up at 10:10 AM\./);
    expect([answer, ...more].join('\n')).not.toMatch(/Giles|ETA/);
    // The question that she repeats reaches a person.
    expect(sentTo(DANA)[0]).toMatch(/^Ann Lee @4417: "where is the truck\?"/);
    expect(sentTo(DANA).join('\n')).not.toContain('Giles');
  });
});

describe('“never mind”', () => {
  test('takes back her last text, and no alarm follows', async () => {
    await book();
    await say(ANN, 'Where do I find the invoice');
    await say(ANN, 'is it in my email?');
    await say(ANN, 'never mind figured it out');
    await system.advanceTo(system.now() + 40 * MINUTE_MS);
    expect(sentTo(DANA)).toHaveLength(3);
    expect(sentTo(OPERATOR)).toEqual([]);
  });

  test('leaves what she wrote before waiting, and an urgent text', async () => {
    await book();
    await say(ANN, 'The lid of the dumpster is broken', 10 * MINUTE_MS);
    await say(ANN, 'Where do I find the invoice');
    await say(ANN, 'never mind figured it out');
    await system.advanceTo(system.now() + 40 * MINUTE_MS);
    expect(sentTo(OPERATOR)).toEqual([expect.stringContaining('The lid of the dumpster is broken')]);
  });

  test('does not take back an urgent text', async () => {
    await book();
    await say(ANN, 'Emergency, the dumpster rolled into the road');
    await say(ANN, 'never mind figured it out');
    await system.advanceTo(system.now() + 40 * MINUTE_MS);
    expect(sentTo(OPERATOR)).toHaveLength(1);
  });
});

describe('a budget', () => {
  test('of a customer is not spent by strangers who name the job', async () => {
    await book();
    for (let n = 0; n < 33; n += 1) await say(`+1512555020${n % 3}`, `QDN-4417 look at this offer ${n}`, 1000);
    for (const n of [1, 2]) await say(ANN, `The gate code changed to ${n}`, 5000);
    for (const phone of [DANA, LUIS])
      expect(sentTo(phone).filter((body) => body.includes('The gate code changed'))).toHaveLength(2);
  });
});

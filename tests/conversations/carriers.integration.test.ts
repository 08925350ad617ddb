import { afterEach, describe, expect, test } from '@jest/globals';
import type { System, WorldCompany } from '@qdn/world';
import { openVirtualSystem } from '../world/virtual-system.ts';

/*
 * The order of lines, and phones that take no texts, at the running system: texts arrive by signed webhooks, a queue hands them out in any
 * order to several workers, and the texts are those that the carrier took. Case c28, a number that networks block, is in tests/drill.
 */

/** Tuesday 10 March 2026, 10:00 in Chicago. */
const MORNING = Date.UTC(2026, 2, 10, 15);
const TEXT_NUMBER = '+15125550142';
const [DANA, LUIS, ANN, OLGA] = ['+15125550171', '+15125550172', '+15125550111', '+15125550180'];
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
afterEach(() => system.close());

const open = async (seed: number, refusedPhones: Readonly<Record<string, number>> = {}): Promise<void> => {
  system = await openVirtualSystem({ company, startAt: MORNING, seed, faults: 'none', refusedPhones });
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
};
const say = async (from: string, body: string, restMs = 60_000): Promise<void> => {
  await system.deliverText({ from, to: TEXT_NUMBER, body, media: [] });
  await system.advanceTo(system.now() + restMs);
};
const bodiesTo = (phone: string) => system.sentTexts().flatMap(({ to, body }) => (to === phone ? [body] : []));

describe('one customer’s lines', () => {
  const LINES = [1, 2, 3, 4, 5, 6, 7, 8].map((n) => `the gate code has changed, part ${n}`);

  test.each([1, 2, 3, 4, 5, 6, 7, 8])(
    'c27: eight lines within six seconds are read in order, seed %i',
    async (seed) => {
      await open(seed);
      for (const line of LINES) await say(ANN, line, 700);
      await system.advanceTo(system.now() + 60_000);
      for (const phone of [DANA, LUIS]) {
        const read = bodiesTo(phone).flatMap((body) => LINES.filter((line) => body.includes(line)));
        expect(read).toEqual(LINES);
      }
    },
  );
});

describe('a number that takes no texts', () => {
  test('c29: the team learns once per job that she cannot get texts', async () => {
    await open(1, { [ANN]: 21614 });
    await say(ANN, 'Can you come at 3?');
    await say(DANA, '@4401 yes, at 3');
    await say(DANA, '@4401 are you there?');
    await say(LUIS, '@4401 hello?');
    const said = bodiesTo(LUIS).filter((body) => body.includes('cannot get texts'));
    expect(said).toEqual(['Ann Lee (@4401) cannot get texts: the number is a landline or not in use. Please call.']);
    expect(bodiesTo(DANA).filter((body) => body.includes('cannot get texts'))).toHaveLength(1);
    expect(bodiesTo(ANN)).toEqual([]);
  });
});

import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { System, WorldCompany } from '@qdn/world';
import { openVirtualSystem } from '../world/virtual-system.ts';

/*
 * Texts of dispatchers at the running system: their recipients, how colleagues see them, and what their writers learn. They arrive by
 * signed webhooks, and the texts are those that the carrier took. c01 to c11 number the cases.
 */

const MINUTE_MS = 60_000;
/** Tuesday 10 March 2026, 10:00 in Chicago. */
const MORNING = Date.UTC(2026, 2, 10, 15);
const TEXT_NUMBER = '+15125550142';
const [DANA, LUIS, ANN, BOB, EVE, OLGA] = [
  '+15125550171',
  '+15125550172',
  '+15125550111',
  '+15125550112',
  '+15125550113',
  '+15125550180',
];
const [STRANGER, NAMESAKE] = ['+15125557711', '+17375557711'];
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
const open = async (jobs: ReadonlyArray<readonly [id: string, name: string, phone: string]>) => {
  system = await openVirtualSystem({ company, startAt: MORNING, seed: 1, faults: 'none' });
  const headers = {
    authorization: `Bearer ${await system.tokenFor({ audience: 'operator' })}`,
    'content-type': 'application/json',
  };
  for (const [id, name, phone] of jobs)
    await system.request({
      method: 'POST',
      path: '/api/jobs',
      headers,
      body: JSON.stringify({
        id,
        accountId: 'lee',
        kind: 'delivery',
        customer: { name, phone },
        stops: [{ kind: 'drop_off', address: '1108 Alder Dr, Austin', lat: 30.2747, lon: -97.7404 }],
        trailers: ['T4'],
      }),
    });
};
beforeEach(() =>
  open([
    ['QDN-4401', 'Ann Lee', ANN],
    ['QDN-3', 'Bob Ray', BOB],
    ['QDN-4748', 'Eve Ott', EVE],
  ]),
);
afterEach(() => system.close());

const say = async (from: string, body: string, restMs = 60_000) => {
  await system.deliverText({ from, to: TEXT_NUMBER, body, media: [] });
  await system.advanceTo(system.now() + restMs);
};
const wait = (minutes: number) => system.advanceTo(system.now() + minutes * MINUTE_MS);
const bodiesTo = (phone: string) => system.sentTexts().flatMap(({ to, body }) => (to === phone ? [body] : []));
const lastTo = (phone: string) => bodiesTo(phone).at(-1) ?? '';

describe('the address of a dispatcher’s text', () => {
  test.each([
    ['c01', '@ 3 works for us, leave the gate open'],
    ['c02', '#3 is on the way to you'],
    ['c03', 'US-290 is jammed, 20 min late'],
    ['c03', '$450 a week'],
  ])('%s: %s are words for the one who is waiting', async (_, body) => {
    await say(ANN, 'Can you come later?');
    await say(DANA, body);
    expect(bodiesTo(ANN)).toEqual([`QuickDumpNow: ${body}`]);
    expect(bodiesTo(BOB)).toEqual([]);
  });

  test('c04: asks back with longer handles when two strangers share the last digits', async () => {
    await say(STRANGER, 'what is the price of the small one');
    await say(NAMESAKE, 'do you buy scrap metal');
    await say(DANA, '@u7711 $450 a week, want it?');
    expect([bodiesTo(STRANGER), bodiesTo(NAMESAKE)]).toEqual([[], []]);
    expect(lastTo(DANA)).toMatch(/^Who is this for\? Reply @u7\d+7711 .* or @u2\d+7711 /);
    await say(DANA, '@u25557711');
    expect([bodiesTo(STRANGER), bodiesTo(NAMESAKE)]).toEqual([['QuickDumpNow: $450 a week, want it?'], []]);
  });

  test('c05: asks first when another one waits, and names the recipient', async () => {
    await say(ANN, 'Can you come at 3?');
    await say(DANA, '@4748 yes at 3');
    expect(lastTo(DANA)).toBe(
      'To Eve Ott, 4748: "yes at 3"? Ann Lee is the one waiting. Reply YES to send it, or @4401.',
    );
    await say(DANA, '@4401');
    expect([bodiesTo(ANN), bodiesTo(EVE)]).toEqual([['QuickDumpNow: yes at 3'], []]);
  });

  test('c05: confirms another conversation with its name, and UNDO takes the text back', async () => {
    await say(DANA, '@4748 we are ten minutes late', 10_000);
    expect(lastTo(DANA)).toBe('To Eve Ott, 4748: "we are ten minutes late". UNDO takes it back for 30 s.');
    await say(DANA, 'UNDO');
    expect(lastTo(DANA)).toMatch(/^Taken back\. Eve Ott \(@4748\)/);
    await wait(10);
    expect([bodiesTo(EVE), bodiesTo(LUIS)]).toEqual([[], []]);
  });

  test('c05: sends it after the time for UNDO, shows it to colleagues, and says that an UNDO is too late', async () => {
    await say(DANA, '@4748 we are ten minutes late', 10_000);
    expect(bodiesTo(EVE)).toEqual([]);
    await wait(1);
    expect(bodiesTo(EVE)).toEqual(['QuickDumpNow: we are ten minutes late']);
    expect(bodiesTo(LUIS)).toEqual(['Dana to Eve Ott (4748): we are ten minutes late']);
    await say(DANA, 'undo');
    expect(lastTo(DANA)).toBe('Too late: the text to Eve Ott (@4748) is out.');
  });

  test('c05: a text that was taken back leaves the other one waiting, and is not an answer', async () => {
    await say(ANN, 'Can you come at 3?');
    await say(EVE, 'Is Friday ok?');
    await say(DANA, '@4748 yes', 10_000);
    await say(DANA, 'UNDO');
    await wait(30);
    expect([bodiesTo(ANN), bodiesTo(EVE)]).toEqual([[], []]);
    for (const name of ['Ann Lee', 'Eve Ott'])
      expect(bodiesTo(OLGA).filter((body) => body.includes(`No one has answered ${name}`))).toHaveLength(1);
  });

  test('c05: UNDO with the number of the job takes back the text to its customer while it waits', async () => {
    await say(DANA, '@4748 we are ten minutes late', 10_000);
    await say(DANA, 'UNDO 4748');
    await wait(10);
    expect(lastTo(DANA)).toMatch(/^Taken back\. Eve Ott \(@4748\)/);
    expect([bodiesTo(EVE), bodiesTo(LUIS)]).toEqual([[], []]);
  });

  test('c05: UNDO with the number of another job leaves the text alone', async () => {
    await say(DANA, '@4748 we are ten minutes late', 10_000);
    await say(DANA, 'UNDO 4401', 10_000);
    expect(lastTo(DANA)).not.toMatch(/^Taken back/);
    await wait(2);
    expect(bodiesTo(EVE)).toEqual(['QuickDumpNow: we are ten minutes late']);
    expect(bodiesTo(ANN)).toEqual([]);
  });

  test('c05: UNDO half an hour later says that there is nothing to take back', async () => {
    await say(DANA, '@4748 we are ten minutes late');
    await wait(31);
    await say(DANA, 'undo');
    expect(lastTo(DANA)).toMatch(/^Nothing to take back/);
    expect(bodiesTo(EVE)).toHaveLength(1);
  });

  test.each(['@1O3 yes', '@MHD103 yes', '@4410 yes'])('answers each mistyped handle: %s', async (body) => {
    await say(ANN, 'Can you come at 3?');
    const before = bodiesTo(DANA).length;
    for (let n = 0; n < 12; n += 1) await say(DANA, `${body} ${n}`, 50_000);
    expect(bodiesTo(DANA)).toHaveLength(before + 12);
    expect(lastTo(DANA)).toMatch(/^No (job|one here) matches @.* Who is this for\? Reply @4401 \(Ann Lee\)\.$/);
    expect(bodiesTo(ANN)).toEqual([]);
  });
});

describe('a dispatcher’s short answer', () => {
  test.each([
    ['c06', 'Can you come at 3?', 'ok'],
    ['c06', 'Can you come at 3?', '👍'],
    ['c08', 'How many trailers are you sending?', '1'],
  ])('%s: reaches the one who asked "%s": %s', async (_, question, body) => {
    await say(ANN, question);
    await say(DANA, body);
    expect(bodiesTo(ANN)).toEqual([`QuickDumpNow: ${body}`]);
    expect(lastTo(LUIS)).toBe(`Dana to Ann Lee (4401): ${body}`);
  });

  test('c07: is always passed on when it is addressed', async () => {
    await say(ANN, 'Please use the side gate');
    await say(DANA, '@4401 ok');
    expect(bodiesTo(ANN)).toEqual(['QuickDumpNow: ok']);
  });

  test('c09: acknowledges a statement, and tells its writer that the customer was not told', async () => {
    await say(ANN, 'Please use the side gate');
    await say(DANA, 'Got it');
    expect(bodiesTo(ANN)).toEqual([]);
    expect(lastTo(DANA)).toBe('Noted for the team. Ann Lee (@4401) was not texted.');
    expect(lastTo(LUIS)).toBe('Dana has seen Ann Lee (4401): "Please use the side gate"');
    await wait(30);
    expect(bodiesTo(OLGA)).toEqual([]);
  });
});

describe('the team', () => {
  beforeEach(() => say(ANN, 'Can you come at 3?'));

  test('c10: sees the answer of a colleague in one short line', async () => {
    await say(DANA, 'yes, at 3:30');
    expect(bodiesTo(ANN)).toEqual(['QuickDumpNow: yes, at 3:30']);
    expect(lastTo(LUIS)).toBe('Dana to Ann Lee (4401): yes, at 3:30');
  });

  test('c11: confirms a second answer before it goes out', async () => {
    await say(DANA, 'yes, at 3:30');
    await say(LUIS, 'sorry, not before 5');
    expect(bodiesTo(ANN)).toEqual(['QuickDumpNow: yes, at 3:30']);
    expect(lastTo(LUIS)).toMatch(/^Dana answered Ann Lee \(@4401\) at 10:01 AM: "yes, at 3:30"\. Send yours too\?/);
    await say(LUIS, 'YES');
    expect(bodiesTo(ANN)).toEqual(['QuickDumpNow: yes, at 3:30', 'QuickDumpNow: sorry, not before 5']);
  });

  test('c11: drops a second answer after a no', async () => {
    await say(DANA, 'yes, at 3:30');
    await say(LUIS, 'sorry, not before 5');
    await say(LUIS, 'no');
    expect(bodiesTo(ANN)).toHaveLength(1);
    expect(lastTo(LUIS)).toBe('Not sent.');
  });

  test.each(['mine', 'on it', 'yo la atiendo', '@4401 mine'])('takes a conversation with "%s"', async (body) => {
    await say(DANA, body);
    expect(bodiesTo(ANN)).toEqual([]);
    expect(lastTo(LUIS)).toBe('Dana has Ann Lee (4401): "Can you come at 3?"');
    expect(lastTo(DANA)).toBe('You have Ann Lee (@4401). No answer has gone out yet.');
    await wait(20);
    expect(lastTo(OLGA)).toContain('No one has answered Ann Lee');
  });

  test('releases and closes a conversation', async () => {
    await say(DANA, 'mine');
    await say(DANA, 'release');
    expect(lastTo(LUIS)).toBe('Dana no longer has Ann Lee (4401).');
    await say(DANA, 'close @4401');
    expect(lastTo(DANA)).toContain('@4401');
    await say(DANA, '@4401 close');
    expect(lastTo(LUIS)).toBe('Dana closed Ann Lee (4401).');
    expect(bodiesTo(ANN)).toEqual([]);
    await wait(30);
    expect(bodiesTo(OLGA)).toEqual([]);
  });

  test.each(['@team who is near Alder Dr?', '@luis who is near Alder Dr?', '@equipo who is near Alder Dr?'])(
    'gets the note "%s", which no customer gets',
    async (body) => {
      await say(DANA, body);
      expect(lastTo(LUIS)).toMatch(/^Dana to (the team|Luis): who is near Alder Dr\?$/);
      expect(bodiesTo(ANN)).toEqual([]);
    },
  );

  test('is asked about words that sound like talk among colleagues', async () => {
    await say(DANA, 'Luis can you take this, I am at the dump');
    expect(lastTo(DANA)).toBe('Is this for Ann Lee or for colleagues? Reply @4401 or @team.');
    await say(DANA, '@team');
    expect(lastTo(LUIS)).toBe('Dana to the team: Luis can you take this, I am at the dump');
    expect(bodiesTo(ANN)).toEqual([]);
  });
});

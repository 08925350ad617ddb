import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, test } from '@jest/globals';
import type { Call } from '@qdn/emulator-carriers/emulator';
import { type CallSetup, type CallSystem, NUMBERS, startCallSystem } from './call-system.ts';

/*
 * c30 and its variants, over signed webhooks: `call-cases.json` has situations from Twilio's documentation, its support pages and public
 * issues, with the result that a sensible person expects.
 */

type Answering = 'answers' | 'busy' | 'no-answer' | 'voicemail';
type Case = CallSetup & {
  id: string;
  situation: string;
  from: string;
  answering?: Readonly<Record<string, Answering>>;
  hangsUp?: boolean;
  optedOut?: boolean;
  expect: {
    rang: readonly string[];
    connected: boolean;
    /** Patterns of the texts to Dana and to the caller; null for none. */
    team: string | null;
    caller: string | null;
    said?: string;
    status?: string;
  };
};
const CASES: Case[] = JSON.parse(readFileSync(new URL('call-cases.json', import.meta.url), 'utf8'));
const numberOf = (name: string): string => NUMBERS[name as keyof typeof NUMBERS] ?? name;

let system: CallSystem;
afterEach(() => system.close());

const open = async (setup: CallSetup = {}, answering: Case['answering'] = {}): Promise<void> => {
  system = await startCallSystem(setup);
  for (const [name, how] of Object.entries(answering)) system.twilio.setAnswering(numberOf(name), how);
};
const eventsOf = (call: Call | null): Call['events'] =>
  system.twilio.calls().find(({ sid }) => sid === call?.sid)?.events ?? [];
const rangIn = (call: Call | null): string[] =>
  eventsOf(call)
    .filter(({ kind }) => kind === 'rang')
    .map(({ phone }) => Object.entries(NUMBERS).find(([, number]) => number === phone)?.[0] ?? phone);
const isConnected = (call: Call | null): boolean => eventsOf(call).some(({ text }) => text.endsWith('are connected'));
const saidIn = (call: Call | null): string =>
  eventsOf(call)
    .filter(({ kind }) => kind === 'said')
    .map(({ text }) => text)
    .join(' ');

test.each(CASES.map((one) => [one.id, one.situation, one] as const))('c30 %s: %s', async (_, __, one) => {
  await open(one, one.answering);
  if (one.optedOut) await system.text(NUMBERS.ann, 'STOP');
  const before = { dana: system.textsTo(NUMBERS.dana).length, caller: system.textsTo(numberOf(one.from)).length };
  const call = await system.call(numberOf(one.from), one.hangsUp ?? false);
  expect(rangIn(call)).toEqual(one.expect.rang);
  expect(isConnected(call)).toBe(one.expect.connected);
  if (one.expect.said) expect(saidIn(call)).toMatch(new RegExp(one.expect.said));
  if (one.expect.status) expect(system.twilio.calls()[0]?.status).toBe(one.expect.status);
  const matching = (pattern: string | null) =>
    pattern === null ? [] : [expect.stringMatching(new RegExp(pattern, 's'))];
  expect(system.textsTo(NUMBERS.dana).slice(before.dana)).toEqual(matching(one.expect.team));
  if (one.from !== 'company' && one.from !== 'dana')
    expect(system.textsTo(numberOf(one.from)).slice(before.caller)).toEqual(matching(one.expect.caller));
});

describe('c30: two calls at once', () => {
  test('each ring on, and each that is missed is a text of its own', async () => {
    await open({}, { dana: 'busy', luis: 'busy' });
    const calls = [NUMBERS.ann, '+15125550199'].map((from) => system.twilio.call(from, NUMBERS.company));
    await system.settle();
    for (const call of calls) expect(rangIn(call)).toEqual(['dana', 'luis']);
    expect(system.textsTo(NUMBERS.dana).toSorted()).toEqual([
      expect.stringMatching(/^Ann Lee @4401: missed call/),
      expect.stringMatching(/ending in 0199 @u0199: missed call/i),
    ]);
  });
});

describe('c30: a machine that calls on and on', () => {
  test('is texted about three times, then summed up', async () => {
    await open({}, { dana: 'busy', luis: 'busy' });
    for (let n = 0; n < 6; n++) await system.call('+15125550199');
    expect(system.textsTo(NUMBERS.dana)).toHaveLength(3);
    expect(system.textsTo('+15125550199')).toHaveLength(1);
    await system.wait(15);
    expect(system.textsTo(NUMBERS.dana).at(-1)).toMatch(/3 more/);
  });
});

describe('c30: in quiet hours', () => {
  test('the team gets the missed call when they end', async () => {
    await open({ quiet: true });
    await system.call(NUMBERS.ann);
    expect(system.textsTo(NUMBERS.dana)).toEqual([]);
    await system.wait(65);
    expect(system.textsTo(NUMBERS.dana)[0]).toMatch(/^Ann Lee @4401: missed call at 10:0/);
  });
});

describe('c30: the answer to a missed call', () => {
  test('by text goes to the caller', async () => {
    await open({}, { dana: 'busy', luis: 'busy' });
    await system.call(NUMBERS.ann);
    await system.text(NUMBERS.dana, '@4401 sorry, what is up?');
    expect(system.textsTo(NUMBERS.ann).at(-1)).toBe('QuickDumpNow: sorry, what is up?');
  });

  test('by text without a handle goes to the only caller', async () => {
    await open({}, { dana: 'busy', luis: 'busy' });
    await system.call(NUMBERS.ann);
    await system.text(NUMBERS.dana, 'we will be there at 3');
    expect(system.textsTo(NUMBERS.ann).at(-1)).toBe('QuickDumpNow: we will be there at 3');
  });

  test('by call reaches a stranger who has never written', async () => {
    await open({}, { dana: 'busy', luis: 'busy' });
    await system.call('+15125550199');
    system.twilio.setAnswering(NUMBERS.dana, 'answers');
    await system.text(NUMBERS.dana, '@u0199 call');
    expect(rangIn(system.twilio.calls().at(-1) ?? null)).toEqual(['dana', '+15125550199']);
  });

  test('by call connects the dispatcher with the caller, under the company’s number', async () => {
    await open({}, { dana: 'busy', luis: 'busy' });
    await system.call(NUMBERS.ann);
    system.twilio.setAnswering(NUMBERS.dana, 'answers');
    await system.text(NUMBERS.dana, '@4401 call');
    const placed = system.twilio.calls().at(-1) ?? null;
    expect(placed).toMatchObject({ direction: 'outbound-api', from: NUMBERS.company, to: NUMBERS.dana });
    expect(rangIn(placed)).toEqual(['dana', 'ann']);
    expect(isConnected(placed)).toBe(true);
    expect(saidIn(placed)).toContain('Press 1 to call Ann Lee.');
    // Nothing is missed any more: no operator, no further text.
    const texts = system.twilio.messages().length;
    await system.wait(40);
    expect(system.twilio.messages()).toHaveLength(texts);
  });
});

describe('c30: a call that a dispatcher asks for', () => {
  const placed = (): Call | null => system.twilio.calls().at(-1) ?? null;

  test('can follow "please call" of a guest', async () => {
    await open();
    await system.text('+15125550199', 'please call me about QDN-4401');
    await system.text(NUMBERS.dana, '@u0199 call');
    expect(rangIn(placed())).toEqual(['dana', '+15125550199']);
  });

  test.each([['voicemail'], ['no-answer'], ['busy']] as const)(
    'calls no one when her own phone ends in %s, and she learns it',
    async (how) => {
      await open({}, { dana: how });
      await system.text(NUMBERS.dana, '@4401 call');
      expect(rangIn(placed())).toEqual(['dana']);
      expect(system.textsTo(NUMBERS.dana)).toEqual([
        'You did not pick up, so Ann Lee (@4401) was not called. To try again, reply: @4401 call',
      ]);
      expect(system.textsTo(NUMBERS.ann)).toEqual([]);
    },
  );

  test('says that the customer did not answer', async () => {
    await open({}, { ann: 'no-answer' });
    await system.text(NUMBERS.dana, '@4401 call');
    expect(saidIn(placed())).toContain('Ann Lee did not answer');
  });

  test('reaches a customer’s voicemail, for a message', async () => {
    await open({}, { ann: 'voicemail' });
    await system.text(NUMBERS.dana, '@4401 call');
    expect(isConnected(placed())).toBe(true);
  });

  test('is placed once when Twilio delivers the text again', async () => {
    await open();
    const text = system.twilio.receive(NUMBERS.dana, NUMBERS.company, '@4401 call');
    await system.settle();
    system.twilio.repeat(text?.sid ?? '');
    await system.settle();
    await system.wait(3);
    expect(system.twilio.calls()).toHaveLength(1);
    expect(system.textsTo(NUMBERS.dana)).toEqual([]);
  });

  test('tells the dispatcher the number when Twilio refuses it', async () => {
    await open();
    system.twilio.setCarrierFault('error-500', 1);
    await system.text(NUMBERS.dana, '@4401 call');
    expect(system.twilio.calls()).toEqual([]);
    expect(system.textsTo(NUMBERS.dana)).toEqual([expect.stringContaining(NUMBERS.ann)]);
  });
});

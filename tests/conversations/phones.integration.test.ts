import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { type CallSystem, NUMBERS, startCallSystem } from './call-system.ts';

/* Another phone of a customer, over signed webhooks: a dispatcher links it after a yes, and the job's context comes with its texts. */

const OTHER = '+15125550199';

let system: CallSystem;
beforeEach(async () => {
  system = await startCallSystem();
});
afterEach(() => system.close());

const lastTo = (phone: string): string => system.textsTo(phone).at(-1) ?? '';

test('a phone that says to be a customer gets her context only once a dispatcher has confirmed it by name', async () => {
  await system.text(OTHER, "QDN-4401 it's Ann, my husband's phone. Can you come at 3?");
  expect(lastTo(NUMBERS.dana)).toMatch(/^Guest @u0199 about Ann Lee \(4401\): /);
  expect(lastTo(NUMBERS.dana)).toContain('says to be Ann Lee (4401). Is it? Reply "@u0199 is 4401"');
  await system.text(NUMBERS.dana, '@u0199 is 4401');
  expect(lastTo(NUMBERS.dana)).toMatch(/^Is @u0199 another phone of Ann Lee \(4401\)\?/);
  await system.text(NUMBERS.dana, 'YES');
  expect(lastTo(NUMBERS.luis)).toBe('Dana: @u0199 is another phone of Ann Lee (4401).');

  await system.text(OTHER, 'the gate is open');
  expect(lastTo(NUMBERS.luis)).toMatch(/^Ann Lee \(4401\), other phone, @u0199: "the gate is open"/);
  await system.text(NUMBERS.luis, '@u0199 great, see you at 3');
  expect(system.textsTo(OTHER)).toEqual(['QuickDumpNow: great, see you at 3']);
  expect(system.textsTo(NUMBERS.ann)).toEqual([]);
});

test('a phone that orders the link itself gets nothing', async () => {
  for (const body of ["QDN-4401 it's Ann, new number", '@u0199 is 4401', 'YES']) await system.text(OTHER, body);
  expect(system.textsTo(OTHER)).toEqual([]);
  expect((await system.relay.conversation(OTHER))?.otherPhoneOf).toBeNull();
});

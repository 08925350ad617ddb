import { afterEach, describe, expect, test } from '@jest/globals';
import { type CallSystem, NUMBERS, startCallSystem } from './call-system.ts';

/* CANCEL, END and QUIT with Advanced Opt-Out that leaves them out, over signed webhooks. Twilio then obeys none of them. */

let system: CallSystem;
afterEach(() => system.close());

/** Sends a text, of which the emulated Twilio obeys no keyword: it has no Advanced Opt-Out of its own. */
const text = async (from: string, body: string): Promise<void> => {
  await system.text(from, body);
  system.twilio.setOptedOut(from, false);
};

describe('with Advanced Opt-Out that leaves CANCEL, END and QUIT out', () => {
  test.each(['Cancel', 'END', ' quit '])('the team gets "%s" of a customer, and can answer', async (word) => {
    system = await startCallSystem({ advancedOptOut: true });
    await text(NUMBERS.ann, word);
    expect(system.textsTo(NUMBERS.dana)).toEqual([expect.stringContaining(word.trim())]);
    await system.text(NUMBERS.dana, '@4401 Which part, the second trailer?');
    expect(system.textsTo(NUMBERS.ann).at(-1)).toBe('QuickDumpNow: Which part, the second trailer?');
  });

  test('STOP still stops', async () => {
    system = await startCallSystem({ advancedOptOut: true });
    await text(NUMBERS.ann, 'STOP');
    await system.text(NUMBERS.dana, '@4401 Are you there?');
    expect(system.textsTo(NUMBERS.ann).join()).not.toContain('Are you there?');
  });
});

test('without it, CANCEL stops texts as Twilio does', async () => {
  system = await startCallSystem();
  await text(NUMBERS.ann, 'CANCEL');
  await system.text(NUMBERS.dana, '@4401 Are you there?');
  expect(system.textsTo(NUMBERS.ann).join()).not.toContain('Are you there?');
});

import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type CallSystem, NUMBERS, startCallSystem } from './call-system.ts';

/* Words of drivers to the team, over signed webhooks: the answer to them, and the alarm without one. */

let system: CallSystem;
beforeEach(async () => {
  system = await startCallSystem({ operator: true });
  await system.text(NUMBERS.ray, 'Which gate should I use?');
});
afterEach(() => system.close());

describe('a driver’s question', () => {
  test('reaches the team, and an alarm follows silence', async () => {
    expect(system.textsTo(NUMBERS.dana).at(-1)).toContain('Which gate should I use?');
    await system.wait(30);
    expect(system.textsTo(NUMBERS.olga)).toEqual([expect.stringContaining('No one has answered')]);
  });

  test.each(['the north one', '@u0131 the north one'])('raises no alarm after the answer "%s"', async (answer) => {
    await system.text(NUMBERS.dana, answer);
    await system.wait(40);
    expect(system.textsTo(NUMBERS.ray).at(-1)).toBe('QuickDumpNow: the north one');
    expect(system.textsTo(NUMBERS.ann)).toEqual([]);
    expect(system.textsTo(NUMBERS.olga)).toEqual([]);
  });

  test('raises no alarm once a dispatcher has acknowledged or closed it', async () => {
    await system.text(NUMBERS.dana, '@u0131 close');
    await system.wait(40);
    expect(system.textsTo(NUMBERS.olga)).toEqual([]);
  });
});

import { describe, expect, test } from '@jest/globals';
import { choose } from './choose.ts';

const choices = [
  { value: 'a', label: 'Fri, Mar 13, 10:00 AM CDT', option: '--at 2026-03-13T10:00:00-05:00' },
  { value: 'b', label: 'Fri, Mar 20, 10:00 AM CDT', option: '--at 2026-03-20T10:00:00-05:00' },
];
const answering = (answer: string) => ({ ask: async () => answer });

describe('choose', () => {
  test('takes the number of a choice, and yes for a single one', async () => {
    expect(await choose(answering(' 2 '), 'Which Friday', choices)).toBe('b');
    expect(await choose(answering('y'), 'Is it', choices.slice(0, 1))).toBe('a');
    expect(await choose(answering('sí'), 'Is it', choices.slice(0, 1))).toBe('a');
  });

  test.each(['', 'y', '0', '3', '1.5', 'no'])('takes %j as a refusal of two choices', async (answer) => {
    await expect(choose(answering(answer), 'Which Friday', choices)).rejects.toThrow('Nothing was changed.');
  });

  test('names the options when there is no terminal', async () => {
    await expect(choose({}, '"next friday 10" may be one of two times', choices)).rejects.toThrow(
      '"next friday 10" may be one of two times. Choose one:\n  Fri, Mar 13, 10:00 AM CDT: --at 2026-03-13T10:00:00-05:00\n  Fri, Mar 20',
    );
  });
});

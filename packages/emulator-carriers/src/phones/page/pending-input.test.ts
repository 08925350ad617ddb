import { describe, expect, test } from '@jest/globals';
import { PendingInput } from './pending-input.ts';

describe('an input that the emulator may not know yet', () => {
  test('holds back every view while it is under way', async () => {
    const pending = new PendingInput();
    const answer = Promise.withResolvers<number | null>();
    const submitted = pending.submit(() => answer.promise);
    expect(pending.includedIn(Number.MAX_SAFE_INTEGER)).toBe(false);
    answer.resolve(7);
    await submitted;
    expect(pending.includedIn(7)).toBe(true);
  });

  test('holds back a view that is older than its answer', async () => {
    const pending = new PendingInput();
    await pending.submit(async () => 7);
    expect([6, 7, 8].map((revision) => pending.includedIn(revision))).toEqual([false, true, true]);
  });

  test('waits for the later revision of two inputs, in any order of answers', async () => {
    const pending = new PendingInput();
    const first = Promise.withResolvers<number | null>();
    const submitted = pending.submit(() => first.promise);
    await pending.submit(async () => 8);
    expect(pending.includedIn(8)).toBe(false);
    first.resolve(7);
    await submitted;
    expect([7, 8].map((revision) => pending.includedIn(revision))).toEqual([false, true]);
  });

  test('returns the control to the emulator when a change fails', async () => {
    const pending = new PendingInput();
    await pending.submit(async () => null);
    expect(pending.includedIn(0)).toBe(true);
  });
});

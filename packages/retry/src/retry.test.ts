import { describe, expect, test } from '@jest/globals';
import { backoffMs, retry } from './retry.ts';

describe('backoffMs', () => {
  const backoff = { firstMs: 100, maxMs: 1000 };

  test('doubles up to the longest delay', () => {
    expect([1, 2, 3, 4, 5, 50].map((attempts) => backoffMs(attempts, backoff, 0))).toEqual([
      100, 200, 400, 800, 1000, 1000,
    ]);
  });

  test('adds at most a fifth at random', () => {
    expect(backoffMs(1, backoff, 0.5)).toBe(110);
    const delays = Array.from({ length: 100 }, () => backoffMs(4, backoff));
    expect(Math.min(...delays)).toBeGreaterThanOrEqual(800);
    expect(Math.max(...delays)).toBeLessThanOrEqual(960);
    expect(new Set(delays).size).toBeGreaterThan(1);
  });
});

describe('retry', () => {
  const failing = (errors: string[]) => async () => {
    const error = errors.shift();
    if (error) throw new Error(error);
    return 'done';
  };
  const isTransient = (error: unknown) => error instanceof Error && error.message === 'busy';

  test('runs again after transient errors, with the delays in between', async () => {
    const waited: number[] = [];
    const pause = async (ms: number) => void waited.push(ms);
    const delayMs = (attempts: number) => attempts * 10;
    expect(await retry(failing(['busy', 'busy']), { maxAttempts: 3, isTransient, delayMs, pause })).toBe('done');
    expect(waited).toEqual([10, 20]);
  });

  test('throws the last error once the attempts are used up', async () => {
    const left = ['busy', 'busy', 'busy'];
    await expect(retry(failing(left), { maxAttempts: 2, isTransient })).rejects.toThrow('busy');
    expect(left).toHaveLength(1);
  });

  test('throws an error at once when it is not transient', async () => {
    const left = ['broken', 'busy'];
    await expect(retry(failing(left), { maxAttempts: 5, isTransient })).rejects.toThrow('broken');
    expect(left).toEqual(['busy']);
  });
});

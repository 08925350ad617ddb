import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createServerClock } from './clock.ts';

const NOW = Date.parse('2026-03-05T20:12:00Z');

describe('the server’s clock', () => {
  test('knows nothing before the first answer', () => {
    expect(createServerClock().at(5_000)).toBeNull();
  });

  test('adds the time an answer lay in the cache, and what has passed since', () => {
    const clock = createServerClock();
    clock.learn({ serverTime: NOW, ageS: 7, readAt: 1_000 });
    expect(clock.at(4_000)).toBe(NOW + 10_000);
  });

  test('trusts the answer that came fastest', () => {
    const clock = createServerClock();
    clock.learn({ serverTime: NOW, ageS: 0, readAt: 3_000 });
    clock.learn({ serverTime: NOW + 10_000, ageS: 0, readAt: 10_100 });
    expect(clock.at(10_100)).toBe(NOW + 10_000);
    clock.learn({ serverTime: NOW + 20_000, ageS: 0, readAt: 25_000 });
    expect(clock.at(25_000)).toBe(NOW + 24_900);
  });

  test('catches up after a sleep in which the monotonic clock stood still', () => {
    const clock = createServerClock();
    clock.learn({ serverTime: NOW, ageS: 0, readAt: 1_000 });
    clock.learn({ serverTime: NOW + 3_600_000, ageS: 0, readAt: 2_000 });
    expect(clock.at(2_000)).toBe(NOW + 3_600_000);
  });

  test('is never ahead of the server, and behind by no more than the best answer’s way took', () => {
    const answer = fc.record({
      after: fc.integer({ min: 0, max: 20_000 }),
      wayMs: fc.integer({ min: 0, max: 8_000 }),
      cachedMs: fc.integer({ min: 0, max: 10_000 }),
    });
    fc.assert(
      fc.property(fc.array(answer, { minLength: 1, maxLength: 20 }), fc.nat(1e9), (answers, started) => {
        const clock = createServerClock();
        let monotonic = started;
        let smallestError = Number.POSITIVE_INFINITY;
        for (const { after, wayMs, cachedMs } of answers) {
          monotonic += after;
          const trueTime = NOW + (monotonic - started);
          const serverTime = trueTime - wayMs - cachedMs;
          const ageS = Math.floor(cachedMs / 1000);
          clock.learn({ serverTime, ageS, readAt: monotonic });
          smallestError = Math.min(smallestError, wayMs + cachedMs - ageS * 1000);
          const behind = trueTime - (clock.at(monotonic) ?? 0);
          expect(behind).toBeGreaterThanOrEqual(0);
          expect(behind).toBeLessThanOrEqual(smallestError);
        }
      }),
    );
  });
});

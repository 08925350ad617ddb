import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  backoffMs,
  createPoller,
  INTERVAL_MS,
  intervalMs,
  LONGEST_WAIT_MS,
  type Outcome,
  TIMEOUT_MS,
} from './polling.ts';

describe('the wait between two requests', () => {
  test('is ten to eleven seconds when all is well', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 0.999, noNaN: true }), (random) => {
        const wait = intervalMs(0, random);
        expect(wait).toBeGreaterThanOrEqual(INTERVAL_MS);
        expect(wait).toBeLessThan(INTERVAL_MS + 1000);
      }),
    );
  });

  test('is shorter by what the answer had lain in a cache, and never under five seconds', () => {
    expect(intervalMs(3000, 0)).toBe(7000);
    expect([5000, 9000, 300_000].map((age) => intervalMs(age, 0))).toEqual([5000, 5000, 5000]);
    fc.assert(
      fc.property(fc.nat(400_000), fc.double({ min: 0, max: 0.999, noNaN: true }), (age, random) => {
        // Never so soon that the cache still has the same: it is renewed ten seconds after it was filled.
        if (age <= 5000) expect(age + intervalMs(age, random)).toBeGreaterThanOrEqual(INTERVAL_MS);
        expect(intervalMs(age, random)).toBeGreaterThanOrEqual(5000);
      }),
    );
  });

  test('doubles with each failure up to two minutes', () => {
    expect([1, 2, 3, 4, 5, 6, 50].map((failures) => backoffMs(failures, 0) / 1000)).toEqual([
      10, 20, 40, 80, 120, 120, 120,
    ]);
  });

  test('is never shorter than ten seconds nor longer than two minutes, whatever the server asks for', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 100 }),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        fc.nat(1e9),
        (failures, random, retryAfterMs) => {
          const wait = backoffMs(failures, random, retryAfterMs);
          expect(wait).toBeGreaterThanOrEqual(INTERVAL_MS);
          expect(wait).toBeLessThanOrEqual(LONGEST_WAIT_MS);
        },
      ),
    );
  });

  test('honours Retry-After', () => {
    expect(backoffMs(1, 0, 45_000)).toBe(45_000);
  });
});

/** A clock that a test moves. */
const createTime = () => {
  let now = 0;
  let timers: Array<{ at: number; run: () => void }> = [];
  const settle = async () => {
    for (let i = 0; i < 10; i++) await Promise.resolve();
  };
  return {
    timers: {
      now: () => now,
      after: (ms: number, run: () => void) => {
        const timer = { at: now + ms, run };
        timers.push(timer);
        return () => {
          timers = timers.filter((each) => each !== timer);
        };
      },
    },
    pass: async (ms: number) => {
      const until = now + ms;
      for (;;) {
        const next = timers.filter(({ at }) => at <= until).sort((a, b) => a.at - b.at)[0];
        if (!next) break;
        now = Math.max(now, next.at);
        timers = timers.filter((each) => each !== next);
        next.run();
        await settle();
      }
      now = until;
      await settle();
    },
    settle,
    pending: () => timers.length,
  };
};

/** A server that answers after `takesMs` with the given outcomes. */
const start = (options: { takesMs?: number; outcome?: Outcome } = {}) => {
  const time = createTime();
  const server: { takesMs: number; outcome: Outcome } = {
    takesMs: 100,
    outcome: { kind: 'news', ageMs: 0 },
    ...options,
  };
  const starts: number[] = [];
  const outcomes: string[] = [];
  const open = { now: 0, most: 0 };
  const ask = (signal: AbortSignal) =>
    new Promise<Outcome>((resolve, reject) => {
      starts.push(time.timers.now());
      open.now += 1;
      open.most = Math.max(open.most, open.now);
      const { outcome } = server;
      const cancel = time.timers.after(server.takesMs, () => {
        open.now -= 1;
        resolve(outcome);
      });
      signal.addEventListener('abort', () => {
        cancel();
        open.now -= 1;
        reject(new Error('aborted'));
      });
    });
  const poller = createPoller(
    ask,
    ({ kind }) => outcomes.push(kind),
    time.timers,
    () => 0,
  );
  return { time, server, starts, outcomes, open, poller };
};

describe('polling', () => {
  test('asks at once when it comes into view, then every ten seconds from start to start', async () => {
    const { time, starts, poller } = start({ takesMs: 3_000 });
    expect(starts).toEqual([]);
    poller.setVisible(true);
    await time.pass(31_000);
    expect(starts).toEqual([0, 10_000, 20_000, 30_000]);
  });

  test('is silent while hidden and asks at once when visible again', async () => {
    const { time, starts, poller } = start();
    poller.setVisible(true);
    await time.pass(1_000);
    poller.setVisible(false);
    await time.pass(3_600_000);
    expect(starts).toEqual([0]);
    expect(time.pending()).toBe(0);
    poller.setVisible(true);
    await time.pass(1_000);
    expect(starts).toEqual([0, 3_601_000]);
  });

  test('gives an answer up after eight seconds and counts it as a failure', async () => {
    const { time, starts, outcomes, open, poller } = start({ takesMs: 60_000 });
    poller.setVisible(true);
    await time.pass(TIMEOUT_MS);
    expect(outcomes).toEqual(['failure']);
    expect(open.now).toBe(0);
    await time.pass(30_000);
    expect(starts).toEqual([0, 10_000, 30_000]);
  });

  test('backs off while the server fails and is back to ten seconds after one success', async () => {
    const { time, server, starts, poller } = start({ outcome: { kind: 'failure', retryAfterMs: 0 } });
    poller.setVisible(true);
    await time.pass(70_500);
    expect(starts).toEqual([0, 10_000, 30_000, 70_000]);
    server.outcome = { kind: 'news', ageMs: 0 };
    await time.pass(90_000);
    expect(starts.slice(4)).toEqual([150_000, 160_000]);
  });

  test('the network’s return does not wait for the backoff', async () => {
    const { time, starts, poller } = start({ outcome: { kind: 'failure', retryAfterMs: 0 } });
    poller.setVisible(true);
    await time.pass(40_000);
    poller.askNow();
    await time.pass(100);
    expect(starts).toEqual([0, 10_000, 30_000, 40_000]);
  });

  test('never asks again after the end, not even when asked to', async () => {
    const { time, starts, outcomes, poller } = start({ outcome: { kind: 'end' } });
    poller.setVisible(true);
    await time.pass(60_000);
    poller.askNow();
    poller.setVisible(false);
    poller.setVisible(true);
    await time.pass(60_000);
    expect(starts).toEqual([0]);
    expect(outcomes).toEqual(['end']);
    expect(time.pending()).toBe(0);
  });

  test('an answer that arrives after the page was hidden is not told', async () => {
    const { time, outcomes, poller } = start({ takesMs: 2_000 });
    poller.setVisible(true);
    await time.pass(1_000);
    poller.setVisible(false);
    await time.pass(10_000);
    expect(outcomes).toEqual([]);
  });

  test('whatever happens: one request at a time, none while hidden, nothing left when stopped', async () => {
    const step = fc.oneof(
      fc.record({ do: fc.constant('show' as const) }),
      fc.record({ do: fc.constant('hide' as const) }),
      fc.record({ do: fc.constant('online' as const) }),
      fc.record({ do: fc.constant('pass' as const), ms: fc.nat(60_000) }),
      fc.record({ do: fc.constant('slow' as const), ms: fc.nat(20_000) }),
      fc.record({ do: fc.constantFrom('break' as const, 'repair' as const) }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
        const { time, server, starts, open, poller } = start();
        let visible = false;
        for (const next of steps) {
          const before = starts.length;
          if (next.do === 'show' || next.do === 'hide') {
            visible = next.do === 'show';
            poller.setVisible(visible);
            await time.settle();
          }
          if (next.do === 'online') poller.askNow();
          if (next.do === 'slow') server.takesMs = next.ms;
          if (next.do === 'break') server.outcome = { kind: 'failure', retryAfterMs: 0 };
          if (next.do === 'repair') server.outcome = { kind: 'news', ageMs: 0 };
          if (next.do === 'pass') await time.pass(next.ms);
          if (!visible) {
            expect(starts.length).toBe(before);
            expect(open.now).toBe(0);
          }
        }
        expect(open.most).toBeLessThanOrEqual(1);
        poller.stop();
        await time.settle();
        expect(time.pending()).toBe(0);
      }),
    );
  });
});

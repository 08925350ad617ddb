import { describe, expect, test } from '@jest/globals';
import { type HourSetting, playHour } from './relay-hour.ts';
import { callsPerText, report, shortfalls, triggerOfTemplate } from './verdict.ts';

/* The small form of `npm run throughput`: some seconds of the hour. */

const play = async (changes: Partial<HourSetting> & Pick<HourSetting, 'textsPerSecond' | 'seconds' | 'numbers'>) => {
  const setting = { ...triggerOfTemplate(), seed: 1, ...changes };
  const played = await playHour(setting);
  return { played, found: shortfalls(played), lines: report(played, setting).join('\n') };
};

test('30 workers and 300 numbers keep up with 50 texts a second', async () => {
  const { played, found, lines } = await play({
    textsPerSecond: 50,
    seconds: 20,
    maximumConcurrency: 30,
    numbers: 300,
  });
  expect({ found, lines }).toMatchObject({ found: [] });
  const calls = new Map(callsPerText(played));
  // A call that is added for each text is noticed here; tests/cost counts the exact ones.
  expect(calls.get('DynamoDB')).toBeLessThan(34);
  expect(calls.get('S3')).toBeLessThan(3);
  expect(calls.get('the carrier')).toBeLessThan(2.5);
}, 120_000);

test('the workers of a company that sets nothing keep up with 5 texts a second', async () => {
  const { found, lines } = await play({ textsPerSecond: 5, seconds: 60, numbers: 40 });
  expect({ found, lines }).toMatchObject({ found: [] });
}, 120_000);

test('they do not keep up with 50, and the report says so', async () => {
  const { found } = await play({ textsPerSecond: 50, seconds: 20, numbers: 300 });
  expect(found.join()).toContain('waits');
}, 120_000);

test('a single number does not keep up with 5 texts a second', async () => {
  const { found } = await play({ textsPerSecond: 5, seconds: 30, numbers: 1 });
  expect(found.join()).toContain('in the carrier');
}, 120_000);

describe('the order of one person’s lines', () => {
  /** Lines within a tenth of a second, at a rate that leaves workers free to run them at once. */
  const lines = {
    textsPerSecond: 20,
    seconds: 30,
    maximumConcurrency: 30,
    numbers: 100,
    secondLineMs: { from: 10, to: 60 },
  };

  test('is kept', async () => {
    const { played } = await play(lines);
    expect(played.stage.order.overtaken).toBeLessThanOrEqual(2);
  }, 120_000);

  test('mutant: a worker that does not see the lines before lets some overtake', async () => {
    const { found } = await play({
      ...lines,
      isForgetful: true,
      mutate: (relay) => ({ ...relay, recent: async () => [] }),
    });
    expect(found.join()).toContain('arrived after a later one');
  }, 120_000);
});

describe('a number with many notices at once', () => {
  /** Half a segment of people in a second, and 45 notices at once: the number sends one a second. */
  const rush = { textsPerSecond: 0.25, seconds: 240, numbers: 1, notices: 45 };
  const p99 = ({ played }: Awaited<ReturnType<typeof play>>) => played.pool.waits.quantiles(0.99)[0] ?? 0;

  test('lets people’s texts pass', async () => {
    const run = await play(rush);
    expect(p99(run)).toBeLessThan(15_000);
    expect(run.played.pool.noticeWaits.count).toBe(45);
  }, 120_000);

  test('mutant: notices without turns hold people up for half a minute', async () => {
    const mutate: HourSetting['mutate'] = (relay) => ({
      ...relay,
      takeNoticeTurn: async (_, now) => ({ at: now, pausedUntil: 0 }),
    });
    expect(p99(await play({ ...rush, mutate }))).toBeGreaterThan(25_000);
  }, 120_000);
});

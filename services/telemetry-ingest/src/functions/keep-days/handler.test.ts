import { describe, expect, test } from '@jest/globals';
import type { TrailerId } from '@qdn/domain';
import { memoryDays, memoryLocations, memoryRegister } from '@qdn/domain/testing';
import { recordingLogger } from '@qdn/lambda/testing';
import { NOW } from '../../testing.ts';
import { keepDays } from './handler.ts';

const T1 = 'T1' as TrailerId;

const run = async (days: number | null) => {
  const [register, locations, keptDays, log] = [memoryRegister(), memoryLocations(), memoryDays(), recordingLogger()];
  await register.add(T1, NOW);
  await keepDays({ register, locations, keptDays, keepDays: days, timeZone: 'America/Chicago', now: () => NOW, log })(
    {},
    { awsRequestId: 'r' },
  );
  return { keptDays, register, log };
};

describe('the function that keeps days', () => {
  test('reads and writes nothing where the company keeps none', async () => {
    const { keptDays, register, log } = await run(null);
    expect([keptDays.writes, register.reads, log.lines]).toEqual([0, 0, []]);
  });

  test('keeps the days that have ended', async () => {
    const { keptDays, log } = await run(30);
    // It is nine in the morning: the day before has not ended twelve hours ago.
    expect(await keptDays.find(T1, '2026-11-22', NOW)).toBeNull();
    expect(await keptDays.find(T1, '2026-11-21', NOW)).not.toBeNull();
    expect(log.lines.map((line) => JSON.parse(line))).toMatchObject([{ message: 'DAYS_KEPT', written: 5 }]);
  });
});

import { describe, expect, test } from '@jest/globals';
import { parseTime } from './times.ts';

const NOW = Date.parse('2026-11-23T15:00:00Z');
const ZONE = 'America/Chicago';

describe('parseTime', () => {
  test.each([
    ['2026-11-23T15:04', false, '2026-11-23T21:04:00.000Z'],
    ['2026-07-04 15:04', false, '2026-07-04T20:04:00.000Z'],
    ['2026-11-23T15:04Z', false, '2026-11-23T15:04:00.000Z'],
    ['2026-11-23', false, '2026-11-23T06:00:00.000Z'],
    ['2026-11-23', true, '2026-11-24T05:59:59.999Z'],
    ['2h', false, '2026-11-23T13:00:00.000Z'],
    // The hour that spring skips, and the one that autumn repeats.
    ['2026-03-08T02:30', false, '2026-03-08T08:30:00.000Z'],
    ['2026-11-01T01:30', false, '2026-11-01T06:30:00.000Z'],
  ])('reads "%s" on the company’s clocks', (text, isEnd, at) => {
    expect(new Date(parseTime(text, NOW, ZONE, isEnd)).toISOString()).toBe(at);
  });

  test.each(['yesterday', '2026-13-40', ''])('refuses "%s" in a sentence', (text) => {
    expect(() => parseTime(text, NOW, ZONE)).toThrow(`"${text}" is not a valid time.`);
  });
});

import { describe, expect, test } from '@jest/globals';
import { aFix } from '../testing/index.ts';
import { clockErrorOf, delayOf, evidentClockError, isUsualDelay, notedReport } from './tracker-clock.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const NOW = Date.UTC(2026, 10, 23, 15);
const ROLLOVER = 1024 * 7 * 24 * HOUR;

/** Reports that were received some minutes before now, each with its delay by the tracker's clock and the error that was corrected. */
const reports = (rows: ReadonlyArray<[minutesAgo: number, delayMs: number, errorMs?: number]>) =>
  rows.flatMap(([minutesAgo, delayMs, errorMs = 0]) => {
    const heardAt = NOW - minutesAgo * MINUTE;
    return notedReport([aFix({ at: heardAt - delayMs })], errorMs, heardAt);
  });

describe('the clock of a tracker', () => {
  test('is right when the report is new, whatever is known from before', () => {
    const ahead = reports([[5, -5 * HOUR, -5 * HOUR]]);
    expect(clockErrorOf(ahead, 20_000, NOW)).toBe(0);
    expect(isUsualDelay(-100_000) && isUsualDelay(4 * MINUTE)).toBe(true);
    expect(isUsualDelay(-130_000) || isUsualDelay(6 * MINUTE)).toBe(false);
  });

  test('is ahead when a report is from the future, at the first one', () => {
    expect(evidentClockError(-5 * HOUR)).toBe(-5 * HOUR);
    expect(clockErrorOf([], -5 * HOUR, NOW)).toBe(-5 * HOUR);
  });

  test('is not corrected by more than a time zone, nor by one fix of several', () => {
    expect(evidentClockError(-15 * HOUR)).toBe(0);
    expect(clockErrorOf([], -15 * HOUR, NOW)).toBe(0);
    expect(delayOf([aFix({ at: NOW + 3 * HOUR }), aFix({ at: NOW - 10_000 })], NOW)).toBe(10_000);
  });

  test('that is ahead keeps its error when a report waited for the network', () => {
    const known = reports([[2, -5 * HOUR, -5 * HOUR]]);
    expect(clockErrorOf(known, -5 * HOUR + 10 * MINUTE, NOW)).toBe(-5 * HOUR);
    expect(clockErrorOf(known, -5 * HOUR - 10 * MINUTE, NOW)).toBe(-5 * HOUR - 10 * MINUTE);
  });

  test('is 1024 weeks behind after a rollover of the GPS, at the first report', () => {
    expect(evidentClockError(ROLLOVER + HOUR)).toBe(ROLLOVER);
    expect(clockErrorOf([], ROLLOVER + 4000, NOW)).toBe(ROLLOVER);
    expect(clockErrorOf([], ROLLOVER / 2, NOW)).toBe(0);
  });

  test('is behind when four reports over eight minutes are equally late', () => {
    const rows: Array<[number, number]> = [
      [9, 6 * HOUR + 20_000],
      [6, 6 * HOUR + 1000],
      [3, 6 * HOUR + 90_000],
    ];
    expect(clockErrorOf(reports(rows), 6 * HOUR + 2000, NOW)).toBe(6 * HOUR + 1000);
    expect(clockErrorOf(reports(rows.slice(1)), 6 * HOUR + 2000, NOW)).toBe(0);
    const quickly = rows.map(([minutes, delay]): [number, number] => [minutes / 2, delay]);
    expect(clockErrorOf(reports(quickly), 6 * HOUR + 2000, NOW)).toBe(0);
  });

  test('is not behind when what waited for a network comes with ever less delay', () => {
    const backlog = reports([
      [9, 60 * MINUTE],
      [6, 52 * MINUTE],
      [3, 45 * MINUTE],
    ]);
    expect(clockErrorOf(backlog, 38 * MINUTE, NOW)).toBe(0);
  });

  test('that is behind keeps its error after a night, and has another one when four reports show it', () => {
    const night = reports([[600, 6 * HOUR + 3000, 6 * HOUR]]);
    expect(clockErrorOf(night, 6 * HOUR + 20 * MINUTE, NOW)).toBe(6 * HOUR);
    const summer = reports([9, 6, 3].map((minutes) => [minutes, 7 * HOUR, 6 * HOUR]));
    expect(clockErrorOf(summer, 7 * HOUR + 1000, NOW)).toBe(7 * HOUR);
    expect(clockErrorOf(night, 5 * HOUR, NOW)).toBe(5 * HOUR);
  });
});

test('a report with right times notes its receipt with its newest fix', () => {
  const sent = [aFix({ at: NOW - 6 * HOUR - 20_000 }), aFix({ at: NOW - 6 * HOUR })];
  expect(delayOf(sent, NOW)).toBe(6 * HOUR);
  const [older, newest] = notedReport(sent, 6 * HOUR, NOW);
  expect(older).toEqual(aFix({ at: NOW - 20_000 }));
  expect(newest).toEqual(aFix({ at: NOW, clock: { heardAt: NOW, errorMs: 6 * HOUR } }));
});

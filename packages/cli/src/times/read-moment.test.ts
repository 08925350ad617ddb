import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { runs } from '@qdn/test-support/runs';
import fc from 'fast-check';
import { localTime, momentsOf, offsetTime, wallTimeAt } from './local-time.ts';
import { readMoment } from './read-moment.ts';

type Case = {
  id: string;
  typed: string[];
  command: 'book' | 'complete';
  expected: { outcome: 'time' | 'ask' | 'refuse'; at?: string; candidates?: string[]; alsoFine?: 'ask' };
};
/** Times as owners write them, gathered by someone who had not seen the code, with the expected reading. */
const cases: Case[] = JSON.parse(readFileSync(new URL('./testing/times.json', import.meta.url), 'utf8'));
const ZONE = 'America/Chicago';
/** A Tuesday, two days after the clocks went forward. */
const NOW = Date.parse('2026-03-10T14:20:00-05:00');

const outcomeOf = (typed: string, command: Case['command']) => {
  try {
    const reading = readMoment(typed, ZONE, NOW, command === 'book' ? 'ahead' : 'back');
    return 'at' in reading
      ? { outcome: 'time', at: offsetTime(reading.at, ZONE), candidates: [] }
      : { outcome: 'ask', candidates: reading.candidates.map((at) => offsetTime(at, ZONE)) };
  } catch (error) {
    // A refusal says what to write, so a person is asked as well.
    return { outcome: 'refuse', candidates: [], error };
  }
};

describe('readMoment', () => {
  test.each(cases.flatMap(({ id, typed, ...rest }) => typed.map((one) => ({ id, one, ...rest }))))(
    '$id: "$one"',
    ({ one, command, expected }) => {
      const got = outcomeOf(one, command);
      if (expected.outcome === 'time' && !(expected.alsoFine === 'ask' && got.outcome !== 'time'))
        expect(got).toMatchObject({ outcome: 'time', at: expected.at });
      if (expected.outcome !== 'time') expect(got.outcome).not.toBe('time');
      if (got.outcome === 'ask' && expected.candidates) expect(got.candidates).toEqual(expected.candidates);
    },
  );

  test.each([
    ['tuesday 4pm', ['2026-03-10T16:00:00-05:00', '2026-03-17T16:00:00-05:00']],
    ['9am ET tomorrow', ['2026-03-11T08:00:00-05:00']],
    ['3/4 9am', ['2027-03-04T09:00:00-06:00']],
  ])('asks which time "%s" means', (typed, candidates) => {
    expect(outcomeOf(typed, 'book')).toMatchObject({ outcome: 'ask', candidates });
  });

  test.each([
    ['11/1 1:30am CST', '2026-11-01T01:30:00-06:00'],
    ['2026-03-12T14:00Z', '2026-03-12T09:00:00-05:00'],
    ['pasado mañana a las 10', '2026-03-12T10:00:00-05:00'],
    ['el viernes a las 2 de la tarde', '2026-03-13T14:00:00-05:00'],
    ['tomorrow 09:00', '2026-03-11T09:00:00-05:00'],
    ['3 days from now at 8am', '2026-03-13T08:00:00-05:00'],
    ['8 a.m. Thursday', '2026-03-12T08:00:00-05:00'],
    ['thurs 2:30 p.m.', '2026-03-12T14:30:00-05:00'],
    ['tues 3/17 5p', '2026-03-17T17:00:00-05:00'],
    ['12 noon fri', '2026-03-13T12:00:00-05:00'],
    ['day after tomorrow 8am', '2026-03-12T08:00:00-05:00'],
    ['mañana por la mañana a las 9', '2026-03-11T09:00:00-05:00'],
    ['el próximo lunes a las 9', '2026-03-16T09:00:00-05:00'],
  ])('reads "%s"', (typed, at) => {
    expect(outcomeOf(typed, 'book')).toMatchObject({ outcome: 'time', at });
  });

  test.each([
    ['1h ago', '2026-03-10T13:20:00-05:00'],
    ['20m ago', '2026-03-10T14:00:00-05:00'],
    ['hace 20 minutos', '2026-03-10T14:00:00-05:00'],
    ['hace una hora', '2026-03-10T13:20:00-05:00'],
  ])('reads "%s" of an event', (typed, at) => {
    expect(outcomeOf(typed, 'complete')).toMatchObject({ outcome: 'time', at });
  });

  test.each(['wed after 3', 'thursday before 9am'])('refuses the limit "%s"', (typed) => {
    expect(outcomeOf(typed, 'book')).toMatchObject({ outcome: 'refuse' });
  });

  test('explains the hour that spring skips', () => {
    expect(() => readMoment('2027-03-14 02:30', ZONE, NOW)).toThrow(
      'Sun, Mar 14, 2:30 AM does not exist in America/Chicago: the clocks go forward over it. Write 1:30 AM or 3:30 AM.',
    );
  });

  test('dates have the day first outside of the Americas', () => {
    expect(readMoment('12/3 8am', 'Europe/Dublin', NOW)).toEqual({ at: Date.parse('2026-03-12T08:00:00Z') });
  });

  test('reads each written moment of the zone as itself, whatever the season', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: NOW, max: NOW + 250 * 86_400_000 }).map((at) => Math.ceil(at / 60_000) * 60_000),
        fc.constantFrom('America/Chicago', 'America/New_York', 'Europe/Berlin', 'Asia/Kathmandu'),
        (at, zone) => {
          const written = new Date(wallTimeAt(at, zone)).toISOString().slice(0, 16).replace('T', ' ');
          const reading = readMoment(written, zone, NOW);
          expect('at' in reading ? [reading.at] : reading.candidates).toContain(at);
          expect(readMoment(offsetTime(at, zone), zone, NOW)).toEqual({ at });
        },
      ),
      { numRuns: runs(200) },
    );
  });
});

describe('localTime', () => {
  test('writes times as the zone’s clocks show them', () => {
    const time = localTime(ZONE, NOW);
    expect(time.label).toBe('CT');
    expect(time.inWords('2026-03-11T14:00:00Z')).toBe('Wed, Mar 11, 9:00 AM CDT');
    expect(time.inWords('2027-01-04T14:00:00Z')).toBe('Mon, Jan 4, 2027, 8:00 AM CST');
    expect(time.stamp('2026-01-11T03:00:00Z')).toBe('2026-01-10 21:00:00');
    expect(time.minute('2026-03-11T14:00:00Z')).toBe('2026-03-11 09:00 CT');
    expect(localTime('UTC', NOW).inWords('2026-03-11T14:00:00Z')).toBe('Wed, Mar 11, 2:00 PM UTC');
  });

  test('an hour that the clocks show twice has two moments, and a skipped one has none', () => {
    const hour = (text: string) => momentsOf(Date.parse(`${text}Z`), ZONE).map((at) => offsetTime(at, ZONE));
    expect(hour('2026-11-01T01:30:00')).toEqual(['2026-11-01T01:30:00-05:00', '2026-11-01T01:30:00-06:00']);
    expect(hour('2026-03-08T02:30:00')).toEqual([]);
    expect(hour('2026-07-04T12:00:00')).toEqual(['2026-07-04T12:00:00-05:00']);
  });
});

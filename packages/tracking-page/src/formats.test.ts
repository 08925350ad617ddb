import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { aboutMinutes, createFormats, phoneText, unitsOf, windOf } from './formats.ts';

/** Intl puts narrow and thin spaces where we read plain ones. */
const plain = (text: string) => text.replace(/[\u202f\u2009\u00a0]/g, ' ');
const at = (time: string) => Date.parse(time);
const austin = createFormats('en-US', 'America/Chicago', 'us');
const mexico = createFormats('es-US', 'America/Chicago', 'metric');

describe('times', () => {
  test('are those of the site, whatever the phone’s zone', () => {
    expect(plain(austin.clock(at('2026-03-05T20:12:00Z')))).toBe('2:12 PM');
    expect(austin.zone(at('2026-03-05T20:12:00Z'))).toBe('Central Time');
    expect(mexico.zone(at('2026-03-05T20:12:00Z'))).toBe('hora central');
  });

  test('a range widens to whole five minutes and says the half of the day once', () => {
    const noon = at('2026-03-05T18:00:00Z');
    const range = (from: string, to: string) => plain(austin.range(at(from), at(to), noon));
    expect(range('2026-03-05T20:12:00Z', '2026-03-05T20:31:00Z')).toBe('2:10 – 2:35 PM');
    expect(range('2026-03-05T17:52:00Z', '2026-03-05T18:08:00Z')).toBe('11:50 AM – 12:10 PM');
  });

  test('a range over midnight names its days, and one of tomorrow its day', () => {
    const evening = at('2026-03-06T03:00:00Z');
    const range = (from: string, to: string, formats = austin) => plain(formats.range(at(from), at(to), evening));
    expect(range('2026-03-06T05:50:00Z', '2026-03-06T06:10:00Z')).toBe('Thu 11:50 PM – Fri 12:10 AM');
    expect(range('2026-03-05T23:46:00Z', '2026-03-06T20:41:00Z')).toBe('Thu 5:45 PM – Fri 2:45 PM');
    expect(range('2026-03-06T14:05:00Z', '2026-03-06T14:40:00Z')).toBe('Fri 8:05 AM – 8:40 AM');
    expect(range('2026-03-06T05:50:00Z', '2026-03-06T06:10:00Z', mexico)).toMatch(/^jue.* 11:50 p.* – vie.* 12:10 a/);
    expect(plain(austin.rangeEnd(at('2026-03-06T06:10:00Z'), evening))).toBe('Fri 12:10 AM');
    expect(plain(austin.rangeEnd(at('2026-03-06T05:10:00Z'), evening))).toBe('11:10 PM');
  });

  test('a range always contains both ends and never is a single moment', () => {
    const minutes = fc.integer({ min: 0, max: 600 });
    fc.assert(
      fc.property(minutes, minutes, (from, length) => {
        const earliest = at('2026-03-05T12:00:00Z') + from * 60_000;
        expect(austin.range(earliest, earliest + length * 60_000, earliest)).toMatch(/–/);
      }),
    );
  });

  test('days are counted by midnights at the site', () => {
    const lateEvening = at('2026-03-06T05:30:00Z');
    expect(austin.daysAhead(at('2026-03-06T06:30:00Z'), lateEvening)).toBe(1);
    expect(austin.daysAhead(at('2026-03-06T05:59:00Z'), lateEvening)).toBe(0);
    expect(austin.daysAhead(at('2026-03-01T12:00:00Z'), lateEvening)).toBe(-4);
  });

  test('a day of 23 hours is a day', () => {
    expect(austin.daysAhead(at('2026-03-09T05:30:00Z'), at('2026-03-08T06:30:00Z'))).toBe(1);
  });
});

describe('uncertain minutes', () => {
  test.each([
    [-5, 0],
    [0, 0],
    [2, 0],
    [3, 5],
    [7, 5],
    [8, 10],
    [18, 20],
    [57, 55],
    [58, 60],
    [70, 75],
    [100, 105],
    [200, 180],
  ])('%d minutes are about %d', (minutes, said) => {
    expect(aboutMinutes(minutes * 60_000)).toBe(said);
  });

  test('never grow as time passes, and below an hour are never off by more than two and a half', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1e7 }), fc.integer({ min: 0, max: 1e6 }), (ms, later) => {
        expect(aboutMinutes(ms)).toBeLessThanOrEqual(aboutMinutes(ms + later));
        if (ms < 57 * 60_000) expect(Math.abs(aboutMinutes(ms) - ms / 60_000)).toBeLessThanOrEqual(2.5);
      }),
    );
  });
});

describe('lengths', () => {
  test('are rough, in the units of the site’s roads', () => {
    expect(austin.length(40)).toBe('150 ft');
    expect(austin.length(1200)).toBe('0.7 mi');
    expect(austin.length(30_000)).toBe('19 mi');
    expect(mexico.length(43)).toBe('40 m');
    expect(mexico.length(720)).toBe('700 m');
    expect(mexico.length(7_240)).toBe('7.2 km');
    expect(mexico.length(30_400)).toBe('30 km');
  });

  test('marks of a scale are exact', () => {
    expect(austin.mark(1609.344 / 4)).toBe('0.25 mi');
    expect(austin.mark(500 * 0.3048)).toBe('500 ft');
    expect(mexico.mark(200)).toBe('200 m');
    expect(mexico.mark(5_000)).toBe('5 km');
  });

  test('miles in the United States, kilometres in Mexico', () => {
    expect(['America/Chicago', 'America/Indiana/Knox', 'Pacific/Honolulu'].map(unitsOf)).toEqual(['us', 'us', 'us']);
    expect(['America/Mexico_City', 'Europe/Madrid', 'America/Toronto'].map(unitsOf)).toEqual(Array(3).fill('metric'));
  });
});

test('a zone that does not exist does not take the page down', () => {
  expect(plain(createFormats('en-US', 'Texas/Austin', 'us').clock(at('2026-03-05T20:12:00Z')))).toBe('8:12 PM');
});

test('phone numbers read as people write them', () => {
  expect(phoneText('+15125550142')).toBe('(512) 555-0142');
  expect(phoneText('+525512345678')).toBe('+525512345678');
});

test('every bearing has a wind', () => {
  expect([0, 44, 90, 180, 269, 337, 338, 359.9].map(windOf)).toEqual(['n', 'ne', 'e', 's', 'w', 'nw', 'n', 'n']);
  fc.assert(fc.property(fc.double({ min: -720, max: 720, noNaN: true }), (bearing) => windOf(bearing).length > 0));
});

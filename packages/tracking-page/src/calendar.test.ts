import { describe, expect, test } from '@jest/globals';
import { codePoint } from '@qdn/test-support/code-point';
import fc from 'fast-check';
import { type CalendarEvent, calendarFile } from './calendar.ts';

const NOW = Date.UTC(2026, 10, 23, 15);
const event: CalendarEvent = {
  id: 'QDN-1042',
  start: Date.UTC(2026, 10, 24, 20),
  end: Date.UTC(2026, 10, 24, 21),
  title: 'QuickDumpNow: delivery',
  description: 'QDN-1042',
  place: { lat: 30.2747, lon: -97.7404 },
};

/** Reads a file as a calendar does: its lines unfolded, names and values apart, text unescaped. */
const read = (file: string): Map<string, string> =>
  new Map(
    file
      .replace(/\r\n /g, '')
      .split('\r\n')
      .filter((line) => line !== '')
      .map((line): [string, string] => {
        const [name = '', ...value] = line.split(':');
        const text = value.join(':').replace(/\\([\\;,nN])/g, (_, one: string) => (/n/i.test(one) ? '\n' : one));
        return [name, text];
      }),
  );

describe('an entry for a calendar', () => {
  test('has what RFC 5545 asks for, in UTC', () => {
    const file = calendarFile(event, NOW);
    expect(file.startsWith('BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:')).toBe(true);
    expect(file.endsWith('END:VEVENT\r\nEND:VCALENDAR\r\n')).toBe(true);
    expect(Object.fromEntries(read(file))).toMatchObject({
      UID: 'QDN-1042@qdn-relay',
      DTSTAMP: '20261123T150000Z',
      DTSTART: '20261124T200000Z',
      DTEND: '20261124T210000Z',
      SUMMARY: 'QuickDumpNow: delivery',
      GEO: '30.274700;-97.740400',
    });
  });

  test('later moves the same entry', () => {
    const [before, after] = [read(calendarFile(event, NOW)), read(calendarFile(event, NOW + 60_000))];
    expect(after.get('UID')).toBe(before.get('UID'));
    expect(Number(after.get('SEQUENCE'))).toBeGreaterThan(Number(before.get('SEQUENCE')));
  });

  test('keeps any words whole, in lines of at most 75 octets', () => {
    fc.assert(
      fc.property(fc.string({ unit: codePoint, maxLength: 300 }), fc.string({ unit: 'grapheme' }), (title, words) => {
        const file = calendarFile({ ...event, title, description: words }, NOW);
        for (const line of file.split('\r\n')) expect(new TextEncoder().encode(line).length).toBeLessThanOrEqual(75);
        const plain = (text: string) => text.replace(/\r\n|\r/g, '\n');
        expect(read(file).get('SUMMARY')).toBe(plain(title));
        expect(read(file).get('DESCRIPTION')).toBe(plain(words));
      }),
    );
  });
});

/** Something to be entered in a calendar. Times are epoch ms; `place` WGS 84 degrees. The same `id` again moves the entry. */
export type CalendarEvent = {
  id: string;
  start: number;
  end: number;
  title: string;
  description: string;
  place: { lat: number; lon: number } | null;
};

/** In UTC: the reader's calendar puts it into their own time zone, and no definition of one has to come along. */
const utc = (at: number): string => `${new Date(at).toISOString().slice(0, 19).replace(/[-:]/g, '')}Z`;

/** RFC 5545, 3.3.11 */
const escaped = (text: string): string =>
  text
    .replace(/\\/g, '\\\\')
    .replace(/[;,]/g, '\\$&')
    .replace(/\r\n|[\r\n]/g, '\\n');

/** RFC 5545, 3.1: at most 75 octets a line, and no character torn apart. */
const folded = (line: string): string => {
  const lines = [''];
  let octets = 0;
  for (const character of line) {
    const size = new TextEncoder().encode(character).length;
    if (octets + size > 75) {
      lines.push(' ');
      octets = 1;
    }
    lines[lines.length - 1] += character;
    octets += size;
  }
  return lines.join('\r\n');
};

/**
 * An iCalendar file with one event, which phones and desktops alike open with their calendar. It holds no link: calendars are
 * copied to places that should not be able to follow a trailer.
 * @param now epoch ms
 * @see https://www.rfc-editor.org/rfc/rfc5545
 */
export const calendarFile = ({ id, start, end, title, description, place }: CalendarEvent, now: number): string =>
  [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//QDN Relay//Tracking//EN',
    'METHOD:PUBLISH',
    'BEGIN:VEVENT',
    `UID:${id}@qdn-relay`,
    `DTSTAMP:${utc(now)}`,
    `LAST-MODIFIED:${utc(now)}`,
    `SEQUENCE:${Math.floor(now / 1000) % 2 ** 31}`,
    `DTSTART:${utc(start)}`,
    `DTEND:${utc(end)}`,
    `SUMMARY:${escaped(title)}`,
    `DESCRIPTION:${escaped(description)}`,
    ...(place ? [`GEO:${place.lat.toFixed(6)};${place.lon.toFixed(6)}`] : []),
    'TRANSP:TRANSPARENT',
    'END:VEVENT',
    'END:VCALENDAR',
    '',
  ]
    .map(folded)
    .join('\r\n');

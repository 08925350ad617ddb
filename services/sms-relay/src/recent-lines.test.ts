import { expect, test } from '@jest/globals';
import { createRecentLines } from './recent-lines.ts';

const line = (n: number, from: string, s: number) => ({
  messageSid: `SM${String(n).padStart(32, '0')}`,
  from,
  receivedAt: new Date(Date.UTC(2026, 10, 23, 15, 0, s)).toISOString(),
});

test('names the lines of the same sender within ten seconds, and never the text itself', () => {
  const lines = createRecentLines();
  expect(lines.note(line(1, '+15125550111', 0))).toEqual([]);
  expect(lines.note(line(2, '+15125550112', 1))).toEqual([]);
  expect(lines.note(line(3, '+15125550111', 2))).toEqual([line(1, '', 0).messageSid]);
  // A webhook that Twilio repeats.
  expect(lines.note(line(3, '+15125550111', 3))).toEqual([line(1, '', 0).messageSid]);
  expect(lines.note(line(4, '+15125550111', 11))).toEqual([line(3, '', 0).messageSid]);
});

test('remembers a bounded number of texts', () => {
  const lines = createRecentLines();
  for (let n = 0; n < 2000; n += 1) lines.note(line(n, `+1512${n}`, 0));
  expect(lines.note(line(3000, '+15120', 1))).toEqual([]);
  expect(lines.note(line(3001, '+15121999', 1))).toHaveLength(1);
});

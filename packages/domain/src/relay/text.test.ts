import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { aJob } from '../testing/index.ts';
import { etaWords, MAX_SMS_LENGTH, relayText, segments, unmatchedText } from './text.ts';

const base = {
  job: aJob(),
  media: 0,
  eta: null,
  link: 'https://x.example/track?job_id=a.b.c',
  timeZone: 'America/Chicago',
};

describe('the text for the dispatch team', () => {
  test('reads well', () => {
    const eta = { earliest: Date.UTC(2026, 10, 23, 20, 25), latest: Date.UTC(2026, 10, 23, 20, 40) };
    expect(relayText({ ...base, words: 'Running late, can you come after 3?', eta, media: 1 })).toBe(
      'QDN-1042 Maria Lopez:\n"Running late, can you come after 3?" [1 picture]\non the way, ETA 2:25-2:40 PM\nhttps://x.example/track?job_id=a.b.c\nReply: @1042 ...',
    );
  });

  test('carries the customer’s words unaltered unless they do not fit, and then says so', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 1600 }), (words) => {
        const text = relayText({ ...base, words });
        expect(text.length).toBeLessThanOrEqual(MAX_SMS_LENGTH);
        expect(text.includes(`"${words}"`) || text.includes('... [cut]"')).toBe(true);
      }),
    );
  });

  test('never forces a dearer alphabet by words of its own', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[A-Za-z0-9 .,?!'-]{1,300}$/), (words) => {
        // 153 characters to a GSM-7 segment; in UCS-2 it would be 67.
        expect(segments(relayText({ ...base, words }))).toBeLessThanOrEqual(Math.ceil((words.length + 160) / 153));
      }),
    );
  });

  test('drops its decoration where that saves a segment', () => {
    const words = 'x'.repeat(60);
    const link = `https://x.example/${'y'.repeat(22)}`;
    expect(segments(relayText({ ...base, words, link }))).toBe(1);
  });

  test('without a job says who wrote', () => {
    expect(unmatchedText('+15125550199', 'hello', 2)).toBe('No job found for +15125550199:\n"hello" [2 pictures]');
  });
});

test('a range over noon says both halves of the day', () => {
  expect(
    etaWords({ earliest: Date.UTC(2026, 10, 23, 17, 50), latest: Date.UTC(2026, 10, 23, 18, 10) }, 'America/Chicago'),
  ).toBe('11:50 AM-12:10 PM');
});

import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { SegmentedMessage } from 'sms-segments-calculator';
import type { JobId } from '../ids.ts';
import { aJob } from '../testing/index.ts';
import {
  askBackText,
  etaWords,
  MAX_SMS_LENGTH,
  NOTHING_TO_PASS_ON,
  type RelayContext,
  relayText,
  replyText,
  segments,
  unmatchedText,
} from './text.ts';

const eta = { earliest: Date.UTC(2026, 10, 23, 20, 25), latest: Date.UTC(2026, 10, 23, 20, 40) };
const base: Omit<RelayContext, 'words'> = {
  job: aJob(),
  from: null,
  media: 0,
  eta: null,
  link: 'https://x.example/track?job_id=a.b.c',
  timeZone: 'America/Chicago',
  note: null,
};
const jobOf = (name: string) => aJob({ customer: { ...aJob().customer, name } });
const encoding = (text: string) => new SegmentedMessage(text).encodingName;
/** A tracking link as long as a real one. */
const LINK = `https://d111111abcdef8.cloudfront.net/track?job_id=${'e'.repeat(60)}.${'y'.repeat(140)}.${'J'.repeat(43)}`;

describe('the text for the dispatch team', () => {
  test('reads well', () => {
    expect(relayText({ ...base, words: 'Running late, can you come after 3?', eta, media: 1 })).toBe(
      'QDN-1042 Maria Lopez:\n"Running late, can you come after 3?" [1 picture]\non the way, ETA 2:25-2:40 PM\nhttps://x.example/track?job_id=a.b.c\nReply: @1042 ...',
    );
  });

  test('says who wrote when it was not the customer, what is unsure, and when a job is to be', () => {
    const scheduled = aJob({
      id: 'ACME-7' as JobId,
      status: 'scheduled',
      scheduledFor: Date.UTC(2026, 10, 24, 20),
    });
    expect(relayText({ ...base, job: scheduled, from: '+15125550199', words: 'yes', note: 'one of 2 jobs' })).toBe(
      'ACME-7 Maria Lopez (from +15125550199):\n"yes"\nscheduled for Nov 24, 2:00 PM\n(one of 2 jobs)\nhttps://x.example/track?job_id=a.b.c\nReply: @ACME-7 ...',
    );
  });

  test('of a picture without words has no empty quotes', () => {
    expect(relayText({ ...base, words: '', media: 2 })).toContain('Maria Lopez:\n[2 pictures]\non the way');
    expect(relayText({ ...base, words: '' })).toContain('""');
  });

  /** Mostly short: counting segments takes a while. */
  const anyWords = fc.oneof(
    { weight: 19, arbitrary: fc.string({ unit: 'binary', maxLength: 150 }) },
    { weight: 1, arbitrary: fc.string({ unit: 'binary', minLength: 1100, maxLength: 1600 }) },
  );
  const some = { numRuns: 50 };
  const anyContext = fc.record({
    words: fc.oneof(anyWords, fc.stringMatching(/^[A-Za-z0-9 .,?!'\n-]{0,200}$/)),
    media: fc.integer({ min: 0, max: 10 }),
    eta: fc.constantFrom(eta, null),
    from: fc.constantFrom('+15125550199', null),
    note: fc.constantFrom('newest of 2 jobs, also QDN-1', null),
    link: fc.constantFrom(base.link, LINK),
    job: fc.constantFrom(jobOf('Maria Lopez'), jobOf('Iñaki Núñez'), jobOf('李小龍')),
  });

  test('carries the words unaltered unless they do not fit, and then says so', () => {
    fc.assert(
      fc.property(anyContext, (context) => {
        const text = relayText({ ...base, ...context });
        expect(text.length).toBeLessThanOrEqual(MAX_SMS_LENGTH);
        if (context.words === '' && context.media > 0) return;
        if (text.includes(`"${context.words}"`)) return;
        const [, kept = ''] = /: "([\s\S]*)\.\.\. \[cut\]"/.exec(text) ?? [];
        expect(kept.length).toBeGreaterThan(1000);
        expect(context.words.startsWith(kept)).toBe(true);
        // Nothing shorter of ours was left that would have carried them whole.
        expect(text.length).toBeGreaterThanOrEqual(MAX_SMS_LENGTH - 1);
        expect(text.length - kept.length + context.words.length - '... [cut]'.length).toBeGreaterThan(MAX_SMS_LENGTH);
      }),
      some,
    );
  });

  test('always has the job, the status, the arrival, who wrote, the note and the whole link', () => {
    fc.assert(
      fc.property(anyContext, (context) => {
        const text = relayText({ ...base, ...context });
        const facts = [context.job.id, 'on the way', context.link, context.from ?? '', context.note ?? ''];
        for (const fact of [...facts, context.eta ? '2:25-2:40 PM' : '']) expect(text).toContain(fact);
      }),
      some,
    );
  });

  test('never costs more than the tersest form that a person could write, plus nothing', () => {
    fc.assert(
      fc.property(anyContext, ({ words, ...context }) => {
        fc.pre(words !== '');
        const text = relayText({ ...base, ...context, words });
        fc.pre(text.includes(`"${words}"`));
        const { job, from, note, link } = context;
        const facts = [
          `${job.id} ${job.customer.name}${from ? ` (from ${from})` : ''}:`,
          `"${words}"`,
          ...(context.media ? [`[${context.media} picture${context.media > 1 ? 's' : ''}]`] : []),
          'on the way',
          ...(context.eta ? ['2:25-2:40 PM'] : []),
          ...(note ? [`(${note})`] : []),
          link,
        ];
        expect(segments(text)).toBeLessThanOrEqual(segments(facts.join(' ')));
      }),
      some,
    );
  });

  test('stays in GSM-7 when the words do, whatever the customer is called', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[A-Za-z0-9 .,?!'-]{1,150}$/), fc.constantFrom(eta, null), (words, arrival) => {
        for (const name of ['Maria Lopez', 'Iñaki Núñez', 'Zoë Çelik'])
          expect(encoding(relayText({ ...base, job: jobOf(name), words, eta: arrival, link: LINK }))).toBe('GSM-7');
      }),
    );
  });

  test('keeps a name’s accents where they cost nothing', () => {
    expect(relayText({ ...base, job: jobOf('José Muñoz'), words: 'hi' })).toContain('José Muñoz');
    expect(relayText({ ...base, job: jobOf('Iñaki Núñez'), words: 'hi', link: LINK })).toContain('Inaki Nunez');
    // The words force UCS-2 in any case.
    expect(relayText({ ...base, job: jobOf('Iñaki Núñez'), words: '👍', link: LINK })).toContain('Iñaki Núñez');
  });

  test('drops its decoration where that saves a segment, the hint first', () => {
    const form = (length: number) => {
      const text = relayText({ ...base, eta, words: 'x'.repeat(length) });
      return [segments(text), text.includes('\nReply: @1042'), text.includes('\non the way, ETA 2:25')];
    };
    expect(form(53)).toEqual([1, true, true]);
    expect(form(54)).toEqual([1, false, true]);
    expect(form(70)).toEqual([1, false, true]);
    expect(form(71)).toEqual([1, false, false]);
    // When all of them take two, the most readable one does.
    expect(form(80)).toEqual([2, true, true]);
  });
});

describe('other texts', () => {
  test('without a job say who wrote', () => {
    expect(unmatchedText('+15125550199', 'hello', 2)).toBe('No job found for +15125550199:\n"hello" [2 pictures]');
  });

  test('to the customer carry the company’s name and the words', () => {
    expect(replyText('QuickDumpNow', 'yes, 3:30 works')).toBe('QuickDumpNow: yes, 3:30 works');
    const long = replyText('QuickDumpNow', '👍'.repeat(800));
    expect(long.length).toBeLessThanOrEqual(MAX_SMS_LENGTH);
    expect(long).toMatch(/^QuickDumpNow: (👍)+\.\.\. \[cut\]$/u);
  });

  test('that ask a dispatcher back take one segment', () => {
    for (const text of [askBackText(null), askBackText('ABCDE-123456789' as JobId), NOTHING_TO_PASS_ON]) {
      expect([encoding(text), segments(text)]).toEqual(['GSM-7', 1]);
      expect(text).not.toContain('\n');
    }
    expect(askBackText('QDN-9' as JobId)).toContain('There is no job QDN-9.');
  });
});

describe('an arrival', () => {
  const on = (from: [number, number], to: [number, number], timeZone: string) =>
    etaWords({ earliest: Date.UTC(2026, 10, 23, ...from), latest: Date.UTC(2026, 10, 23, ...to) }, timeZone);

  test('is a range in the company’s time zone', () => {
    expect(on([20, 25], [20, 40], 'America/Chicago')).toBe('2:25-2:40 PM');
    expect(on([20, 25], [20, 40], 'America/New_York')).toBe('3:25-3:40 PM');
  });

  test('over noon says both halves of the day, and within a minute is one time', () => {
    expect(on([17, 50], [18, 10], 'America/Chicago')).toBe('11:50 AM-12:10 PM');
    expect(on([17, 50], [17, 50], 'America/Chicago')).toBe('11:50 AM');
  });
});

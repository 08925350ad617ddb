import { describe, expect, test } from '@jest/globals';
import { codePoint } from '@qdn/test-support/code-point';
import { runs } from '@qdn/test-support/runs';
import fc from 'fast-check';
import { SegmentedMessage } from 'sms-segments-calculator';
import { etaWords } from '../customer/stage-words.ts';
import type { JobId } from '../ids.ts';
import { aJob } from '../testing/index.ts';
import { offHoursText, receiptText, replyText } from './customer-wording.ts';
import { askRecipientText, bounceText, NOTHING_TO_SEND, summaryText, unknownHandleText } from './message-wording.ts';
import { segments } from './segments.ts';
import { type RelayContext, relayText, unmatchedText } from './team-wording.ts';
import { MAX_SMS_LENGTH, withPlainPunctuation } from './text-layout.ts';

const eta = { earliest: Date.UTC(2026, 10, 23, 20, 25), latest: Date.UTC(2026, 10, 23, 20, 40) };
const base: Omit<RelayContext, 'words'> = {
  job: aJob(),
  stage: 'on the way',
  guest: null,
  handle: '@1042',
  media: [],
  eta: null,
  link: 'https://x.example/track?job_id=a.b.c',
  timeZone: 'America/Chicago',
  note: null,
  plainPunctuation: false,
};
const jobOf = (name: string) => aJob({ customer: { ...aJob().customer, name } });
const encoding = (text: string) => new SegmentedMessage(text).encodingName;
/** A tracking link as long as a real one. */
const LINK = `https://d111111abcdef8.cloudfront.net/track?job_id=${'e'.repeat(60)}.${'y'.repeat(140)}.${'J'.repeat(43)}`;

describe('the text for the dispatch team', () => {
  test('reads like a dispatcher’s text', () => {
    expect(relayText({ ...base, words: 'Can you come after 3?', eta, media: ['https://x.example/m/1'] })).toBe(
      'QDN-1042 Maria Lopez:\n"Can you come after 3?"\nhttps://x.example/m/1\non the way, ETA 2:25-2:40 PM\nhttps://x.example/track?job_id=a.b.c\nReply: @1042 ...',
    );
  });

  test('names a sender who is not the customer, the note, and the time of a scheduled job', () => {
    expect(
      relayText({
        ...base,
        job: aJob({ id: 'ACME-7' as JobId }),
        stage: 'scheduled for Nov 24, 2:00 PM',
        guest: 'a number ending in 0199',
        handle: '@u0199',
        words: 'yes',
        note: 'one of 2 jobs',
      }),
    ).toBe(
      'ACME-7 Maria Lopez (from a number ending in 0199):\n"yes"\nscheduled for Nov 24, 2:00 PM\n(one of 2 jobs)\nhttps://x.example/track?job_id=a.b.c\nReply: @u0199 ...',
    );
  });

  test('has no empty quotes for a picture without words', () => {
    expect(relayText({ ...base, words: '', media: ['https://x.example/m/1'] })).toContain(
      'Maria Lopez:\nhttps://x.example/m/1\non the way',
    );
    expect(relayText({ ...base, words: '' })).toContain('""');
  });

  /** Mostly short: counting segments takes a while. */
  const anyWords = fc.oneof(
    { weight: 19, arbitrary: fc.string({ unit: codePoint, maxLength: 150 }) },
    { weight: 1, arbitrary: fc.string({ unit: codePoint, minLength: 1100, maxLength: 1600 }) },
  );
  const some = { numRuns: runs(50) };
  const anyContext = fc.record({
    words: fc.oneof(anyWords, fc.stringMatching(/^[A-Za-z0-9 .,?!'\n-]{0,200}$/)),
    media: fc.array(fc.constantFrom('https://x.example/m/1', 'https://x.example/m/2'), { maxLength: 4 }),
    eta: fc.constantFrom(eta, null),
    guest: fc.constantFrom('a number ending in 0199', null),
    plainPunctuation: fc.boolean(),
    note: fc.constantFrom('newest of 2 jobs, also QDN-1', null),
    link: fc.constantFrom(base.link, LINK),
    job: fc.constantFrom(jobOf('Maria Lopez'), jobOf('Iñaki Núñez'), jobOf('李小龍')),
  });

  test('has the words unaltered, or a mark where they are cut', () => {
    fc.assert(
      fc.property(anyContext, (context) => {
        const text = relayText({ ...base, ...context });
        expect(text.length).toBeLessThanOrEqual(MAX_SMS_LENGTH);
        if (context.words === '' && context.media.length > 0) return;
        if (text.includes(`"${context.words}"`)) return;
        const { words, plainPunctuation } = context;
        if (plainPunctuation && text.includes(`"${withPlainPunctuation(words)}"`)) return;
        const relayed = plainPunctuation ? withPlainPunctuation(words) : words;
        const [, kept = ''] = /: "([\s\S]*)\.\.\. \[cut\]"/.exec(text) ?? [];
        expect(kept.length).toBeGreaterThan(1000);
        expect(relayed.startsWith(kept)).toBe(true);
        // No shorter form would have held all the words.
        expect(text.length).toBeGreaterThanOrEqual(MAX_SMS_LENGTH - 1);
        expect(text.length - kept.length + relayed.length - '... [cut]'.length).toBeGreaterThan(MAX_SMS_LENGTH);
      }),
      some,
    );
  });

  test('always has the job, the status, the ETA, the sender, the note and the whole link', () => {
    fc.assert(
      fc.property(anyContext, (context) => {
        const text = relayText({ ...base, ...context });
        const facts = [
          context.job.id,
          'on the way',
          context.link,
          context.guest ?? '',
          context.note ?? '',
          ...context.media,
        ];
        for (const fact of [...facts, context.eta ? '2:25-2:40 PM' : '']) expect(text).toContain(fact);
      }),
      some,
    );
  });

  test('never costs more than the facts alone', () => {
    fc.assert(
      fc.property(anyContext, ({ words, ...context }) => {
        fc.pre(words !== '');
        const text = relayText({ ...base, ...context, words });
        fc.pre(text.includes(`"${words}"`));
        const { job, guest, note, link } = context;
        const facts = [
          `${job.id} ${job.customer.name}${guest ? ` (from ${guest})` : ''}:`,
          `"${words}"`,
          ...context.media,
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

  test('stays in GSM-7 when the words do, with any customer’s name', () => {
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

  test('drops the hint, then the line breaks, when that saves a segment', () => {
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

describe('punctuation of a phone', () => {
  const words = 'It’s “here” – by the gate…';

  test('stays as it was typed', () => {
    expect(relayText({ ...base, words })).toContain(`"${words}"`);
  });

  test('becomes plain where the company allows it and it saves a segment', () => {
    const text = relayText({ ...base, words, plainPunctuation: true });
    expect(text).toContain('"It\'s "here" - by the gate..."');
    expect(encoding(text)).toBe('GSM-7');
    expect(segments(text)).toBeLessThan(segments(relayText({ ...base, words })));
    // An emoji forces UCS-2 anyway.
    expect(relayText({ ...base, words: `${words} 👍`, plainPunctuation: true })).toContain(words);
  });

  test('keeps every letter, digit and emoji when it is made plain', () => {
    const letters = (text: string) => text.replace(/[^\p{L}\p{N}\p{Extended_Pictographic}]/gu, '');
    fc.assert(
      fc.property(fc.string({ unit: codePoint, maxLength: 200 }), (text) => {
        expect(letters(withPlainPunctuation(text))).toBe(letters(text));
      }),
    );
  });
});

describe('other texts', () => {
  test('without a job say how to answer, and never a number', () => {
    expect(unmatchedText('a number ending in 0199', '@u0199', 'hello', ['https://x.example/m/1'], false)).toBe(
      'No job found for a number ending in 0199:\n"hello"\nhttps://x.example/m/1\nReply: @u0199 ...',
    );
    expect(unmatchedText('BANK', null, 'hello', [], false)).toBe('No job found for BANK:\n"hello"');
  });

  test('to the customer have the company’s name and the words', () => {
    expect(replyText('QuickDumpNow', 'yes, 3:30 works', [], false)).toBe('QuickDumpNow: yes, 3:30 works');
    const long = replyText('QuickDumpNow', '👍'.repeat(800), [], false);
    expect(long.length).toBeLessThanOrEqual(MAX_SMS_LENGTH);
    expect(long).toMatch(/^QuickDumpNow: (👍)+\.\.\. \[cut\]$/u);
  });

  test('that ask a dispatcher are one line of one segment', () => {
    const choices = [
      { handle: '@1042', name: 'Maria Lopez' },
      { handle: '@1043', name: 'Sam Carter' },
      { handle: '@u0199', name: 'no job' },
    ];
    for (const text of [
      askRecipientText([]),
      askRecipientText(choices),
      unknownHandleText('@ABCDE-123456789'),
      unknownHandleText('@u0199'),
      NOTHING_TO_SEND,
      bounceText('@1042', 'Maria Lopez', true),
      bounceText('@u0199', 'the sender', false),
    ]) {
      expect([encoding(text), segments(text)]).toEqual(['GSM-7', 1]);
      expect(text).not.toContain('\n');
    }
    expect(askRecipientText(choices)).toBe(
      'Who is this for? Reply @1042 (Maria Lopez), @1043 (Sam Carter) or @u0199 (no job).',
    );
  });

  test('to the customer claim no more than is known', () => {
    expect(receiptText('QDN', 2)).toBe('QDN: Two of our dispatchers have your message.');
    expect(receiptText('QDN', 1)).toBe('QDN: One of our dispatchers has your message.');
    expect(receiptText('QDN', 0)).toBe('QDN: We got your message and are passing it to our dispatchers.');
    expect(offHoursText('QDN', Date.UTC(2026, 10, 24, 13), 'America/Chicago', 'urgent')).toBe(
      'QDN: We will see your message at 7:00 AM. If it cannot wait, start your text with URGENT.',
    );
  });

  test('that sum up give the number, the senders, the first and the latest text', () => {
    const held = ['a', 'b', 'c'].map((body, i) => ({
      messageSid: `SM${i}`,
      from: i === 2 ? '+15125550111' : '+15125550112',
      body: `words ${body}`,
      receivedAt: i,
      heldUntil: 9,
    }));
    expect(summaryText('QDN-1042 Maria', held)).toBe(
      'QDN-1042 Maria: 3 more texts from 2 numbers in a short time. First: "words a" Latest: "words c" All of them are saved.',
    );
    expect(summaryText('QDN-1042 Maria', held.slice(0, 1))).toContain('1 more text in a short time');
    const long = held.map((one) => ({ ...one, body: 'x'.repeat(1600) }));
    expect(summaryText('QDN-1042 Maria', long).length).toBeLessThanOrEqual(MAX_SMS_LENGTH);
  });
});

describe('an arrival', () => {
  const on = (from: [number, number], to: [number, number], timeZone: string) =>
    etaWords({ earliest: Date.UTC(2026, 10, 23, ...from), latest: Date.UTC(2026, 10, 23, ...to) }, timeZone);

  test('is a range in the company’s time zone', () => {
    expect(on([20, 25], [20, 40], 'America/Chicago')).toBe('2:25-2:40 PM');
    expect(on([20, 25], [20, 40], 'America/New_York')).toBe('3:25-3:40 PM');
  });

  test('has AM and PM across noon, and one time within a minute', () => {
    expect(on([17, 50], [18, 10], 'America/Chicago')).toBe('11:50 AM-12:10 PM');
    expect(on([17, 50], [17, 50], 'America/Chicago')).toBe('11:50 AM');
  });
});

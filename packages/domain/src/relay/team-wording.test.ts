import { describe, expect, test } from '@jest/globals';
import { codePoint } from '@qdn/test-support/code-point';
import { runs } from '@qdn/test-support/runs';
import fc from 'fast-check';
import { SegmentedMessage } from 'sms-segments-calculator';
import { readableWords } from './plain-words.ts';
import { segments } from './segments.ts';
import { type JobFacts, relayText, type TeamMessage, type TeamWording } from './team-wording.ts';
import { MAX_SMS_LENGTH, withPlainPunctuation } from './text-layout.ts';

const HOST = 'https://d111111abcdef8.cloudfront.net';
const LINK = `${HOST}/t/1042-abcdefghijklmnopqrstuvwxyz`;
const WHOLE = `${HOST}/api/media/${'w'.repeat(36)}`;
const PHOTO = `${HOST}/api/media/${'p'.repeat(36)}`;
/** A moment of November 2026 in Chicago. */
const on = (day: number, hour: number, minute: number): number => Date.UTC(2026, 10, day, hour + 6, minute);

const message: TeamMessage = {
  name: 'Maria Lopez',
  handle: '@1042',
  about: null,
  words: '',
  media: [],
  note: null,
  wholeLink: WHOLE,
};
const facts: JobFacts = {
  address: '11508 Angel Side Dr, Austin, TX 78739',
  trailers: ['T4'],
  stage: 'on the way',
  eta: { earliest: on(23, 14, 25), latest: on(23, 14, 40) },
  link: LINK,
};
const wording: TeamWording = {
  now: on(23, 14, 10),
  timeZone: 'America/Chicago',
  writtenAt: null,
  plainPunctuation: false,
};
const photo = { what: 'Photo', link: PHOTO, contentType: 'image/jpeg' };
const below = `11508 Angel Side Dr\nT4: on the way, ETA 2:25-2:40 PM`;
const encoding = (text: string) => new SegmentedMessage(text).encodingName;

type Case = {
  name: string;
  message: Partial<TeamMessage>;
  facts?: Partial<JobFacts> | null;
  wording?: Partial<TeamWording>;
  segments: number;
  text: string;
};

/** Messages as people and phones send them, and the text that a dispatcher can act on. */
const CASES: readonly Case[] = [
  {
    name: 'a short question',
    message: { words: 'Can you come after 3?' },
    segments: 1,
    text: `Maria Lopez @1042: "Can you come after 3?"\n${below}\nReply: @1042 ...`,
  },
  {
    name: 'a short question, with a link that costs nothing',
    message: { words: 'Can you come after 3?' },
    facts: { link: 'https://qdn.example/t/1042-abcdefghij' },
    segments: 1,
    text: `Maria Lopez @1042: "Can you come after 3?"\n${below}\nhttps://qdn.example/t/1042-abcdefghij\nReply: @1042 ...`,
  },
  {
    name: 'a question in Spanish',
    message: { words: 'A que hora llegan? Estoy en el trabajo' },
    segments: 1,
    text: `Maria Lopez @1042: "A que hora llegan? Estoy en el trabajo"\n${below}\nReply: @1042 ...`,
  },
  {
    name: 'an imitation of our layout',
    message: { words: 'ok"\nat site\nhttps://evil.example/t/1\nReply: @9999 ...' },
    segments: 1,
    text: `Maria Lopez @1042:\n> ok"\n> at site\n> https://evil.example/t/1\n> Reply: @9999 ...\n${below}\nReply: @1042 ...`,
  },
  {
    name: 'an imitation in Spanish, with separators of Unicode',
    message: { words: 'gracias"\u2028en sitio\u2029Responder: @9999 ...' },
    segments: 1,
    text: `Maria Lopez @1042:\n> gracias"\n> en sitio\n> Responder: @9999 ...\n${below}\nReply: @1042 ...`,
  },
  {
    name: 'an imitation of quoted lines',
    message: { words: '> ok\n\nBob Ray @1043: "leave it at the back"' },
    segments: 1,
    text: `Maria Lopez @1042:\n> > ok\n> Bob Ray @1043: "leave it at the back"\n${below}\nReply: @1042 ...`,
  },
  {
    name: 'the company’s voice in one line',
    message: { words: 'QuickDumpNow: this job was cancelled by the customer. No action needed.' },
    segments: 2,
    text: `Maria Lopez @1042: "QuickDumpNow: this job was cancelled by the customer. No action needed."\n${below}\n${LINK}\nReply: @1042 ...`,
  },
  {
    name: 'lines typed one by one',
    message: { words: 'hey\nits karen\nat the blue house\ndriver went past' },
    segments: 1,
    text: `Maria Lopez @1042:\n> hey\n> its karen\n> at the blue house\n> driver went past\n${below}\nReply: @1042 ...`,
  },
  {
    name: 'a photo alone',
    message: { media: [photo] },
    segments: 2,
    text: `Maria Lopez @1042:\nPhoto: ${PHOTO}\n${below}\n${LINK}\nReply: @1042 ...`,
  },
  {
    name: 'a photo with words',
    message: { words: 'Drop it here please', media: [photo] },
    segments: 2,
    text: `Maria Lopez @1042: "Drop it here please"\nPhoto: ${PHOTO}\n${below}\n${LINK}\nReply: @1042 ...`,
  },
  {
    name: 'a voice message and a photo, for which the map gives way',
    message: { media: [{ what: 'Voice message', link: PHOTO, contentType: 'audio/amr' }, photo] },
    segments: 2,
    text: `Maria Lopez @1042:\nVoice message: ${PHOTO}\nPhoto: ${PHOTO}\n${below}\nReply: @1042 ...`,
  },
  {
    name: 'nothing at all',
    message: { words: ' ' },
    segments: 1,
    text: `Maria Lopez @1042:\n(an empty text)\n${below}\nReply: @1042 ...`,
  },
  {
    name: 'a text of middle length, for which the map gives way',
    message: {
      words:
        'Please put it on the left side of the driveway, not on the grass, my husband will move the truck at noon so there is room for it. Thanks so much!',
    },
    segments: 2,
    text: `Maria Lopez @1042: "Please put it on the left side of the driveway, not on the grass, my husband will move the truck at noon so there is room for it. Thanks so much!"\n${below}\nReply: @1042 ...`,
  },
  {
    name: 'a long text, cut between two words',
    message: { words: 'So here is the whole story about the driveway. '.repeat(14) },
    segments: 3,
    text: `Maria Lopez @1042: "${'So here is the whole story about the driveway. '.repeat(5)}So here is the whole story... [cut]"\n${below}\nAll of it: ${WHOLE}\nReply: @1042 ...`,
  },
  {
    name: 'a long text without a page for it',
    message: { words: 'So here is the whole story about the driveway. '.repeat(14), wholeLink: null },
    segments: 5,
    text: `Maria Lopez @1042: "${'So here is the whole story about the driveway. '.repeat(14).trim()}"\n${below}\nReply: @1042 ...`,
  },
  {
    name: 'a family and a swimmer',
    message: { words: 'we are 👨‍👩‍👧‍👦 at the pool, gate by 🏊‍♀️ side' },
    segments: 3,
    text: `Maria Lopez @1042: "we are 👨‍👩‍👧‍👦 at the pool, gate by 🏊‍♀️ side"\n${below}\nReply: @1042 ...`,
  },
  {
    name: 'Arabic',
    message: { words: 'متى تصلون؟' },
    segments: 2,
    text: `Maria Lopez @1042: "متى تصلون؟"\n${below}\nReply: @1042 ...`,
  },
  {
    name: 'special spaces and a right-to-left override',
    message: { words: 'at\u00a03\u202fpm, code \u202e5522\u202c' },
    segments: 1,
    text: `Maria Lopez @1042: "at 3 pm, code 5522"\n${below}\nReply: @1042 ...`,
  },
  {
    name: 'a name with accents, which would double the price',
    message: { name: 'Iñaki Núñez', words: 'vengan a las 3 porfa' },
    segments: 1,
    text: `Iñaki Nuñez @1042: "vengan a las 3 porfa"\n${below}\nReply: @1042 ...`,
  },
  {
    name: 'a name with a line break of its own',
    message: { name: 'Ann\nReply: @9999', words: 'hi' },
    segments: 1,
    text: `Ann Reply: @9999 @1042: "hi"\n${below}\nReply: @1042 ...`,
  },
  {
    name: 'a guest, whose handle is the address of the answer',
    message: { name: 'Guest', handle: '@u0199', about: 'Maria Lopez (1042)', words: 'please call me' },
    segments: 1,
    text: `Guest @u0199 about Maria Lopez (1042): "please call me"\n${below}\nReply: @u0199 ...`,
  },
  {
    name: 'someone without a job',
    message: { name: 'Unknown number', handle: '@u0199', words: 'do you rent by the day?' },
    facts: null,
    segments: 1,
    text: 'Unknown number @u0199: "do you rent by the day?"\nNo job found.\nReply: @u0199 ...',
  },
  {
    name: 'a sender that cannot be answered',
    message: { name: 'BANK', handle: null, words: 'hello' },
    facts: null,
    segments: 1,
    text: 'BANK: "hello"\nNo job found.',
  },
  {
    name: 'a text of last night',
    message: { words: 'The gate is open now, come in the next 10 minutes' },
    wording: { now: on(23, 7, 0), writtenAt: on(22, 21, 42) },
    segments: 2,
    text: `Maria Lopez @1042, written Nov 22, 9:42 PM: "The gate is open now, come in the next 10 minutes"\n${below}\n${LINK}\nReply: @1042 ...`,
  },
  {
    name: 'an arrival until tomorrow',
    message: { words: 'When?' },
    facts: { eta: { earliest: on(23, 17, 46), latest: on(24, 14, 41) } },
    segments: 1,
    text: `Maria Lopez @1042: "When?"\n11508 Angel Side Dr\nT4: on the way, ETA Mon 5:45 PM-Tue 2:45 PM\nReply: @1042 ...`,
  },
  {
    name: 'a note, two trailers and no arrival',
    message: { words: 'yes', note: 'newest of 2 jobs' },
    facts: { trailers: ['T1', 'T2'], stage: '1 of 2 delivered 1:05 PM, next to come', eta: null },
    segments: 1,
    text: `Maria Lopez @1042: "yes"\n11508 Angel Side Dr\nT1, T2: 1 of 2 delivered 1:05 PM, next to come\n(newest of 2 jobs)\nReply: @1042 ...`,
  },
  {
    name: 'a job without a trailer, at a place with a name before the street',
    message: { words: 'ok' },
    facts: {
      address: 'Barton Creek Farm, 4200 Ranch Road, Austin',
      trailers: [],
      stage: 'scheduled for Nov 24, 2:00 PM',
      eta: null,
    },
    segments: 1,
    text: `Maria Lopez @1042: "ok"\nBarton Creek Farm, 4200 Ranch Road\nscheduled for Nov 24, 2:00 PM\nReply: @1042 ...`,
  },
];

describe('the text for the team', () => {
  test.each(CASES)('of $name', ({ message: given, facts: known = {}, wording: moment, segments: count, text }) => {
    const composed = relayText({ ...message, ...given }, known === null ? null : { ...facts, ...known }, {
      ...wording,
      ...moment,
    });
    expect(composed).toBe(text);
    expect(segments(composed)).toBe(count);
  });

  /** Mostly short: counting segments takes a while. */
  const anyWords = fc.oneof(
    { weight: 9, arbitrary: fc.string({ unit: codePoint, maxLength: 150 }) },
    { weight: 9, arbitrary: fc.stringMatching(/^[A-Za-z0-9 .,?!'">\n-]{0,200}$/) },
    { weight: 2, arbitrary: fc.stringMatching(/^[a-z \n]{500,1600}$/) },
  );
  const anyMessage = fc.record({
    words: anyWords,
    media: fc.array(fc.constant(photo), { maxLength: 3 }),
    name: fc.constantFrom('Maria Lopez', 'Iñaki Núñez', '李小龍', 'Guest'),
    handle: fc.constantFrom('@1042', '@u0199'),
    about: fc.constantFrom(null, 'Iñaki Núñez (1042)'),
    note: fc.constantFrom(null, 'newest of 2 jobs, also QDN-1'),
    wholeLink: fc.constantFrom(null, WHOLE),
  });
  const anyWording = fc.record({
    now: fc.constant(wording.now),
    timeZone: fc.constant(wording.timeZone),
    writtenAt: fc.constantFrom(null, on(22, 21, 42)),
    plainPunctuation: fc.boolean(),
  });
  const some = { numRuns: runs(80) };

  test('begins with the writer and ends with how to answer, and has each fact', () => {
    fc.assert(
      fc.property(anyMessage, anyWording, (given, moment) => {
        const text = relayText(given, facts, moment);
        expect(text.length).toBeLessThanOrEqual(MAX_SMS_LENGTH);
        expect(text).toMatch(/^(Maria Lopez|I[ñn]aki N[úu][ñn]ez|李小龍|Guest) @u?\d{4}\b/);
        expect(text.endsWith(`\nReply: ${given.handle} ...`)).toBe(true);
        for (const fact of ['11508 Angel Side Dr', 'T4: on the way, ETA 2:25-2:40 PM', given.note ?? ''])
          expect(text).toContain(fact);
        for (const { link } of given.media) expect(text).toContain(link);
      }),
      some,
    );
  });

  test('has the words unaltered, or their begin with a mark and a link to the whole', () => {
    fc.assert(
      fc.property(anyMessage, anyWording, (given, moment) => {
        const text = relayText(given, facts, moment);
        const shown = (words: string) =>
          words.split('\n').map((line) => (words.includes('\n') ? `> ${line}` : `"${line}"`));
        const read = readableWords(given.words);
        const whole = [read, ...(moment.plainPunctuation ? [withPlainPunctuation(read)] : [])];
        if (read === '' || whole.some((words) => text.includes(shown(words).join('\n')))) return;
        const [, kept = ''] = /(?:: "|:\n> )([\s\S]*?)\.\.\. \[cut\]/.exec(text) ?? [];
        const lines = kept.replaceAll('\n> ', '\n');
        expect(whole.some((words) => words.startsWith(lines))).toBe(true);
        expect(lines.length).toBeGreaterThan(50);
        expect(text.includes(`All of it: ${WHOLE}`)).toBe(given.wholeLink !== null);
      }),
      some,
    );
  });

  test('shows each line of the writer as theirs', () => {
    const line = fc.constantFrom(
      'Reply: @9999 ...',
      '11508 Angel Side Dr',
      'T4: at the site since 1:00 PM',
      'No job found.',
      'Photo: https://evil.example/1',
      'All of it: https://evil.example/2',
      '(newest of 2 jobs)',
      'Bob Ray @1043: "yes"',
      'ok"',
      '',
    );
    const lineBreak = fc.constantFrom('\n', '\r', '\r\n', '\u2028', '\u2029', '\u0085', '\v', '\f');
    const forged = fc
      .array(fc.tuple(line, lineBreak), { minLength: 1, maxLength: 6 })
      .map((lines) => lines.flat().join(''));
    fc.assert(
      fc.property(forged, anyMessage, (words, given) => {
        const [first = '', ...others] = relayText({ ...given, words }, facts, wording).split('\n');
        const expected = relayText({ ...given, words: 'x' }, facts, wording).split('\n');
        expect(first.startsWith(expected[0]?.replace(/ "x"$/, '') ?? '')).toBe(true);
        const ours = others.filter((one) => !one.startsWith('> '));
        // The map may have given way to the words.
        const isOptional = (one: string) => one === LINK || one.startsWith('All of it: ') || one === '(an empty text)';
        expect(ours.filter((one) => !isOptional(one))).toEqual(expected.slice(1).filter((one) => !isOptional(one)));
        expect(ours.filter((one) => one.startsWith('All of it: ')).every((one) => one === `All of it: ${WHOLE}`)).toBe(
          true,
        );
      }),
      some,
    );
  });

  test('has at most three segments with a page for all the words, in GSM-7', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[A-Za-z0-9 .,?!'\n-]{1,1600}$/), (words) => {
        const text = relayText({ ...message, words }, facts, wording);
        expect(segments(text)).toBeLessThanOrEqual(3);
        expect(encoding(text)).toBe('GSM-7');
      }),
      some,
    );
  });

  test('keeps a name’s accents where they cost nothing', () => {
    expect(relayText({ ...message, name: 'José Muñoz', words: 'hi' }, facts, wording)).toContain('José Muñoz');
    // The words force UCS-2 in any case.
    expect(relayText({ ...message, name: 'Iñaki Núñez', words: '👍' }, facts, wording)).toContain('Iñaki Núñez');
  });
});

describe('punctuation of a phone', () => {
  const words = 'It’s “here” – by the gate…';
  const textOf = (said: string, plainPunctuation: boolean) =>
    relayText({ ...message, words: said }, facts, { ...wording, plainPunctuation });

  test('stays as it was typed', () => {
    expect(textOf(words, false)).toContain(`"${words}"`);
  });

  test('becomes plain where the company allows it and it saves a segment', () => {
    const text = textOf(words, true);
    expect(text).toContain('"It\'s "here" - by the gate..."');
    expect(encoding(text)).toBe('GSM-7');
    expect(segments(text)).toBeLessThan(segments(textOf(words, false)) + 1);
    // An emoji forces UCS-2 anyway.
    expect(textOf(`${words} 👍`, true)).toContain(words);
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

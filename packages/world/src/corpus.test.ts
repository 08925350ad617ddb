import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { CORPUS_DIRECTORY, type CorpusEntry, CorpusError, readCorpus } from './index.ts';

const LIKE_A_PHONE = /(?<!\d)(?:\+?1[\s.-]?)?(?:\(?\d{3}\)?[\s.-]?)?\d{3}[\s.-]?\d{4}(?!\d)/g;
const FICTIONAL_PHONE = /^512-555-01\d{2}$/;

describe('the corpus', () => {
  const corpus = readCorpus();
  const shareOf = (lang: string) => corpus.filter((entry) => entry.lang === lang).length / corpus.length;

  test('has at least 400 entries, from every file of the folder', () => {
    const files = readdirSync(CORPUS_DIRECTORY).filter((name) => name.endsWith('.json'));
    const sizes = files.map((name) => JSON.parse(readFileSync(join(CORPUS_DIRECTORY, name), 'utf8')).length);
    expect(corpus.length).toBeGreaterThanOrEqual(400);
    expect(corpus).toHaveLength(sizes.reduce((sum, size) => sum + size, 0));
  });

  test('has unique IDs, which begin with the language', () => {
    expect(new Set(corpus.map(({ id }) => id)).size).toBe(corpus.length);
    for (const { id, lang } of corpus) expect(id).toMatch(new RegExp(`^${lang}-`));
  });

  test('has no texts twice in one situation', () => {
    const contents = corpus.map(({ texts, given }) => JSON.stringify([texts, given]));
    expect(new Set(contents).size).toBe(corpus.length);
  });

  test('is at least half English and a fifth Spanish', () => {
    expect(shareOf('en')).toBeGreaterThanOrEqual(0.5);
    expect(shareOf('es')).toBeGreaterThanOrEqual(0.2);
  });

  test('has phone numbers from 512-555-0100 to 512-555-0199 only', () => {
    const phones = corpus.flatMap((entry) => JSON.stringify(entry).match(LIKE_A_PHONE) ?? []);
    expect(phones.length).toBeGreaterThan(0);
    expect(phones.filter((phone) => !FICTIONAL_PHONE.test(phone))).toEqual([]);
    for (const real of ['+15125550142', '(737) 867-5309', '867-5309', '8005551212']) {
      expect(real.match(LIKE_A_PHONE)).toEqual([expect.not.stringMatching(FICTIONAL_PHONE)]);
    }
  });

  test('expects nothing that it forbids, and an automatic answer exactly where the writer gets a text', () => {
    for (const { id, expect: expected } of corpus) {
      const { gets, mustNot, automaticAnswer } = expected;
      expect({ id, both: gets.filter((target) => mustNot.includes(target)) }).toEqual({ id, both: [] });
      expect({ id, must: automaticAnswer === 'must' }).toEqual({ id, must: gets.includes('writer') });
    }
  });
});

describe('readCorpus', () => {
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'corpus-'));
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  const write = (file: string, content: unknown) => writeFileSync(join(directory, file), JSON.stringify(content));
  const valid = (change: object = {}): CorpusEntry => ({
    id: 'en-cust-0001',
    lang: 'en',
    source: { kind: 'forum', note: 'texts about a trailer' },
    given: { setting: 'question-open', conversations: [{ handle: '4401', name: 'Ann', asked: 'What time?' }] },
    from: 'dispatcher',
    texts: ['at 4'],
    kind: 'answer',
    expect: {
      gets: ['asker'],
      mustNot: ['another-customer'],
      escalatesIfUnanswered: false,
      automaticAnswer: 'may',
      why: 'An answer.',
    },
    ...change,
  });
  const other = valid({ id: 'en-cust-0002', texts: ['at 5'] });
  const { given, expect: expected, source } = valid();
  const conversation = { handle: '4401', name: 'Ann', asked: 'What time?' };
  const without = (key: keyof CorpusEntry) =>
    Object.fromEntries(Object.entries(valid()).filter(([name]) => name !== key));

  test('returns the entries in the order of the files', () => {
    write('b.json', [valid()]);
    write('a.json', [other]);
    writeFileSync(join(directory, 'README.md'), '# Corpus');
    expect(readCorpus(directory)).toEqual([other, valid()]);
  });

  const fields = Object.keys(valid()) as (keyof CorpusEntry)[];
  test.each(fields)('refuses an entry without %s', (key) => {
    write('a.json', [other, without(key)]);
    const id = key === 'id' ? 'without an ID' : 'en-cust-0001';
    expect(() => readCorpus(directory)).toThrow(`a.json: entry 2 (${id}), /: must have required property '${key}'`);
  });

  test.each<[string, object]>([
    ['/id', { id: 'customer 1' }],
    ['/lang', { lang: 'it' }],
    ['/source/kind', { source: { ...source, kind: 'rumour' } }],
    ['/source/note', { source: { ...source, note: '' } }],
    ['/source', { source: { ...source, url: 'https://forum.example' } }],
    ['/given/setting', { given: { ...given, setting: 'asleep' } }],
    ['/given', { given: { ...given, mood: 'bad' } }],
    ['/given/writtenAt', { given: { ...given, writtenAt: '24:00' } }],
    ['/given/conversations', { given: { setting: 'two-conversations', conversations: [conversation] } }],
    ['/given/conversations/0/handle', { given: { ...given, conversations: [{ ...conversation, handle: '@44' }] } }],
    ['/given/customerOptedOut', { given: { ...given, customerOptedOut: 'yes' } }],
    ['/from', { from: 'neighbour' }],
    ['/texts', { texts: [] }],
    ['/texts', { texts: 'at 4' }],
    ['/texts/1', { texts: ['at 4', 5] }],
    ['/kind', { kind: 'reply' }],
    ['/expect/gets/1', { expect: { ...expected, gets: ['asker', 'everyone'] } }],
    ['/expect/gets', { expect: { ...expected, gets: ['asker', 'asker'] } }],
    ['/expect/mustNot/0', { expect: { ...expected, mustNot: ['writer'] } }],
    ['/expect/escalatesIfUnanswered', { expect: { ...expected, escalatesIfUnanswered: 'true' } }],
    ['/expect/automaticAnswer', { expect: { ...expected, automaticAnswer: 'never' } }],
    ['/expect/why', { expect: { ...expected, why: '' } }],
    ['/', { comment: 'unchecked' }],
  ])('names the place %s of the mutant %j', (place, change) => {
    write('good.json', [other]);
    write('mutants.json', [valid(change)]);
    const id = 'id' in change ? change.id : 'en-cust-0001';
    expect(() => readCorpus(directory)).toThrow(CorpusError);
    expect(() => readCorpus(directory)).toThrow(`mutants.json: entry 1 (${id}), ${place}: `);
  });

  test('lists the allowed values of an enumeration', () => {
    write('a.json', [valid({ lang: 'it' })]);
    expect(() => readCorpus(directory)).toThrow('one of the allowed values: en, es, fr, pt, de');
  });

  test('refuses an ID and texts that another file has', () => {
    write('a.json', [valid()]);
    write('b.json', [{ ...other, id: 'en-cust-0001' }]);
    expect(() => readCorpus(directory)).toThrow(
      'b.json: entry en-cust-0001, /id: the ID is already in use by a.json: entry en-cust-0001',
    );
    write('b.json', [{ ...other, texts: ['at 4'] }]);
    expect(() => readCorpus(directory)).toThrow(
      'b.json: entry en-cust-0002, /texts: the same texts in the same situation as a.json: entry en-cust-0001',
    );
  });

  test('takes the same texts in another situation, whatever the order of its details', () => {
    write('a.json', [valid(), { ...other, texts: ['at 4'], given: { ...given, customerOptedOut: true } }]);
    expect(readCorpus(directory)).toHaveLength(2);
    write('b.json', [{ ...other, id: 'en-cust-0003', texts: ['at 4'], given: { customerOptedOut: true, ...given } }]);
    expect(() => readCorpus(directory)).toThrow('the same texts in the same situation as a.json: entry en-cust-0002');
  });

  test('refuses a folder without files, a file that is not JSON, and one that is not a list of entries', () => {
    expect(() => readCorpus(directory)).toThrow('has no *.json file');
    writeFileSync(join(directory, 'a.json'), '[{');
    expect(() => readCorpus(directory)).toThrow('a.json: not valid JSON: ');
    write('a.json', {});
    expect(() => readCorpus(directory)).toThrow('a.json: must be array');
    write('a.json', []);
    expect(() => readCorpus(directory)).toThrow('a.json: must NOT have fewer than 1 items');
  });

  test('shows 20 problems at most', () => {
    write(
      'a.json',
      Array.from({ length: 25 }, () => valid({ kind: 'reply' })),
    );
    expect(() => readCorpus(directory)).toThrow(/^(.+\n){21} {2}and 5 more$/);
  });
});

import { describe, expect, test } from '@jest/globals';
import type { CorpusEntry } from '../corpus.ts';
import { castOf } from './cast.ts';
import { type EntryObservation, entryFaults, wordsToArrive } from './judge-entry.ts';

const FIRST = Date.UTC(2026, 2, 10, 15);
const MINUTE_MS = 60_000;
const [DANA, LUIS, OLGA] = ['+15125550171', '+15125550172', '+15125550180'];

type Expect = CorpusEntry['expect'];
const CUSTOMER: CorpusEntry = {
  id: 'en-cust-0001',
  lang: 'en',
  source: { kind: 'practice', note: 'a test' },
  given: { setting: 'active-job' },
  from: 'customer',
  texts: ['can you drop it behind the barn'],
  kind: 'question',
  expect: {
    gets: ['team'],
    mustNot: ['another-customer'],
    escalatesIfUnanswered: true,
    automaticAnswer: 'must-not',
    why: '',
  },
};
const DISPATCHER: CorpusEntry = {
  ...CUSTOMER,
  given: {
    setting: 'two-conversations',
    conversations: [
      { handle: '4401', name: 'Ann', asked: 'Can you come later?' },
      { handle: '1042', name: 'Bob', asked: 'Where do I pay?' },
    ],
  },
  from: 'dispatcher',
  texts: ['@4401 four works for us'],
  kind: 'addressed-answer',
  expect: {
    gets: ['customer', 'other-dispatchers'],
    mustNot: ['another-customer'],
    escalatesIfUnanswered: false,
    automaticAnswer: 'may',
    why: '',
  },
};
const entry = (base: CorpusEntry, change: Partial<CorpusEntry> = {}, expected: Partial<Expect> = {}): CorpusEntry => ({
  ...base,
  ...change,
  expect: { ...base.expect, ...expected },
});

const phoneOf = (given: CorpusEntry, handle: string): string =>
  castOf(given).outsiders.find((outsider) => outsider.handle === handle)?.phone ?? '';

/** A sent text: recipient, body, and minutes after the entry. */
type Sent = readonly [to: string, body: string, minutes?: number];
const faults = (given: CorpusEntry, sent: readonly Sent[], change: Partial<EntryObservation> = {}): string[] =>
  entryFaults(
    given,
    castOf(given),
    {
      sent: sent.map(([to, body, minutes = 0.05]) => ({
        at: FIRST + minutes * MINUTE_MS,
        from: '',
        to,
        body,
        media: [],
      })),
      openSince: FIRST - 4 * MINUTE_MS,
      firstAt: FIRST,
      lastAt: FIRST,
      end: FIRST + 20 * MINUTE_MS,
      heldWords: null,
      probe: null,
      ...change,
    },
    ['6400 Burleson'],
  );

const ANN = phoneOf(CUSTOMER, '4401');
const BOB = phoneOf(CUSTOMER, '1042');
const toTeam = (words: string): Sent[] =>
  [DANA, LUIS].map((phone) => [phone, `QDN-4401 Ann Lee:\n"${words}"\nReply: @4401 ...`]);
const RELAYED = toTeam('can you drop it behind the barn');
const ALARM: Sent = [OLGA, 'No one has answered Ann Lee (4401).', 15];

describe('the faults of an entry of a customer', () => {
  test('are none when the team gets the words and silence raises an alarm', () => {
    expect(faults(CUSTOMER, [...RELAYED, ALARM])).toEqual([]);
  });

  test.each<[string, Sent[], string[]]>([
    ['no one gets it', [ALARM], ['Dana did not get the words', 'Luis did not get the words']],
    ['one does not get it', [...RELAYED.slice(0, 1), ALARM], ['Luis did not get the words']],
    [
      'words are lost',
      [...RELAYED.slice(0, 1), [LUIS, '"can you drop it behind"'], ALARM],
      ['Luis got some of the words'],
    ],
    ['no alarm follows', RELAYED, ['no alarm was raised']],
    [
      'the alarm is about another',
      [...RELAYED, [OLGA, 'No one has answered Bob Ray (1042).', 15]],
      ['no alarm was raised'],
    ],
    ['another customer gets it', [...RELAYED, ALARM, [BOB, 'can you drop it behind the barn']], ['Bob Ray got a text']],
    [
      'a phone that no one has gets it',
      [...RELAYED, ALARM, ['+15125550155', 'can you drop it behind the barn', 9]],
      ['a phone that no one has got a text'],
    ],
    ['a machine answers', [...RELAYED, ALARM, [ANN, 'We have your message.']], ['the writer got an automatic answer']],
  ])('are named when %s', (_, sent, expected) => {
    expect(faults(CUSTOMER, sent)).toEqual(expected);
  });

  test('include an alarm and a page for a reaction', () => {
    const reaction = entry(
      CUSTOMER,
      { texts: ['Liked “See you”'], kind: 'reaction' },
      { gets: [], mustNot: ['team', 'operator'], escalatesIfUnanswered: false },
    );
    expect(faults(reaction, [])).toEqual([]);
    expect(faults(reaction, [...toTeam('Liked “See you”'), ALARM])).toEqual([
      'the team got a text',
      'a false alarm was raised',
    ]);
    expect(faults(reaction, [[OLGA, 'No one has answered: "Liked “See you”"', 15]])).toEqual([
      'the operator got a text',
      'a false alarm was raised',
    ]);
  });

  test('accept a full automatic answer where it may take the place of the team', () => {
    const eta = entry(
      CUSTOMER,
      { texts: ['ETA?'] },
      { gets: ['team-or-answer'], mustNot: ['other-stop-details'], automaticAnswer: 'may' },
    );
    expect(faults(eta, [[ANN, 'Your trailer arrives between 2:10 and 2:40 PM.']])).toEqual([]);
    expect(faults(eta, [[ANN, 'Your trailer is at 6400 Burleson Rd.']])).toEqual([
      'the writer got a time or place of another stop',
    ]);
    const gone = entry(eta, { given: { setting: 'after-last-stop' } });
    expect(faults(gone, [[ANN, 'Arrival 3:05 PM']])).toEqual(['the writer got a time or place of another stop']);
    expect(faults(gone, [[ANN, 'Your stop is done. Thank you!']])).toEqual([]);
  });

  test('include texts after an opt-out, and let the team learn it in other words', () => {
    const stop = entry(
      CUSTOMER,
      { texts: ['STOP'], kind: 'opt-out' },
      { mustNot: ['later-texts'], escalatesIfUnanswered: false },
    );
    const learned: Sent[] = [DANA, LUIS].map((phone) => [phone, 'Ann Lee (4401) gets no more texts. Call her.']);
    expect(faults(stop, learned)).toEqual([]);
    expect(faults(stop, [...learned, [ANN, 'we come at four', 21]], { probe: 'we come at four' })).toEqual([
      'the writer got texts after asking for no more',
    ]);
    expect(faults(stop, [[DANA, 'Ann Lee gets no texts', 21]])).toContain('Dana did not get the words');
  });

  test('include lines that pass as ours, and control characters', () => {
    const forged = entry(CUSTOMER, { texts: ['ok"\nReply: @9999 ...'] }, { mustNot: ['forged-lines'] });
    expect(faults(forged, [...toTeam('ok"\nReply: @9999 ...'), ALARM])).toEqual([]);
    const own: Sent[] = [DANA, LUIS].map((phone) => [phone, 'Ann Lee:\n"ok"\nReply: @9999 ...\nReply: @4401 ...']);
    expect(faults(forged, [...own, ALARM])).toEqual(['"Reply: @9999 ..." passes as a line of ours']);
    const hidden = entry(CUSTOMER, { texts: ['the code is \u202e5522'] }, { mustNot: ['forged-lines'] });
    expect(faults(hidden, [...toTeam('the code is \u202e5522'), ALARM])).toEqual(['control characters were passed on']);
    expect(faults(hidden, [...toTeam('the code is 5522'), ALARM])).toEqual([]);
  });

  test('include lines in another order', () => {
    const lines = entry(CUSTOMER, { texts: ['he needs to turn around', 'no wait let him drive on'] });
    expect(faults(lines, [...toTeam('he needs to turn around'), ...toTeam('no wait let him drive on'), ALARM])).toEqual(
      [],
    );
    expect(faults(lines, [...toTeam('no wait let him drive on'), ...toTeam('he needs to turn around'), ALARM])).toEqual(
      ['Dana got the texts in another order', 'Luis got the texts in another order'],
    );
  });
});

describe('the faults of an entry of a dispatcher', () => {
  const [ann, bob] = ['4401', '1042'].map((handle) => phoneOf(DISPATCHER, handle)) as [string, string];
  const SENT: Sent[] = [
    [ann, 'QuickDumpNow: four works for us'],
    [LUIS, 'Dana to Ann (4401): four works for us'],
  ];

  test('are none when the one who is named gets it, and an alarm is about the other', () => {
    expect(faults(DISPATCHER, [...SENT, [OLGA, 'No one has answered Bob (1042).', 11]])).toEqual([]);
    expect(faults(DISPATCHER, [...SENT, [OLGA, 'No one has answered Ann (4401).', 11]])).toEqual([
      'a false alarm was raised',
    ]);
  });

  test('include the other customer, and colleagues who do not learn it', () => {
    expect(faults(DISPATCHER, [[bob, 'four works for us'], ...SENT.slice(1)])).toEqual([
      'Ann did not get the words',
      'Bob got a text',
    ]);
    expect(faults(DISPATCHER, SENT.slice(0, 1))).toEqual(['Luis did not learn it']);
  });

  test('give each line to its own customer', () => {
    const two = entry(DISPATCHER, { texts: ['@4401 yes four works', '@1042 the link in your email'] });
    const right: Sent[] = [
      [ann, 'yes four works'],
      [bob, 'the link in your email'],
      [LUIS, 'Dana: done'],
    ];
    expect(faults(two, right)).toEqual([]);
    expect(faults(two, [...right, [bob, 'yes four works']])).toEqual(['"@4401 yes four works" reached the wrong one']);
  });

  test('ask that an unclear text is asked about', () => {
    const unclear = entry(
      DISPATCHER,
      { texts: ['yes'] },
      { gets: ['writer'], mustNot: ['any-customer'], automaticAnswer: 'must' },
    );
    expect(
      faults(unclear, [
        [DANA, 'Who is this for?'],
        [OLGA, 'No one has answered Ann (4401).', 11],
      ]),
    ).toEqual([]);
    expect(faults(unclear, [[ann, 'yes']])).toEqual(['the writer was not told', 'Ann got a text']);
  });

  test('look for held words in place of the digit that releases them', () => {
    const digit = entry(DISPATCHER, { texts: ['1'] }, { gets: ['customer'] });
    expect(faults(digit, [[ann, 'yes the afternoon suits']], { heldWords: 'yes the afternoon suits' })).toEqual([]);
    expect(faults(digit, [[ann, '1']], { heldWords: 'yes the afternoon suits' })).toEqual([
      'Ann did not get the words',
    ]);
  });

  test.each([
    ['@4401 ok', 'ok'],
    ['@4401: four works', 'four works'],
    ['(@4401) yes', 'yes'],
    ['\u202a@4401\u202c yes', 'yes'],
    ['@QDN-4401 we come', 'we come'],
    ['At 4401 yes we can', 'yes we can'],
    ['＠4401 yes', 'yes'],
    ['@4401yes 4pm', 'yes 4pm'],
    ['US-290 is jammed', 'US-290 is jammed'],
  ])('take the handle off %j', (text, words) => {
    expect(wordsToArrive({ cast: castOf(DISPATCHER), heldWords: null }, text)).toBe(words);
  });
});

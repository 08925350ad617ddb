import { describe, expect, test } from '@jest/globals';
import { codePoint } from '@qdn/test-support/code-point';
import fc from 'fast-check';
import { addressesIn, withoutAddresses } from './address.ts';

const inText = (text: string) =>
  addressesIn(text, 'QDN').map(({ kind, job, digits, name, handle, isExact }) =>
    [kind, job ?? digits ?? name ?? handle, isExact ? 'exact' : 'doubtful'].join(' '),
  );
const wordsOf = (text: string) => withoutAddresses(text, addressesIn(text, 'QDN').slice(0, 1));

describe('the address of a dispatcher’s text', () => {
  test.each([
    ['@1042 on my way', 'job QDN-1042 exact', 'on my way'],
    ['@1042: on my way', 'job QDN-1042 exact', 'on my way'],
    ['@1042\n4 pm works.\nCall him.', 'job QDN-1042 exact', '4 pm works.\nCall him.'],
    ['(@1042) yes', 'job QDN-1042 exact', 'yes'],
    ['@QDN-1042 yes', 'job QDN-1042 exact', 'yes'],
    ['@qdn 1042 yes', 'job QDN-1042 exact', 'yes'],
    ['QDN-1042 \u2013 yes', 'job QDN-1042 exact', 'yes'],
    ['qdn 1042: yes', 'job QDN-1042 exact', 'yes'],
    ['@ACME-12 yes', 'job ACME-12 exact', 'yes'],
    ['@u0199 we do', 'guest 0199 exact', 'we do'],
    ['@U50199: we do', 'guest 50199 exact', 'we do'],
    ['@team who has the phones?', 'name team exact', 'who has the phones?'],
    ['@Luis, can you take it?', 'name Luis exact', 'can you take it?'],
    ['\u202a@1042\u202c yes at 4', 'job QDN-1042 exact', 'yes at 4'],
    ['\uff201042 yes at 4', 'job QDN-1042 exact', 'yes at 4'],
    ['@3 works for us', 'job QDN-3 exact', 'works for us'],
    ['@1042 -3 degrees', 'job QDN-1042 exact', '-3 degrees'],
    ['@1042', 'job QDN-1042 exact', ''],
    ['on my way @1042', 'job QDN-1042 exact', 'on my way'],
    ['para @1042 que si', 'job QDN-1042 exact', 'para que si'],
  ])('is exact in %j', (text, address, words) => {
    expect(inText(text)).toEqual([address]);
    expect(wordsOf(text)).toBe(words);
  });

  test.each([
    ['@ 1042 yes', 'job QDN-1042 doubtful', 'yes'],
    ['@1042yes 4pm', 'job QDN-1042 doubtful', 'yes 4pm'],
    ['#1042 yes', 'job QDN-1042 doubtful', 'yes'],
    ['job 1042, yes', 'job QDN-1042 doubtful', 'yes'],
    ['job no. 1042 yes', 'job QDN-1042 doubtful', 'yes'],
    ['At 1042 yes we can', 'job QDN-1042 doubtful', 'yes we can'],
    ['US-290 is jammed', 'job US-290 doubtful', 'is jammed'],
    ['@ u0199 yes', 'guest 0199 doubtful', 'yes'],
  ])('is doubtful in %j', (text, address, words) => {
    expect(inText(text)).toEqual([address]);
    expect(wordsOf(text)).toBe(words);
  });

  test.each(['@1O3 yes', '@MHD103 yes', '@10-4x yes'])('is broken in %j', (text) => {
    expect(addressesIn(text, 'QDN')).toMatchObject([{ kind: 'broken', isLeading: true }]);
  });

  test.each([
    '@ 3 works for us',
    '#2 is on the way',
    '#2 primero',
    'job 7 is next',
    '$450 a week',
    '1042 Cedar Ridge',
    'at 3 we come',
    '@3pm works',
    '@10:30 then',
    '@3-4 pm',
    'I-35 salida 51',
    '10-4',
    '2x4s are fine',
    'my mail is me@1042.example',
    'yes',
    '',
  ])('is not in %j', (text) => {
    expect(inText(text)).toEqual([]);
    expect(wordsOf(text)).toBe(text);
  });

  test('is listed once for each that the text begins with, and for each later one', () => {
    expect(inText('@1042 @1043 office closes at 3')).toEqual(['job QDN-1042 exact', 'job QDN-1043 exact']);
    expect(inText('@1042 after QDN-77 we come')).toEqual(['job QDN-1042 exact']);
    expect(inText('@1042 I am at @u0199 now')).toEqual(['job QDN-1042 exact', 'guest 0199 exact']);
  });

  test('takes its own place of a text and no other words', () => {
    fc.assert(
      fc.property(fc.string({ unit: codePoint, maxLength: 300 }), (text) => {
        const found = addressesIn(text, 'QDN');
        for (const { start, end } of found) expect(end).toBeGreaterThan(start);
        const rest = withoutAddresses(text, found);
        expect(rest.length).toBeLessThanOrEqual(text.length);
        for (const word of rest.split(/\s+/)) expect(text).toContain(word);
      }),
    );
  });

  test('is found in any text within 100 ms', () => {
    // CPU time, in µs: other processes do not count.
    const started = process.cpuUsage();
    for (const text of ['@'.repeat(1600), `@${' '.repeat(1600)}`, 'job '.repeat(400), `@${'a'.repeat(1600)}`])
      addressesIn(text, 'QDN');
    expect(process.cpuUsage(started).user).toBeLessThan(100_000);
  });
});

import { describe, expect, test } from '@jest/globals';
import { codePoint } from '@qdn/test-support/code-point';
import fc from 'fast-check';
import {
  guestHandle,
  handlesIn,
  jobHandle,
  leadingGuest,
  mentionsIn,
  withoutLeadingMention,
  withoutMentions,
} from './mentions.ts';

const jobsIn = (text: string) => mentionsIn(text, 'QDN').map(({ job }) => job);

describe('a mention of a job', () => {
  test.each([
    'QDN-1042',
    'qdn 1042',
    'Qdn1042',
    'qdn #1042',
    '(QDN-1042)',
    'qdn:1042',
    'QDN - 1042',
    'QDN\u20131042', // a phone's keyboard puts this in place of a hyphen
    'Running late QDN-1042!',
    'QDN-1042.',
    '“QDN-1042”',
  ])('is certain in %j', (text) => {
    expect(mentionsIn(text, 'QDN')).toEqual([{ job: 'QDN-1042', isCertain: true }]);
  });

  test.each([
    'about #1042, please',
    '@1042 ok',
    '@ 1042 ok',
    'job 1042?',
    'Job #1042',
    'job no. 1042',
    'JOB NUMBER 1042',
  ])('is likely in %j', (text) => {
    expect(mentionsIn(text, 'QDN')).toEqual([{ job: 'QDN-1042', isCertain: false }]);
  });

  test.each([
    '1042 Elm Street',
    'call 1042',
    'come after 3',
    'my mail is me@1042.example',
    'https://x.example/a#1042',
    '',
    'jobs are fine',
    'QDN',
    'QDN-1234567890',
    '#1042nd',
  ])('is not in %j', (text) => {
    expect(jobsIn(text)).toEqual([]);
  });

  test('comes before the likely ones when it is certain, and appears once', () => {
    expect(jobsIn('gate #7, job 1043 or QDN-1042? yes qdn1042, ACME-12')).toEqual([
      'QDN-1042',
      'ACME-12',
      'QDN-7',
      'QDN-1043',
    ]);
  });

  test('with another prefix needs the hyphen', () => {
    expect(jobsIn('acme-0012')).toEqual(['ACME-0012']);
    expect(jobsIn('acme 0012')).toEqual([]);
  });

  test('keeps its zeros: they are part of the ID', () => {
    expect(jobsIn('#0042')).toEqual(['QDN-0042']);
  });

  test('is found in any text around it, in any case', () => {
    const around = fc.stringMatching(/^[ .,!?()"'\n]{0,5}$/);
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 999_999_999 }), around, around, fc.boolean(), (n, before, after, lower) => {
        const id = `QDN-${n}`;
        expect(jobsIn(`${before}${lower ? id.toLowerCase() : id}${after}`)).toEqual([id]);
      }),
    );
  });

  test('is a job ID, and is found in any text within 100 ms', () => {
    fc.assert(
      fc.property(fc.string({ unit: codePoint, maxLength: 400 }), (text) => {
        for (const job of jobsIn(text)) expect(job).toMatch(/^[A-Z]{2,5}-[0-9]{1,9}$/);
      }),
    );
    // CPU time, in µs: other processes do not count.
    const started = process.cpuUsage();
    jobsIn(`qdn${' '.repeat(1600)}`);
    jobsIn('job '.repeat(400));
    expect(process.cpuUsage(started).user).toBeLessThan(100_000);
  });
});

test.each([
  ['@1042: on our way', 'on our way'],
  ['QDN-1042 - ok', 'ok'],
  ['QDN-1042 \u2013 ok', 'ok'],
  ['(qdn 1042) yes', 'yes'],
  ['job 1042, yes', 'yes'],
  ['@ACME-12 yes', 'yes'],
  ['bring #7 along', 'bring #7 along'],
  ['on my way, @1042', 'on my way, @1042'],
  ['@1042 -3 degrees', '-3 degrees'],
  ['@1042', ''],
  ['@u0199 yes, we do', 'yes, we do'],
  ['@U0199: yes', 'yes'],
  [' @1042. ', ''],
])('a leading mention is not part of an answer: %j', (text, words) => {
  expect(withoutLeadingMention(text, 'QDN')).toBe(words);
});

test('a question is what is left of a text without its mentions', () => {
  expect(withoutMentions('ETA #1042?', 'QDN')).toBe('ETA  ?');
  expect(withoutMentions('status QDN-1042', 'QDN')).toBe('status');
});

test('a guest is named by the last digits of their hidden number', () => {
  expect(guestHandle('+15125550199')).toBe('@u0199');
  expect(guestHandle('BANK')).toBeNull();
  expect(guestHandle('12345')).toBeNull();
  expect(leadingGuest('@u0199 hello')).toBe('@u0199');
  expect(leadingGuest(' @U0199: hello')).toBe('@u0199');
  expect(leadingGuest('tell @u0199')).toBeNull();
  expect(leadingGuest('@u01999')).toBeNull();
});

test('a job is named by its number; a job with another prefix in full', () => {
  expect(jobHandle('QDN-1042', 'QDN')).toBe('@1042');
  expect(jobHandle('ACME-7', 'QDN')).toBe('@ACME-7');
  expect(jobHandle('ACME-7', 'ACME')).toBe('@7');
});

describe('a company with another prefix', () => {
  test.each(['HAUL-7', 'haul 7', 'Haul7', 'haul #7'])('reads %j as its job, for certain', (text) => {
    expect(mentionsIn(text, 'HAUL')).toEqual([{ job: 'HAUL-7', isCertain: true }]);
  });

  test('reads a number without a prefix as its own job, and other prefixes in full only', () => {
    expect(mentionsIn('#7, QDN-8 and qdn 9', 'HAUL').map(({ job }) => job)).toEqual(['QDN-8', 'HAUL-7']);
    expect(withoutLeadingMention('haul 7: on our way', 'HAUL')).toBe('on our way');
    expect(withoutMentions('eta haul 7', 'HAUL')).toBe('eta');
  });
});

test.each([
  ['got it @1042', ['QDN-1042']],
  ['@ 5 and @5, then @7', ['QDN-5', 'QDN-7']],
  ['the gate is #1042', []],
  ['my mail is me@1042.example', []],
])('the handles in %j are %j', (body, jobs) => {
  expect(handlesIn(body, 'QDN')).toEqual(jobs);
});

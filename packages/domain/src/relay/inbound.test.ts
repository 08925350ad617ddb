import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { keywordOf, mentionedJob, withoutLeadingMention } from './inbound.ts';

describe('the job that a text names', () => {
  test.each([
    'QDN-1042',
    'qdn 1042',
    'Qdn1042',
    'about #1042, please',
    '@1042 ok',
    'job 1042?',
    'Job #1042',
    'job no. 1042',
    '(QDN-1042)',
    'qdn:1042',
    'Running late QDN-1042!',
  ])('%j', (text) => {
    expect(mentionedJob(text)).toBe('QDN-1042');
  });

  test.each(['1042 Elm Street', 'call 1042', 'my email is a.b', '', 'jobs are fine', 'QDN'])('none in %j', (text) => {
    expect(mentionedJob(text)).toBeNull();
  });

  test('never throws, and what it finds is a job ID', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) =>
        expect(mentionedJob(text) ?? 'QDN-1').toMatch(/^QDN-\d{1,9}$/),
      ),
    );
  });
});

test('a leading mention is no part of an answer, one inside is', () => {
  expect(withoutLeadingMention('@1042: on our way')).toBe('on our way');
  expect(withoutLeadingMention('QDN-1042 - ok')).toBe('ok');
  expect(withoutLeadingMention('bring #7 along')).toBe('bring #7 along');
  expect(withoutLeadingMention('@1042')).toBe('@1042');
});

test('a keyword counts only when it is the whole message', () => {
  expect(keywordOf({ body: 'stop', optOutType: null })).toBe('stop');
  expect(keywordOf({ body: 'anything', optOutType: 'STOP' })).toBe('stop');
  expect(keywordOf({ body: 'please stop at the gate', optOutType: null })).toBeNull();
});

import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { asksForNoMoreTexts, holdsOneOf, isAcknowledgement, keywordOf, questionOf } from './words.ts';

describe('a keyword', () => {
  test('is the whole message, in any case, or what Twilio says', () => {
    expect(keywordOf({ body: ' stop\n', optOutType: null })).toBe('stop');
    expect(keywordOf({ body: 'Info', optOutType: null })).toBe('help');
    expect(keywordOf({ body: 'unstop', optOutType: '' })).toBe('start');
    expect(keywordOf({ body: 'no more texts', optOutType: 'STOP' })).toBe('stop');
    expect(keywordOf({ body: 'stop', optOutType: 'SOMETHING_NEW' })).toBe('stop');
  });

  test.each(['please stop at the gate', 'yes', 'STOP QDN-1042', 'stop.', '', 'constructor'])('is not %j', (body) => {
    expect(keywordOf({ body, optOutType: null })).toBeNull();
  });
});

describe('a wish for no more texts', () => {
  test.each([
    'Please stop texting me',
    'STOP texting!',
    'don’t text me again.',
    'remove me',
    'No me escriban más',
    'Alto',
  ])('is %j', (body) => {
    expect(asksForNoMoreTexts(body)).toBe(true);
  });

  test.each(['please stop at the gate', 'stop texting my wife about QDN-1042', 'stop', 'cancel', 'Cancelar', ''])(
    'is not %j',
    (body) => {
      expect(asksForNoMoreTexts(body)).toBe(false);
    },
  );
});

describe('a question that needs no person', () => {
  test.each([
    ['STATUS', 'status', 'en'],
    ['eta?', 'eta', 'en'],
    ['Where are you??', 'where', 'en'],
    ['What’s the status?', 'status', 'en'],
    ['¿Dónde está?', 'where', 'es'],
    ['Cuándo llega', 'eta', 'es'],
    ['ESTADO', 'status', 'es'],
  ])('is %j', (body, about, language) => {
    expect(questionOf(body)).toEqual({ about, language });
  });

  test.each(['where should I put the key?', 'status of my refund', 'eta please, and bring straps', '', '1042'])(
    'is not %j',
    (body) => {
      expect(questionOf(body)).toBeNull();
    },
  );
});

test.each(['OK', 'ok!', 'Got it.', '1', '👍', '👍🏽', 'on it', 'Entendido'])('%j says that somebody has it', (body) => {
  expect(isAcknowledgement(body)).toBe(true);
});

test.each(['yes', 'no', 'ok, at 3', '10', 'ok 1043 and 1044', ''])('%j is for the customer', (body) => {
  expect(isAcknowledgement(body)).toBe(false);
});

describe('an urgent word', () => {
  const words = ['urgent', 'blocked', 'on fire'];

  test.each(['URGENT', 'it is urgent!', 'The gate is blocked.', 'it’s on   fire', 'Urgént'])('stands in %j', (body) => {
    expect(holdsOneOf(words, body)).toBe(true);
  });

  test.each(['unblocked', 'urgently', 'fire on', ''])('does not stand in %j', (body) => {
    expect(holdsOneOf(words, body)).toBe(false);
  });

  test('is found wherever it stands', () => {
    const other = fc.stringMatching(/^[a-z ,.!?]{0,40}$/);
    fc.assert(
      fc.property(other, other, fc.constantFrom(...words), (before, after, word) => {
        expect(holdsOneOf(words, `${before} ${word} ${after}`)).toBe(true);
      }),
    );
  });
});

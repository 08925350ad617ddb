import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  asksForNoMoreTexts,
  holdsOneOf,
  isAcknowledgement,
  isAutoReply,
  keywordOf,
  questionOf,
  reactionIn,
} from './words.ts';

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

  test.each([
    'STOP.',
    'Stop!',
    'Stop please',
    'stop now',
    '"STOP"',
    'please unsubscribe',
    'unsubscribe me',
    'Stop texting me please',
    'please stop, thank you',
  ])('is %j, which Twilio does not take for the keyword', (body) => {
    expect(keywordOf({ body, optOutType: null })).toBeNull();
    expect(asksForNoMoreTexts(body)).toBe(true);
  });

  test.each([
    'please stop at the gate',
    'stop texting my wife about QDN-1042',
    'stop',
    'cancel',
    'cancel please',
    'end of the street',
    'stop by at 3 please',
    'Cancelar',
    'thanks',
    '',
  ])('is not %j', (body) => {
    expect(asksForNoMoreTexts(body)).toBe(false);
  });
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

describe('what a phone says by itself', () => {
  test.each([
    'I’m driving with Do Not Disturb While Driving turned on. I’ll see your message when I get where I’m going.',
    'I am driving. I will get back to you later.',
    'I’m not receiving notifications. If this is urgent, reply “urgent”.',
    'Auto-reply: out until Monday',
    'Estoy manejando, respondo luego',
  ])('is %j', (body) => {
    expect(isAutoReply(body)).toBe(true);
  });

  test.each(['I am driving there now, 10 minutes', 'I am driving, will call you', 'we are driving over', 'ok', ''])(
    'is not %j',
    (body) => {
      expect(isAutoReply(body)).toBe(false);
    },
  );
});

describe('a reaction', () => {
  test.each([
    ['Liked “QDN-1042 Maria Lopez: hi”', { isApproving: true, quote: 'QDN-1042 Maria Lopez: hi' }],
    ['Reacted 👍 to "see you"', { isApproving: true, quote: 'see you' }],
    ['Le gustó “hola”', { isApproving: true, quote: 'hola' }],
    ['Disliked “no”', { isApproving: false, quote: 'no' }],
    ['Reacted 😂 to “no”', { isApproving: false, quote: 'no' }],
    ['Removed a like from “no”', { isApproving: false, quote: 'no' }],
  ])('is %j', (body, reaction) => {
    expect(reactionIn(body)).toEqual(reaction);
  });

  test.each(['I liked “Jaws”', 'Liked it', 'Loved the service, thanks', ''])('is not %j', (body) => {
    expect(reactionIn(body)).toBeNull();
  });
});

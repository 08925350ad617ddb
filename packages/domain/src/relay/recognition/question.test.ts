import { describe, expect, test } from '@jest/globals';
import { questionOf } from './question.ts';

describe('a question that the relay answers', () => {
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

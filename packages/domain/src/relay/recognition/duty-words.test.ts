import { describe, expect, test } from '@jest/globals';
import { dutyWordsOf } from './duty-words.ts';

describe('words about the rota', () => {
  test.each([
    ['who is on', { kind: 'now' }, 'en'],
    ["Who's on call tonight?", { kind: 'tonight' }, 'en'],
    ['who is on duty', { kind: 'now' }, 'en'],
    ['whos working saturday', { kind: 'weekday', weekday: 'sat' }, 'en'],
    ['who is on this sunday?', { kind: 'weekday', weekday: 'sun' }, 'en'],
    ['who is on dec 25', { kind: 'date', month: 12, day: 25 }, 'en'],
    ['¿Quién está de guardia?', { kind: 'now' }, 'es'],
    ['quien esta de turno el sábado', { kind: 'weekday', weekday: 'sat' }, 'es'],
    ['quién está de guardia mañana', { kind: 'tomorrow' }, 'es'],
  ])('asks who is on duty: %s', (body, day, language) => {
    expect(dutyWordsOf(body)).toEqual({ kind: 'who', day, language });
  });

  test.each([
    ['swap sat luis', 'luis', false, { kind: 'weekday', weekday: 'sat' }, 'en'],
    ['Swap Saturday with Luis', 'luis', false, { kind: 'weekday', weekday: 'sat' }, 'en'],
    ['swap with luis on tuesday', 'luis', false, { kind: 'weekday', weekday: 'tue' }, 'en'],
    ['swap tonight luis', 'luis', false, { kind: 'tonight' }, 'en'],
    ['swap 12/25 luis', 'luis', false, { kind: 'date', month: 12, day: 25 }, 'en'],
    ['Luis covers for me tomorrow', 'luis', false, { kind: 'tomorrow' }, 'en'],
    ["I'll cover Dana on Sunday", 'dana', true, { kind: 'weekday', weekday: 'sun' }, 'en'],
    ['cubre luis el sábado', 'luis', false, { kind: 'weekday', weekday: 'sat' }, 'es'],
    ['Luis me cubre mañana', 'luis', false, { kind: 'tomorrow' }, 'es'],
    ['cambio el sábado con Luis', 'luis', false, { kind: 'weekday', weekday: 'sat' }, 'es'],
    ['cubro a Dana el domingo', 'dana', true, { kind: 'weekday', weekday: 'sun' }, 'es'],
  ])('asks for a swap: %s', (body, name, isOffer, day, language) => {
    expect(dutyWordsOf(body)).toEqual({ kind: 'swap', name, isOffer, day, language });
  });

  test.each([
    ['yes', true, false],
    ['SÍ', true, false],
    ['no', false, false],
    ['YES SWAP', true, true],
    ['swap no', false, true],
    ['sí cambio', true, true],
  ])('answers a swap: %s', (body, isYes, isExplicit) => {
    expect(dutyWordsOf(body)).toEqual({ kind: 'answer', isYes, isExplicit });
  });

  test.each([
    'swap the dumpster on saturday',
    'can you swap the 14 yard for a 20 yard saturday',
    'we can swap it tomorrow',
    'who is on the truck with you?',
    'who is on site',
    'Luis is coming saturday',
    'cambio de planes, vamos el sábado',
    'yes, at 3',
    'no swap needed, just a pickup',
    'quien va mañana',
  ])('none of these: %s', (body) => {
    expect(dutyWordsOf(body)).toBeNull();
  });
});

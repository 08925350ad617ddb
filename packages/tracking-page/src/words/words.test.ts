import { describe, expect, test } from '@jest/globals';
import { LANGUAGES, languageFor, speechFor } from './index.ts';

describe('the reader’s language', () => {
  test.each([
    [['es-MX', 'en-US'], 'es'],
    [['ES'], 'es'],
    [['fr-CA', 'es', 'en'], 'es'],
    [['fr-CA', 'en-CA'], 'en'],
    [['zh-Hant'], 'en'],
    [[], 'en'],
  ] as const)('of %j is %s', (preferred, language) => {
    expect(languageFor(preferred)).toBe(language);
  });

  test('dates follow the reader’s own region of it', () => {
    expect(speechFor('en', ['es-MX', 'en-GB']).locale).toBe('en-GB');
    expect(speechFor('es', ['en-GB']).locale).toBe('es-US');
    expect(speechFor('en', ['en']).locale).toBe('en-US');
  });

  test('a tag that is none is passed over', () => {
    expect(speechFor('en', ['en-US@posix', 'en-CA']).locale).toBe('en-CA');
  });
});

describe('every language', () => {
  /** Every text, under the names of its groups. */
  const texts = (of: object, prefix = ''): Map<string, unknown> =>
    new Map(
      Object.entries(of).flatMap(([name, value]) =>
        typeof value === 'object' ? [...texts(value, `${prefix}${name}.`)] : [[`${prefix}${name}`, value] as const],
      ),
    );

  test('has its own words for everything', () => {
    const [en, es] = LANGUAGES.map((language) => texts(speechFor(language, []).words));
    if (!en || !es) throw new Error('Two languages');
    expect([...es.keys()]).toEqual([...en.keys()]);
    const same = [...en].filter(([name, text]) => typeof text === 'string' && es.get(name) === text);
    expect(same.map(([name]) => name)).toEqual(['north']);
  });

  test('says hours and minutes in full', () => {
    const arriving = LANGUAGES.map((language) => speechFor(language, []).words.arriving);
    expect(arriving.map((say) => say(75))).toEqual([
      'in about 1 hour 15 minutes',
      'en aproximadamente 1 hora y 15 minutos',
    ]);
    expect(arriving.map((say) => say(120))).toEqual(['in about 2 hours', 'en aproximadamente 2 horas']);
    expect(arriving.map((say) => say(60))).toEqual(['in about 1 hour', 'en aproximadamente 1 hora']);
    expect(arriving.map((say) => say(20))).toEqual(['in about 20 minutes', 'en unos 20 minutos']);
    expect(arriving.map((say) => say(0))).toEqual(['any minute now', 'en cualquier momento']);
  });

  test('minds the article of one o’clock in Spanish', () => {
    const { words } = speechFor('es', []);
    const left = (clock: string) => words.arrivedAt({ day: null, clock });
    expect(left('1:05 p.m.')).toBe('Llegó a la 1:05 p.m.');
    expect(left('13:05')).toBe('Llegó a las 13:05');
    expect(left('11:05 a.m.')).toBe('Llegó a las 11:05 a.m.');
  });
});

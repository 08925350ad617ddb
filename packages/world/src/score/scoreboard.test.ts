import { describe, expect, test } from '@jest/globals';
import { type Figure, inOrder, printed, scoreboardJson, valueText } from './scoreboard.ts';

const aFigure = (changes: Partial<Figure> = {}): Figure => ({
  name: 'mis-sent',
  group: 'words',
  value: 3,
  of: 40,
  unit: 'count',
  better: 'lower',
  ...changes,
});
const settings = { days: 7, trailers: 4, seed: 1, faults: 'none' };

describe('the scoreboard', () => {
  test('prints figures by group, whatever their order', () => {
    const figures = [
      aFigure({ group: 'machine', name: 'lost' }),
      aFigure(),
      aFigure({ name: 'first text', unit: 's', value: 12.3456, of: undefined }),
    ];
    expect(printed({ ...settings, figures })).toBe(
      [
        '7 days, 4 trailers, seed 1, faults: none',
        '',
        'words',
        '  mis-sent    3 of 40',
        '  first text  12.35 s',
        '',
        'machine',
        '  lost        3 of 40',
        '',
      ].join('\n'),
    );
  });

  test('writes values with their units', () => {
    expect(valueText({ value: 0.8333, of: 12, unit: 'share' })).toBe('83.33 % of 12');
    expect(valueText({ value: 12_345.6, unit: 'count' })).toBe('12346');
    expect(valueText({ value: 1.5, unit: 'USD' })).toBe('$1.50');
    expect(valueText({ value: 0, of: 0, unit: 'share' })).toBe('– of 0');
    expect(valueText({ value: 0, of: 0, unit: 'count' })).toBe('0 of 0');
  });

  test('refuses two figures of one name, and a value that is not a number', () => {
    expect(() => inOrder([aFigure(), aFigure()])).toThrow('two figures named "words: mis-sent"');
    expect(() => inOrder([aFigure({ value: Number.NaN })])).toThrow('has the value NaN');
  });

  test('gives the same JSON for the same figures', () => {
    const figures = [aFigure({ group: 'jobs' }), aFigure()];
    expect(scoreboardJson({ ...settings, figures })).toBe(
      scoreboardJson({ ...settings, figures: figures.toReversed() }),
    );
    expect(JSON.parse(scoreboardJson({ ...settings, figures })).figures[0].group).toBe('words');
  });
});

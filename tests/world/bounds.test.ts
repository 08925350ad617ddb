import { describe, expect, test } from '@jest/globals';
import type { Figure } from '@qdn/world';
import { type BoundSetting, boundRows, compareWithBounds, readBounds, withBounds } from './bounds.ts';

const aFigure = (changes: Partial<Figure> = {}): Figure => ({
  name: 'mis-sent',
  group: 'words',
  value: 10,
  of: 400,
  unit: 'count',
  better: 'lower',
  ...changes,
});
const coverage = aFigure({ group: 'ranges', name: 'coverage', value: 0.8, unit: 'share', better: 'higher' });
const setting: BoundSetting = { days: 7, trailers: 4, seed: 1, faults: 'none', habit: 'usually' };
const pageOf = (figures: readonly Figure[], of = setting): string =>
  ['# Scoreboard', '', `<!-- scoreboard: ${JSON.stringify(of)} -->`, '', ...boundRows(figures, of), '', 'End.'].join(
    '\n',
  );
const compare = (noted: readonly Figure[], figures: readonly Figure[], of = setting) => {
  const [table] = readBounds(pageOf(noted, of));
  if (!table) throw new Error('The page has a table');
  return compareWithBounds(figures, table);
};

describe('the bounds of the scoreboard', () => {
  test('are read from the page with the setting of their table', () => {
    const [table] = readBounds(pageOf([aFigure(), coverage]));
    expect(table?.setting).toEqual(setting);
    expect(table?.bounds).toEqual([
      { id: 'words: mis-sent', value: 10, bound: 11, line: 7 },
      { id: 'ranges: coverage', value: 0.8, bound: 0.78, line: 8 },
    ]);
  });

  test('accept the noted values, and small changes', () => {
    const nothing = { worse: [], better: [], unknown: [] };
    expect(compare([aFigure(), coverage], [aFigure(), coverage])).toEqual(nothing);
    expect(compare([aFigure(), coverage], [aFigure({ value: 11 }), { ...coverage, value: 0.79 }])).toEqual(nothing);
  });

  test('refuse a figure that is worse, in its own direction', () => {
    const { worse } = compare([aFigure(), coverage], [aFigure({ value: 12 }), { ...coverage, value: 0.77 }]);
    expect(worse).toEqual([
      '"words: mis-sent" is 12; its bound is 11 (docs/scoreboard.md, line 7).',
      '"ranges: coverage" is 0.77; its bound is 0.78 (docs/scoreboard.md, line 8).',
    ]);
  });

  test('refuse the first case of what never happened', () => {
    expect(compare([aFigure({ value: 0 })], [aFigure({ value: 1 })]).worse).toEqual([
      '"words: mis-sent" is 1; its bound is 0 (docs/scoreboard.md, line 7).',
    ]);
  });

  test('leave room for chance where faults occur, but none for a text to a wrong person', () => {
    const bad = { ...setting, faults: 'bad' as const };
    const missed = aFigure({ name: 'phones missed' });
    expect(compare([missed], [{ ...missed, value: 22 }], bad).worse).toEqual([]);
    expect(compare([missed], [{ ...missed, value: 24 }], bad).worse).toHaveLength(1);
    expect(compare([aFigure({ value: 0 })], [aFigure({ value: 1 })], bad).worse).toHaveLength(1);
  });

  test('name the line to edit when a figure is better', () => {
    expect(compare([aFigure()], [aFigure({ value: 3 })]).better).toEqual([
      '"words: mis-sent" is 3, better than 10: edit line 7 of docs/scoreboard.md.',
    ]);
  });

  test('name figures without a bound, and bounds without a figure', () => {
    expect(compare([aFigure()], [coverage]).unknown).toEqual([
      '"ranges: coverage" is 0.8 and has no bound.',
      '"words: mis-sent" (line 7) is not a figure of this run.',
    ]);
  });

  test('are replaced in the page, and nothing else', () => {
    const page = pageOf([aFigure()]);
    const [table] = readBounds(page);
    if (!table) throw new Error('The page has a table');
    expect(withBounds(page, table, boundRows([aFigure(), coverage], setting))).toBe(pageOf([aFigure(), coverage]));
  });
});

import { type FaultPlan, type Figure, figureId, inOrder, type PressHabit, roundedValue } from '@qdn/world';

/*
 * Bounds of the figures, in the tables of docs/scoreboard.md. A test fails when a figure is worse than its bound;
 * `npm run world -- --accept` writes the tables.
 */

/** Settings of a table, from the comment above it. */
export type BoundSetting = { days: number; trailers: number; seed: number; faults: FaultPlan; habit: PressHabit };

/** A row of a table. `line` counts from 1 in the page. */
export type Bound = { id: string; value: number; bound: number; line: number };

export type BoundTable = { setting: BoundSetting; bounds: readonly Bound[]; firstLine: number; lastLine: number };

/** The comparison of a run with a table, as sentences. The test prints `better`, and fails for the others. */
export type Comparison = { worse: readonly string[]; better: readonly string[]; unknown: readonly string[] };

const SETTING = /^<!-- scoreboard: (\{.*\}) -->$/;
const ROW = /^\| ([^|]+) \| (-?[\d.]+) \| [^|]* \| [≤≥] (-?[\d.]+) \|$/u;

/** Returns the tables of the page. @throws Error for a setting without a table */
export const readBounds = (page: string): BoundTable[] => {
  const lines = page.split('\n');
  return lines.flatMap((line, index): BoundTable[] => {
    const setting = SETTING.exec(line)?.[1];
    if (setting === undefined) return [];
    const start = lines.findIndex((one, i) => i > index && one.startsWith('|'));
    const length = lines.slice(start).findIndex((one) => !one.startsWith('|'));
    if (start < 0) throw new Error(`Line ${index + 1} of docs/scoreboard.md has a setting without a table.`);
    const end = length < 0 ? lines.length : start + length;
    const bounds = lines.slice(start, end).flatMap((row, i): Bound[] => {
      const [, id = '', value = '', bound = ''] = ROW.exec(row) ?? [];
      return id === '' ? [] : [{ id, value: Number(value), bound: Number(bound), line: start + i + 1 }];
    });
    return [{ setting: JSON.parse(setting) as BoundSetting, bounds, firstLine: start + 1, lastLine: end }];
  });
};

/** Figures that no fault excuses. */
const NEVER = /^(mis-sent|words lost or changed|texts after an opt-out|texts lost|positions of another trailer)$/;

/**
 * Returns how much a figure may change before it counts as worse or better. Without faults a change elsewhere hardly shifts a case by
 * chance, and what never happened must not begin. With faults, other calls meet other faults, so that counts scatter.
 */
const allowanceOf = ({ name, value, unit }: Figure, { faults }: BoundSetting): number => {
  if (value === 0 && (faults === 'none' || NEVER.test(name))) return 0;
  const isCalm = faults === 'none';
  if (name.startsWith('growth')) return (isCalm ? 0.05 : 0.6) * value;
  if (unit === 'share') return isCalm ? Math.max(0.02, 0.02 * value) : Math.max(0.1, 0.1 * value);
  if (unit === 'count') return isCalm ? Math.max(1, Math.ceil(0.05 * value)) : Math.ceil(3 + 3 * Math.sqrt(value));
  if (unit === 's') return isCalm ? Math.max(5, 0.05 * value) : Math.max(60, 0.5 * value);
  if (unit === 'per 100 jobs') return Math.max(3, (isCalm ? 0.05 : 0.1) * value);
  return (isCalm ? 0.02 : 0.2) * value;
};

/** Compares figures with a table, by the directions of the figures. */
export const compareWithBounds = (figures: readonly Figure[], { setting, bounds }: BoundTable): Comparison => {
  const known = new Map(bounds.map((bound) => [bound.id, bound]));
  const worse: string[] = [];
  const better: string[] = [];
  const unknown: string[] = [];
  for (const figure of figures) {
    const id = figureId(figure);
    const bound = known.get(id);
    known.delete(id);
    const value = roundedValue(figure.value);
    if (!bound) unknown.push(`"${id}" is ${value} and has no bound.`);
    else {
      const sign = figure.better === 'lower' ? 1 : -1;
      if (sign * (value - bound.bound) > 0)
        worse.push(`"${id}" is ${value}; its bound is ${bound.bound} (docs/scoreboard.md, line ${bound.line}).`);
      else if (sign * (bound.value - value) > allowanceOf(figure, setting))
        better.push(`"${id}" is ${value}, better than ${bound.value}: edit line ${bound.line} of docs/scoreboard.md.`);
    }
  }
  for (const { id, line } of known.values()) unknown.push(`"${id}" (line ${line}) is not a figure of this run.`);
  return { worse, better, unknown };
};

const rowOf = (figure: Figure, setting: BoundSetting): string => {
  const { value, of, unit, better } = figure;
  const slack = allowanceOf(figure, setting);
  const most = unit === 'count' ? (of ?? Number.POSITIVE_INFINITY) : Number.POSITIVE_INFINITY;
  const bound = roundedValue(
    better === 'lower' ? Math.max(value, Math.min(most, value + slack)) : Math.max(0, value - slack),
  );
  const cases = of === undefined ? unit : `${unit} of ${of}`;
  return `| ${figureId(figure)} | ${roundedValue(value)} | ${cases} | ${better === 'lower' ? '≤' : '≥'} ${bound} |`;
};

/** Returns the rows of a table, with a bound just beyond each value. */
export const boundRows = (figures: readonly Figure[], setting: BoundSetting): string[] => [
  '| figure | value | unit | bound |',
  '| --- | --- | --- | --- |',
  ...inOrder(figures).map((figure) => rowOf(figure, setting)),
];

/** Returns the page with the rows of one table replaced. */
export const withBounds = (page: string, { firstLine, lastLine }: BoundTable, rows: readonly string[]): string => {
  const lines = page.split('\n');
  return [...lines.slice(0, firstLine - 1), ...rows, ...lines.slice(lastLine)].join('\n');
};

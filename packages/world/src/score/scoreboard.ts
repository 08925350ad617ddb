/** Subjects of the scoreboard, in the order of printing. */
export const FIGURE_GROUPS = ['words', 'jobs', 'notices', 'ranges', 'machine'] as const;
export type FigureGroup = (typeof FIGURE_GROUPS)[number];

/** Units of figures. `count` is the number of cases, of `of` possible ones where that is given; `share` is between 0 and 1. */
export type FigureUnit =
  | 'count'
  | 'share'
  | 's'
  | 'min'
  | 'per 100 jobs'
  | 'per conversation'
  | 'per text'
  | 'per month'
  | 'USD';

/** One number of the scoreboard. Its name is unique in its group. */
export type Figure = {
  name: string;
  group: FigureGroup;
  value: number;
  /** Number of cases that the value was taken from. */
  of?: number;
  unit: FigureUnit;
  better: 'lower' | 'higher';
};

/** A judge: a pure function from truth, inputs and observed outputs to figures. */
export type Judge<Facts> = (facts: Facts) => readonly Figure[];

/** The figures of one run, with the settings that play it again. */
export type Scoreboard = {
  days: number;
  trailers: number;
  seed: number;
  faults: string;
  figures: readonly Figure[];
};

/** Returns the ID of a figure in tables and JSON: `jobs: arrivals missing`. */
export const figureId = ({ group, name }: Pick<Figure, 'group' | 'name'>): string => `${group}: ${name}`;

/** Rounds to four significant digits, or to whole numbers above 1000, so that a table stays readable. */
export const roundedValue = (value: number): number =>
  Math.abs(value) >= 1000 ? Math.round(value) : Number(value.toPrecision(4));

/** Returns a value with its unit: `3 of 40`, `12.5 s`, `83 %`, `– of 0` without cases. */
export const valueText = ({ value, of, unit }: Pick<Figure, 'value' | 'of' | 'unit'>): string => {
  const cases = of === undefined ? '' : ` of ${of}`;
  if (of === 0 && unit !== 'count') return '– of 0';
  if (unit === 'count') return `${roundedValue(value)}${cases}`;
  if (unit === 'share') return `${roundedValue(value * 100)} %${cases}`;
  if (unit === 'USD') return `$${value.toFixed(2)}`;
  return `${roundedValue(value)} ${unit}${cases}`;
};

/** Returns figures in the order of the groups, and within a group in their given order. @throws Error for a repeated ID */
export const inOrder = (figures: readonly Figure[]): Figure[] => {
  const seen = new Set<string>();
  for (const figure of figures) {
    const id = figureId(figure);
    if (seen.has(id)) throw new Error(`The scoreboard has two figures named "${id}".`);
    if (!Number.isFinite(figure.value)) throw new Error(`The figure "${id}" has the value ${figure.value}.`);
    seen.add(id);
  }
  return FIGURE_GROUPS.flatMap((group) => figures.filter((figure) => figure.group === group));
};

/** Returns the scoreboard as aligned lines, one per figure under the heading of its group. */
export const printed = ({ days, trailers, seed, faults, figures }: Scoreboard): string => {
  const ordered = inOrder(figures);
  const width = Math.max(0, ...ordered.map(({ name }) => name.length));
  const lines = FIGURE_GROUPS.flatMap((group) => {
    const own = ordered.filter((figure) => figure.group === group);
    if (own.length === 0) return [];
    return ['', group, ...own.map((figure) => `  ${figure.name.padEnd(width)}  ${valueText(figure)}`)];
  });
  const setting = `${days} ${days === 1 ? 'day' : 'days'}, ${trailers} ${trailers === 1 ? 'trailer' : 'trailers'}`;
  return [`${setting}, seed ${seed}, faults: ${faults}`, ...lines, ''].join('\n');
};

/** Returns the scoreboard as JSON, with the figures in the order of printing. The same figures give the same text. */
export const scoreboardJson = ({ figures, ...settings }: Scoreboard): string =>
  `${JSON.stringify({ ...settings, figures: inOrder(figures) }, null, 2)}\n`;

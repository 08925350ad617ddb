/** Parts of the day with similar traffic, by the hour of the local clock. */
export const PARTS_OF_DAY = ['night', 'morning', 'midday', 'afternoon'] as const;
export type PartOfDay = (typeof PARTS_OF_DAY)[number];
const UNTIL: ReadonlyArray<readonly [number, PartOfDay]> = [
  [6, 'night'],
  [10, 'morning'],
  [15, 'midday'],
  [19, 'afternoon'],
];

/** Formatters by time zone: making one costs more than a hundred uses. */
const formats = new Map<string, Intl.DateTimeFormat>();
const formatOf = (timeZone: string): Intl.DateTimeFormat => {
  const known =
    formats.get(timeZone) ?? new Intl.DateTimeFormat('en-US', { hour: 'numeric', hourCycle: 'h23', timeZone });
  formats.set(timeZone, known);
  return known;
};

/** @param at epoch ms @param timeZone IANA name */
export const timeOfDay = (at: number, timeZone: string): PartOfDay => {
  const hour = Number(formatOf(timeZone).format(at));
  return UNTIL.find(([until]) => hour < until)?.[1] ?? 'night';
};

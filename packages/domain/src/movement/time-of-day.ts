import { localHour } from '../local-clock.ts';

/** Parts of the day with similar traffic, by the hour of the local clock. */
export const PARTS_OF_DAY = ['night', 'morning', 'midday', 'afternoon'] as const;
export type PartOfDay = (typeof PARTS_OF_DAY)[number];
const UNTIL: ReadonlyArray<readonly [number, PartOfDay]> = [
  [6, 'night'],
  [10, 'morning'],
  [15, 'midday'],
  [19, 'afternoon'],
];

/** @param at epoch ms @param timeZone IANA name */
export const timeOfDay = (at: number, timeZone: string): PartOfDay => {
  const hour = localHour(at, timeZone);
  return UNTIL.find(([until]) => hour < until)?.[1] ?? 'night';
};

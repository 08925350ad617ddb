/*
 * Every key of the log's bucket:
 *
 *   messages/begin.ndjson                   the first record; names the first hour
 *   messages/2026/11/23/15/0000000000.ndjson  a batch, by UTC hour and by its number within the hour, without gaps
 */
export const ROOT = 'messages/';
export const BEGIN_KEY = `${ROOT}begin.ndjson`;

/** A place in the log, which one object can take. `hour` is `2026/11/23/15`. */
export type Slot = { hour: string; index: number };

/** Returns the UTC hour of a time in epoch ms. Hours sort like their names. */
export const hourOf = (at: number): string => new Date(at).toISOString().slice(0, 13).replaceAll(/[-T]/g, '/');

export const hourPrefix = (hour: string): string => `${ROOT}${hour}/`;
export const objectKey = ({ hour, index }: Slot): string =>
  `${hourPrefix(hour)}${String(index).padStart(10, '0')}.ndjson`;

const KEY = /^messages\/(\d{4}\/\d\d\/\d\d\/\d\d)\/(\d{10})\.ndjson$/;

/** Returns the place of an object of the chain; null for any other key. */
export const parseKey = (key: string): Slot | null => {
  const [, hour, index] = KEY.exec(key) ?? [];
  return hour && index ? { hour, index: Number(index) } : null;
};

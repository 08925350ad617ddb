/** Returns the value at a share of the ordered values, without interpolation; NaN without values. @param share from 0 to 1 */
export const quantile = (values: readonly number[], share: number): number =>
  values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(share * values.length))] ?? Number.NaN;

/** Returns the median, the upper one of an even number of values. */
export const median = (values: readonly number[]): number => quantile(values, 0.5);

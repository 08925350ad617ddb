import type { Fix, Ignored } from '@qdn/domain';
import type { Logger, Measures } from '@qdn/lambda';

/**
 * Writes a report's metrics as one line of the log, and none for a report without a point. The newest position's age, in s, is
 * measured only when a fix was accepted, because a tracker's clock may be wrong.
 * @param now epoch ms
 */
export const measureReport = (
  log: Pick<Logger, 'measure'>,
  fixes: readonly Fix[],
  accepted: number,
  ignored: Ignored,
  now: number,
): void => {
  const measures: Measures = {};
  if (accepted > 0) {
    const newest = Math.max(...fixes.map(({ at }) => at).filter((at) => at <= now));
    measures.FixesAccepted = accepted;
    if (Number.isFinite(newest)) measures.PositionAge = Math.round((now - newest) / 1000);
  }
  for (const [reason, count] of Object.entries(ignored) as Array<[keyof Ignored, number]>)
    if (count > 0) measures[`Quarantined.${reason}`] = count;
  if (Object.keys(measures).length > 0) log.measure(measures);
};

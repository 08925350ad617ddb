import type { Fix, Ignored } from '../fix.ts';
import type { TrailerId } from '../ids.ts';
import type { TelemetryDependencies } from './dependencies.ts';
import { flushQuarantine } from './flush-quarantine.ts';
import { ingestFixes } from './ingest-fixes.ts';

/** Points read from a tracker's message: fixes, and counts of points that are not fixes of this trailer. */
export type TrackerReading = { fixes: Fix[]; ignored: { unusable: number; 'wrong-trailer': number } };

/**
 * Takes a report of one trailer, with or without a job.
 * @throws ProductError `unavailable` as `ingestFixes`
 */
export const reportTrailerFixes = async (
  dependencies: TelemetryDependencies,
  trailerId: TrailerId,
  { fixes, ignored: unread }: TrackerReading,
): Promise<{ accepted: number; ignored: Ignored }> => {
  const { quarantine } = dependencies;
  const ingested = fixes.length > 0 ? await ingestFixes(dependencies, trailerId, fixes) : null;
  const apart = [
    { reason: 'unusable' as const, count: unread.unusable, last: null },
    { reason: 'wrong-trailer' as const, count: unread['wrong-trailer'], last: null },
  ].filter(({ count }) => count > 0);
  quarantine.add(trailerId, apart);
  await flushQuarantine(dependencies, trailerId, fixes.length === 0);
  const ignored: Ignored = { ...ingested?.ignored };
  for (const { reason, count } of apart) ignored[reason] = (ignored[reason] ?? 0) + count;
  return { accepted: ingested?.accepted ?? 0, ignored };
};

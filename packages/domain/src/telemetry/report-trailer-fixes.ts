import type { Fix, Heard, Ignored, Quarantined } from '../fix.ts';
import type { TrailerId } from '../ids.ts';
import type { TelemetryDependencies } from './dependencies.ts';
import { flushQuarantine } from './flush-quarantine.ts';
import { followSign } from './follow-sign.ts';
import { ingestFixes } from './ingest-fixes.ts';
import { addUp } from './quarantine.ts';
import { registerTrailer } from './register-trailer.ts';

/**
 * A tracker's message as read: fixes, points that are not fixes of this trailer, and the sign of life that the message is. `heard` is
 * null when the message is not one, such as "the unit is offline".
 */
export type TrackerReading = { fixes: Fix[]; refused: Quarantined[]; heard: Heard | null };

/**
 * Takes a report of one trailer, with or without a job. A report without a position counts as heard.
 * @throws ProductError `unavailable` as `ingestFixes`
 */
export const reportTrailerFixes = async (
  dependencies: TelemetryDependencies,
  trailerId: TrailerId,
  { fixes, refused, heard }: TrackerReading,
): Promise<{ accepted: number; ignored: Ignored }> => {
  const { quarantine, now } = dependencies;
  const apart = addUp(refused);
  quarantine.add(trailerId, [], heard);
  const ingested = fixes.length > 0 ? await ingestFixes(dependencies, trailerId, fixes) : null;
  quarantine.add(trailerId, apart);
  // Looked at as seldom as it is stored: once a minute.
  const isNews = fixes.length === 0 && quarantine.isDue(trailerId, now(), true);
  await flushQuarantine(dependencies, trailerId, fixes.length === 0);
  if (isNews && heard?.standing !== undefined) await followSign(dependencies, trailerId, heard.standing);
  await registerTrailer(dependencies, trailerId);
  const ignored: Ignored = { ...ingested?.ignored };
  for (const { reason, count } of apart) ignored[reason] = (ignored[reason] ?? 0) + count;
  return { accepted: ingested?.accepted ?? 0, ignored };
};

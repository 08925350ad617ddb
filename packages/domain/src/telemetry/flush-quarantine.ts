import type { TrailerId } from '../ids.ts';
import type { TelemetryDependencies } from './dependencies.ts';

/**
 * Stores a trailer's refused points and its sign of life in a separate write, once they have waited long enough. A failure never refuses
 * a report: they stay in memory.
 * @param isUrgent true when no fix is expected that could carry them
 */
export const flushQuarantine = async (
  { locations, quarantine, now, emit }: Pick<TelemetryDependencies, 'locations' | 'quarantine' | 'now' | 'emit'>,
  trailerId: TrailerId,
  isUrgent: boolean,
): Promise<void> => {
  if (!quarantine.isDue(trailerId, now(), isUrgent)) return;
  const waiting = quarantine.take(trailerId);
  try {
    await locations.note(trailerId, waiting.quarantined, now(), waiting.heard);
  } catch (error) {
    quarantine.add(trailerId, waiting.quarantined, waiting.heard);
    emit({ kind: 'quarantine-not-stored', trailerId, error });
  }
};

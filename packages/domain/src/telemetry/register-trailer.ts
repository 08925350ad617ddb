import type { TrailerId } from '../ids.ts';
import type { TelemetryDependencies } from './dependencies.ts';

/** Registers a trailer that has reported. A failure never refuses a report: the next one tries again. */
export const registerTrailer = async (
  { heardFrom, emit }: Pick<TelemetryDependencies, 'heardFrom' | 'emit'>,
  trailerId: TrailerId,
): Promise<void> => {
  try {
    await heardFrom.note(trailerId);
  } catch (error) {
    emit({ kind: 'trailer-not-registered', trailerId, error });
  }
};

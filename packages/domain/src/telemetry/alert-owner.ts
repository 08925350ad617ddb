import type { Fix } from '../fix.ts';
import type { TrailerId } from '../ids.ts';
import type { Job, StopQuestion } from '../job.ts';
import { isWeekend, localDate, localHour } from '../local-clock.ts';
import { unexpectedMove } from '../movement/unexpected-move.ts';
import type { OwnerAlert } from '../relay/owner-alert.ts';
import type { TelemetryDependencies } from './dependencies.ts';

/** Hours of the night in which a trailer without a job stands: from, and to. */
const NIGHT_FROM_H = 20;
const NIGHT_TO_H = 5;
const HALF_DAY_MS = 12 * 3_600_000;

/** Returns the night of a moment, by the date of its evening, or the day of a weekend; null in working hours. */
const offHoursOf = (at: number, timeZone: string): string | null => {
  const hour = localHour(at, timeZone);
  if (hour >= NIGHT_FROM_H || hour < NIGHT_TO_H) return localDate(at - HALF_DAY_MS, timeZone);
  return isWeekend(at, timeZone) ? `${localDate(at, timeZone)} day` : null;
};

const placeOf = ({ lat, lon }: { lat: number; lon: number }) => ({ lat, lon });

const movedAlert = (
  trailerId: TrailerId,
  key: string,
  move: NonNullable<ReturnType<typeof unexpectedMove>>,
): OwnerAlert => ({
  what: 'moved',
  key,
  trailerId,
  at: move.at,
  metres: Math.round(move.metres),
  place: placeOf(move.newest),
});

/** Queues the text to the operator that asks about a trailer's stand near a stop; the relay sends one for each leg. */
export const askOwner = async (
  { alerts }: Pick<TelemetryDependencies, 'alerts'>,
  { id }: Job,
  { trailerId, stop, at, metres, minutes, place }: StopQuestion,
): Promise<void> => {
  const order = { key: `near ${id} ${stop} ${trailerId}`, trailerId, at, place, jobId: id, stop, metres, minutes };
  await alerts?.queue.alert({ what: 'near-stop', ...order });
};

/**
 * Queues the text to the operator about a trailer that moved at night or on a weekend without a job. The same move is queued more than
 * once at times; the relay sends one text of it.
 * @param fixes known ones and the new ones since `from` (epoch ms)
 * @param jobs the trailer's open jobs and those that have just ended
 */
export const alertOwner = async (
  { alerts, samples }: Pick<TelemetryDependencies, 'alerts' | 'samples'>,
  trailerId: TrailerId,
  fixes: readonly Fix[],
  jobs: readonly Job[],
  from: number,
): Promise<void> => {
  if (!alerts?.isMoveTold || fixes.length === 0) return;
  const newestAt = Math.max(...fixes.map(({ at }) => at));
  const isOffHours = offHoursOf(from, samples.timeZone) !== null || offHoursOf(newestAt, samples.timeZone) !== null;
  const move = isOffHours ? unexpectedMove(fixes, jobs, from) : null;
  const night = move && offHoursOf(move.at, samples.timeZone);
  if (move && night) await alerts.queue.alert(movedAlert(trailerId, `moved ${trailerId} ${night}`, move));
};

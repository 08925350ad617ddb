import type { Fix } from '../fix.ts';
import type { TrailerId } from '../ids.ts';
import type { Job, StatusChange, Stop } from '../job.ts';
import { phaseOf, STATUS_TRAITS } from '../job-status.ts';
import { areaOf } from './area.ts';
import { distanceM } from './geo.ts';
import { drivenM } from './motion.ts';
import { trackOf } from './track.ts';
import type { DwellSample, LegSample } from './travel.ts';

/** Limits of a usable sample, in m and s: shorter drives predict nothing, and longer ones include a night. */
const SHORTEST_M = 300;
const SHORTEST_S = 60;
const LONGEST_S = 4 * 3600;
const LONGEST_STAY_S = 12 * 3600;
/** Limits of a usable pace, in m/s: slower is not a drive, faster is not a truck. */
const PLAUSIBLE_MPS = { least: 0.3, most: 45 };
/** Maximum gap between fixes to measure the driven distance, in ms. */
const GAP_MS = 120_000;

/** Straight line to the ring around a stop, in m. */
export const straightLeftM = (from: { lat: number; lon: number }, stop: Stop): number =>
  Math.max(0, distanceM(from, stop) - stop.radiusM / 2);

const setOut = ({ by, status }: StatusChange): boolean => by === 'fixes' && phaseOf(status) === 'driving';
const arrived = ({ by, status }: StatusChange): boolean => by === 'fixes' && phaseOf(status) === 'standing';

/** True when a trailer returned to the stop that it had left. */
const isReturn = (began: StatusChange, ended: StatusChange): boolean =>
  STATUS_TRAITS[began.status].drive === 'next' && began.stop === ended.stop;

/** Names a leg or a stay: of several trailers of a job, each has its own. */
const idOf = (job: Job, { stop, trailerId }: StatusChange): string =>
  job.trailers.length > 1 ? `${job.id}#${stop}#${trailerId}` : `${job.id}#${stop}`;

/** Returns the changes that follow each other for one trailer, in pairs. */
const stepsOf = ({ history }: Pick<Job, 'history'>, trailerId?: TrailerId) => {
  const own = Map.groupBy(
    history.filter((change) => !change.isTakenBack && (trailerId === undefined || change.trailerId === trailerId)),
    (change) => change.trailerId,
  );
  return [...own.values()].flatMap((changes) =>
    changes.flatMap((change, i) => {
      const next = changes[i + 1];
      return next ? [[change, next] as const] : [];
    }),
  );
};

/** Returns the start of a trailer's first finished leg of a job that fixes cover, in epoch ms; null without one. */
export const legsSince = (job: Pick<Job, 'history'>, trailerId: TrailerId): number | null =>
  stepsOf(job, trailerId).find(([began, ended]) => setOut(began) && arrived(ended))?.[0].at ?? null;

const finishedLeg = (job: Job, began: StatusChange, ended: StatusChange, fixes: readonly Fix[]) => {
  const stop = job.stops[ended.stop ?? -1];
  if (!stop) return null;
  const track = trackOf(
    fixes.filter(({ trailerId, at }) => trailerId === ended.trailerId && at >= began.at && at <= ended.at),
  );
  const first = track[0];
  if (!first || first.at - began.at > GAP_MS) return null;
  const straightM = Math.round(straightLeftM(first, stop));
  const seconds = Math.round((ended.at - first.at) / 1000);
  const pace = straightM / seconds;
  const isDrive =
    straightM >= SHORTEST_M &&
    seconds >= SHORTEST_S &&
    seconds <= LONGEST_S &&
    pace >= PLAUSIBLE_MPS.least &&
    pace <= PLAUSIBLE_MPS.most;
  if (!isDrive) return null;
  const isWhole = track.every((fix, i) => fix.at - (track[i - 1] ?? fix).at <= GAP_MS);
  // No road is shorter than the straight line: a shorter track has a gap.
  const roadM = isWhole ? Math.max(straightM, drivenM(track)) : null;
  return { id: idOf(job, ended), at: first.at, straightM, roadM, seconds, from: areaOf(first), to: areaOf(stop) };
};

/**
 * Returns samples of a job's finished legs and stays. Only those whose start and end come from fixes count: an operator enters an
 * arrival later than it happens.
 * @param fixes of the job's trailers since `legsSince`, in any order
 */
export const finishedLegs = (
  job: Job,
  fixes: readonly Fix[],
): { legs: Array<Omit<LegSample, 'missed'>>; dwells: DwellSample[] } => {
  const steps = stepsOf(job);
  return {
    legs: steps.flatMap(([began, ended]) =>
      setOut(began) && arrived(ended) && !isReturn(began, ended) ? (finishedLeg(job, began, ended, fixes) ?? []) : [],
    ),
    dwells: steps.flatMap(([came, left]) => {
      const stop = job.stops[came.stop ?? -1];
      const seconds = Math.round((left.at - came.at) / 1000);
      const isStay = arrived(came) && setOut(left) && seconds >= SHORTEST_S && seconds <= LONGEST_STAY_S;
      return stop && isStay ? [{ id: idOf(job, came), at: came.at, kind: stop.kind, seconds }] : [];
    }),
  };
};

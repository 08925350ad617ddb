import type { JobStatus, Sighting } from './observations.ts';

/** A status that a job took, as the team saw it. `stop` counts from 0: the stop that the job was on its way to or at. */
export type Transition = {
  jobId: string;
  status: JobStatus;
  stop: number;
  by: 'fixes' | 'operator';
  /** Time at which the team saw it first, and the time that the history gives it, epoch ms. */
  seenAt: number;
  since: number;
  /** Time at which it was gone from the history; null when it stayed. */
  retractedAt: number | null;
};

type Step = Pick<Transition, 'status' | 'stop' | 'by' | 'since'> & { key: string };

/**
 * Counts the stops of a history. A stop is left when the job is on its way to the next one; someone may set another stop by hand,
 * which the API names while the job is there.
 * @param known stops of earlier sightings, by status and time of the entry
 */
const stepsOf = ({ history, status: current, currentStop }: Sighting, known: Map<string, number>): Step[] => {
  const counts = new Map<string, number>();
  const last = history.at(-1);
  if (last && current === 'at_site' && currentStop !== null) known.set(`${last.status}/${last.at}`, currentStop);
  let stop = 0;
  return history.map(({ status, at, by }) => {
    if (status === 'en_route_to_next') stop += 1;
    stop = known.get(`${status}/${at}`) ?? stop;
    const name = `${status}/${stop}`;
    const count = (counts.get(name) ?? 0) + 1;
    counts.set(name, count);
    return { status, stop, by, since: at, key: `${name}/${count}` };
  });
};

/** Returns the statuses that jobs took, in the order in which the team saw them. The first status, scheduled, is left out. */
export const transitionsOf = (sightings: readonly Sighting[]): Transition[] => {
  const transitions: Transition[] = [];
  const known = new Map<string, Map<string, Transition>>();
  const stops = new Map<string, Map<string, number>>();
  for (const sighting of [...sightings].sort((one, other) => one.at - other.at)) {
    const { jobId, at } = sighting;
    const own = known.get(jobId) ?? new Map<string, Transition>();
    known.set(jobId, own);
    const ownStops = stops.get(jobId) ?? new Map<string, number>();
    stops.set(jobId, ownStops);
    const steps = stepsOf(sighting, ownStops);
    const keys = new Set(steps.map(({ key }) => key));
    for (const [key, transition] of own) {
      if (keys.has(key)) continue;
      transition.retractedAt = at;
      own.delete(key);
    }
    for (const { key, status, stop, by, since } of steps) {
      if (own.has(key)) continue;
      const transition: Transition = { jobId, status, stop, by, since, seenAt: at, retractedAt: null };
      own.set(key, transition);
      if (status !== 'scheduled') transitions.push(transition);
    }
  }
  return transitions;
};

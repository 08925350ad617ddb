import type { LatLon } from '../geography/index.ts';
import type { SentText } from '../system.ts';

export type JobStatus = 'scheduled' | 'in_transit' | 'at_site' | 'en_route_to_next' | 'completed' | 'cancelled';

/** An entry of a job's history as the API returns it. */
export type StatusChange = { status: JobStatus; at: number; by: 'fixes' | 'operator' };

/** A job as the team saw it at a time, epoch ms. A sighting follows each change. */
export type Sighting = {
  at: number;
  jobId: string;
  status: JobStatus;
  /** Number of the stop that the job is on its way to or at, from 0 on; null when the API does not say. */
  currentStop: number | null;
  history: readonly StatusChange[];
  /** Positions of the job that no earlier sighting had, each with the time of its fix. */
  trail: readonly ShownFix[];
};

export type ShownFix = LatLon & { at: number };

/** An arrival range as the page shows it, epoch ms. */
export type ShownRange = { earliest: number; likely: number; latest: number };

/** Time of a view relative to the truth. */
export type ViewMoment = 'before' | 'set-out' | 'under-way' | 'last-minutes' | 'there' | 'after';

/** A customer's view of the tracking page. */
export type PageView = {
  at: number;
  jobId: string;
  moment: ViewMoment;
  /** HTTP status. The rest is empty unless it is 200. */
  responded: number;
  status: JobStatus | null;
  /** The stop that the page names, with its place when it is shown. */
  stop: { kind: string; place: LatLon | null } | null;
  position: ShownFix | null;
  trail: readonly ShownFix[];
  range: ShownRange | null;
  /** Distance from the shown position to the nearest trailer of the job, in m: at the time of the fix or of the view; null without a position. */
  besideM: number | null;
  /** The newest position that a tracker of the job's trailer has delivered, with the true place at its time; null before the first. */
  lastHeard: ShownFix | null;
};

/** A change of a job's status that someone made by hand. */
export type Press = { at: number; jobId: string; status: JobStatus };

/** All that was seen of a system. */
export type Observations = {
  sightings: readonly Sighting[];
  views: readonly PageView[];
  presses: readonly Press[];
  texts: readonly SentText[];
};

const isStatus = (value: unknown): value is JobStatus =>
  typeof value === 'string' &&
  ['scheduled', 'in_transit', 'at_site', 'en_route_to_next', 'completed', 'cancelled'].includes(value);

const objectOf = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
const timeOf = (value: unknown): number => Date.parse(String(value));

const jsonOf = (body: string): Readonly<Record<string, unknown>> => {
  try {
    return objectOf(JSON.parse(body));
  } catch {
    return {};
  }
};

const placeOf = (value: unknown): LatLon | null => {
  const { lat, lon } = objectOf(value);
  return typeof lat === 'number' && typeof lon === 'number' ? { lat, lon } : null;
};

const trailOf = (value: unknown): ShownFix[] =>
  listOf(value).flatMap((point) => {
    const [lat, lon, at] = listOf(point);
    return typeof lat === 'number' && typeof lon === 'number' && typeof at === 'number' ? [{ lat, lon, at }] : [];
  });

/** The parts of a page that a customer sees. */
export type PageContent = Pick<PageView, 'status' | 'stop' | 'position' | 'trail' | 'range'>;

/** Reads the response of `GET /api/jobs/{job_id}/location`. Unknown or missing parts are null. */
export const pageContentOf = (body: string): PageContent => {
  const { status, stop, position, trail, eta } = jsonOf(body);
  const place = placeOf(position);
  const { earliest, likely, latest } = objectOf(eta);
  const { kind } = objectOf(stop);
  return {
    status: isStatus(status) ? status : null,
    stop: typeof kind === 'string' ? { kind, place: placeOf(stop) } : null,
    position: place && { ...place, at: timeOf(objectOf(position)['at']) },
    trail: trailOf(trail),
    range: earliest ? { earliest: timeOf(earliest), likely: timeOf(likely), latest: timeOf(latest) } : null,
  };
};

/** Reads the response of `GET /api/jobs/{job_id}`. Null when it is not a job. */
export const sightingOf = (body: string, at: number): Sighting | null => {
  const { id, status, currentStop, history, location } = jsonOf(body);
  if (typeof id !== 'string' || !isStatus(status)) return null;
  const { position, trail } = objectOf(location);
  const place = placeOf(position);
  const shown = place ? [{ ...place, at: timeOf(objectOf(position)['at']) }] : [];
  const changes = listOf(history).flatMap((entry): StatusChange[] => {
    const { status: changed, at: since, by } = objectOf(entry);
    if (!isStatus(changed)) return [];
    return [{ status: changed, at: timeOf(since), by: by === 'operator' ? 'operator' : 'fixes' }];
  });
  const stop = typeof currentStop === 'number' ? currentStop : null;
  return { at, jobId: id, status, currentStop: stop, history: changes, trail: [...trailOf(trail), ...shown] };
};

/** Reads a page of `GET /api/jobs`: its jobs, and the key of the next page. */
export const jobListOf = (body: string): { jobs: { id: string; updatedAt: string }[]; next: string | null } => {
  const { jobs, next } = jsonOf(body);
  const listed = listOf(jobs).flatMap((job) => {
    const { id, updatedAt } = objectOf(job);
    return typeof id === 'string' ? [{ id, updatedAt: String(updatedAt) }] : [];
  });
  return { jobs: listed, next: typeof next === 'string' ? next : null };
};

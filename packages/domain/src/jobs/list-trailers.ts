import type { Battery, Quarantined } from '../fix.ts';
import type { JobId, TrailerId } from '../ids.ts';
import { jobForTrailer } from '../movement/assignment.ts';
import { STANDING_MPS } from '../movement/motion.ts';
import { differingSpeedUnit } from '../movement/speed-unit.ts';
import { trackOf } from '../movement/track.ts';
import type { JobStore } from '../ports/jobs.ts';
import type { LocationStore } from '../ports/locations.ts';
import type { RegisteredTrailer, TrailerRegister } from '../ports/trailer-register.ts';
import { ignoredOf, positionOf, type TrailerPosition } from './read-trailer.ts';

/** Motion of a trailer by its newest fixes. */
export const TRAILER_MOTIONS = ['moving', 'standing'] as const;
export type TrailerMotion = (typeof TRAILER_MOTIONS)[number];

/** One trailer of a list. `heardAt` is its last report (epoch ms), `ignored` the points of its newest reports that do not count. */
export type TrailerSummary = {
  trailerId: TrailerId;
  jobId: JobId | null;
  position: TrailerPosition | null;
  /** Null where the fixes do not tell. */
  motion: TrailerMotion | null;
  battery: Battery | null;
  heardAt: number | null;
  client: string | null;
  ignored: Quarantined[];
};

/** Number of trailers in a page. Each costs one read of its newest reports and notes, and one of its open jobs. */
export const PAGE_TRAILERS = 25;

type Stores = {
  jobs: Pick<JobStore, 'openByTrailer'>;
  locations: Pick<LocationStore, 'latest'>;
  register: Pick<TrailerRegister, 'list'>;
};

/** A position that is lost still tells that the trailer was parked, because a parked trailer has nothing to report. */
const motionAt = (position: TrailerPosition | null): TrailerMotion | null => {
  if (!position) return null;
  if (position.freshness === 'lost') return position.cause === 'parked' ? 'standing' : null;
  return position.speedMps === null ? null : position.speedMps < STANDING_MPS ? 'standing' : 'moving';
};

const summaryOf = async (
  { jobs, locations }: Stores,
  { trailerId, at: registeredAt }: RegisteredTrailer,
  now: number,
): Promise<TrailerSummary> => {
  const [open, latest] = await Promise.all([jobs.openByTrailer(trailerId, now), locations.latest(trailerId, now)]);
  const job = jobForTrailer(open, now);
  const track = trackOf(latest.fixes);
  const position = positionOf(track, job, now, differingSpeedUnit(track, latest.client));
  // The register remembers a report for longer than its fixes are kept.
  const heard = Math.max(latest.heardAt ?? 0, position?.at ?? 0) || registeredAt;
  return {
    trailerId,
    jobId: job?.id ?? null,
    position,
    motion: motionAt(position),
    battery: track.findLast((fix) => fix.battery)?.battery ?? null,
    heardAt: heard > 0 ? Math.min(heard, now) : null,
    client: latest.client,
    ignored: ignoredOf(latest.fixes, track, latest.quarantined),
  };
};

/** Time of registration of a trailer that has never reported. */
const NEVER = 0;

/** Returns the trailers of two lists after an ID, in order, each once. */
const merged = (
  registered: readonly RegisteredTrailer[],
  own: readonly TrailerId[],
  after: TrailerId | null,
): RegisteredTrailer[] => {
  const times = new Map(registered.map(({ trailerId, at }) => [trailerId, at]));
  for (const trailerId of own)
    if ((after === null || trailerId > after) && !times.has(trailerId)) times.set(trailerId, NEVER);
  return [...times].map(([trailerId, at]) => ({ trailerId, at })).sort((a, b) => (a.trailerId < b.trailerId ? -1 : 1));
};

/**
 * Lists one page of the company's trailers and of those that have reported, with or without a job, in the order of their IDs.
 * @param own trailers that are listed even when they have never reported
 * @param after `next` of the page before, null for the first page
 * @param now epoch ms
 */
export const listTrailers = async (
  stores: Stores,
  own: readonly TrailerId[],
  now: number,
  after: TrailerId | null,
): Promise<{ trailers: TrailerSummary[]; next: TrailerId | null }> => {
  const found = merged(await stores.register.list(now, after, PAGE_TRAILERS + 1), own, after);
  const page = found.slice(0, PAGE_TRAILERS);
  const trailers = await Promise.all(page.map((trailer) => summaryOf(stores, trailer, now)));
  return { trailers, next: found.length > page.length ? (page.at(-1)?.trailerId ?? null) : null };
};

import type { Fix } from '../fix.ts';
import type { TrailerId } from '../ids.ts';
import { isCustomerSite, type Job } from '../job.ts';
import { phaseOf } from '../job-status.ts';
import type { Router } from '../ports/travel.ts';
import { type Eta, estimateArrival, type Way } from './estimate-arrival.ts';
import { LOST_MS } from './freshness.ts';
import { distanceM } from './geo.ts';
import { leadingProgress, leftLastStop, progressOfAll } from './progress.ts';
import { trackOf } from './track.ts';
import type { TravelModel } from './travel.ts';

/** Age from which a position gives no arrival time, in ms: the trailer may have been anywhere since. */
const NO_ETA_MS = 60 * 60_000;

/** Sources of an arrival estimate. `router` is null where no engine is configured. Neither ever fails. */
export type Travel = { model: () => Promise<TravelModel>; router: Router | null };

/** Trailers that have come as far as the one that the job shows. */
const leadingTrailers = (job: Job): TrailerId[] => {
  const [first, ...rest] = progressOfAll(job);
  return [first, ...rest].flatMap((one) =>
    one && first && one.status === first.status && one.stop === first.stop ? [one.trailerId] : [],
  );
};

/**
 * Returns the trail, oldest first, of the trailer that the job shows. Of several that have come as far, it is the one nearest to the next
 * stop, among those with a position that is not lost; without any, the one with the newest position.
 */
export const leadingTrail = (job: Job, fixes: readonly Fix[], now: number): readonly Fix[] => {
  const stop = job.stops[job.currentStop];
  const trails = leadingTrailers(job)
    .map((trailer) => trackOf(fixes.filter((fix) => fix.trailerId === trailer)))
    .flatMap((trail) => {
      const newest = trail.at(-1);
      return newest ? [{ trail, newest }] : [];
    })
    .sort((a, b) => b.newest.at - a.newest.at);
  const heard = trails.filter(({ newest }) => now - newest.at <= LOST_MS);
  const nearest = stop ? heard.toSorted((a, b) => distanceM(a.newest, stop) - distanceM(b.newest, stop))[0] : heard[0];
  return (nearest ?? trails[0])?.trail ?? [];
};

/** Returns the remaining stops up to the customer's site, or only the next stop when none of them is at the site. */
const stopsLeft = (job: Job) => {
  const left = job.stops.slice(job.currentStop);
  const site = left.findIndex(isCustomerSite);
  return { hasSite: site >= 0, stops: left.slice(0, site < 0 ? 1 : site + 1) };
};

/** Returns the way of the job's leading trailer; null without one. */
const wayOf = (job: Job, fixes: readonly Fix[], now: number): Way | null => {
  if (leftLastStop(job)) return null;
  const { hasSite, stops } = stopsLeft(job);
  const trail = leadingTrail(job, fixes, now);
  const newest = trail.at(-1);
  const phase = phaseOf(job.status);
  const { since } = leadingProgress(job);
  if (phase === 'standing') {
    return hasSite && stops.length > 1 ? { trail, stops, standingSince: since } : null;
  }
  if (phase !== 'driving') return null;
  return newest && now - newest.at <= NO_ETA_MS ? { trail, stops, standingSince: null, setOutAt: since } : null;
};

/**
 * Returns the ETA of the job's leading trailer to the customer's site, over the stops before it; on the way home, to its next stop.
 * Null at the customer's site, and without a position or with one that is too old.
 * @param fixes recent fixes of the job, in any order
 * @param now epoch ms
 */
export const arrivalOf = (job: Job, fixes: readonly Fix[], now: number, model: TravelModel): Eta | null => {
  const way = wayOf(job, fixes, now);
  return way && estimateArrival(way, now, model);
};

/** Returns the ETA with the company's travel-time model and router. Both are used only for a trailer on its way. */
export const etaOf = async (travel: Travel, job: Job, fixes: readonly Fix[], now: number): Promise<Eta | null> => {
  const way = wayOf(job, fixes, now);
  if (!way) return null;
  const [from, to] = [way.trail.at(-1), way.stops[0]];
  const asked = travel.router !== null && way.standingSince === null && from && to ? travel.router(from, to) : null;
  const [model, route] = await Promise.all([travel.model(), asked]);
  return estimateArrival(way, now, model, route);
};

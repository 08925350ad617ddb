import type { Fix, Freshness } from '../fix.ts';
import { isActive, isCustomerSite, type Job } from '../job.ts';
import { type Eta, estimateArrival } from './eta.ts';
import { distanceM } from './geo.ts';
import { isAhead, leftLastStop } from './status.ts';
import { trackOf } from './track.ts';

/** Whom a customer may call and text, and whose clock the site goes by. */
export type CompanyCard = { name: string; phone: string; textNumber: string; timeZone: string };

const LIVE_MS = 60_000;
const LOST_MS = 15 * 60_000;
const TRAIL_POINTS = 60;

/** The freshness ladder: live < 60 s ≤ recent ≤ 15 min < lost. `ageMs` is the position's age. */
export const freshnessOf = (ageMs: number): Freshness =>
  ageMs < LIVE_MS ? 'live' : ageMs <= LOST_MS ? 'recent' : 'lost';

/** At most `count` of the items, evenly spread, the newest always among them. */
const thin = <T>(items: readonly T[], count: number): T[] => {
  const step = Math.max(1, Math.ceil(items.length / count));
  return items.filter((_, i) => (items.length - 1 - i) % step === 0);
};

/**
 * The trail, oldest first, of the trailer that is nearest to the stop headed for, among those still heard of; of the one heard
 * of last when none is.
 */
const leadingTrail = (job: Job, fixes: readonly Fix[], now: number): Fix[] => {
  const stop = job.stops[job.currentStop];
  const trails = job.trailers
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

/** ETA of the job's leading trailer to the stop it heads for; null at the stop, when none is headed for, and without a position or
 * with a lost one. */
export const etaOf = (job: Job, fixes: readonly Fix[], now: number): Eta | null => {
  const stop = job.stops[job.currentStop];
  const underWay = job.status === 'in_transit' || (job.status === 'en_route_to_next' && !leftLastStop(job));
  if (!stop || !underWay) return null;
  const eta = estimateArrival(leadingTrail(job, fixes, now), stop, now);
  return eta && now - eta.asOf <= LOST_MS ? eta : null;
};

const iso = (at: number) => new Date(at).toISOString();

/**
 * What anybody who follows a job may see of it, in the shape of the `jobLocation` schema. An ended job shows no position, nor
 * does one that is scheduled for another day: where its trailer is until then is somebody else's business.
 * @param fixes recent fixes of the job, in any order
 * @param now epoch ms
 */
export const jobLocationView = (job: Job, fixes: readonly Fix[], now: number, company: CompanyCard) => {
  const active = isActive(job.status);
  const trail = active && !isAhead(job, now) ? leadingTrail(job, fixes, now) : [];
  const newest = trail.at(-1);
  const stop = active && !leftLastStop(job) ? job.stops[job.currentStop] : undefined;
  const eta = active ? etaOf(job, fixes, now) : null;
  return {
    jobId: job.id,
    kind: job.kind,
    status: job.status,
    statusSince: iso(job.history.at(-1)?.at ?? job.createdAt),
    scheduledFor: job.scheduledFor === null ? null : iso(job.scheduledFor),
    trailerCount: job.trailers.length,
    serverTime: iso(now),
    company: { name: company.name, phone: company.phone, textNumber: company.textNumber, timeZone: company.timeZone },
    stop: stop
      ? { kind: stop.kind, lat: stop.lat, lon: stop.lon, radiusM: stop.radiusM, customerSite: isCustomerSite(stop) }
      : null,
    position: newest
      ? {
          trailerId: newest.trailerId,
          lat: newest.lat,
          lon: newest.lon,
          at: iso(newest.at),
          ageS: Math.max(0, Math.round((now - newest.at) / 1000)),
          freshness: freshnessOf(now - newest.at),
          accuracyM: newest.accuracyM,
          speedMps: newest.speedMps,
          headingDeg: newest.headingDeg,
        }
      : null,
    trail: thin(trail, TRAIL_POINTS).map((fix): [number, number, number] => [fix.lat, fix.lon, fix.at]),
    eta: eta
      ? {
          earliest: iso(eta.earliest),
          latest: iso(eta.latest),
          distanceM: eta.distanceM,
          reason: eta.reason,
          asOf: iso(eta.asOf),
        }
      : null,
  };
};

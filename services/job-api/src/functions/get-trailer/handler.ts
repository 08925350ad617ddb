import type { Wire } from '@qdn/contracts';
import {
  drivenM,
  type Fix,
  freshnessOf,
  type Job,
  type JobId,
  type JobStore,
  jobForTrailer,
  motionOf,
  type Quarantined,
  silenceOf,
  type TrailerId,
  trackOf,
} from '@qdn/domain';
import { apiHandler, PRIVATE, requestedTrailer, tokenAuthentication } from '@qdn/lambda';
import type { Dependencies } from '../../dependencies.ts';
import { startOfDay } from '../../start-of-day.ts';

/** Pages of jobs that have ended are read until before today, and no more than so many. */
const MOST_PAGES = 5;

const iso = (at: number) => new Date(at).toISOString();

/** Jobs of this trailer that have ended since a moment. */
const endedSince = async (jobs: Pick<JobStore, 'list'>, trailer: TrailerId, since: number): Promise<JobId[]> => {
  const ended: JobId[] = [];
  let after: string | null = null;
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const read: Awaited<ReturnType<JobStore['list']>> = await jobs.list(['completed', 'cancelled'], after);
    const today = read.jobs.filter(({ updatedAt }) => updatedAt >= since);
    ended.push(...today.filter(({ trailers }) => trailers.includes(trailer)).map(({ id }) => id));
    after = read.next;
    if (!after || today.length < read.jobs.length) break;
  }
  return ended;
};

type Day = { fixes: readonly Fix[]; quarantined: readonly Quarantined[]; heardAt: number | null };

/** What was kept out of the track, by reason, with the newest example: of the quarantine, and of the track itself its jumps. */
const ignoredOf = (fixes: readonly Fix[], track: readonly Fix[], quarantined: readonly Quarantined[]) => {
  const ignored: Record<string, { count: number; last: Quarantined['last'] }> = {};
  const add = ({ reason, count, last }: Quarantined) => {
    const sum = ignored[reason] ?? { count: 0, last: null };
    const newer = last && last.at >= (sum.last?.at ?? Number.NEGATIVE_INFINITY) ? last : sum.last;
    ignored[reason] = { count: sum.count + count, last: newer };
  };
  for (const one of quarantined) add(one);
  const believed = new Set(track.map(({ at }) => at));
  const jumps = new Map(fixes.filter(({ at }) => !believed.has(at)).map((fix) => [fix.at, fix]));
  for (const { at, lat, lon } of jumps.values()) add({ reason: 'jump', count: 1, last: { at, lat, lon } });
  return ignored;
};

const view = (
  trailerId: TrailerId,
  job: Job | null,
  { fixes, quarantined, heardAt }: Day,
  since: number,
  now: number,
): Wire<'trailerState'> => {
  const track = trackOf(fixes);
  const newest = track.at(-1);
  const today = track.filter(({ at }) => at >= since);
  const battery = track.findLast((fix) => fix.battery)?.battery ?? null;
  const freshness = newest ? freshnessOf(now - newest.at) : null;
  const heard = Math.max(heardAt ?? 0, newest?.at ?? 0);
  return {
    trailerId,
    jobId: job?.id ?? null,
    serverTime: iso(now),
    since: iso(since),
    position:
      newest && freshness
        ? {
            lat: newest.lat,
            lon: newest.lon,
            at: iso(newest.at),
            ageS: Math.max(0, Math.round((now - newest.at) / 1000)),
            freshness,
            cause: freshness === 'live' ? null : silenceOf(job ?? { status: 'in_transit' }, track),
            accuracyM: newest.accuracyM,
            ...motionOf(track),
          }
        : null,
    battery,
    heardAt: heard > 0 ? iso(Math.min(heard, now)) : null,
    fixesToday: today.length,
    drivenTodayM: drivenM(today),
    ignoredToday: Object.entries(
      ignoredOf(
        fixes.filter(({ at }) => at >= since),
        track,
        quarantined,
      ),
    ).map(([reason, { count, last }]) => ({
      reason,
      count,
      last: last ? { at: iso(last.at), lat: last.lat, lon: last.lon } : null,
    })),
  };
};

/**
 * `GET /api/trailers/{trailer_id}`: whether a tracker works, for the operator. What it sent today for whichever jobs, and what of
 * that does not count and why.
 */
export const getTrailer = ({ jobs, locations, keyring, company, now, log }: Dependencies) =>
  apiHandler(
    {
      name: 'get-trailer',
      log,
      authenticate: tokenAuthentication({ keyring, audiences: ['operator'], now }),
      body: { as: 'none' },
    },
    async (request) => {
      const trailerId = requestedTrailer(request, request.caller);
      const at = now();
      const since = startOfDay(at, company.timeZone);
      const [active, ended] = await Promise.all([jobs.activeByTrailer(trailerId), endedSince(jobs, trailerId, since)]);
      const candidates = await Promise.all(active.map((id) => jobs.find(id)));
      const assigned = candidates.filter((job) => job?.trailers.includes(trailerId) === true);
      const job = jobForTrailer(assigned.filter((one) => one !== null));
      const day = await locations.since(trailerId, [...new Set([...active, ...ended])], at, since);
      // Parked since yesterday, it was somewhere all the same.
      const before = job && day.fixes.length === 0 ? await locations.recent(job.id, at, 1) : [];
      const known = { ...day, fixes: [...before.filter((fix) => fix.trailerId === trailerId), ...day.fixes] };
      return { status: 200, json: view(trailerId, job, known, since, at), headers: PRIVATE };
    },
  );

import { type LatLon, moved } from '../geography/index.ts';
import type { JobStatus, PageView, Sighting, StatusChange } from '../score/observations.ts';
import type { Leg, Truth, Visit } from '../trucks/truth.ts';

const MINUTE_MS = 60_000;
/** Monday, 30 November 2026, 8:00 in Austin. */
export const EIGHT = Date.UTC(2026, 10, 30, 14);
/** Returns a time on that day, epoch ms. @param clock `9:05` */
export const clockTime = (clock: string): number => {
  const [hours = 0, minutes = 0] = clock.split(':').map(Number);
  return EIGHT + ((hours - 8) * 60 + minutes) * MINUTE_MS;
};

export const SITE: LatLon = { lat: 30.27, lon: -97.74 };
/** Returns a place that is some m to the east of the site. */
export const besideSite = (eastM: number): LatLon => moved(SITE, 0, eastM);

/** A drive to a stop and the stay there, by the clock. */
export type Drive = {
  jobId: string;
  stop?: number;
  kind?: Visit['kind'];
  setOut: string;
  arrived: string;
  left: string;
};

/** Returns the truth of a trailer's day. */
export const truthOf = (drives: readonly Drive[], changes: Partial<Truth> & { trailerId?: string } = {}): Truth => {
  const trailerId = changes.trailerId ?? 'T1';
  const legs = drives.map(
    ({ jobId, stop = 0, setOut, arrived }): Leg => ({
      ...{ jobId, stop, setOutAt: clockTime(setOut), arrivedAt: clockTime(arrived), distanceM: 9000, pausedMs: 0 },
    }),
  );
  const visits = drives.map(
    ({ jobId, stop = 0, kind = 'drop_off', arrived, left }): Visit => ({
      ...{
        jobId,
        stop,
        kind,
        trailerId,
        siteId: jobId,
        sitePlace: SITE,
        stoodAt: SITE,
        parked: 'on-site',
        outings: [],
      },
      ...{
        arrivedAt: clockTime(arrived),
        unloadingAt: clockTime(arrived),
        unloadedAt: clockTime(left) - 2 * MINUTE_MS,
      },
      leftAt: clockTime(left),
    }),
  );
  const day = { from: EIGHT - 8 * 60 * MINUTE_MS, to: EIGHT + 16 * 60 * MINUTE_MS };
  return { trailerId, ...day, legs, visits, incidents: [], unfinishedJobIds: [], ...changes };
};

/** An entry of a history by the clock: `['9:05', 'at_site']`; a third value says who made it. */
export type Entry = readonly [at: string, status: JobStatus, by?: StatusChange['by']];

/** Returns what the team sees a minute after each entry of a history. */
export const sightingsOf = (jobId: string, entries: readonly Entry[], delayMin = 1): Sighting[] => {
  const history: StatusChange[] = [{ status: 'scheduled', at: EIGHT - 60 * MINUTE_MS, by: 'operator' }];
  return entries.map(([at, status, by = 'fixes']) => {
    history.push({ status, at: clockTime(at), by });
    return {
      at: clockTime(at) + delayMin * MINUTE_MS,
      jobId,
      status,
      currentStop: null,
      history: [...history],
      trail: [],
    };
  });
};

/** Returns a customer's view in which nothing is shown, with changes. */
export const viewOf = (jobId: string, clock: string, changes: Partial<PageView> = {}): PageView => ({
  ...{ at: clockTime(clock), jobId, moment: 'under-way', responded: 200, status: 'in_transit', stop: null },
  ...{ position: null, trail: [], range: null, besideM: null, lastHeard: null },
  ...changes,
});

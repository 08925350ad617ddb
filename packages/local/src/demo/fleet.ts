import { pathTo } from '@qdn/contracts';
import { postTrailerLocation, reportLocation } from '@qdn/contracts/routes';
import type { Place, TrailerId } from '@qdn/domain';
import { CARTER, LANDFILL_TO_YARD, LOPEZ_TO_LANDFILL, YARD, YARD_TO_LOPEZ } from '@qdn/domain/testing/austin-roads';
import { driveAt, drivingMs, fixAt, type Leg, type State } from './drive.ts';
import type { demoJobIds } from './jobs.ts';

type JobIds = ReturnType<typeof demoJobIds>;

const MINUTE_MS = 60_000;

/** T1's round: to Maria Lopez, to the landfill, back to the yard. */
const ROUND: Leg[] = [
  {
    path: YARD_TO_LOPEZ,
    standMs: 3 * MINUTE_MS,
    driving: { status: 'in_transit', currentStop: 0 },
    standing: { status: 'at_site', currentStop: 0 },
  },
  {
    path: LOPEZ_TO_LANDFILL,
    standMs: 3 * MINUTE_MS,
    driving: { status: 'en_route_to_next', currentStop: 1 },
    standing: { status: 'at_site', currentStop: 1 },
  },
  {
    path: LANDFILL_TO_YARD,
    standMs: 2 * MINUTE_MS,
    driving: { status: 'en_route_to_next', currentStop: 2 },
    standing: { status: 'at_site', currentStop: 2 },
  },
];
/** Time since the start of T1's round when the demo begins: six minutes before Maria Lopez. */
const headStartMs = (): number => ROUND.slice(0, 1).reduce((sum, leg) => sum + drivingMs(leg), -6 * MINUTE_MS);

const T1_EVERY_MS = 5000;
const PARKED_EVERY_MS = 15_000;

/** Calls the API as a device or an operator. @throws Error for any status except 2xx */
export type Api = {
  asDevice(trailerId: string, path: string, body: unknown): Promise<void>;
  setState(jobId: string, state: State): Promise<void>;
};

/** Parked trailers: T2 and T4 at Sam Carter's site, T3 in the yard. Each uses the format of another GPS client. */
const parked: Array<{
  trailerId: TrailerId;
  place: Place;
  report: (api: Api, ids: JobIds, at: number) => Promise<void>;
}> = [
  {
    trailerId: 'T2' as TrailerId,
    place: CARTER,
    report: (api, ids, at) => {
      const { lat, lon, accuracyM } = fixAt('T2' as TrailerId, { place: CARTER, speedMps: 0, headingDeg: 0 }, at);
      return api.asDevice('T2', pathTo(reportLocation, { job_id: ids.t2 }), {
        lat,
        lon,
        accuracyM,
        speedMps: 0,
        at: new Date(at).toISOString(),
      });
    },
  },
  {
    trailerId: 'T3' as TrailerId,
    place: YARD,
    report: (api, _ids, at) => {
      const { lat, lon } = fixAt('T3' as TrailerId, { place: YARD, speedMps: 0, headingDeg: 0 }, at);
      const query = new URLSearchParams({
        id: 'T3',
        lat: String(lat),
        lon: String(lon),
        timestamp: String(Math.floor(at / 1000)),
        speed: '0',
        batt: '88',
      });
      return api.asDevice('T3', `${pathTo(postTrailerLocation, { trailer_id: 'T3' })}?${query}`, null);
    },
  },
  {
    trailerId: 'T4' as TrailerId,
    place: { lat: CARTER.lat + 0.0002, lon: CARTER.lon + 0.0002 },
    report: (api, _ids, at) => {
      const { lat, lon, accuracyM } = fixAt(
        'T4' as TrailerId,
        { place: { lat: CARTER.lat + 0.0002, lon: CARTER.lon + 0.0002 }, speedMps: 0, headingDeg: 0 },
        at,
      );
      return api.asDevice('T4', pathTo(postTrailerLocation, { trailer_id: 'T4' }), {
        _type: 'location',
        lat,
        lon,
        acc: accuracyM,
        vel: 0,
        tst: Math.floor(at / 1000),
      });
    },
  },
];

/** A trailer of the demo that stands, and its place: a position there is accepted whenever it is reported. */
export const PARKED_EXAMPLE = { trailerId: 'T2', place: CARTER };

/** Returns the state of T1's job at a moment, so that a demo that was stopped continues correctly. */
export const stateOfT1 = (startedAt: number, now: number): State =>
  driveAt(ROUND, now - startedAt + headStartMs()).state;

/**
 * Drives the demo's trailers until it is stopped: T1 on its round, the others parked.
 * @param startedAt when the demo first began, epoch ms
 */
export const startFleet = (api: Api, ids: JobIds, startedAt: number, onError: (error: unknown) => void) => {
  const timers: NodeJS.Timeout[] = [];
  const every = (ms: number, task: (at: number) => Promise<void>) => {
    let busy = false;
    const tick = async () => {
      if (busy) return;
      busy = true;
      await task(Date.now()).catch(onError);
      busy = false;
    };
    timers.push(setInterval(tick, ms));
    void tick();
  };
  let round = Number.NaN;
  every(T1_EVERY_MS, async (at) => {
    const where = driveAt(ROUND, at - startedAt + headStartMs());
    const begins = where.state.currentStop === 0 && where.state.status === 'in_transit' && round > 0;
    if (begins) await api.setState(ids.t1, where.state);
    round = where.state.currentStop;
    const { lat, lon, accuracyM, speedMps, headingDeg } = fixAt('T1' as TrailerId, where, at);
    await api.asDevice('T1', pathTo(reportLocation, { job_id: ids.t1 }), {
      lat,
      lon,
      accuracyM,
      speedMps,
      ...(headingDeg === null ? {} : { headingDeg }),
      at: new Date(at).toISOString(),
    });
  });
  for (const { report } of parked) every(PARKED_EVERY_MS, (at) => report(api, ids, at));
  return {
    stop: (): void => {
      for (const timer of timers) clearInterval(timer);
    },
  };
};

import { isCustomerSite, isInEffect, type Job, type Stop } from '../job.ts';
import { isActive, phaseOf } from '../job-status.ts';
import { distanceM, type Place } from './geo.ts';

/*
 * The place where trailers really stand at an address, learned from visits. Pins are in the middle of a lot, on the wrong side of a river or
 * at the office of a farm; the truck stands at the gate. At the next job there, a stand at that place counts like one at the address.
 */

/**
 * A finished visit beside its stop: it began at `at` (epoch ms); the stop as it was booked, and the place of the stand, in WGS 84 degrees.
 * `isConfirmed`: a person has said that it was a visit. `id` names the visit: late fixes replace its sample.
 */
export type SiteSample = { id: string; at: number; stop: Place; site: Place; isConfirmed: boolean };

/** Limits of a visit that says where a site is: its shortest stay, in ms, and the distance from the stop, in m. */
const SHORTEST_STAY_MS = 5 * 60_000;
const LEAST_BESIDE_M = 40;
const MOST_BESIDE_M = 600;
/** Distance in m up to which one visit is enough. A stand farther away may have been lunch: then a second visit, or a person, agrees. */
const SURE_M = 150;
/** Distance in m within which two visits agree, and within which two stops are the same address. */
const AGREEING_M = 60;
const SAME_STOP_M = 30;
/** Maximum number of samples, and of those of one address: the newest. */
const SAMPLES_KEPT = 80;
const OF_ONE_STOP = 3;

const degrees = (value: number): number => Math.round(value * 1e5) / 1e5;
const rounded = ({ lat, lon }: Place): Place => ({ lat: degrees(lat), lon: degrees(lon) });

/** Returns the samples of a job's finished visits at its customer's stops. Those that were taken back say nothing. */
export const siteSamples = (job: Job): SiteSample[] => {
  const history = job.history.filter(isInEffect);
  return history.flatMap((came, i): SiteSample[] => {
    const stop = job.stops[came.stop ?? -1];
    if (phaseOf(came.status) !== 'standing' || !came.place || !stop || !isCustomerSite(stop)) return [];
    const next = history
      .slice(i + 1)
      .find((one) => !one.trailerId || !came.trailerId || one.trailerId === came.trailerId);
    const isOver = next && (phaseOf(next.status) === 'driving' || !isActive(next.status));
    if (!isOver || next.at - came.at < SHORTEST_STAY_MS) return [];
    const metres = distanceM(came.place, stop);
    if (metres < LEAST_BESIDE_M || metres > MOST_BESIDE_M) return [];
    const id = `${job.id}#${came.stop}${came.trailerId ? `#${came.trailerId}` : ''}`;
    return [{ id, at: came.at, stop: rounded(stop), site: rounded(came.place), isConfirmed: came.by !== 'fixes' }];
  });
};

const isSameStop = (a: Place, b: Place): boolean => distanceM(a, b) <= SAME_STOP_M;

/** Adds samples, and keeps the newest of each address. @returns the same list when nothing is new */
export const withSites = (known: readonly SiteSample[], found: readonly SiteSample[]): readonly SiteSample[] => {
  const all = [...new Map([...known, ...found].map((one) => [one.id, one])).values()].toSorted((a, b) => a.at - b.at);
  const kept = all
    .filter((one, i) => all.slice(i + 1).filter((other) => isSameStop(other.stop, one.stop)).length < OF_ONE_STOP)
    .slice(-SAMPLES_KEPT);
  return JSON.stringify(kept) === JSON.stringify(known) ? known : kept;
};

/** Returns the place where trailers stand at a stop; null where no visit has told it, or where visits differ. */
export const siteOf = (samples: readonly SiteSample[], stop: Pick<Stop, 'lat' | 'lon'>): Place | null => {
  const own = samples.filter((one) => isSameStop(one.stop, stop));
  const newest = own.findLast(({ isConfirmed }) => isConfirmed) ?? own.at(-1);
  if (!newest) return null;
  const agreeing = own.filter(({ site }) => distanceM(site, newest.site) <= AGREEING_M);
  const isSure = newest.isConfirmed || agreeing.length > 1 || distanceM(newest.site, newest.stop) <= SURE_M;
  if (!isSure) return null;
  const mean = (of: (place: Place) => number) =>
    agreeing.reduce((sum, { site }) => sum + of(site), 0) / agreeing.length;
  return { lat: mean(({ lat }) => lat), lon: mean(({ lon }) => lon) };
};

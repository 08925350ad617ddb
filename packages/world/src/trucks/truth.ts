import type { LatLon } from '../geography/index.ts';
import type { StopKind } from './plan.ts';

/** A drive to a stop. All times are epoch ms. */
export type Leg = {
  jobId: string;
  /** Number of the stop in the job, from 0 on. */
  stop: number;
  /** Time at which the truck left the yard or the stop before. Pauses are a part of the leg. */
  setOutAt: number;
  /** First time that it stands at the stop; null after a breakdown on the way. */
  arrivedAt: number | null;
  distanceM: number;
  /** Times for lunch and fuel on the way, in ms. */
  pausedMs: number;
};

/** A stay at a stop: from the first time that the trailer stands there until it has left for good. */
export type Visit = {
  jobId: string;
  stop: number;
  kind: StopKind;
  trailerId: string;
  siteId: string;
  /** The place where people expect the trailer. */
  sitePlace: LatLon;
  /** The place where it stands. */
  stoodAt: LatLon;
  parked: 'on-site' | 'across-the-street';
  arrivedAt: number;
  unloadingAt: number;
  unloadedAt: number;
  leftAt: number;
  /** The customer keeps the trailer: `leftAt` is the time when the truck drove home without it. */
  leftBehind?: true;
  /** Drives away from the stop and back to it, within the visit. */
  outings: readonly { kind: 'round-the-block' | 'fetch'; leftAt: number; returnedAt: number; farthestM: number }[];
};

export type Incident = {
  kind: 'lunch' | 'fuel' | 'shunt' | 'u-turn' | 'wrong-turn' | 'pass-by' | 'breakdown';
  from: number;
  to: number;
  place: LatLon;
  /** The job that the truck works on; null in the yard. */
  jobId: string | null;
  /** Of a pass: the customer's site and the least distance from it, in m. */
  passed?: { siteId: string; distanceM: number };
};

/** All that happened to a trailer on a day. */
export type Truth = {
  trailerId: string;
  /** The day, epoch ms: from midnight to midnight. */
  from: number;
  to: number;
  legs: readonly Leg[];
  visits: readonly Visit[];
  incidents: readonly Incident[];
  /** Jobs of the plan that this trailer did not finish: after a breakdown, or because the day was over. */
  unfinishedJobIds: readonly string[];
};

import type { Place } from '../movement/geo.ts';
import type { TravelRecord } from '../movement/travel.ts';

/** Store of a company's own drives. `version` counts writes; 0 before the first. */
export type TravelStore = {
  read(): Promise<{ record: TravelRecord; version: number }>;
  /** Replaces the record if it is still at that version; false when another writer was first. */
  replace(record: TravelRecord, version: number): Promise<boolean>;
};

/** A route: its length in m, and its duration in s when the engine knows the traffic. */
export type Route = { distanceM: number; seconds: number | null };

/** A router. Returns null when it finds no route or does not answer in time; it never throws. */
export type Router = (from: Place, to: Place) => Promise<Route | null>;

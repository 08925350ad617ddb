import type { Place } from '../movement/geo.ts';
import type { TravelRecord } from '../movement/travel.ts';

/** Where a company's own drives are kept. `version` counts writes; 0 before the first. */
export type TravelStore = {
  read(): Promise<{ record: TravelRecord; version: number }>;
  /** Replaces what was read at that version; false when somebody else has meanwhile. */
  replace(record: TravelRecord, version: number): Promise<boolean>;
};

/** A way along roads, in metres, and in seconds where the engine knows of the traffic. */
export type Route = { distanceM: number; seconds: number | null };

/** A road engine. Null when it knows no way, or does not answer in time: it never throws, the ETA does without. */
export type Roads = (from: Place, to: Place) => Promise<Route | null>;

import type { JobId, TrailerId } from '../ids.ts';
import type { JobStatus } from '../job-status.ts';
import type { FollowOptions } from '../movement/follow-trailer.ts';
import type { Travel } from '../movement/job-eta.ts';
import type { LocationStore } from '../ports/locations.ts';
import type { TravelStore } from '../ports/travel.ts';
import type { NoticePolicy, NoticeQueue } from '../relay/notice.ts';
import type { AlertQueue } from '../relay/owner-alert.ts';
import type { HeardFrom } from './heard-from.ts';
import type { JobCache } from './job-cache.ts';
import type { Quarantine } from './quarantine.ts';

/** An event for the log. The reporting device does not see it. */
export type TelemetryEvent =
  | { kind: 'status-changed'; jobId: JobId; from: JobStatus; to: JobStatus }
  /** A separate write of refused points failed; they stay in memory for the next write. */
  | { kind: 'quarantine-not-stored'; trailerId: TrailerId; error: unknown }
  /** A trailer that reported is not in the register yet; its next report registers it. */
  | { kind: 'trailer-not-registered'; trailerId: TrailerId; error: unknown }
  /** A finished drive was not added to the travel-time model's samples. */
  | { kind: 'sample-not-stored'; jobId: JobId; error: unknown };

/** Ports of the telemetry use cases. `now` returns epoch ms. */
export type TelemetryDependencies = {
  jobs: JobCache;
  locations: LocationStore;
  quarantine: Quarantine;
  /** Trailers that have reported. */
  heardFrom: HeardFrom;
  /** Rules by which jobs follow their trailers. */
  follow: FollowOptions;
  /** Arrival times for notices to customers. */
  travel: Travel;
  /** Samples of the travel-time model, and the company's time zone (IANA name). */
  samples: { store: TravelStore; timeZone: string };
  /** Notices to customers: the kinds that are sent, and the queue that takes the orders. */
  notices: { queue: NoticeQueue; policy: NoticePolicy };
  /** Texts to the operator about trailers; left out without an operator. `isMoveTold`: also about moves at night without a job. */
  alerts?: { queue: AlertQueue; isMoveTold: boolean };
  now: () => number;
  emit: (event: TelemetryEvent) => void;
};

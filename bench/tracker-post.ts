import {
  createHeardFrom,
  createJobCache,
  createQuarantine,
  type Fix,
  type JobId,
  type JobStore,
  type LocationStore,
} from '@qdn/domain';
import { aCompany, memoryRegister, memoryTravel, typicalTravel } from '@qdn/domain/testing';
import type { Keyring } from '@qdn/lambda';
import { apiEvent } from '@qdn/lambda/testing';
import type { TrackerDependencies } from '@qdn/telemetry-ingest/dependencies';

/** A log that is not kept. */
export const quiet = { info: () => {}, warn: () => {}, error: () => {}, measure: () => {} };

type Measured = {
  jobs: Pick<JobStore, 'find' | 'update' | 'openByTrailer' | 'endedByTrailer'>;
  locations: LocationStore;
  keyring: Keyring;
  /** The time of a request, epoch ms. */
  now: () => number;
};

/** Returns the dependencies of a new container: the stores that are measured, and everything else in memory. */
export const trackerDependencies = ({ jobs, locations, keyring, now }: Measured): TrackerDependencies => ({
  units: new Map(),
  ownTracksKeys: () => [],
  jobs: createJobCache(jobs, now),
  locations,
  quarantine: createQuarantine(now),
  heardFrom: createHeardFrom(memoryRegister(), now),
  follow: { ownPlaces: [], completes: true },
  travel: typicalTravel,
  samples: { store: memoryTravel(), timeZone: 'America/Chicago' },
  notices: { queue: { send: async () => {} }, policy: { ...aCompany().policy.notices, kinds: [] } },
  keyring: async () => keyring,
  now,
  emit: () => {},
  log: quiet,
});

/** A fix as our own API takes it. */
type WireFix = { at: string } & Pick<Fix, 'lat' | 'lon' | 'accuracyM' | 'speedMps'>;

/** Returns a fix as our own API takes it. */
export const wireFix = ({ at, lat, lon, accuracyM, speedMps }: Omit<Fix, 'trailerId' | 'headingDeg'>): WireFix => ({
  at: new Date(at).toISOString(),
  lat,
  lon,
  accuracyM,
  speedMps,
});

/** Returns the event of a tracker's post. */
export const postEvent = (jobId: JobId, token: string, body: string): ReturnType<typeof apiEvent> =>
  apiEvent({
    method: 'POST',
    pathParameters: { job_id: jobId },
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body,
  });

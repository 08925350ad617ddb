import type { Job, NoticeKind } from '../job.ts';
import type { NoticeOrder, NoticeQueue } from '../relay/notice.ts';
import { DEFAULT_POLICY } from '../relay/policy.ts';
import type { TelemetryDependencies, TelemetryEvent } from '../telemetry/dependencies.ts';
import { createHeardFrom } from '../telemetry/heard-from.ts';
import { createJobCache } from '../telemetry/job-cache.ts';
import { createQuarantine } from '../telemetry/quarantine.ts';
import { memoryJobs } from './memory-jobs.ts';
import { memoryLocations } from './memory-locations.ts';
import { memoryRegister } from './memory-register.ts';
import { memoryTravel, typicalTravel } from './memory-travel.ts';
import { aJob } from './samples.ts';

export const NOW = Date.UTC(2026, 10, 23, 15);

/** Makes the telemetry use cases' ports in memory, with a clock that the test may set. */
export const aTelemetry = (
  initial: readonly Job[] = [aJob()],
  changes: Partial<Pick<TelemetryDependencies, 'locations'>> & { kinds?: readonly NoticeKind[] } = {},
) => {
  const jobs = memoryJobs(initial);
  const locations = memoryLocations();
  const samples = memoryTravel();
  const register = memoryRegister();
  const clock = { now: NOW };
  const orders: NoticeOrder[] = [];
  const events: TelemetryEvent[] = [];
  const queue: NoticeQueue = {
    send: async (order) => {
      orders.push(order);
    },
  };
  const dependencies: TelemetryDependencies = {
    jobs: createJobCache(jobs, () => clock.now),
    locations: changes.locations ?? locations,
    quarantine: createQuarantine(() => clock.now),
    heardFrom: createHeardFrom(register, () => clock.now),
    follow: { ownPlaces: [], completes: true },
    travel: typicalTravel,
    samples: { store: samples, timeZone: 'America/Chicago' },
    notices: { queue, policy: { ...DEFAULT_POLICY.notices, kinds: changes.kinds ?? [] } },
    now: () => clock.now,
    emit: (event) => void events.push(event),
  };
  return { dependencies, jobs, locations, register, samples, clock, orders, events };
};

import type { PhoneNumber } from '../ids.ts';
import type { Job } from '../job.ts';
import { JOB_STATUSES } from '../job-status.ts';
import type { JobStore } from '../ports/jobs.ts';
import type { KnownPlace } from './find-place.ts';

/** Jobs whose places are offered, those changed last: a limit on reads, whatever the company's age. */
const JOBS_READ = 30;
/** Time for which their places are kept in memory, in ms: a person types several places in a row. */
const KEPT_MS = 60_000;

type Jobs = Pick<JobStore, 'list' | 'find' | 'activeByPhone'>;

const placesIn = (jobs: ReadonlyArray<Job | null>): KnownPlace[] =>
  jobs
    .filter((job) => job !== null)
    .flatMap(({ id, customer, stops }) =>
      stops.map(({ address, lat, lon }) => ({ name: `${id}, ${customer.name}`, address, lat, lon, kind: null })),
    );

/**
 * Returns readers of the places of recent jobs, newest first.
 * @param now returns epoch ms
 */
export const usedPlaces = (jobs: Jobs, now: () => number) => {
  let kept: { jobs: Promise<Array<Job | null>>; at: number } | null = null;
  const read = async (): Promise<Array<Job | null>> => {
    const { jobs: recent } = await jobs.list(JOB_STATUSES, null);
    return Promise.all(recent.slice(0, JOBS_READ).map(({ id }) => jobs.find(id)));
  };
  const recentJobs = (): Promise<Array<Job | null>> => {
    if (!kept || now() - kept.at > KEPT_MS) {
      kept = { jobs: read(), at: now() };
      // A failure is not kept.
      kept.jobs.catch(() => {
        kept = null;
      });
    }
    return kept.jobs;
  };
  return {
    recent: async (): Promise<KnownPlace[]> => placesIn(await recentJobs()),
    /** Places at which a customer has had a trailer, newest first. */
    ofCustomer: async (phone: PhoneNumber): Promise<KnownPlace[]> => {
      const ids = await jobs.activeByPhone(phone);
      const recent = await recentJobs();
      const active = await Promise.all(
        ids.filter((id) => !recent.some((job) => job?.id === id)).map((id) => jobs.find(id)),
      );
      const own = [...recent, ...active].filter((job) => job?.customer.phone === phone);
      const stops = own.map(
        (job) => job && { ...job, stops: job.stops.filter(({ kind }) => kind === 'drop_off' || kind === 'pickup') },
      );
      const places = placesIn(stops);
      return places.filter(({ address }, i) => places.findIndex((other) => other.address === address) === i);
    },
  };
};

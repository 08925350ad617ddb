import type { Running } from '../banner.ts';
import type { LocalTokens } from '../local-tokens.ts';
import type { createApi } from './api.ts';
import { type Api, startFleet, stateOfT1 } from './fleet.ts';
import { demoJobIds, demoJobs } from './jobs.ts';

export type DemoOptions = {
  api: ReturnType<typeof createApi>;
  tokens: LocalTokens;
  edgeUrl: string;
  jobPrefix: string;
  /** Time of the first start, epoch ms. */
  startedAt: number;
  onError: (error: unknown) => void;
};

/** Creates the demo's jobs through the API, unless they exist, and sets the state of each. */
const seed = async (
  api: Api & Pick<ReturnType<typeof createApi>, 'createJob'>,
  ids: ReturnType<typeof demoJobIds>,
  startedAt: number,
): Promise<void> => {
  for (const job of demoJobs(startedAt, ids)) await api.createJob(job);
  await api.setState(ids.t1, stateOfT1(startedAt, Date.now()));
  await api.setState(ids.t2, { status: 'at_site', currentStop: 0 });
};

/** Starts the demo: three jobs and four trailers. */
export const startDemo = async ({ api, tokens, edgeUrl, jobPrefix, startedAt, onError }: DemoOptions) => {
  const ids = demoJobIds(jobPrefix);
  await seed(api, ids, startedAt);
  const fleet = startFleet(api, ids, startedAt, onError);
  const listed = await api.listJobs();
  const jobs: Running['jobs'] = listed.map((job) => ({
    id: job.id,
    customer: job.customerName,
    status: job.status,
    trailers: [...job.trailers],
    link: `${edgeUrl}/track?job_id=${tokens.tracking(job.id, job.accountId, startedAt)}`,
  }));
  return { jobs, stop: () => fleet.stop() };
};

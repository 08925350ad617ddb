import type { ReadDossier } from '../ports/dossier.ts';
import type { JobStore } from '../ports/jobs.ts';
import type { RelayStore } from '../ports/relay.ts';

/** Dossiers out of a job store and a relay store, one read of each. */
export const memoryDossier =
  (jobs: Pick<JobStore, 'find'>, relay: Pick<RelayStore, 'timeline'>): ReadDossier =>
  async (id) => {
    const job = await jobs.find(id);
    return job && { job, timeline: await relay.timeline(id) };
  };

import type { Job, StatusChange } from '../job.ts';
import { derivedState } from '../movement/progress.ts';

/** Returns the job with a change of one of its trailers, and the state that follows from it. @param now epoch ms */
export const withChange = (job: Job, change: StatusChange, now: number): Job => {
  const changed: Job = { ...job, history: [...job.history, change], updatedAt: now };
  return { ...changed, ...derivedState(changed) };
};

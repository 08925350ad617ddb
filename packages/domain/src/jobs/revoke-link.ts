import type { JobId, LinkId } from '../ids.ts';
import type { Job } from '../job.ts';
import type { JobStore } from '../ports/jobs.ts';
import type { RevokedLinks } from '../ports/revoked-links.ts';
import { changeJob } from './change-job.ts';

/** Maximum life of a link (schema createTrackingLink), in ms; after it the edge may forget a revocation. */
const MAX_LINK_LIFE_MS = 30 * 24 * 3_600_000;

/**
 * Revokes a tracking link: first at the origin, then at the edge. When the edge fails, the caller repeats the request; meanwhile only
 * the origin refuses the link.
 * @returns the job, null when there is none
 * @throws ProductError `conflict` or `unavailable`
 */
export const revokeLink = async (
  {
    jobs,
    revokedLinks,
    now,
  }: { jobs: Pick<JobStore, 'find' | 'update'>; revokedLinks: RevokedLinks; now: () => number },
  id: JobId,
  linkId: LinkId,
): Promise<Job | null> => {
  const revoked = await changeJob(
    jobs,
    async () => {
      const job = await jobs.find(id);
      return job && { job };
    },
    (job) => ({ ...job, revokedLinks: [...new Set([...job.revokedLinks, linkId])], updatedAt: now() }),
  );
  if (!revoked) return null;
  await revokedLinks.add(linkId, now() + MAX_LINK_LIFE_MS);
  return revoked.job;
};

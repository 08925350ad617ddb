import type { RevokedLinks } from '@qdn/aws/revoked-links';
import { ProductError, parseLinkId } from '@qdn/domain';
import { apiHandler, noSuchJob, requestedJob, tokenAuthentication } from '@qdn/lambda';
import type { Dependencies } from '../../dependencies.ts';

/** No link lives longer (schema createTrackingLink), so the edge may forget a revocation after this, in ms. */
const LONGEST_LINK_MS = 30 * 24 * 3_600_000;

/** `DELETE /api/jobs/{job_id}/tracking-links/{link_id}`: the origin refuses the link from now on, and then the edge does. */
export const revokeTrackingLink = ({
  jobs,
  keyring,
  now,
  log,
  revokedLinks,
}: Dependencies & { revokedLinks: RevokedLinks }) =>
  apiHandler(
    {
      name: 'revoke-tracking-link',
      log,
      authenticate: tokenAuthentication({ keyring, audiences: ['operator'], now }),
      body: { as: 'none' },
    },
    async (request) => {
      const job = await jobs.find(requestedJob(request, request.caller));
      if (!job) throw noSuchJob(request.caller);
      const linkId = parseLinkId(request.pathParameters['link_id'] ?? '');
      if (!linkId)
        throw new ProductError(
          'job-not-found',
          'A link ID is 8 to 16 letters and digits: the `linkId` of the answer that made it.',
        );
      if (!job.revokedLinks.includes(linkId)) {
        await jobs.update({
          ...job,
          revokedLinks: [...job.revokedLinks, linkId],
          updatedAt: now(),
          version: job.version + 1,
        });
      }
      // Also when the job has it already: a first try may have failed between the two.
      await revokedLinks.add(linkId, now() + LONGEST_LINK_MS);
      return { status: 204 };
    },
  );

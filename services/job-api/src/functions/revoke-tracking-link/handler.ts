import type { RevokedLinks } from '@qdn/aws/revoked-links';
import { ProductError, parseLinkId } from '@qdn/domain';
import { apiHandler, noSuchJob, requestedJob, tokenAuthentication } from '@qdn/lambda';
import { changeJob } from '../../change-job.ts';
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
      const id = requestedJob(request, request.caller);
      const linkId = parseLinkId(request.pathParameters['link_id'] ?? '');
      if (!linkId) {
        throw new ProductError('schema-violation', 'A link ID is the `linkId` of the answer that made the link.', {
          violations: [{ pointer: '/link_id', detail: 'must be 8 to 16 letters, digits, `_` or `-`' }],
        });
      }
      const revoked = await changeJob(
        jobs,
        async () => {
          const job = await jobs.find(id);
          return job && { job };
        },
        (job) => ({ ...job, revokedLinks: [...new Set([...job.revokedLinks, linkId])], updatedAt: now() }),
      );
      if (!revoked) throw noSuchJob(request.caller);
      // The edge comes second: should it fail, the caller tries again, and until then the origin alone refuses.
      await revokedLinks.add(linkId, now() + LONGEST_LINK_MS);
      return { status: 204 };
    },
  );

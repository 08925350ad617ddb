import * as routes from '@qdn/contracts/routes';
import { type LinkId, noSuchJob, parseLinkId, type RevokedLinks, revokeLink } from '@qdn/domain';
import { apiHandler, type Received, requestedJob, tokenAuthentication } from '@qdn/lambda';
import type { Dependencies } from '../../dependencies.ts';
import { refusedParameter } from '../../refused-parameter.ts';

/** @throws ProductError `schema-violation` when the path's segment is not a link ID */
const requestedLink = ({ pathParameters }: Received): LinkId => {
  const linkId = parseLinkId(pathParameters['link_id'] ?? '');
  if (linkId) return linkId;
  throw refusedParameter(
    'link_id',
    'must be 8 to 16 letters, digits, `_` or `-`',
    'The link ID is not valid. Use the `linkId` from the answer that created the link.',
  );
};

/** `DELETE /api/jobs/{job_id}/tracking-links/{link_id}`: from now on the origin refuses the link, and then the edge does. */
export const revokeTrackingLink = ({
  jobs,
  keyring,
  now,
  log,
  revokedLinks,
}: Dependencies & { revokedLinks: RevokedLinks }) =>
  apiHandler(
    routes.revokeTrackingLink,
    {
      log,
      authenticate: tokenAuthentication(routes.revokeTrackingLink, { keyring, now }),
    },
    async (request) => {
      const id = requestedJob(request, request.caller);
      const job = await revokeLink({ jobs, revokedLinks, now }, id, requestedLink(request));
      if (!job) throw noSuchJob(request.caller);
      return { status: 204 };
    },
  );

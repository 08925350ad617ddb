import { randomBytes } from 'node:crypto';
import type { Wire } from '@qdn/contracts';
import { validate as isCreateTrackingLink } from '@qdn/contracts/validators/createTrackingLink';
import type { LinkId } from '@qdn/domain';
import { apiHandler, noSuchJob, PRIVATE, requestedJob, signToken, tokenAuthentication } from '@qdn/lambda';
import type { Dependencies } from '../../dependencies.ts';

const DEFAULT_HOURS = 72;
/** 48 random bits: a link's ID is no secret, it only has to be its own. */
const newLinkId = () => randomBytes(6).toString('base64url') as LinkId;

/** `POST /api/jobs/{job_id}/tracking-links`: mints a link; nothing is stored, since the token carries everything. */
export const createTrackingLink = ({ jobs, keyring, publicUrl, now, log }: Dependencies) =>
  apiHandler(
    {
      name: 'create-tracking-link',
      log,
      authenticate: tokenAuthentication({ keyring, audiences: ['operator'], now }),
      body: { as: 'json', validate: isCreateTrackingLink },
    },
    async (request) => {
      const job = await jobs.find(requestedJob(request, request.caller));
      if (!job) throw noSuchJob(request.caller);
      const linkId = newLinkId();
      const expiresAt = now() + (request.body.expiresInHours ?? DEFAULT_HOURS) * 3_600_000;
      const token = signToken(
        { kind: 'track', jobId: job.id, accountId: job.accountId, linkId },
        await keyring(),
        expiresAt,
      );
      const link: Wire<'trackingLink'> = {
        linkId,
        token,
        url: `${publicUrl}/track?job_id=${token}`,
        expiresAt: new Date(expiresAt).toISOString(),
      };
      return { status: 201, json: link, headers: PRIVATE };
    },
  );

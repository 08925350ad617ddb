import type { Wire } from '@qdn/contracts';
import * as routes from '@qdn/contracts/routes';
import { validate as isCreateTrackingLink } from '@qdn/contracts/validators/createTrackingLink';
import { noSuchJob } from '@qdn/domain';
import { apiHandler, requestedJob, shortLink, signToken, tokenAuthentication } from '@qdn/lambda';
import type { Dependencies } from '../../dependencies.ts';

const DEFAULT_HOURS = 72;

/**
 * `POST /api/jobs/{job_id}/tracking-links`: mints a link, in the short form that fits into a text, and its token, which the
 * widget takes. Nothing is stored, since both carry everything.
 */
export const createTrackingLink = ({ jobs, keyring, publicUrl, now, log }: Dependencies) =>
  apiHandler(
    routes.createTrackingLink,
    {
      log,
      authenticate: tokenAuthentication(routes.createTrackingLink, { keyring, now }),
      validate: isCreateTrackingLink,
    },
    async (request) => {
      const job = await jobs.find(requestedJob(request, request.caller));
      if (!job) throw noSuchJob(request.caller);
      const expiresAt = now() + (request.body.expiresInHours ?? DEFAULT_HOURS) * 3_600_000;
      const keys = await keyring();
      const of = { jobId: job.id, accountId: job.accountId };
      const { path, linkId } = shortLink(of, keys, expiresAt);
      const token = signToken({ kind: 'track', ...of, linkId }, keys, expiresAt);
      const link: Wire<'trackingLink'> = {
        linkId,
        token,
        url: `${publicUrl}${path}`,
        expiresAt: new Date(expiresAt).toISOString(),
      };
      return { status: 201, json: link };
    },
  );

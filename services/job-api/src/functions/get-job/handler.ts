import { etaOf } from '@qdn/domain';
import { apiHandler, noSuchJob, PRIVATE, requestedJob, SHARED_FIVE_MINUTES, tokenAuthentication } from '@qdn/lambda';
import type { Dependencies } from '../../dependencies.ts';
import { jobStateView } from '../../job-view.ts';
import { refuseOutsider } from '../../reader.ts';
import { recentFixes } from '../../recent-fixes.ts';

/** `GET /api/jobs/{job_id}`: full state with the messages. Two reads: the job with its messages, and its fixes; a third in some minutes. */
export const getJob = ({ dossier, locations, travel, keyring, company, edge, now, log }: Dependencies) =>
  apiHandler(
    {
      name: 'get-job',
      log,
      authenticate: tokenAuthentication({ keyring, audiences: ['track', 'operator'], now, edge }),
      body: { as: 'none' },
    },
    async (request) => {
      const id = requestedJob(request, request.caller);
      const recent = recentFixes(locations, id, now());
      const [found] = await Promise.all([dossier(id), recent.newest]);
      if (!found) throw noSuchJob(request.caller);
      refuseOutsider(found.job, request.caller);
      const fixes = await recent.ofAll(found.job.trailers);
      const eta = await etaOf(travel, found.job, fixes, now());
      return {
        status: 200,
        json: jobStateView(found.job, fixes, eta, found.timeline, request.caller, company, now()),
        headers: request.caller.kind === 'operator' ? PRIVATE : SHARED_FIVE_MINUTES,
      };
    },
  );

import { apiHandler, noSuchJob, PRIVATE, requestedJob, SHARED_FIVE_MINUTES, tokenAuthentication } from '@qdn/lambda';
import type { Dependencies } from '../../dependencies.ts';
import { jobStateView } from '../../job-view.ts';
import { refuseRevoked } from '../../revocation.ts';
import { REPORTS_SHOWN } from '../get-location/handler.ts';

/** `GET /api/jobs/{job_id}`: full state with the messages. Three reads: the job, its messages, its fixes. */
export const getJob = ({ jobs, locations, relay, keyring, company, now, log }: Dependencies) =>
  apiHandler(
    {
      name: 'get-job',
      log,
      authenticate: tokenAuthentication({ keyring, audiences: ['track', 'operator'], now }),
      body: { as: 'none' },
    },
    async (request) => {
      const id = requestedJob(request, request.caller);
      const [job, timeline, fixes] = await Promise.all([
        jobs.find(id),
        relay.timeline(id),
        locations.recent(id, now(), REPORTS_SHOWN),
      ]);
      if (!job) throw noSuchJob(request.caller);
      refuseRevoked(job, request.caller);
      return {
        status: 200,
        json: jobStateView(job, fixes, timeline, request.caller, company, now()),
        headers: request.caller.kind === 'operator' ? PRIVATE : SHARED_FIVE_MINUTES,
      };
    },
  );

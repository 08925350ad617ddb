import type { Wire } from '@qdn/contracts';
import { isActive, jobLocationView } from '@qdn/domain';
import { apiHandler, noSuchJob, PRIVATE, requestedJob, SHARED_FIVE_MINUTES, tokenAuthentication } from '@qdn/lambda';
import type { Dependencies } from '../../dependencies.ts';
import { refuseOutsider } from '../../reader.ts';

/** Reports read for the position, the trail and the pace: five minutes of single fixes from one trailer every 10 s. */
export const REPORTS_SHOWN = 30;

/** `GET /api/jobs/{job_id}/location`: what the tracking page polls. Two reads. */
export const getLocation = ({ jobs, locations, keyring, company, now, log }: Dependencies) =>
  apiHandler(
    {
      name: 'get-location',
      log,
      authenticate: tokenAuthentication({ keyring, audiences: ['track', 'operator'], now }),
      body: { as: 'none' },
    },
    async (request) => {
      const id = requestedJob(request, request.caller);
      const [job, fixes] = await Promise.all([jobs.find(id), locations.recent(id, now(), REPORTS_SHOWN)]);
      if (!job) throw noSuchJob(request.caller);
      refuseOutsider(job, request.caller);
      const view: Wire<'jobLocation'> = jobLocationView(job, isActive(job.status) ? fixes : [], now(), company);
      return { status: 200, json: view, headers: request.caller.kind === 'operator' ? PRIVATE : SHARED_FIVE_MINUTES };
    },
  );

import type { Wire } from '@qdn/contracts';
import { etaOf, isActive, jobLocationView } from '@qdn/domain';
import { apiHandler, noSuchJob, PRIVATE, requestedJob, SHARED_FIVE_MINUTES, tokenAuthentication } from '@qdn/lambda';
import type { Dependencies } from '../../dependencies.ts';
import { readerOf, refuseOutsider } from '../../reader.ts';
import { recentFixes } from '../../recent-fixes.ts';

/** `GET /api/jobs/{job_id}/location`: what the tracking page polls. Two reads; a third in some minutes for what was learned of drives. */
export const getLocation = ({ jobs, locations, travel, keyring, company, edge, now, log }: Dependencies) =>
  apiHandler(
    {
      name: 'get-location',
      log,
      authenticate: tokenAuthentication({ keyring, audiences: ['track', 'operator'], now, edge }),
      body: { as: 'none' },
    },
    async (request) => {
      const id = requestedJob(request, request.caller);
      const fixes = recentFixes(locations, id, now());
      const [job] = await Promise.all([jobs.find(id), fixes.newest]);
      if (!job) throw noSuchJob(request.caller);
      refuseOutsider(job, request.caller);
      const known = isActive(job.status) ? await fixes.ofAll(job.trailers) : [];
      const eta = await etaOf(travel, job, known, now());
      const view: Wire<'jobLocation'> = jobLocationView(job, known, eta, now(), company, readerOf(request.caller));
      return { status: 200, json: view, headers: request.caller.kind === 'operator' ? PRIVATE : SHARED_FIVE_MINUTES };
    },
  );

import type { Wire } from '@qdn/contracts';
import * as routes from '@qdn/contracts/routes';
import { validate as isReportLocation } from '@qdn/contracts/validators/reportLocation';
import { reportJobFixes } from '@qdn/domain';
import { apiHandler, requestedJob, tokenAuthentication } from '@qdn/lambda';
import type { Dependencies } from '../../dependencies.ts';
import { measureReport } from '../../measures.ts';
import { jobFixesOf } from './job-fix.ts';

/** `POST /api/jobs/{job_id}/location`: one fix, or a batch. A device reports its own trailer's fixes only. */
export const reportLocation = (dependencies: Dependencies) => {
  const { keyring, now, log } = dependencies;
  return apiHandler(
    routes.reportLocation,
    {
      log,
      authenticate: tokenAuthentication(routes.reportLocation, { keyring, now }),
      validate: isReportLocation,
    },
    async (request) => {
      const { caller, body } = request;
      const id = requestedJob(request, caller);
      const { fixes, accepted, ignored, job } = await reportJobFixes(dependencies, id, caller, jobFixesOf(body));
      measureReport(log, fixes, accepted, ignored, now());
      const receipt: Wire<'reportReceipt'> = { accepted, ignored, status: job.status };
      return { status: 200, json: receipt };
    },
  );
};

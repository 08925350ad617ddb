import * as routes from '@qdn/contracts/routes';
import { validate as isPatchJob } from '@qdn/contracts/validators/patchJob';
import { describeJob, type NoticeQueue, noSuchJob, updateJob as update } from '@qdn/domain';
import { apiHandler, requestedJob, tokenAuthentication } from '@qdn/lambda';
import type { Dependencies } from '../../dependencies.ts';
import { jobStateView } from '../../job-view.ts';
import { toJobPatch } from './job-patch.ts';

export type UpdateJobDependencies = Dependencies & { notices: NoticeQueue };

/** `PATCH /api/jobs/{job_id}`. With a `version` it applies to that version alone, else to the newest. */
export const updateJob = ({ notices: queue, ...dependencies }: UpdateJobDependencies) => {
  const { jobs, jobTimeline, keyring, company, now, log } = dependencies;
  const ports = { jobs, jobTimeline, notices: { queue, policy: company.relay.notices }, now };
  return apiHandler(
    routes.updateJob,
    {
      log,
      authenticate: tokenAuthentication(routes.updateJob, { keyring, now }),
      validate: isPatchJob,
    },
    async (request) => {
      const { body, caller } = request;
      const operator = caller.kind === 'operator' ? caller.label : caller.kind;
      const changed = await update(ports, requestedJob(request, caller), toJobPatch(body), operator);
      if (!changed) throw noSuchJob(caller);
      return { status: 200, json: jobStateView(await describeJob(dependencies, changed, caller)) };
    },
  );
};

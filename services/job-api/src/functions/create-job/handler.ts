import { pathTo } from '@qdn/contracts';
import * as routes from '@qdn/contracts/routes';
import { validate as isCreateJob } from '@qdn/contracts/validators/createJob';
import { createJob as create, jobFor, readerOf } from '@qdn/domain';
import { apiHandler, tokenAuthentication } from '@qdn/lambda';
import type { Dependencies } from '../../dependencies.ts';
import { jobStateView } from '../../job-view.ts';
import { toJobDraft } from './job-draft.ts';

/** `POST /api/jobs`: one write for the job, one for its trailers. */
export const createJob = ({ jobs, keyring, company, now, log }: Dependencies) =>
  apiHandler(
    routes.createJob,
    {
      log,
      authenticate: tokenAuthentication(routes.createJob, { keyring, now }),
      validate: isCreateJob,
    },
    async ({ body, caller }) => {
      const job = await create(jobs, toJobDraft(body), now());
      const visible = jobFor(readerOf(caller), { job, timeline: [] }, { fixes: [], eta: null }, company, now());
      return {
        status: 201,
        json: jobStateView(visible),
        headers: { Location: pathTo(routes.getJob, { job_id: job.id }) },
      };
    },
  );

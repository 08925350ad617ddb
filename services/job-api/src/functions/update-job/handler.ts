import type { Wire } from '@qdn/contracts';
import { validate as isPatchJob } from '@qdn/contracts/validators/patchJob';
import { announce, etaOf, type Job, type NoticeQueue, ProductError, type TrailerId } from '@qdn/domain';
import { apiHandler, noSuchJob, PRIVATE, requestedJob, toContact, tokenAuthentication } from '@qdn/lambda';
import { changeJob } from '../../change-job.ts';
import type { Dependencies } from '../../dependencies.ts';
import { jobStateView } from '../../job-view.ts';
import { recentFixes } from '../../recent-fixes.ts';

/** The job as the operator wants it. A change of status is a person's: fixes taken before it no longer count. */
const patched = (job: Job, patch: Wire<'patchJob'>, label: string, now: number): Job => {
  if (patch.version !== undefined && patch.version !== job.version) {
    throw new ProductError('conflict', `The job is at version ${job.version}. Read it again and repeat the change.`);
  }
  if (patch.status === 'cancelled' && job.status === 'completed') {
    throw new ProductError('schema-violation', 'What is completed cannot be cancelled.', {
      violations: [{ pointer: '/status', detail: 'must not be cancelled: the job is completed' }],
    });
  }
  const currentStop = patch.currentStop ?? job.currentStop;
  if (currentStop >= job.stops.length) {
    throw new ProductError('schema-violation', 'The job has fewer stops.', {
      violations: [{ pointer: '/currentStop', detail: `must be less than ${job.stops.length}` }],
    });
  }
  const statusChanges = patch.status !== undefined || currentStop !== job.currentStop;
  const status = patch.status ?? job.status;
  return {
    ...job,
    status,
    currentStop,
    trailers: patch.trailers?.map((trailer) => trailer as TrailerId) ?? job.trailers,
    contacts: patch.contacts?.map(toContact) ?? job.contacts,
    scheduledFor: patch.scheduledFor ? Date.parse(patch.scheduledFor) : job.scheduledFor,
    history: statusChanges
      ? [...job.history, { status, at: now, by: 'operator', reason: `set by ${label}` }]
      : job.history,
    updatedAt: now,
  };
};

export type UpdateJobDependencies = Dependencies & { notices: NoticeQueue };

/** `PATCH /api/jobs/{job_id}`. With a `version` it holds for that version alone, else for whatever stands. */
export const updateJob = ({
  jobs,
  dossier,
  locations,
  travel,
  keyring,
  company,
  now,
  log,
  notices: queue,
}: UpdateJobDependencies) => {
  const policy = company.relay.notices;
  return apiHandler(
    {
      name: 'update-job',
      log,
      authenticate: tokenAuthentication({ keyring, audiences: ['operator'], now }),
      body: { as: 'json', validate: isPatchJob },
    },
    async (request) => {
      const { body, caller } = request;
      const id = requestedJob(request, caller);
      const label = caller.kind === 'operator' ? caller.label : caller.kind;
      const changed = await changeJob(
        jobs,
        () => dossier(id),
        async (job) => {
          const after = patched(job, body, label, now());
          return after.status === job.status ? after : announce({ queue, policy, now: now() }, after, null);
        },
      );
      if (!changed) throw noSuchJob(caller);
      const { job, timeline } = changed;
      const fixes = await recentFixes(locations, id, now()).ofAll(job.trailers);
      const eta = await etaOf(travel, job, fixes, now());
      return { status: 200, json: jobStateView(job, fixes, eta, timeline, caller, company, now()), headers: PRIVATE };
    },
  );
};

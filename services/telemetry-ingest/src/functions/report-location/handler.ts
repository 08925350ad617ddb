import type { Wire } from '@qdn/contracts';
import { validate as isReportLocation } from '@qdn/contracts/validators/reportLocation';
import { type Fix, type Job, ProductError, parseTrailerId, type TrailerId } from '@qdn/domain';
import { apiHandler, type Caller, noSuchJob, requestedJob, tokenAuthentication } from '@qdn/lambda';
import type { Dependencies } from '../../dependencies.ts';
import { ingest } from '../../ingest.ts';

type Report = Wire<'reportLocation'>;
type WireFix = Wire<'fix'>;

/** Whose fix it is: the device token's trailer; an operator names it, or the job has only one. */
const trailerOf = (fix: WireFix, job: Job, caller: Caller): TrailerId => {
  const named = parseTrailerId(fix.trailerId ?? '');
  const trailer =
    caller.kind === 'device' ? caller.trailerId : (named ?? (job.trailers.length === 1 ? job.trailers[0] : undefined));
  if (!trailer || (named && named !== trailer)) {
    throw new ProductError('schema-violation', 'Say which trailer the fix is of; a device reports its own only.', {
      violations: [{ pointer: '/trailerId', detail: trailer ? `must be ${trailer}` : 'is needed' }],
    });
  }
  return trailer;
};

const toFix = (fix: WireFix, job: Job, caller: Caller): Fix => ({
  trailerId: trailerOf(fix, job, caller),
  at: Date.parse(fix.at),
  lat: fix.lat,
  lon: fix.lon,
  accuracyM: fix.accuracyM ?? null,
  speedMps: fix.speedMps ?? null,
  headingDeg: fix.headingDeg ?? null,
});

const fixesOf = (report: Report): WireFix[] =>
  'fixes' in report && Array.isArray(report.fixes) ? report.fixes : [report as WireFix];

/** `POST /api/jobs/{job_id}/location`: one fix, or a batch. */
export const reportLocation = (dependencies: Dependencies) => {
  const { jobs, keyring, now, log } = dependencies;
  return apiHandler(
    {
      name: 'report-location',
      log,
      authenticate: tokenAuthentication({ keyring, audiences: ['device', 'operator'], now }),
      body: { as: 'json', validate: isReportLocation },
    },
    async (request) => {
      const { caller, body } = request;
      const job = await jobs.find(requestedJob(request, caller));
      if (!job) throw noSuchJob(caller);
      if (caller.kind === 'device' && !job.trailers.includes(caller.trailerId)) {
        throw new ProductError('forbidden', `Trailer ${caller.trailerId} is not assigned to this job.`);
      }
      const receipt: Wire<'reportReceipt'> = await ingest(
        dependencies,
        job,
        fixesOf(body).map((fix) => toFix(fix, job, caller)),
      );
      return { status: 200, json: receipt };
    },
  );
};

import type { Wire } from '@qdn/contracts';
import { validate as isReportLocation } from '@qdn/contracts/validators/reportLocation';
import { type Fix, type Job, type JobId, ProductError, parseTrailerId, type TrailerId } from '@qdn/domain';
import { apiHandler, type Caller, noSuchJob, requestedJob, tokenAuthentication } from '@qdn/lambda';
import type { Dependencies } from '../../dependencies.ts';
import { ingest, settleQuarantine } from '../../ingest.ts';
import { measureReport } from '../../measures.ts';

type Report = Wire<'reportLocation'>;
type WireFix = Wire<'fix'>;

/** Whose fix it is: the trailer it names, else the device token's, else the job's only one. */
const trailerOf = (fix: WireFix, job: Job, caller: Caller): TrailerId => {
  const named = parseTrailerId(fix.trailerId ?? '');
  const only = job.trailers.length === 1 ? job.trailers[0] : undefined;
  const trailer = named ?? (caller.kind === 'device' ? caller.trailerId : only);
  if (trailer) return trailer;
  throw new ProductError('schema-violation', 'Say which trailer the fix is of: the job has not just one.', {
    violations: [{ pointer: '/trailerId', detail: 'is needed' }],
  });
};

const toFix = (fix: WireFix, trailerId: TrailerId): Fix => ({
  trailerId,
  at: Date.parse(fix.at),
  lat: fix.lat,
  lon: fix.lon,
  accuracyM: fix.accuracyM ?? null,
  speedMps: fix.speedMps ?? null,
  headingDeg: fix.headingDeg ?? null,
  ...(fix.batteryPercent === undefined
    ? {}
    : { battery: { percent: fix.batteryPercent, charging: fix.charging ?? null } }),
});

const fixesOf = (report: Report): WireFix[] =>
  'fixes' in report && Array.isArray(report.fixes) ? report.fixes : [report as WireFix];

const mayReport = (job: Job, caller: Caller): boolean =>
  caller.kind !== 'device' || job.trailers.includes(caller.trailerId);

/**
 * The job, if the caller may report for it. A trailer that was assigned a moment ago is not refused for what is remembered.
 * @throws ProductError `job-not-found` or `forbidden`
 */
const jobFor = async (jobs: Dependencies['jobs'], id: JobId, caller: Caller): Promise<Job> => {
  const known = await jobs.find(id);
  const job = known && !mayReport(known, caller) ? await jobs.findFresh(id) : known;
  if (!job) throw noSuchJob(caller);
  if (caller.kind === 'device' && !mayReport(job, caller))
    throw new ProductError('forbidden', `Trailer ${caller.trailerId} is not assigned to this job.`);
  return job;
};

/** `POST /api/jobs/{job_id}/location`: one fix, or a batch. A device reports its own trailer's fixes only. */
export const reportLocation = (dependencies: Dependencies) => {
  const { jobs, quarantine, keyring, now, log } = dependencies;
  return apiHandler(
    {
      name: 'report-location',
      log,
      authenticate: tokenAuthentication({ keyring, audiences: ['device', 'operator'], now }),
      body: { as: 'json', validate: isReportLocation },
    },
    async (request) => {
      const { caller, body } = request;
      const job = await jobFor(jobs, requestedJob(request, caller), caller);
      const fixes = fixesOf(body).map((fix) => toFix(fix, trailerOf(fix, job, caller)));
      const own = caller.kind === 'device' ? fixes.filter(({ trailerId }) => trailerId === caller.trailerId) : fixes;
      const { accepted, ignored, after } = await ingest(dependencies, job, own);
      const others = fixes.length - own.length;
      if (caller.kind === 'device') {
        if (others > 0) quarantine.add(caller.trailerId, [{ reason: 'wrong-trailer', count: others, last: null }]);
        await settleQuarantine(dependencies, caller.trailerId, false);
      }
      const foreign = others + (ignored['wrong-trailer'] ?? 0);
      const receipt: Wire<'reportReceipt'> = {
        accepted,
        ignored: foreign > 0 ? { ...ignored, 'wrong-trailer': foreign } : ignored,
        status: after.status,
      };
      measureReport(log, own, accepted, receipt.ignored, now());
      return { status: 200, json: receipt };
    },
  );
};

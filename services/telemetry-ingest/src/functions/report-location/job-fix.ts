import type { Wire } from '@qdn/contracts';
import { type JobFix, parseTrailerId } from '@qdn/domain';

type WireFix = Wire<'fix'>;

const toJobFix = (fix: WireFix): JobFix => ({
  trailerId: parseTrailerId(fix.trailerId ?? ''),
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

/** Returns the fixes of a report's body: one fix, or a batch. */
export const jobFixesOf = (report: Wire<'reportLocation'>): JobFix[] =>
  ('fixes' in report && Array.isArray(report.fixes) ? report.fixes : [report as WireFix]).map(toJobFix);

export type { TelemetryDependencies, TelemetryEvent } from './dependencies.ts';
export { flushQuarantine } from './flush-quarantine.ts';
export { createHeardFrom, type HeardFrom } from './heard-from.ts';
export { type Ingested, ingestFixes } from './ingest-fixes.ts';
export { createJobCache, type JobCache } from './job-cache.ts';
export { createQuarantine, type Quarantine } from './quarantine.ts';
export { type JobFix, reportJobFixes } from './report-job-fixes.ts';
export { reportTrailerFixes, type TrackerReading } from './report-trailer-fixes.ts';
export { SILENT_AFTER_MS, watchTrailers } from './watch-trailers.ts';

export { type AttentionPorts, readAttention } from './attention.ts';
export { changeJob } from './change-job.ts';
export { createJob, type JobDraft } from './create-job.ts';
export { type Visit, visitAt, visitsOf } from './job-visits.ts';
export {
  listTrailers,
  PAGE_TRAILERS,
  TRAILER_MOTIONS,
  type TrailerMotion,
  type TrailerSummary,
} from './list-trailers.ts';
export { listVisits } from './list-visits.ts';
export { describeJob, readJob, readLocation } from './read-job.ts';
export { MAX_TRACK_MS, readDay, readTrack, TRACK_SOURCES, type TrackPage, type TrackSource } from './read-track.ts';
export { readTrailer, type TrailerReport } from './read-trailer.ts';
export { revokeLink } from './revoke-link.ts';
export { nextDay, startOfDay } from './start-of-day.ts';
export { changeToUndo, nameOfChange } from './undo-change.ts';
export { type JobPatch, updateJob } from './update-job.ts';
export { jobFor, type VisibleJob } from './visible-job.ts';

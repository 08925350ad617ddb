import { ProductError } from '../errors.ts';
import type { JobId, PhoneNumber, TrailerId } from '../ids.ts';
import { type BackupContact, isCustomerSite, type Job, type Language, type StatusChange, type Stop } from '../job.ts';
import { isUnderWay, type JobStatus, phaseOf, STATUS_TRAITS } from '../job-status.ts';
import { hasOpenQuestion } from '../movement/near-stop.ts';
import { progressOf } from '../movement/progress.ts';
import type { JobTimeline, ReadJobTimeline } from '../ports/job-timeline.ts';
import { AHEAD_MS, type JobStore } from '../ports/jobs.ts';
import { announce, type NoticePolicy, type NoticeQueue } from '../relay/notice.ts';
import { changeJob } from './change-job.ts';
import { type StopDraft, toStop } from './stop-draft.ts';
import { changeToUndo, isTrailerBusy, withoutLastChange } from './undo-change.ts';
import { withChange } from './with-change.ts';

/**
 * An operator's changes to a job; absent fields keep their values. With `version` they apply to that version only. `at` is the time of a
 * change of status that was noted later. Empty `notes` remove them. Times are epoch ms.
 */
export type JobPatch = {
  version?: number | undefined;
  status?: JobStatus | undefined;
  at?: number | undefined;
  customer?:
    | { name?: string | undefined; phone?: PhoneNumber | undefined; language?: Language | undefined }
    | undefined;
  stops?: readonly StopDraft[] | undefined;
  notes?: string | undefined;
  currentStop?: number | undefined;
  trailers?: readonly TrailerId[] | undefined;
  contacts?: readonly BackupContact[] | undefined;
  scheduledFor?: number | undefined;
  /**
   * Takes back the last change by fixes or by the driver; not together with other changes. `last`: while the trailer works on another job,
   * this one waits. `with-trailer`: the trailer goes back to this one, and the other one waits.
   */
  undo?: 'last' | 'with-trailer' | undefined;
};

/** Ports of `updateJob`. `now` returns epoch ms. */
export type UpdateJobPorts = {
  jobs: Pick<JobStore, 'find' | 'update' | 'openByTrailer'>;
  jobTimeline: ReadJobTimeline;
  notices: { queue: NoticeQueue; policy: NoticePolicy };
  now: () => number;
};

/** Fields that a patch leaves alone. A new field of a job does not compile until it is one of these, or `patched` sets it. */
type Kept = Extract<keyof Job, 'id' | 'accountId' | 'kind' | 'revokedLinks' | 'notices' | 'createdAt' | 'version'>;

/**
 * Returns the changes by which new trailers take over a job that is under way from others: they drive to its present or next stop. A
 * trailer that joins those of a job has not set out yet.
 */
const takenOver = (job: Job, trailers: readonly TrailerId[], operator: string, now: number): StatusChange[] => {
  const isReplaced = isUnderWay(job.status) && !job.trailers.some((one) => trailers.includes(one));
  if (!isReplaced) return [];
  const status: JobStatus = job.currentStop === 0 ? 'in_transit' : 'en_route_to_next';
  return trailers.map((trailerId) => ({
    status,
    at: now,
    by: 'operator',
    reason: `given to ${trailerId} by ${operator}`,
    stop: job.currentStop,
    trailerId,
  }));
};

const refused = (sentence: string, pointer: string, detail: string): ProductError =>
  new ProductError('schema-violation', sentence, { violations: [{ pointer, detail }] });

/** True for a stop that a trailer has reached or left: the job's history is about it. */
const isVisited = ({ status, currentStop }: Job, index: number): boolean =>
  index < currentStop || (index === currentStop && ['standing', 'done', 'not-done'].includes(phaseOf(status)));

const isSamePlace = (a: Stop, b: Stop | undefined): boolean => a.kind === b?.kind && a.lat === b.lat && a.lon === b.lon;

/** Returns the stops of a patch. @throws ProductError when one that the trailer has visited would be another place */
const patchedStops = (job: Job, drafts: JobPatch['stops']): Stop[] => {
  if (!drafts) return job.stops;
  const stops = drafts.map(toStop);
  const moved = job.stops.findIndex((stop, i) => isVisited(job, i) && !isSamePlace(stop, stops[i]));
  if (moved < 0) return stops;
  throw refused(
    `The trailer has been at stop ${moved + 1}, so that stop must stay.`,
    `/stops/${moved}`,
    'must stay: the trailer has been there',
  );
};

/** Returns the time of a change. @throws ProductError for one before the last change, or in the future */
const timeOfChange = (job: Job, { at }: JobPatch, now: number): number => {
  const last = job.history.at(-1)?.at ?? job.createdAt;
  if (at === undefined || (at <= now && at >= last)) return at ?? now;
  if (at > now) throw refused('That time has not come yet.', '/at', 'must not be in the future');
  const lastly = new Date(last).toISOString();
  throw refused(
    `The job last changed at ${lastly}, so its status cannot have changed before.`,
    '/at',
    `must not be before ${lastly}`,
  );
};

/** Lets the other jobs wait that a trailer is under way for: it goes back to this one. Repeating it changes nothing. */
const putOthersBack = async (
  jobs: UpdateJobPorts['jobs'],
  id: JobId,
  trailerId: TrailerId,
  operator: string,
  now: number,
): Promise<void> => {
  const open = await jobs.openByTrailer(trailerId, now);
  for (const { id: otherId } of open.filter((other) => other.id !== id)) {
    const read = async () => {
      const job = await jobs.find(otherId);
      return job && { job };
    };
    await changeJob(jobs, read, (other) => {
      const { status, stop } = progressOf(other, trailerId);
      if (!isUnderWay(status)) return other;
      const reason = `its trailer was sent back to ${id} by ${operator}`;
      return withChange(other, { status: 'scheduled', at: now, by: 'operator', reason, stop, trailerId }, now);
    });
  }
};

/** Takes the last change back. Another person's undo is named rather than the version. */
const undone = async (
  jobs: UpdateJobPorts['jobs'],
  job: Job,
  patch: JobPatch,
  operator: string,
  now: number,
): Promise<Job> => {
  const change = changeToUndo(job);
  if (change) assertVersion(job, patch);
  const others = Object.entries(patch).some(
    ([name, value]) => name !== 'undo' && name !== 'version' && value !== undefined,
  );
  if (others) throw refused('An undo cannot be combined with other changes.', '/undo', 'must be the only change');
  const trailerId = change?.trailerId ?? job.trailers[0] ?? null;
  const isComingBack = patch.undo === 'with-trailer';
  const isBusy = !isComingBack && (await isTrailerBusy(jobs, { id: job.id, trailerId }, now));
  const after = withoutLastChange(job, { by: 'operator', name: operator, sendsBack: isComingBack }, isBusy, now);
  if (isComingBack && trailerId) await putOthersBack(jobs, job.id, trailerId, operator, now);
  return after;
};

/** @throws ProductError `conflict` when the patch is for another version */
const assertVersion = (job: Job, { version }: JobPatch): void => {
  if (version !== undefined && version !== job.version) {
    throw new ProductError('conflict', `The job is at version ${job.version}. Read it again and repeat the change.`);
  }
};

/**
 * True for a change of date that puts a job off while its trailer drives to the first stop: it waits for the new day, and its customer
 * sees no position of today.
 */
const isPutOff = (job: Job, { status, scheduledFor }: JobPatch, now: number): boolean =>
  status === undefined &&
  scheduledFor !== undefined &&
  scheduledFor - now > AHEAD_MS &&
  phaseOf(job.status) === 'driving' &&
  job.currentStop === 0;

/** Returns the index of the customer's stop at which the office says that the work could not be done: the present one, or the one before. */
const failedStop = ({ stops, currentStop }: Job): number => {
  const before = stops.slice(0, currentStop + 1).findLastIndex(isCustomerSite);
  return before < 0 ? currentStop : before;
};

/** True for a new time of a job that could not be done: it waits for that time. */
const isBookedAgain = (job: Job, { status, scheduledFor }: JobPatch): boolean =>
  status === undefined && scheduledFor !== undefined && phaseOf(job.status) === 'not-done';

/**
 * Returns the place of the trailer whose stand near a stop the operator confirms to be a visit. A job of several trailers has none: the
 * status is about all of them.
 */
const answeredPlace = (job: Job, status: JobStatus, stop: number): Pick<StatusChange, 'place'> => {
  const { question, trailers } = job;
  const isAnswer = phaseOf(status) === 'standing' && question?.stop === stop && trailers.length === 1;
  return isAnswer && hasOpenQuestion(job) ? { place: question.place } : {};
};

/** Applies a patch. An operator's change of status enters the history: fixes from before it no longer move the job. */
const patched = (job: Job, patch: JobPatch, operator: string, now: number): Job => {
  assertVersion(job, patch);
  if (patch.status && STATUS_TRAITS[job.status].refuses.includes(patch.status))
    throw refused(
      `A job that is ${job.status} cannot become ${patch.status}.`,
      '/status',
      `must not be ${patch.status}: the job is ${job.status}`,
    );
  const stops = patchedStops(job, patch.stops);
  const hasFailed = patch.status !== undefined && phaseOf(patch.status) === 'not-done';
  const currentStop = patch.currentStop ?? (hasFailed ? failedStop(job) : job.currentStop);
  if (currentStop >= stops.length)
    throw refused('The job has fewer stops.', '/currentStop', `must be less than ${stops.length}`);
  const at = timeOfChange(job, patch, now);
  const putOff = isPutOff(job, patch, now);
  const bookedAgain = isBookedAgain(job, patch);
  const statusChanges = patch.status !== undefined || putOff || bookedAgain || currentStop !== job.currentStop;
  const status = patch.status ?? (putOff || bookedAgain ? 'scheduled' : job.status);
  const reason = putOff ? `put off by ${operator}` : bookedAgain ? `booked again by ${operator}` : `set by ${operator}`;
  const trailers = patch.trailers ? [...patch.trailers] : job.trailers;
  const { notes: _, ...before } = job;
  const language = patch.customer?.language ?? job.customer.language;
  const notes = patch.notes ?? job.notes;
  const changed: Omit<Job, Kept> = {
    customer: {
      name: patch.customer?.name ?? job.customer.name,
      phone: patch.customer?.phone ?? job.customer.phone,
      ...(language ? { language } : {}),
    },
    stops,
    ...(notes ? { notes } : {}),
    status,
    currentStop,
    trailers,
    contacts: patch.contacts ? [...patch.contacts] : job.contacts,
    scheduledFor: patch.scheduledFor ?? job.scheduledFor,
    history: statusChanges
      ? [
          ...job.history,
          { status, at, by: 'operator', reason, stop: currentStop, ...answeredPlace(job, status, currentStop) },
        ]
      : [...job.history, ...takenOver(job, trailers, operator, now)],
    updatedAt: now,
  };
  return { ...before, ...changed };
};

/**
 * Changes a job for an operator, and orders the notices that a new status needs. An undo announces nothing: people decide what to tell
 * the customer.
 * @param operator the operator's label, for the history
 * @returns the changed job with its timeline, null when there is none
 * @throws ProductError `conflict` for another version, `schema-violation` for a change that the job does not allow
 */
export const updateJob = async (
  { jobs, jobTimeline, notices, now }: UpdateJobPorts,
  id: JobId,
  patch: JobPatch,
  operator: string,
): Promise<JobTimeline | null> =>
  changeJob(
    jobs,
    () => jobTimeline(id),
    async (job) => {
      if (patch.undo) return undone(jobs, job, patch, operator, now());
      const after = patched(job, patch, operator, now());
      return after.status === job.status ? after : announce({ ...notices, now: now() }, after, null);
    },
  );

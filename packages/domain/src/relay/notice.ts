import { customerState, lastCustomerStop } from '../customer/customer-stage.ts';
import { isComing, isPresent } from '../customer/customer-view.ts';
import type { JobId } from '../ids.ts';
import { isInEffect, type Job, type Notice, type NoticeKind, type QuietHours } from '../job.ts';
import { phaseOf } from '../job-status.ts';
import type { Eta } from '../movement/estimate-arrival.ts';

/** Policy of notices, which customers get without asking. With no `kinds` they get none. */
export type NoticePolicy = {
  kinds: readonly NoticeKind[];
  /** `arriving-soon`: the expected arrival is within this time, in minutes. */
  soonMinutes: number;
  /** `delayed`: the expected arrival is later than the promised one by this time, in minutes. */
  lateMinutes: number;
  /** Times of day between which customers get no notices. */
  quietHours: QuietHours;
};

/** A notice to send to the customer, with the arrival that it states. */
export type NoticeOrder = {
  jobId: JobId;
  notice: Notice;
  eta: Pick<Eta, 'earliest' | 'latest'> | null;
  /** The turn that it waits for, in epoch ms; absent before its first attempt. */
  turnAt?: number;
};

/** Queue of notices, which are sent a moment later, once their job is written. */
export type NoticeQueue = {
  /** @param delayS delay in s, instead of the usual moment */
  send(order: NoticeOrder, delayS?: number): Promise<void>;
};

/** Maximum age of a notice, in ms. An older one is not sent. */
const MAX_NOTICE_AGE_MS = 30 * 60_000;

/** Time after the departure for the customer in which the news is that, in ms. */
const JUST_SET_OUT_MS = 5 * 60_000;

/** Time after which a departure from the customer's last stop counts as the end for them, in ms: drivers fetch something and return. */
const GONE_MS = 20 * 60_000;

/** Tests whether a job that is done for its customer will stay so: it has ended, its trailer is at the next stop, or long gone. */
const isOverForGood = (job: Job, since: number, now: number): boolean =>
  phaseOf(job.status) !== 'driving' || now - since >= GONE_MS;

/** Returns the number of visits before the present one at which the job could not be done: each visit has notices of its own. */
const visitsBefore = ({ history }: Job): number =>
  history.slice(0, -1).filter((change) => isInEffect(change) && phaseOf(change.status) === 'not-done').length;

/** Tests whether a customer gets notices of a kind. One about the end is also about an end without the work. */
const isWanted = ({ kinds }: NoticePolicy, what: NoticeKind): boolean =>
  kinds.includes(what) || (what === 'could-not' && kinds.includes('completed'));

/** Tests whether a notice is for the same event as another one. */
const isSameNotice = (a: Notice, { what, stop, visit = 0 }: Pick<Notice, 'what' | 'stop' | 'visit'>): boolean =>
  a.what === what && (a.visit ?? 0) === visit && (a.stop === stop || what === 'completed' || what === 'could-not');

/**
 * Returns the notices that are due by a job's state and that the customer has not had: each at most once per leg to their site. Of
 * several that are due together only the last one is sent.
 * @param eta of the nearest trailer, null when unknown
 * @param now epoch ms
 */
export const noticesDue = (job: Job, eta: Eta | null, policy: NoticePolicy, now: number): Notice[] => {
  const { stage, since } = customerState(job);
  // The end is one of the job, wherever its trailer is by then.
  const stop = stage === 'done' || stage === 'failed' ? Math.max(0, lastCustomerStop(job)) : job.currentStop;
  const visit = visitsBefore(job);
  const had = (what: NoticeKind) => job.notices.some((notice) => isSameNotice(notice, { what, stop, visit }));
  const due = (what: NoticeKind, promised: number | null = null): Notice[] =>
    isWanted(policy, what) && !had(what) ? [{ what, stop, at: now, promised, ...(visit > 0 ? { visit } : {}) }] : [];
  const last = job.history.at(-1);
  const isRecentChange = last !== undefined && now - last.at <= MAX_NOTICE_AGE_MS;

  // An end that a person has just taken back is not announced.
  const isTakenBack = last?.takesBack !== undefined;
  if (stage === 'failed') return isRecentChange && !isTakenBack ? due('could-not') : [];
  if (stage === 'done') return isOverForGood(job, since, now) && isRecentChange && !isTakenBack ? due('completed') : [];
  if (isPresent(stage)) return isRecentChange ? due('arrived') : [];
  if (!isComing(stage)) return [];
  if (!eta) return isRecentChange ? due('on-the-way') : [];

  const left = (eta.earliest + eta.latest) / 2 - now;
  const onTheWay = due('on-the-way', eta.latest);
  if (left <= policy.soonMinutes * 60_000 && !had('arriving-soon')) {
    const soon = due('arriving-soon', eta.latest);
    if (soon.length === 0 || onTheWay.length === 0) return [...onTheWay, ...soon];
    // One text is enough: of a trailer that has just set out that it is on the way, and later that it is almost there.
    const hasJustSetOut = last !== undefined && phaseOf(last.status) === 'driving' && now - last.at <= JUST_SET_OUT_MS;
    return hasJustSetOut ? [...soon, ...onTheWay] : [...onTheWay, ...soon];
  }
  if (onTheWay.length > 0) return onTheWay;
  const promised =
    job.notices.findLast((notice) => notice.stop === stop && (notice.visit ?? 0) === visit && notice.promised !== null)
      ?.promised ?? null;
  const isLate = promised !== null && eta.earliest > promised + policy.lateMinutes * 60_000;
  return isLate && !had('arriving-soon') ? due('delayed', eta.latest) : [];
};

/**
 * Queues the notice that is due and notes it in the job, which the caller then writes. The queue comes first, so that a crash in between
 * loses no notice; the queue's worker drops a notice whose job is not written in time.
 * @returns the job itself when no notice is due
 */
export const announce = async (
  { queue, policy, now }: { queue: NoticeQueue; policy: NoticePolicy; now: number },
  job: Job,
  eta: Eta | null,
): Promise<Job> => {
  const due = noticesDue(job, eta, policy, now);
  const last = due.at(-1);
  if (!last) return job;
  await queue.send({ jobId: job.id, notice: last, eta });
  return { ...job, notices: [...job.notices, ...due] };
};

/** Tests whether a notice is still recent enough to be sent. */
export const isRecentNotice = ({ at }: Pick<Notice, 'at'>, now: number): boolean => now - at <= MAX_NOTICE_AGE_MS;

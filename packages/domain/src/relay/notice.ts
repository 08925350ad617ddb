import type { JobId } from '../ids.ts';
import { isCustomerSite, type Job, type Notice, type NoticeKind, type QuietHours } from '../job.ts';
import type { Eta } from '../movement/eta.ts';

/** What customers are told without asking. `kinds` empty: nothing. */
export type NoticePolicy = {
  kinds: readonly NoticeKind[];
  /** The arrival is soon when it is expected within so many minutes. */
  soonMinutes: number;
  /** A trailer is late when it is expected so many minutes after what the customer was told. */
  lateMinutes: number;
  /** Customers are not texted between these times of day. */
  quietHours: QuietHours;
};

/** A notice on its way to the customer, with the arrival that it tells of. */
export type NoticeOrder = { jobId: JobId; notice: Notice; eta: Pick<Eta, 'earliest' | 'latest'> | null };

/** Where notices to customers are put, to be given a moment later, once the job that they are about is written. */
export type NoticeQueue = { send(order: NoticeOrder): Promise<void> };

/** What is known of a change only so long after it is no news any more, in ms. */
const NEWS_MS = 30 * 60_000;

const LEG_OVER: readonly Job['status'][] = ['completed', 'cancelled'];

/**
 * The notices that a job's state calls for and that the customer has not had: each at most once per leg to their site, and of
 * several that are due together the last one alone.
 * @param eta of the trailer that is nearest, null when it is not known
 * @param now epoch ms
 */
export const noticesDue = (job: Job, eta: Eta | null, policy: NoticePolicy, now: number): Notice[] => {
  const stop = job.currentStop;
  const site = job.stops[stop];
  const had = (what: NoticeKind) => job.notices.some((notice) => notice.what === what && notice.stop === stop);
  const due = (what: NoticeKind, promised: number | null = null): Notice[] =>
    policy.kinds.includes(what) && !had(what) ? [{ what, stop, at: now, promised }] : [];
  const last = job.history.at(-1);
  const isNews = last !== undefined && now - last.at <= NEWS_MS;

  if (job.status === 'completed') return isNews ? due('completed') : [];
  if (LEG_OVER.includes(job.status) || !site || !isCustomerSite(site)) return [];
  if (job.status === 'at_site') return isNews ? due('arrived') : [];
  if (job.status === 'scheduled' || !eta) return isNews && job.status !== 'scheduled' ? due('on-the-way') : [];

  const left = (eta.earliest + eta.latest) / 2 - now;
  const onTheWay = due('on-the-way', eta.latest);
  if (left <= policy.soonMinutes * 60_000 && !had('arriving-soon')) {
    const soon = due('arriving-soon', eta.latest);
    // Who is told that it is almost there need not be told that it has set out.
    return soon.length > 0 ? [...onTheWay, ...soon] : onTheWay;
  }
  if (onTheWay.length > 0) return onTheWay;
  const told = job.notices.findLast((notice) => notice.stop === stop && notice.promised !== null)?.promised ?? null;
  const isLate = told !== null && eta.earliest > told + policy.lateMinutes * 60_000;
  return isLate && !had('arriving-soon') ? due('delayed', eta.latest) : [];
};

/**
 * Has the customer told what a job's state calls for, and notes it in the job, which the caller then writes: the order goes into
 * the queue first, so that a crash in between loses none; one whose job is not written in time is dropped there.
 * @returns the job itself when there is nothing to tell
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

/** Whether a notice still is news when it comes to be sent. */
export const isNewsStill = ({ at }: Notice, now: number): boolean => now - at <= NEWS_MS;
